package disk

import "encoding/binary"

// hnPageMapSize is the size of HNPAGEMAP before rgibAlloc.
const hnPageMapSize = 4

// HNPageMap is HNPAGEMAP, which says where the items of a block of a heap are
// ([MS-PST] 2.3.1.5).
type HNPageMap struct {
	Free   uint16   // cFree: number of items that are empty
	Allocs []uint16 // rgibAlloc: where each item begins in the block, and where the last one ends
}

// Len returns the number of items, empty ones included.
func (m *HNPageMap) Len() int { return max(0, len(m.Allocs)-1) }

// Size returns the length of the structure.
func (m *HNPageMap) Size() int { return hnPageMapSize + 2*max(1, len(m.Allocs)) }

// Unmarshal decodes the structure at the beginning of b, which is a block from the
// offset in its header on.
func (m *HNPageMap) Unmarshal(f Format, b []byte) error {
	if err := need("hnpagemap", b, hnPageMapSize); err != nil {
		return err
	}
	r := &reader{f: f, b: b}
	n := int(r.u16())
	m.Free = r.u16()
	if 2*(n+1) > len(r.b) {
		return Corruptf("hnpagemap", 0, "%d items in %d bytes", n, len(b))
	}
	m.Allocs = make([]uint16, n+1)
	for i := range m.Allocs {
		m.Allocs[i] = r.u16()
	}
	return nil
}

// Marshal writes the structure to the first Size bytes of b. Without a single
// entry in Allocs it writes an empty map that ends nowhere.
func (m *HNPageMap) Marshal(f Format, b []byte) error {
	if err := room("hnpagemap", b, m.Size()); err != nil {
		return err
	}
	w := &writer{f: f, b: b}
	w.u16(uint16(m.Len()))
	w.u16(m.Free)
	if len(m.Allocs) == 0 {
		w.u16(0)
	}
	for _, at := range m.Allocs {
		w.u16(at)
	}
	return nil
}

// Validate checks the map of block number block of a heap whose header puts it at
// offset at: the items follow the header, one after the other, and end at the map
// or 1 byte before it.
func (m *HNPageMap) Validate(block, at int) error {
	if m.Len() > MaxHIDIndex || len(m.Allocs) == 0 {
		return Corruptf("hnpagemap", 0, "%d items", m.Len())
	}
	if first := int(m.Allocs[0]); first != HNHeaderSize(block) {
		return Corruptf("hnpagemap", hnPageMapSize, "first item at %d of block %d", first, block)
	}
	for i := range m.Len() {
		if size := int(m.Allocs[i+1]) - int(m.Allocs[i]); size < 0 || size > MaxHNItem {
			return Corruptf("hnpagemap", int64(hnPageMapSize+2*i), "item %d of %d bytes", i+1, size)
		}
	}
	if gap := at - int(m.Allocs[m.Len()]); gap < 0 || gap > 1 || at%2 != 0 {
		return Corruptf("hnpagemap", 0, "at %d, items end at %d", at, m.Allocs[m.Len()])
	}
	return nil
}

// HNItem returns item index, counted from 1, of one block of a heap. The result is
// part of block. It decodes no more of the map than it needs.
func HNItem(block []byte, index int) ([]byte, error) {
	if err := need("heap block", block, HNPageHdrSize); err != nil {
		return nil, err
	}
	at := int(binary.LittleEndian.Uint16(block))
	if at+hnPageMapSize > len(block) {
		return nil, Corruptf("heap block", 0, "page map at %d of %d", at, len(block))
	}
	m := block[at:]
	n := int(binary.LittleEndian.Uint16(m))
	if index < 1 || index > n {
		return nil, Corruptf("hnpagemap", 0, "item %d of %d", index, n)
	}
	if hnPageMapSize+2*(n+1) > len(m) {
		return nil, Corruptf("hnpagemap", 0, "%d items in %d bytes", n, len(m))
	}
	entry := m[hnPageMapSize+2*(index-1):]
	from, to := int(binary.LittleEndian.Uint16(entry)), int(binary.LittleEndian.Uint16(entry[2:]))
	if from > to || to > at {
		return nil, Corruptf("hnpagemap", 0, "item %d from %d to %d, map at %d", index, from, to, at)
	}
	return block[from:to:to], nil
}
