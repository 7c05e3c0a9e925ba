package ndb

import (
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// Reference counts ([MS-PST] 2.2.2.7.7.3.1): the count of a block is 1 and the number
// of references to it from nodes, subnodes and blocks. For blocks of the durable state
// only the change is kept, so that what is taken from one place and put in another,
// as the children of a rewritten XBLOCK are, costs no look-up. Whether such a block is
// to go is decided at Commit.

// swapRefs makes one reference point to another block; 0 is none.
func (tx *Tx) swapRefs(from, to disk.BID) error {
	if from == to {
		return nil
	}
	if err := tx.checkRef(to); err != nil {
		return err
	}
	if err := tx.addRef(to); err != nil {
		return err
	}
	return tx.dropRef(from)
}

// checkRef refuses a reference to a block that is not there.
func (tx *Tx) checkRef(bid disk.BID) error {
	if bid == 0 || tx.blocks[bid] != nil {
		return nil
	}
	_, err := tx.blockLen(bid)
	return err
}

// addRef counts a reference to a block that is known to be there.
func (tx *Tx) addRef(bid disk.BID) error {
	switch b := tx.blocks[bid]; {
	case bid == 0:
	case b != nil:
		b.refs++
	case tx.isNew(bid):
		return tx.fail(goneError(bid))
	default:
		tx.count(bid, 1)
	}
	return nil
}

// dropRef takes a reference away. A new block without references goes at once.
func (tx *Tx) dropRef(bid disk.BID) error {
	switch b := tx.blocks[bid]; {
	case bid == 0:
	case b != nil:
		if b.refs--; b.refs == 0 {
			return tx.destroy(bid, b)
		}
	case tx.isNew(bid):
		return tx.fail(goneError(bid))
	default:
		tx.count(bid, -1)
	}
	return nil
}

// goneError is about an id that is not below those of the transaction and has no block:
// a damaged file refers to it, or the block was dropped within the transaction.
func goneError(bid disk.BID) error {
	return disk.Corruptf("bbt", -1, "block %v is not there, or not any more", bid)
}

func (tx *Tx) count(bid disk.BID, n int) {
	if tx.refs[bid] += n; tx.refs[bid] == 0 {
		delete(tx.refs, bid)
	}
}

// isNew reports whether the transaction made the block, which may be gone again.
func (tx *Tx) isNew(bid disk.BID) bool { return bid >= tx.firstBID }

// destroy drops a new block and its references. The space it has is free at once, as
// nothing durable is there.
func (tx *Tx) destroy(bid disk.BID, b *newBlock) error {
	children, err := tx.children(bid)
	if err != nil {
		return tx.fail(err)
	}
	delete(tx.blocks, bid)
	if b.ib == 0 {
		tx.pending.drop(b)
	} else {
		tx.space.release(b.ib, tx.Format().BlockSize(int(b.size)))
	}
	for _, child := range children {
		if err := tx.dropRef(child); err != nil {
			return err
		}
	}
	return nil
}

// children returns what a block refers to, with repetitions, 0 left out.
func (tx *Tx) children(bid disk.BID) ([]disk.BID, error) {
	if !bid.Internal() {
		return nil, nil
	}
	b, err := tx.block(bid)
	if err != nil {
		return nil, err
	}
	refs, err := blockRefs(tx.Format(), b)
	if err != nil {
		return nil, fmt.Errorf("block %v: %w", bid, err)
	}
	return refs, nil
}

// blockRefs returns what the internal block with data b refers to.
func blockRefs(f disk.Format, b []byte) ([]disk.BID, error) {
	var x disk.XBlock
	xerr := x.Unmarshal(f, b)
	if xerr == nil {
		return lookups(x.BIDs), nil
	}
	level, err := disk.SubnodeLevel(b)
	switch {
	case err != nil:
		return nil, xerr
	case level == disk.LevelSL:
		var sl disk.SLBlock
		err = sl.Unmarshal(f, b)
		return slRefs(sl.Entries), err
	default:
		var si disk.SIBlock
		err = si.Unmarshal(f, b)
		return siRefs(si.Entries), err
	}
}

func lookups(bids []disk.BID) []disk.BID {
	var refs []disk.BID
	for _, bid := range bids {
		if bid.Lookup() != 0 {
			refs = append(refs, bid.Lookup())
		}
	}
	return refs
}

func slRefs(entries []disk.SLEntry) []disk.BID {
	bids := make([]disk.BID, 0, 2*len(entries))
	for i := range entries {
		bids = append(bids, entries[i].Data, entries[i].Sub)
	}
	return lookups(bids)
}

func siRefs(entries []disk.SIEntry) []disk.BID {
	bids := make([]disk.BID, len(entries))
	for i := range entries {
		bids[i] = entries[i].BID
	}
	return lookups(bids)
}
