package check

import (
	"pstsyncd/syncjob/pst/internal/disk"
)

// allBlocks reads every block once, in the order of the BBT (rules 14 and 20 to 22).
func (c *checker) allBlocks() {
	for i := range c.blocks {
		if c.done() {
			return
		}
		e := &c.blocks[i]
		where := blockName(e.Ref.BID, e.Ref.IB)
		if e.Ref.BID >= c.hdr.NextB {
			c.errorf("next-bid", headerRef, where, "bidNextB is %v", c.hdr.NextB)
		}
		if e.Ref.BID != e.Ref.BID.Lookup() {
			c.errorf("block-kind", "2.2.2.2", where, "reserved bit of the bid is set")
		}
		size := c.f.BlockSize(int(e.Size))
		if !c.placed(e.Ref.IB, size) || e.Size == 0 && size > disk.MaxBlockSize {
			c.errorf("block-place", "2.2.2.8", where, "%d bytes at %#x cross a section, the end or their alignment", size, e.Ref.IB)
			e.bad = true
			continue
		}
		c.occupy(e.Ref.IB, size, where)
		if b := c.rawBlock(e, true); b == nil {
			e.bad = true
		}
	}
}

// placed tells whether size bytes at ib are where a block can be.
func (c *checker) placed(ib uint64, size int) bool {
	if ib%disk.BlockAlign != 0 || ib < disk.FirstAMap || size > disk.MaxBlockSize || ib+uint64(size) > c.hdr.Root.FileEOF {
		return false
	}
	first, _, _ := disk.SectionOf(int64(ib))
	last, _, _ := disk.SectionOf(int64(ib) + int64(size) - 1)
	return first == last
}

// rawBlock reads a block and decodes its data; nil when it is damaged, which is
// reported only if report is set.
func (c *checker) rawBlock(e *blockEntry, report bool) []byte {
	where := blockName(e.Ref.BID, e.Ref.IB)
	b := make([]byte, c.f.BlockSize(int(e.Size)))
	if n, _ := c.r.ReadAt(b, int64(e.Ref.IB)); n != len(b) {
		if report {
			c.read(b, int64(e.Ref.IB), where)
		}
		return nil
	}
	var t disk.BlockTrailer
	err := t.Unmarshal(c.f, b)
	if err == nil {
		err = t.Check(e.Ref, e.Size)
	}
	if err != nil {
		if report {
			c.errorf("block-trailer", "2.2.2.8.1", where, "%v", err)
		}
		return nil
	}
	b = b[:e.Size]
	disk.Decode(c.hdr.Crypt, e.Ref.BID, b)
	return b
}

// data gives a block's decoded data, nil if it is missing (reported) or damaged (reported before).
func (c *checker) data(bid disk.BID, where string) []byte {
	e := c.blocks.find(bid)
	if e == nil {
		c.errorf("block-missing", "2.2.2.7.7.4", where, "block %v is not in the BBT", bid)
		return nil
	}
	if e.bad {
		return nil
	}
	return c.rawBlock(e, false)
}

// refer counts a reference to bid.
func (c *checker) refer(bid disk.BID, where string) bool {
	if bid.Lookup() == 0 {
		return false
	}
	e := c.blocks.find(bid)
	if e == nil {
		c.errorf("block-missing", "2.2.2.7.7.4", where, "block %v is not in the BBT", bid)
		return false
	}
	if !c.quiet {
		e.refs++
	}
	return true
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
