package disk

// BTHHeaderSize is the size of BTHHEADER.
const BTHHeaderSize = 8

// MaxBTHLevels is how many index levels a reader has to be ready for. With items
// of MaxHNItem bytes, four levels address more records than a heap holds.
const MaxBTHLevels = 8

// BTHHeader is BTHHEADER, the root of a B-tree in a heap ([MS-PST] 2.3.2.1).
type BTHHeader struct {
	KeySize  uint8 // cbKey: bytes of a key: 2, 4, 8 or 16
	DataSize uint8 // cbEnt: bytes of data in a leaf record: 1 to 32
	Levels   uint8 // bIdxLevels: levels above the leaves
	Root     HID   // hidRoot: the topmost records; 0 for an empty tree
}

// Unmarshal decodes a heap item.
func (h *BTHHeader) Unmarshal(f Format, b []byte) error {
	if err := need("bthheader", b, BTHHeaderSize); err != nil {
		return err
	}
	r := &reader{f: f, b: b}
	sig := r.u8()
	h.KeySize = r.u8()
	h.DataSize = r.u8()
	h.Levels = r.u8()
	h.Root = HID(r.u32())
	if sig != HNClientBTH {
		return Corruptf("bthheader", 0, "signature is %#02x", sig)
	}
	return nil
}

// Marshal writes the header to the first [BTHHeaderSize] bytes of b.
func (h *BTHHeader) Marshal(f Format, b []byte) error {
	if err := room("bthheader", b, BTHHeaderSize); err != nil {
		return err
	}
	w := &writer{f: f, b: b}
	w.u8(HNClientBTH)
	w.u8(h.KeySize)
	w.u8(h.DataSize)
	w.u8(h.Levels)
	w.u32(uint32(h.Root))
	return nil
}

// Validate checks the sizes.
func (h *BTHHeader) Validate() error {
	switch h.KeySize {
	case 2, 4, 8, 16:
	default:
		return Corruptf("bthheader", 1, "keys of %d bytes", h.KeySize)
	}
	if h.DataSize < 1 || h.DataSize > 32 {
		return Corruptf("bthheader", 2, "data of %d bytes", h.DataSize)
	}
	if h.Levels > MaxBTHLevels {
		return Corruptf("bthheader", 3, "%d index levels", h.Levels)
	}
	return nil
}
