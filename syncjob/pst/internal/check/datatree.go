package check

import "pstsyncd/syncjob/pst/internal/disk"

const treeRef = "2.2.2.8.3.2"

// dataTree is a checked data tree: its leaves in order, as indexes of blocks.
type dataTree struct {
	leaves []int
	size   uint64
}

// walkData checks the data tree at bid, to which a reference was counted, and
// counts those within it (rule 24). False when a part of it is missing.
func (c *checker) walkData(bid disk.BID, where string) (dataTree, bool) {
	var t dataTree
	if bid.Lookup() == 0 {
		return t, true
	}
	ok := c.dataNode(bid, -1, &t, where)
	if c.quiet {
		return t, ok
	}
	for i, leaf := range t.leaves {
		e := &c.blocks[leaf]
		if i+1 < len(t.leaves) && int(e.Size) != c.f.MaxBlockData() {
			c.errorf("data-full", treeRef, where, "block %v, number %d of %d, has %d bytes and not %d", e.Ref.BID, i, len(t.leaves), e.Size, c.f.MaxBlockData())
		}
	}
	return t, ok
}

// dataNode checks a data block (level 0), an XBLOCK (1) or an XXBLOCK (2); level -1 takes any.
func (c *checker) dataNode(bid disk.BID, level int, t *dataTree, where string) bool {
	i := c.blocks.index(bid)
	if i < 0 || !c.spend(workPerEntry) {
		return false
	}
	if bid.Internal() {
		return c.xBlock(i, level, t, where)
	}
	if level > 0 {
		c.errorf("block-kind", "2.2.2.8.3", where, "block %v of data where an XBLOCK is expected", bid)
	}
	if len(t.leaves) == len(c.blocks) {
		c.errorf("data-total", treeRef, where, "more blocks of data than there are blocks")
		return false
	}
	t.leaves = append(t.leaves, i)
	t.size += uint64(c.blocks[i].Size)
	return !c.blocks[i].bad
}

func (c *checker) xBlock(i, level int, t *dataTree, where string) bool {
	b, bid := c.data(i), c.blocks[i].Ref.BID
	if b == nil {
		return false
	}
	var x disk.XBlock
	if err := x.Unmarshal(c.f, b); err != nil {
		c.errorf("block-kind", "2.2.2.8.3", where, "block %v: %v", bid, err)
		return false
	}
	if level >= 0 && int(x.Level) != level || len(x.BIDs) == 0 {
		c.errorf("block-kind", "2.2.2.8.3", where, "block %v is an XBLOCK of level %d with %d children", bid, x.Level, len(x.BIDs))
		return false
	}
	first := c.firstVisit(i)
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

// firstVisit tells whether the references in an internal block are still to be
// counted: a block that two nodes share refers to each child once.
func (c *checker) firstVisit(i int) bool {
	if c.quiet || c.blocks[i].kids {
		return false
	}
	c.blocks[i].kids = true
	return true
}
