package check

import (
	"cmp"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// blockEntry is a leaf entry of the BBT and what was found out about the block.
type blockEntry struct {
	disk.BBTEntry
	refs uint32   // references found
	bad  bool     // not readable; reported
	kids bool     // the references in this internal block are counted
	subs subState // of this root of a subnode tree
}

// blockList is ordered by BID.
type blockList []blockEntry

// index finds a block, -1 if there is none with that id.
func (l blockList) index(bid disk.BID) int {
	i, ok := slices.BinarySearchFunc(l, bid.Lookup(), func(e blockEntry, bid disk.BID) int { return cmp.Compare(e.Ref.BID, bid) })
	if !ok {
		return -1
	}
	return i
}

// allBlocks reads every block once, in the order of the BBT (rules 14 and 20 to 22).
func (c *checker) allBlocks() {
	c.cache = make(blockCache, min(len(c.blocks), cacheSlots))
	buf := make([]byte, disk.MaxBlockSize)
	for i := range c.blocks {
		if c.done() {
			return
		}
		c.progress.at(0, shareBlocks, i, len(c.blocks))
		e := &c.blocks[i]
		where := blockName(e.Ref.BID, e.Ref.IB)
		if e.Ref.BID >= c.hdr.NextB {
			c.errorf("next-bid", headerRef, where, "bidNextB is %v", c.hdr.NextB)
		}
		if e.Ref.BID != e.Ref.BID.Lookup() {
			c.errorf("block-kind", "2.2.2.2", where, "reserved bit of the bid is set")
		}
		size := c.f.BlockSize(int(e.Size))
		if !c.placed(e.Ref.IB, size) {
			c.errorf("block-place", "2.2.2.8", where, "%d bytes at %#x cross a section, the end or their alignment", size, e.Ref.IB)
			e.bad = true
			continue
		}
		c.occupy(e.Ref.IB, size, where)
		e.bad = !c.firstLook(e, buf[:size], where)
	}
}

// firstLook reads a block into b and reports what is wrong with its trailer.
func (c *checker) firstLook(e *blockEntry, b []byte, where string) bool {
	if !c.spend(len(b)) || !c.read(b, int64(e.Ref.IB), where) {
		return false
	}
	if err := c.trailer(e, b); err != nil {
		c.errorf("block-trailer", "2.2.2.8.1", where, "%v", err)
		return false
	}
	return true
}

// placed tells whether size bytes at ib are where a block can be.
func (c *checker) placed(ib uint64, size int) bool {
	if ib%disk.BlockAlign != 0 || size > disk.MaxBlockSize || !c.within(ib, size) {
		return false
	}
	first, _, _ := disk.SectionOf(int64(ib))
	last, _, _ := disk.SectionOf(int64(ib) + int64(size) - 1)
	return first == last
}

// trailer checks the trailer of the block that b holds.
func (c *checker) trailer(e *blockEntry, b []byte) error {
	var t disk.BlockTrailer
	if err := t.Unmarshal(c.f, b); err != nil {
		return err
	}
	return t.Check(e.Ref, e.Size)
}

// cacheSlots blocks, 8 KiB each, are kept decoded: a table visits its heap in the
// order of its rows, and a message is looked at by several rules.
const cacheSlots = 1024

// blockCache holds each block in the one place that its number leads to.
type blockCache []struct {
	e    *blockEntry
	data []byte
}

// data gives the decoded data of block i, which nobody may change, or nil if it
// is damaged, which was reported when all blocks were read.
func (c *checker) data(i int) []byte {
	e := &c.blocks[i]
	slot := &c.cache[i%len(c.cache)]
	if slot.e == e {
		return slot.data
	}
	if e.bad || !c.spend(int(e.Size)) {
		return nil
	}
	b := make([]byte, c.f.BlockSize(int(e.Size)))
	c.loud(func() { e.bad = !c.reload(e, b) })
	if e.bad {
		return nil
	}
	b = b[:e.Size:e.Size]
	disk.Decode(c.hdr.Crypt, e.Ref.BID, b)
	slot.e, slot.data = e, b
	return b
}

// reload reads a block that was read before.
func (c *checker) reload(e *blockEntry, b []byte) bool {
	where := blockName(e.Ref.BID, e.Ref.IB)
	if !c.read(b, int64(e.Ref.IB), where) {
		return false
	}
	if err := c.trailer(e, b); err != nil {
		c.errorf("block-trailer", "2.2.2.8.1", where, "changed while it was checked: %v", err)
		return false
	}
	return true
}

// refer counts a reference to bid and reports one that leads nowhere.
func (c *checker) refer(bid disk.BID, where string) {
	if bid.Lookup() == 0 {
		return
	}
	if i := c.blocks.index(bid); i >= 0 {
		c.blocks[i].refs++
	} else {
		c.errorf("block-missing", "2.2.2.7.7.4", where, "block %v is not in the BBT", bid)
	}
}

// references compares the counts (rule 23).
func (c *checker) references() {
	orphans := uint32(0)
	for i := range c.blocks {
		e := &c.blocks[i]
		if e.RefCnt == 1 {
			orphans++
		}
		if want := e.refs + 1; uint32(e.RefCnt) != want {
			c.errorf("ref-count", "2.2.2.7.7.3.1", blockName(e.Ref.BID, e.Ref.IB), "cRef is %d, %d references found", e.RefCnt, e.refs)
		}
	}
	if orphans != c.hdr.Orphans {
		c.warnf("orphans", "observed", "header", "header counts %d blocks without a reference, the BBT has %d", c.hdr.Orphans, orphans)
	}
}
