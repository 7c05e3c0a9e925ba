package ndb

import (
	"cmp"
	"fmt"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// densityList is what is known of free space without looking at the AMaps: the DList
// ([MS-PST] 2.2.2.7.4). The list in a file is true if nothing was allocated since it was
// written, which its BID tells; otherwise it still says where to look first.
type densityList struct {
	current []disk.DListEntry // true entries
	hints   []int64           // sections to look into, the best first

	// unscanned is the last section that the backward scan for forgotten free space
	// has still to visit, -1 when it is through ([MS-PST] 2.6.1.3.4).
	unscanned int64
}

// readDensityList reads the DList. One that is unusable is like none.
func (s *Store) readDensityList(sections int64) (densityList, error) {
	none := densityList{unscanned: sections - 1}
	b := make([]byte, disk.PageSize)
	if err := s.read(b, disk.DListOffset); err != nil {
		return none, fmt.Errorf("dlist: %w", err)
	}
	h := s.Header()
	var d disk.DList
	if d.Unmarshal(s.Format(), b) != nil || d.Validate(sections) != nil || int64(d.Current) >= sections {
		return none, nil
	}
	list := none
	list.hints = append(list.hints, int64(d.Current))
	for _, e := range d.Entries {
		list.hints = append(list.hints, int64(e.Page))
	}
	if d.Trailer.BID != h.NextP {
		return list, nil
	}
	list.current = d.Entries
	list.unscanned = int64(d.Current)
	if d.Flags&disk.DListBackfillComplete != 0 {
		list.unscanned = -1
	}
	return list, nil
}

// densityListAfter returns the list as it is after the transaction, whose header is h.
func (sp *space) densityListAfter(h *disk.Header) disk.DList {
	if sp.wasteful(h) {
		sp.list.unscanned = sp.sections - 1
	}
	free := map[uint32]int{}
	for _, e := range sp.list.current {
		free[e.Page] = int(e.Free)
	}
	for index, sec := range sp.loaded {
		free[uint32(index)] = sec.freeAfter()
	}
	flags, current := disk.DListBackfillComplete, uint32(0)
	if len(sp.listed) > 0 {
		current = uint32(sp.listed[0].index)
	}
	if sp.list.unscanned >= 0 {
		flags, current = 0, uint32(sp.list.unscanned)
	}
	d := newDensityList(sp.s.Format(), free, current, h.NextP)
	d.Flags = flags
	return d
}

// wasteful reports whether the file grew although much of it is free, in sections that
// the list had no place for. They are then scanned for again.
func (sp *space) wasteful(h *disk.Header) bool {
	const share = 8
	return sp.grew && sp.list.unscanned < 0 && sp.sections > int64(sp.s.Format().DListMax()) &&
		h.Root.AMapFree > h.Root.FileEOF/share
}

// newDensityList returns the list of sections with that many free slots, the most first
// and as many as fit, without the current one.
func newDensityList(f disk.Format, free map[uint32]int, current uint32, next disk.BID) disk.DList {
	d := disk.DList{Current: current, Trailer: disk.NewPageTrailer(disk.PageDList, disk.BREF{BID: next, IB: disk.DListOffset})}
	for page, n := range free {
		if n > 0 && page != current {
			d.Entries = append(d.Entries, disk.DListEntry{Page: page, Free: uint16(n)})
		}
	}
	slices.SortFunc(d.Entries, func(a, b disk.DListEntry) int {
		return cmp.Or(-cmp.Compare(a.Free, b.Free), cmp.Compare(a.Page, b.Page))
	})
	d.Entries = d.Entries[:min(len(d.Entries), f.DListMax())]
	return d
}
