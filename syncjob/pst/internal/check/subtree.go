package check

import "pstsyncd/syncjob/pst/internal/disk"

const (
	subRef = "2.2.2.8.3.3"

	maxDepth = 128 // of subnodes within subnodes: a message in a message takes three
)

// subState says how far the subnodes below a root are checked.
type subState uint8

const (
	subsUnseen subState = iota
	subsOpen            // on the way from a node to the subnode that is looked at
	subsDone
)

// walkSub checks the subnode tree at bid and returns its entries in order (rule 25).
func (c *checker) walkSub(bid disk.BID, where string) (entries []disk.SLEntry, ok bool) {
	if bid.Lookup() == 0 {
		return nil, true
	}
	ok = c.subNode(bid, -1, 0, &entries, where)
	return entries, ok
}

func (c *checker) subNode(bid disk.BID, level int, lo disk.NID, out *[]disk.SLEntry, where string) bool {
	i := c.blocks.index(bid)
	if i < 0 || !c.spend(workPerEntry) {
		return false
	}
	if !bid.Internal() {
		c.errorf("block-kind", "2.2.2.8.3", where, "block %v of data where subnodes are expected", bid)
		return false
	}
	b := c.data(i)
	if b == nil {
		return false
	}
	got, err := disk.SubnodeLevel(b)
	if err != nil || level >= 0 && int(got) != level {
		c.errorf("block-kind", "2.2.2.8.3", where, "block %v is no subnode block of level %d: %v", bid, level, err)
		return false
	}
	first := c.firstVisit(i)
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
	if !c.spend(len(sl.Entries) * workPerEntry) {
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
