package disk

// HNPageHdr is HNPAGEHDR, the beginning of a block of a heap that has no fill
// levels ([MS-PST] 2.3.1.3).
type HNPageHdr struct {
	PageMap uint16 // ibHnpm: offset of the HNPageMap in the block
}

// Unmarshal decodes the beginning of a block.
func (h *HNPageHdr) Unmarshal(f Format, b []byte) error {
	if err := need("hnpagehdr", b, HNPageHdrSize); err != nil {
		return err
	}
	r := &reader{f: f, b: b}
	h.PageMap = r.u16()
	return nil
}

// Marshal writes the header to the first [HNPageHdrSize] bytes of b.
func (h *HNPageHdr) Marshal(f Format, b []byte) error {
	if err := room("hnpagehdr", b, HNPageHdrSize); err != nil {
		return err
	}
	w := &writer{f: f, b: b}
	w.u16(h.PageMap)
	return nil
}

// HNBitmapHdr is HNBITMAPHDR, the beginning of block 8 of a heap and of every 128th
// after it ([MS-PST] 2.3.1.4).
type HNBitmapHdr struct {
	PageMap    uint16                   // ibHnpm: offset of the HNPageMap in the block
	FillLevels [hnBitmapLevels / 2]byte // rgbFillLevel of this block and the 127 after it: see FillLevels
}

// Unmarshal decodes the beginning of a block.
func (h *HNBitmapHdr) Unmarshal(f Format, b []byte) error {
	if err := need("hnbitmaphdr", b, HNBitmapHdrSize); err != nil {
		return err
	}
	r := &reader{f: f, b: b}
	h.PageMap = r.u16()
	r.copy(h.FillLevels[:])
	return nil
}

// Marshal writes the header to the first [HNBitmapHdrSize] bytes of b.
func (h *HNBitmapHdr) Marshal(f Format, b []byte) error {
	if err := room("hnbitmaphdr", b, HNBitmapHdrSize); err != nil {
		return err
	}
	w := &writer{f: f, b: b}
	w.u16(h.PageMap)
	w.copy(h.FillLevels[:])
	return nil
}
