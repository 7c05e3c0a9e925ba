package check

import "pstsyncd/syncjob/pst/internal/disk"

// counters checks bidNextB, bidNextP (with the pages) and the id counters (rule 15).
func (c *checker) counters() {
	for _, n := range c.nodes {
		c.seenNID(n.NID)
	}
	for t, highest := range c.maxNID {
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

func (c *checker) seenNID(nid disk.NID) {
	if nid.Index() >= 0x400 || nid.Type() == disk.NIDTypeLTP {
		c.maxNID[nid.Type()] = max(c.maxNID[nid.Type()], nid.Index())
	}
}

// dlist checks the density list where it claims to be current (rule 13). An
// outdated or missing one is normal.
func (c *checker) dlist() {
	b := make([]byte, disk.PageSize)
	if n, _ := c.r.ReadAt(b, disk.DListOffset); n != len(b) || c.amapBad {
		return
	}
	var d disk.DList
	if err := d.Unmarshal(c.f, b); err != nil || d.Trailer.BID != c.hdr.NextP {
		return
	}
	for _, e := range d.Entries {
		where := pageName("dlist", disk.BREF{BID: d.Trailer.BID, IB: disk.DListOffset})
		switch page := int64(e.Page); {
		case page >= c.sections():
			c.warnf("dlist", "2.2.2.7.4", where, "entry for section %d of %d", page, c.sections())
		case uint16(e.Free) != c.freeSlots[page]:
			c.warnf("dlist", "2.2.2.7.4", where, "section %d has %d free slots, the list says %d", page, c.freeSlots[page], e.Free)
		}
	}
}
