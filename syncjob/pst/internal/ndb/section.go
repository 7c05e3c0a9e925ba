package ndb

import (
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// section is one AMap and the space it maps ([MS-PST] 2.2.2.7.2), as a transaction
// sees it.
type section struct {
	index   int64
	amap    disk.AMap           // what the durable state has allocated and the transaction took
	durable [disk.MapBytes]byte // the bits in the file
	gone    disk.AMap           // what the transaction frees at its commit point
	fresh   bool                // the transaction made it
	frees   bool                // gone is not empty
	listed  bool                // the allocator looks into it

	// The shortest run of slots that is known not to be there: of blocks, of pages.
	noBlock, noPage int
}

const unknownRun = disk.AMapSlots + 1

// readSection reads the AMap of a section of a file that ends at eof.
func (s *Store) readSection(index int64, eof uint64) (*section, error) {
	sec := &section{index: index, noBlock: unknownRun, noPage: unknownRun}
	off := disk.SectionOffset(index)
	b := make([]byte, disk.PageSize)
	if err := s.read(b, off); err != nil {
		return nil, fmt.Errorf("amap %d: %w", index, err)
	}
	if err := sec.amap.Unmarshal(s.Format(), b); err != nil {
		return nil, fmt.Errorf("amap %d: %w", index, err)
	}
	if err := sec.amap.Trailer.Check(disk.PageAMap, disk.BREF{IB: uint64(off)}); err != nil {
		return nil, err
	}
	if err := sec.amap.Validate(index); err != nil {
		return nil, err
	}
	sec.durable = sec.amap.Bits
	if n := slotsBefore(index, eof); n < disk.AMapSlots {
		sec.amap.Set(n, disk.AMapSlots-n)
	}
	return sec, nil
}

// sectionCount returns how many sections a store has, the last of which is the one that
// its file ends in.
func sectionCount(root *disk.Root) (int64, error) {
	n := (int64(root.AMapLast)-disk.FirstAMap)/disk.AMapInterval + 1
	if root.FileEOF > uint64(disk.SectionOffset(n)) {
		return 0, disk.Corruptf("root", -1, "file ends at %#x, the last amap is at %#x", root.FileEOF, root.AMapLast)
	}
	return n, nil
}

// slotsBefore returns how many slots of a section lie before offset eof.
func slotsBefore(index int64, eof uint64) int {
	n := (int64(eof) - disk.SectionOffset(index)) / disk.BlockAlign
	return int(min(max(n, 0), disk.AMapSlots))
}

func newSection(index int64) *section {
	return &section{
		index: index, amap: disk.NewAMap(index), fresh: true,
		noBlock: unknownRun, noPage: unknownRun,
	}
}

// take allocates n slots, the first of which is a multiple of align.
func (sec *section) take(n, align int) (slot int, ok bool) {
	missing := &sec.noBlock
	if align > 1 {
		missing = &sec.noPage
	}
	if n >= *missing {
		return 0, false
	}
	if slot, ok = sec.amap.FindFree(0, n, align); !ok {
		*missing = n
		return 0, false
	}
	sec.amap.Set(slot, n)
	return slot, true
}

// release gives back slots that were taken.
func (sec *section) release(slot, n int) {
	sec.amap.Clear(slot, n)
	sec.noBlock, sec.noPage = unknownRun, unknownRun
}

// free notes slots of the durable state that are to become free.
func (sec *section) free(slot, n int) error {
	durable := disk.AMap{MapPage: disk.MapPage{Bits: sec.durable}}
	if slot+n > disk.AMapSlots || !durable.Allocated(slot, n) || !sec.gone.Free(slot, n) {
		return disk.Corruptf("amap", disk.SectionOffset(sec.index), "slots %d to %d, now unused, were not in use by one owner", slot, slot+n)
	}
	sec.gone.Set(slot, n)
	sec.frees = true
	return nil
}

// clear frees in the map what was noted as free.
func (sec *section) clear() {
	for i, c := range sec.gone.Bits {
		sec.amap.Bits[i] &^= c
	}
}

// freed returns how many slots more are free after the transaction than before.
func (sec *section) freed() int {
	if sec.fresh {
		return sec.freeAfter()
	}
	before := disk.AMap{MapPage: disk.MapPage{Bits: sec.durable}}
	return sec.freeAfter() - before.FreeSlots()
}

// freeAfter returns how many slots are free after the transaction.
func (sec *section) freeAfter() int {
	after := sec.amap
	for i, c := range sec.gone.Bits {
		after.Bits[i] &^= c
	}
	return after.FreeSlots()
}
