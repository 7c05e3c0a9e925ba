package ndb

import (
	"fmt"
	"iter"
	"sort"

	"pstsyncd/syncjob/pst/internal/disk"
)

// Subnode looks a subnode up in the committed state.
func (s *Store) Subnode(sub disk.BID, nid disk.NID) (Node, error) { return findSubnode(s, sub, nid) }

// Subnodes yields the subnodes in a tree of the committed state.
func (s *Store) Subnodes(sub disk.BID) iter.Seq2[Node, error] { return subnodes(s, sub) }

// subnodeRoot is the root of a subnode tree ([MS-PST] 2.2.2.8.3.3): an SIBLOCK, or the
// only SLBLOCK.
type subnodeRoot struct {
	si disk.SIBlock
	sl disk.SLBlock
	// leaf says that sl is the root.
	leaf bool
}

// checkSubnodeRoot refuses the id of a block that no subnode tree can begin with.
func checkSubnodeRoot(sub disk.BID) error {
	if sub != 0 && !sub.Internal() {
		return disk.Corruptf("subnode tree", -1, "root is %v, no internal block", sub)
	}
	return nil
}

func readSubnodeRoot(src source, sub disk.BID) (*subnodeRoot, error) {
	if err := checkSubnodeRoot(sub); err != nil {
		return nil, err
	}
	b, err := src.block(sub)
	if err != nil {
		return nil, err
	}
	level, err := disk.SubnodeLevel(b)
	if err != nil {
		return nil, err
	}
	r := &subnodeRoot{leaf: level == disk.LevelSL}
	if r.leaf {
		err = unmarshalSL(src.Format(), b, &r.sl)
		return r, err
	}
	if err := r.si.Unmarshal(src.Format(), b); err != nil {
		return nil, err
	}
	return r, r.si.Validate()
}

func readSLBlock(src source, bid disk.BID) (*disk.SLBlock, error) {
	b, err := src.block(bid)
	if err != nil {
		return nil, err
	}
	sl := new(disk.SLBlock)
	return sl, unmarshalSL(src.Format(), b, sl)
}

func unmarshalSL(f disk.Format, b []byte, sl *disk.SLBlock) error {
	if err := sl.Unmarshal(f, b); err != nil {
		return err
	}
	return sl.Validate()
}

// leafFor returns the leaf that holds nid, if any does.
func (r *subnodeRoot) leafFor(src source, nid disk.NID) (*disk.SLBlock, error) {
	if r.leaf {
		return &r.sl, nil
	}
	return readSLBlock(src, r.si.Entries[siBranch(r.si.Entries, nid)].BID)
}

// siBranch returns the index of the entry whose child holds nid, if any does.
func siBranch(entries []disk.SIEntry, nid disk.NID) int {
	i := sort.Search(len(entries), func(i int) bool { return entries[i].NID > nid })
	return max(i-1, 0)
}

// slSlot returns the index of the first entry whose id is at least nid, and whether
// it is nid.
func slSlot(entries []disk.SLEntry, nid disk.NID) (int, bool) {
	i := sort.Search(len(entries), func(i int) bool { return entries[i].NID >= nid })
	return i, i < len(entries) && entries[i].NID == nid
}

func findSubnode(src source, sub disk.BID, nid disk.NID) (Node, error) {
	wrap := func(err error) (Node, error) { return Node{}, fmt.Errorf("subnode %v of %v: %w", nid, sub, err) }
	if sub.Lookup() == 0 {
		return wrap(ErrNotFound)
	}
	root, err := readSubnodeRoot(src, sub)
	if err != nil {
		return wrap(err)
	}
	sl, err := root.leafFor(src, nid)
	if err != nil {
		return wrap(err)
	}
	i, ok := slSlot(sl.Entries, nid)
	if !ok {
		return wrap(ErrNotFound)
	}
	return subnodeOf(&sl.Entries[i]), nil
}

func subnodeOf(e *disk.SLEntry) Node {
	return Node{NID: e.NID, Data: e.Data.Lookup(), Sub: e.Sub.Lookup()}
}

// subnodes yields the subnodes below sub. Ids that do not ascend from leaf to leaf
// are corrupt; so is, therefore, a tree that comes back to a block.
func subnodes(src source, sub disk.BID) iter.Seq2[Node, error] {
	return func(yield func(Node, error) bool) {
		if sub.Lookup() == 0 {
			return
		}
		root, err := readSubnodeRoot(src, sub)
		if err != nil {
			yield(Node{}, fmt.Errorf("subnodes of %v: %w", sub, err))
			return
		}
		w := &subnodeWalk{yield: yield}
		if root.leaf {
			w.visit(&root.sl)
			return
		}
		for i := range root.si.Entries {
			sl, err := readSLBlock(src, root.si.Entries[i].BID)
			if err != nil {
				yield(Node{}, fmt.Errorf("subnodes of %v: %w", sub, err))
				return
			}
			if !w.visit(sl) {
				return
			}
		}
	}
}

type subnodeWalk struct {
	yield   func(Node, error) bool
	prev    disk.NID
	started bool
}

func (w *subnodeWalk) visit(sl *disk.SLBlock) bool {
	for i := range sl.Entries {
		n := subnodeOf(&sl.Entries[i])
		if w.started && n.NID <= w.prev {
			w.yield(Node{}, disk.Corruptf("siblock", -1, "subnode %v is followed by %v", w.prev, n.NID))
			return false
		}
		w.prev, w.started = n.NID, true
		if !w.yield(n, nil) {
			return false
		}
	}
	return true
}
