package check

import (
	"pstsyncd/syncjob/pst/internal/disk"
)

const (
	treeRef = "2.2.2.8.3.2"
	subRef  = "2.2.2.8.3.3"

	maxDepth = 16 // of subnodes within subnodes; Outlook stays below 6
)

// dataTree is a checked data tree: its leaves in order.
type dataTree struct {
	leaves []disk.BID
	size   uint64
}

// walkData checks the data tree at bid and counts what it refers to (rule 24).
// False when a part of it is missing.
func (c *checker) walkData(bid disk.BID, where string) (dataTree, bool) {
	var t dataTree
	if bid.Lookup() == 0 {
		return t, true
	}
	ok := c.dataNode(bid, -1, &t, where)
	for i, leaf := range t.leaves {
		e := c.blocks.find(leaf)
		if e == nil {
			continue
		}
		if i+1 < len(t.leaves) && int(e.Size) != c.f.MaxBlockData() {
			c.errorf("data-full", treeRef, where, "block %v, number %d of %d, has %d bytes and not %d", leaf, i, len(t.leaves), e.Size, c.f.MaxBlockData())
		}
	}
	return t, ok
}

// dataNode checks a data block (level 0), an XBLOCK (1) or an XXBLOCK (2); level -1 takes any.
func (c *checker) dataNode(bid disk.BID, level int, t *dataTree, where string) bool {
	if !bid.Internal() {
		e := c.blocks.find(bid)
		if e == nil {
			c.errorf("block-missing", "2.2.2.7.7.4", where, "block %v is not in the BBT", bid)
			return false
		}
		if level > 0 {
			c.errorf("block-kind", "2.2.2.8.3", where, "block %v of data where an XBLOCK is expected", bid)
		}
		t.leaves = append(t.leaves, bid)
		t.size += uint64(e.Size)
		return !e.bad
	}
	b := c.data(bid, where)
	if b == nil {
		return false
	}
	var x disk.XBlock
	if err := x.Unmarshal(c.f, b); err != nil {
		c.errorf("block-kind", "2.2.2.8.3", where, "block %v: %v", bid, err)
		return false
	}
	if level == 0 || level > 0 && int(x.Level) != level || len(x.BIDs) == 0 {
		c.errorf("block-kind", "2.2.2.8.3", where, "block %v is an XBLOCK of level %d with %d children", bid, x.Level, len(x.BIDs))
		return false
	}
	first := c.firstVisit(bid)
	before, ok := t.size, true
	for _, child := range x.BIDs {
		if first {
			c.refer(child, where)
		}
		if !c.dataNode(child, int(x.Level)-1, t, where) {
			ok = false
		}
	}
	if ok && uint64(x.Total) != t.size-before {
		c.errorf("data-total", treeRef, where, "lcbTotal of block %v is %d, its data %d bytes", bid, x.Total, t.size-before)
	}
	return ok
}

// firstVisit tells whether the children of an internal block are still to be
// counted: a block that two nodes share refers to each child once.
func (c *checker) firstVisit(bid disk.BID) bool {
	if c.quiet || c.walked[bid.Lookup()] {
		return false
	}
	c.walked[bid.Lookup()] = true
	return true
}

// walkSub checks the subnode tree at bid and returns its entries (rule 25).
func (c *checker) walkSub(bid disk.BID, where string) (entries []disk.SLEntry, ok bool) {
	if bid.Lookup() == 0 {
		return nil, true
	}
	ok = c.subNode(bid, -1, 0, &entries, where)
	return entries, ok
}

func (c *checker) subNode(bid disk.BID, level int, lo disk.NID, out *[]disk.SLEntry, where string) bool {
	if !bid.Internal() {
		c.errorf("block-kind", "2.2.2.8.3", where, "block %v of data where subnodes are expected", bid)
		return false
	}
	b := c.data(bid, where)
	if b == nil {
		return false
	}
	got, err := disk.SubnodeLevel(b)
	if err != nil || level >= 0 && int(got) != level {
		c.errorf("block-kind", "2.2.2.8.3", where, "block %v is no subnode block of level %d: %v", bid, level, err)
		return false
	}
	first := c.firstVisit(bid)
	if got == disk.LevelSI {
		return c.siBlock(bid, b, first, out, where)
	}
	return c.slBlock(bid, b, first, lo, out, where)
}

func (c *checker) siBlock(bid disk.BID, b []byte, first bool, out *[]disk.SLEntry, where string) bool {
	var si disk.SIBlock
	err := si.Unmarshal(c.f, b)
	if err == nil {
		err = si.Validate()
	}
	if err != nil {
		c.errorf("subnode", subRef, where, "block %v: %v", bid, err)
		return false
	}
	ok := true
	for _, e := range si.Entries {
		if first {
			c.refer(e.BID, where)
		}
		if !c.subNode(e.BID, int(disk.LevelSL), e.NID, out, where) {
			ok = false
		}
	}
	return ok
}

func (c *checker) slBlock(bid disk.BID, b []byte, first bool, lo disk.NID, out *[]disk.SLEntry, where string) bool {
	var sl disk.SLBlock
	err := sl.Unmarshal(c.f, b)
	if err == nil {
		err = sl.Validate()
	}
	if err == nil && lo != 0 && sl.Entries[0].NID != lo {
		err = disk.Corruptf("slblock", -1, "first id is %v, the parent says %v", sl.Entries[0].NID, lo)
	}
	if n := len(*out); err == nil && n > 0 && sl.Entries[0].NID <= (*out)[n-1].NID {
		err = disk.Corruptf("slblock", -1, "id %v follows %v", sl.Entries[0].NID, (*out)[n-1].NID)
	}
	if err != nil {
		c.errorf("subnode", subRef, where, "block %v: %v", bid, err)
		return false
	}
	for _, e := range sl.Entries {
		if first {
			c.refer(e.Data, where)
			c.refer(e.Sub, where)
		}
		*out = append(*out, e)
	}
	return true
}
