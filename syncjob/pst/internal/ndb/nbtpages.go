package ndb

import (
	"iter"
	"math"

	"pstsyncd/syncjob/pst/internal/disk"
)

// NBTPage is a page of the node B-tree. Pages are never changed where they stand:
// a page with the same Ref in a later state of the same file has the same content,
// and so has all that is below it.
type NBTPage struct {
	Ref     disk.BREF
	Level   int    // 0 for a leaf
	Lo, Hi  uint64 // all node ids below it satisfy Lo <= nid < Hi
	Entries []Node // of a leaf, ascending by id; not to be changed
}

// NBTPages yields the pages of the node B-tree for which known returns false, each
// before its children and the leaves by ascending node ids. It neither reads nor
// descends into the pages for which known returns true: with the pages of an earlier
// state, what is read grows with the number of changed nodes and not with the size
// of the store. It ends after the first error.
func (s *Store) NBTPages(known func(disk.BREF) bool) iter.Seq2[NBTPage, error] {
	return func(yield func(NBTPage, error) bool) {
		t := s.nbt()
		if known(t.root) {
			return
		}
		root, err := t.rootPage()
		if err != nil {
			yield(NBTPage{}, err)
			return
		}
		w := &pageWalk{t: t, known: known, yield: yield}
		w.visit(root, NBTPage{Ref: t.root, Hi: math.MaxUint64})
	}
}

type pageWalk struct {
	t     tree
	known func(disk.BREF) bool
	yield func(NBTPage, error) bool
}

func (w *pageWalk) visit(p *disk.BTPage, at NBTPage) bool {
	at.Level = int(p.Level)
	if n := p.Len(); n > 0 && (p.Key(0) < at.Lo || p.Key(n-1) >= at.Hi) {
		w.yield(NBTPage{}, disk.Corruptf(w.t.kind.String(), int64(at.Ref.IB),
			"keys %#x to %#x, want them from %#x and below %#x", p.Key(0), p.Key(n-1), at.Lo, at.Hi))
		return false
	}
	for i := range p.NBT {
		at.Entries = append(at.Entries, nodeOf(&p.NBT[i]))
	}
	if !w.yield(at, nil) {
		return false
	}
	for i := range p.Inner {
		if !w.visitChild(p, i, at) {
			return false
		}
	}
	return true
}

func (w *pageWalk) visitChild(p *disk.BTPage, i int, parent NBTPage) bool {
	at := NBTPage{Ref: p.Inner[i].Ref, Lo: p.Inner[i].Key, Hi: parent.Hi}
	if i == 0 {
		at.Lo = parent.Lo
	}
	if i+1 < len(p.Inner) {
		at.Hi = p.Inner[i+1].Key
	}
	if w.known(at.Ref) {
		return true
	}
	child, err := w.t.child(p, i)
	if err != nil {
		w.yield(NBTPage{}, err)
		return false
	}
	return w.visit(child, at)
}
