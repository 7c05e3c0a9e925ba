package check

import "pstsyncd/syncjob/pst/internal/disk"

// counters checks bidNextB, bidNextP (with the pages) and the id counters (rule 15).
func (c *checker) counters() {
	for _, n := range c.nodes {
		c.seenNID(n.NID)
		if first := firstIndex(n.NID.Type()); n.NID.Index() < first && !fixed(n.NID) {
			c.warnf("nid-range", headerRef, nodeName(n.NID), "index %#x, the first one for nodes of its type is %#x", n.NID.Index(), first)
		}
	}
	for t, highest := range c.maxNID {
		if c.hdr.RgNID[t] > disk.MaxNIDIndex {
			c.warnf("rgnid", headerRef, "header", "rgnid[%#02x] is %#x, the highest index is %#x", t, c.hdr.RgNID[t], disk.MaxNIDIndex)
		}
		switch disk.NIDType(t) {
		case disk.NIDTypeHID, disk.NIDTypeInternal, disk.NIDTypeSearchUpdateQueue, disk.NIDTypeSearchCriteria, disk.NIDTypeSearchContentsTable,
			disk.NIDTypeContentsTableIndex, disk.NIDTypeSearchTableIndex, disk.NIDTypeAttachmentTable, disk.NIDTypeRecipientTable:
			continue
		}
		if c.hdr.RgNID[t] < highest {
			c.warnf("rgnid", headerRef, "header", "rgnid[%#02x] is %#x, index %#x is in use", t, c.hdr.RgNID[t], highest)
		}
	}
}

// firstIndex is the lowest index that a counter of ids gives out, 0 for types that
// have none.
func firstIndex(t disk.NIDType) uint32 {
	switch t {
	case disk.NIDTypeNormalFolder:
		return 0x400
	case disk.NIDTypeSearchFolder:
		return 0x4000
	case disk.NIDTypeNormalMessage:
		return 0x10000
	case disk.NIDTypeAssocMessage:
		return 0x8000
	}
	return 0
}

// fixed tells whether a folder is the root or a search that has the same id in
// all stores.
func fixed(nid disk.NID) bool {
	return nid == disk.NIDRootFolder || nid == nidSpamSearch || nid == nidAllMessages
}

func (c *checker) seenNID(nid disk.NID) {
	if nid.Index() >= 0x400 || nid.Type() == disk.NIDTypeLTP {
		c.maxNID[nid.Type()] = max(c.maxNID[nid.Type()], nid.Index())
	}
}
