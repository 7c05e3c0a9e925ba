package check

import "pstsyncd/syncjob/pst/internal/disk"

const dlistRef = "2.2.2.7.4"

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
	where := pageName("dlist", disk.BREF{BID: d.Trailer.BID, IB: disk.DListOffset})
	listed := newBitmap(int(c.sections()))
	for i, e := range d.Entries {
		switch page := int64(e.Page); {
		case page >= c.sections():
			continue // Outlook leaves entries of what it has cut off
		case listed.get(int(page)):
			c.warnf("dlist", dlistRef, where, "two entries for section %d", page)
		case e.Free != c.freeSlots[page]:
			c.warnf("dlist", dlistRef, where, "section %d has %d free slots, the list says %d", page, c.freeSlots[page], e.Free)
		case i > 0 && e.Free > d.Entries[i-1].Free:
			c.warnf("dlist", dlistRef, where, "%d free slots follow %d", e.Free, d.Entries[i-1].Free)
		}
		listed.set(int(e.Page))
	}
}
