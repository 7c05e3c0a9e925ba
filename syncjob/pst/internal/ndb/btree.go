package ndb

import (
	"iter"
	"math"
	"sort"

	"pstsyncd/syncjob/pst/internal/disk"
)

// tree is the node or the block B-tree ([MS-PST] 2.2.2.7.7) as it is below one root.
type tree struct {
	s    *Store
	kind disk.PageType
	root disk.BREF
}

func (s *Store) nbt() tree { return tree{s, disk.PageNBT, s.current().header.Root.NBT} }
func (s *Store) bbt() tree { return tree{s, disk.PageBBT, s.current().header.Root.BBT} }

func (t tree) rootPage() (*disk.BTPage, error) { return t.s.page(t.kind, t.root, anyLevel) }

func (t tree) child(p *disk.BTPage, i int) (*disk.BTPage, error) {
	return t.s.page(t.kind, p.Inner[i].Ref, int(p.Level)-1)
}

// slot returns the index of the first entry of p whose key is at least key.
func slot(p *disk.BTPage, key uint64) int {
	return sort.Search(p.Len(), func(i int) bool { return p.Key(i) >= key })
}

// branch returns the index of the child of p that holds key, if any does.
func branch(p *disk.BTPage, key uint64) int {
	i := slot(p, key)
	if i == p.Len() || p.Key(i) > key {
		i--
	}
	return max(i, 0)
}

// find returns the leaf and the index in it of the entry with that key.
func (t tree) find(key uint64) (*disk.BTPage, int, bool, error) {
	p, err := t.rootPage()
	for err == nil && p.Level > 0 {
		p, err = t.child(p, branch(p, key))
	}
	if err != nil {
		return nil, 0, false, err
	}
	i := slot(p, key)
	return p, i, i < p.Len() && p.Key(i) == key, nil
}

// last returns the highest key in the tree, 0 if it is empty.
func (t tree) last() (uint64, error) {
	p, err := t.rootPage()
	for err == nil && p.Level > 0 {
		p, err = t.child(p, p.Len()-1)
	}
	if err != nil || p.Len() == 0 {
		return 0, err
	}
	return p.Key(p.Len() - 1), nil
}

// entry is the place of one entry: entry i of a leaf.
type entry struct {
	leaf *disk.BTPage
	i    int
}

// from yields the entries with at least that key in ascending order. A tree whose
// keys do not ascend from leaf to leaf, which includes one that comes back to a page,
// is corrupt.
func (t tree) from(key uint64) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		w := &treeWalk{t: t, from: key, yield: yield}
		root, err := t.rootPage()
		if err != nil {
			yield(entry{}, err)
			return
		}
		w.visit(root)
	}
}

type treeWalk struct {
	t     tree
	from  uint64
	yield func(entry, error) bool

	// seen is, for each level, 1 above the key visited last.
	seen [disk.MaxBTLevel + 1]uint64
}

func (w *treeWalk) visit(p *disk.BTPage) bool {
	i := slot(p, w.from)
	if p.Level > 0 {
		i = branch(p, w.from)
	}
	for ; i < p.Len(); i++ {
		if err := w.advance(p, i); err != nil {
			w.yield(entry{}, err)
			return false
		}
		if !w.visitEntry(p, i) {
			return false
		}
	}
	return true
}

func (w *treeWalk) advance(p *disk.BTPage, i int) error {
	key, seen := p.Key(i), &w.seen[p.Level]
	if key < *seen || key == math.MaxUint64 {
		return disk.Corruptf(w.t.kind.String(), -1, "key %#x follows %#x at level %d", key, *seen-1, p.Level)
	}
	*seen = key + 1
	return nil
}

func (w *treeWalk) visitEntry(p *disk.BTPage, i int) bool {
	if p.Level == 0 {
		return w.yield(entry{p, i}, nil)
	}
	child, err := w.t.child(p, i)
	if err != nil {
		w.yield(entry{}, err)
		return false
	}
	return w.visit(child)
}
