package disk

import (
	"encoding/binary"
	"math/bits"
)

// AMap is AMAPPAGE, the page at the beginning of each section that says which of
// its [AMapSlots] slots of [BlockAlign] bytes are allocated, its own included
// ([MS-PST] 2.2.2.7.2).
type AMap struct{ MapPage }

// NewAMap returns the map of a new section, in which the map pages are allocated.
func NewAMap(section int64) AMap {
	m := AMap{newMapPage(PageAMap, SectionOffset(section))}
	m.Set(0, MapPageCount(section)*SlotsPerPage)
	return m
}

// SlotsPerPage is how many slots a page takes.
const SlotsPerPage = PageSize / BlockAlign

// SlotsOf returns how many slots size bytes take.
func SlotsOf(size int) int { return (size + BlockAlign - 1) / BlockAlign }

// Unmarshal decodes a page of [PageSize] bytes.
func (m *AMap) Unmarshal(f Format, b []byte) error { return m.unmarshal(f, b, PageAMap) }

// Validate checks that the page allocates itself and the maps that follow it.
func (m *AMap) Validate(section int64) error {
	if n := MapPageCount(section) * SlotsPerPage; !m.Allocated(0, n) {
		return Corruptf("amap", SectionOffset(section), "its own pages are free")
	}
	return nil
}

// Set allocates n slots, whatever they were.
func (m *AMap) Set(slot, n int) {
	for i := slot; i < slot+n; i++ {
		m.Bits[i/8] |= 0x80 >> (i % 8)
	}
}

// Clear frees n slots, whatever they were.
func (m *AMap) Clear(slot, n int) {
	for i := slot; i < slot+n; i++ {
		m.Bits[i/8] &^= 0x80 >> (i % 8)
	}
}

// Allocated reports whether n slots are all allocated.
func (m *AMap) Allocated(slot, n int) bool { return m.next(slot, false) >= slot+n }

// Free reports whether n slots are all free. Slots beyond the section are not.
func (m *AMap) Free(slot, n int) bool {
	return slot+n <= AMapSlots && m.next(slot, true) >= slot+n
}

// FreeSlots returns how many slots are free.
func (m *AMap) FreeSlots() int {
	used := 0
	for i := 0; i < MapBytes; i += 8 {
		used += bits.OnesCount64(binary.BigEndian.Uint64(m.Bits[i:]))
	}
	return AMapSlots - used
}

// LongestRun returns how many slots in a row are free, at most.
func (m *AMap) LongestRun() int {
	longest := 0
	for slot := m.next(0, false); slot < AMapSlots; {
		end := m.next(slot, true)
		longest = max(longest, end-slot)
		slot = m.next(end, false)
	}
	return longest
}

// FindFree returns the first run of n free slots at or after from whose first slot
// is a multiple of align: 1 for a block, [SlotsPerPage] for a page.
func (m *AMap) FindFree(from, n, align int) (slot int, ok bool) {
	for slot = from; ; {
		slot = (m.next(slot, false) + align - 1) / align * align
		if slot+n > AMapSlots {
			return 0, false
		}
		end := m.next(slot, true)
		if end >= slot+n {
			return slot, true
		}
		slot = end
	}
}

// next returns the first slot at or after from that is allocated or, if allocated
// is false, free; AMapSlots if there is none.
func (m *AMap) next(from int, allocated bool) int {
	for slot := from; slot < AMapSlots; slot = slot/64*64 + 64 {
		word := binary.BigEndian.Uint64(m.Bits[slot/64*8:])
		if !allocated {
			word = ^word
		}
		word <<= slot % 64
		if word != 0 {
			return slot + bits.LeadingZeros64(word)
		}
	}
	return AMapSlots
}
