package disk

import "fmt"

// DListBackfillComplete is DFL_BACKFILL_COMPLETE, a flag of a DList.
const DListBackfillComplete uint8 = 0x01

// DList is DLISTPAGE, the density list at [DListOffset]: the AMaps with the most
// free space ([MS-PST] 2.2.2.7.4). A file may have none, or one that is out of date.
type DList struct {
	Flags   uint8        // bFlags
	Pad     uint16       // wPadding
	Current uint32       // ulCurrentPage: index of the AMap that is used next
	Entries []DListEntry // rgDListPageEnt, by descending free space
	Slack   []byte       // end of the space for entries and rgPadding; nil is zeros
	Trailer PageTrailer  // pageTrailer
}

// DListEntry is DLISTPAGEENT, an AMap in the density list ([MS-PST] 2.2.2.7.4.1).
type DListEntry struct {
	Page uint32 // dwPageNum: index of the AMap; 20 bits
	Free uint16 // dwFreeSlots: free slots in it; 12 bits
}

const (
	dlistHeaderSize  = 8
	dlistEntrySize   = 4
	dlistPageBits    = 20
	maxDListPage     = 1<<dlistPageBits - 1
	maxDListFree     = 1<<(32-dlistPageBits) - 1
	dlistCountOffset = 1
)

// Unmarshal decodes a page of [PageSize] bytes.
func (d *DList) Unmarshal(f Format, b []byte) error {
	t, err := unmarshalTrailer(f, b, PageDList)
	if err != nil {
		return err
	}
	*d = DList{Trailer: t}
	r := &reader{f: f, b: b[:f.PageDataSize()]}
	d.Flags = r.u8()
	n := int(r.u8())
	d.Pad = r.u16()
	d.Current = r.u32()
	if n > f.DListMax() {
		return Corruptf("dlist", dlistCountOffset, "%d entries", n)
	}
	d.Entries = make([]DListEntry, n)
	for i := range d.Entries {
		v := r.u32()
		d.Entries[i] = DListEntry{Page: v & maxDListPage, Free: uint16(v >> dlistPageBits)}
	}
	d.Slack = append([]byte(nil), r.b...)
	return nil
}

// Marshal writes the page, trailer and CRC included, to the first [PageSize] bytes of b.
func (d *DList) Marshal(f Format, b []byte) error {
	if err := room("dlist", b, PageSize); err != nil {
		return err
	}
	if len(d.Entries) > f.DListMax() {
		return fmt.Errorf("%d entries in a dlist: %w", len(d.Entries), ErrRange)
	}
	body := b[:f.PageDataSize()]
	clear(body)
	if tail := min(len(d.Slack), len(body)-dlistHeaderSize-len(d.Entries)*dlistEntrySize); tail > 0 {
		copy(body[len(body)-tail:], d.Slack[len(d.Slack)-tail:])
	}
	w := &writer{f: f, b: body}
	w.u8(d.Flags)
	w.u8(uint8(len(d.Entries)))
	w.u16(d.Pad)
	w.u32(d.Current)
	for _, e := range d.Entries {
		if e.Page > maxDListPage || e.Free > maxDListFree {
			return fmt.Errorf("dlist entry %+v: %w", e, ErrRange)
		}
		w.u32(e.Page | uint32(e.Free)<<dlistPageBits)
	}
	return d.Trailer.Marshal(f, b)
}

// Validate checks that the list names AMaps of a file with that many sections,
// with no more free slots than an AMap has, in descending order.
func (d *DList) Validate(sections int64) error {
	for i, e := range d.Entries {
		if int64(e.Page) >= sections || e.Free > AMapSlots {
			return Corruptf("dlist", -1, "entry %d: amap %d of %d with %d free slots", i, e.Page, sections, e.Free)
		}
		if i > 0 && e.Free > d.Entries[i-1].Free {
			return Corruptf("dlist", -1, "entry %d is out of order", i)
		}
	}
	return nil
}
