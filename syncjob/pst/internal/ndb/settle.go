package ndb

import (
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// settlement is what becomes of the blocks at Commit ([MS-PST] 2.6.1.1.7).
type settlement struct {
	dropped map[disk.BID]disk.BBTEntry // of the durable state, to be freed
	counted map[disk.BID]disk.BBTEntry // of the durable state, with their new count
}

// settle drops the new blocks that nothing refers to and finds out which blocks of the
// durable state lose their last reference. It writes nothing.
func (tx *Tx) settle() (*settlement, error) {
	if err := tx.dropUnreferenced(); err != nil {
		return nil, err
	}
	st := &settlement{dropped: map[disk.BID]disk.BBTEntry{}, counted: map[disk.BID]disk.BBTEntry{}}
	var work []disk.BID
	for bid, n := range tx.refs {
		if n < 0 {
			work = append(work, bid)
		}
	}
	for len(work) > 0 {
		bid := work[len(work)-1]
		work = work[:len(work)-1]
		children, err := tx.dropDurable(bid, st)
		if err != nil {
			return nil, err
		}
		for _, child := range children {
			if tx.count(child, -1); tx.refs[child] < 0 {
				work = append(work, child)
			}
		}
	}
	return st, tx.recount(st)
}

func (tx *Tx) dropUnreferenced() error {
	var unreferenced []disk.BID
	for bid, b := range tx.blocks {
		if b.refs == 0 {
			unreferenced = append(unreferenced, bid)
		}
	}
	for _, bid := range unreferenced {
		if err := tx.discard(bid); err != nil {
			return err
		}
	}
	return nil
}

// dropDurable drops a block if no reference is left, and returns what it referred to.
func (tx *Tx) dropDurable(bid disk.BID, st *settlement) ([]disk.BID, error) {
	change := tx.refs[bid]
	e, done := st.dropped[bid]
	if !done {
		var err error
		if e, err = tx.s.blockEntry(bid); err != nil {
			return nil, err
		}
	}
	switch refs := int(e.RefCnt) - 1 + change; {
	case refs < 0:
		return nil, disk.Corruptf("bbt", -1, "block %v has %d references and loses %d", bid, int(e.RefCnt)-1, -change)
	case refs > 0 || done:
		return nil, nil
	}
	st.dropped[bid] = e
	return tx.children(bid)
}

// recount sets the counts of the blocks that stay.
func (tx *Tx) recount(st *settlement) error {
	for bid, change := range tx.refs {
		if _, ok := st.dropped[bid]; ok {
			continue
		}
		e, err := tx.s.blockEntry(bid)
		if err != nil {
			return err
		}
		refs := int(e.RefCnt) + change
		if refs > maxRefCount {
			return fmt.Errorf("%d references to block %v: %w", refs-1, bid, ErrFull)
		}
		e.RefCnt = uint16(refs)
		st.counted[bid] = e
	}
	return nil
}

const maxRefCount = 1<<16 - 1

// blockChanges returns the changes of the block B-tree, when all blocks have their
// place.
func (tx *Tx) blockChanges(st *settlement) ([]treeChange, error) {
	changes := make([]treeChange, 0, len(st.dropped)+len(st.counted)+len(tx.blocks))
	for bid := range st.dropped {
		changes = append(changes, treeChange{key: uint64(bid), deleted: true})
	}
	for bid, e := range st.counted {
		changes = append(changes, treeChange{key: uint64(bid), block: e})
	}
	for bid, b := range tx.blocks {
		if b.refs >= maxRefCount {
			return nil, fmt.Errorf("%d references to block %v: %w", b.refs, bid, ErrFull)
		}
		e := disk.BBTEntry{Ref: disk.BREF{BID: bid, IB: b.ib}, Size: b.size, RefCnt: uint16(b.refs + 1)}
		changes = append(changes, treeChange{key: uint64(bid), block: e})
	}
	return changes, nil
}

// nodeTreeChanges returns the changes of the node B-tree.
func (tx *Tx) nodeTreeChanges() []treeChange {
	changes := make([]treeChange, 0, len(tx.nodes.ids))
	for _, nid := range tx.nodes.ids {
		c := tx.nodes.byID[nid]
		n := disk.NBTEntry{NID: nid, Data: c.node.Data, Sub: c.node.Sub, Parent: c.node.Parent}
		changes = append(changes, treeChange{key: uint64(nid), deleted: c.deleted, node: n})
	}
	return changes
}
