package disk

// Signatures of heaps and of what is built on them, the bSig, bClientSig and
// bType fields ([MS-PST] 2.3.1.2).
const (
	hnSignature uint8 = 0xEC

	HNClientReserved1 uint8 = 0x6C
	HNClientTC        uint8 = 0x7C // a table context
	HNClientReserved2 uint8 = 0x8C
	HNClientIDMap     uint8 = 0x9C // "reserved 3": the id map of Outlook
	HNClientReserved4 uint8 = 0xA5
	HNClientReserved5 uint8 = 0xAC
	HNClientBTH       uint8 = 0xB5 // a BTH
	HNClientPC        uint8 = 0xBC // a property context
	HNClientIndex     uint8 = 0xCC // "reserved 6": the message index of Outlook
)

// MaxHNItem is the size of the largest item of a heap; what is larger goes to a
// subnode ([MS-PST] 2.3.3.3).
const MaxHNItem = 3580

// Sizes of the headers of a heap's blocks.
const (
	HNHdrSize       = 12 // of block 0
	HNPageHdrSize   = 2  // of most blocks
	HNBitmapHdrSize = 66 // of block 8 and every 128th after it
)

// Blocks whose fill levels stand in one header.
const (
	hnHdrLevels    = 8
	hnBitmapLevels = 128
)

// HNHeaderSize returns the size of the header that block number block of a heap
// has, counted from 0.
func HNHeaderSize(block int) int {
	switch {
	case block == 0:
		return HNHdrSize
	case block%hnBitmapLevels == hnHdrLevels:
		return HNBitmapHdrSize
	default:
		return HNPageHdrSize
	}
}

// FillLevelPlace returns the block whose header holds the fill level of a block of
// a heap, and the index in it.
func FillLevelPlace(block int) (at, index int) {
	if block < hnHdrLevels {
		return 0, block
	}
	index = (block - hnHdrLevels) % hnBitmapLevels
	return block - index, index
}

// HNHdr is HNHDR, the beginning of the first block of a heap ([MS-PST] 2.3.1.2).
type HNHdr struct {
	PageMap    uint16                // ibHnpm: offset of the HNPageMap in the block
	Client     uint8                 // bClientSig: what is built on the heap
	UserRoot   HID                   // hidUserRoot: where that begins
	FillLevels [hnHdrLevels / 2]byte // rgbFillLevel: see FillLevels
}

// Unmarshal decodes the beginning of the first block.
func (h *HNHdr) Unmarshal(f Format, b []byte) error {
	if err := need("hnhdr", b, HNHdrSize); err != nil {
		return err
	}
	r := &reader{f: f, b: b}
	h.PageMap = r.u16()
	sig := r.u8()
	h.Client = r.u8()
	h.UserRoot = HID(r.u32())
	r.copy(h.FillLevels[:])
	if sig != hnSignature {
		return Corruptf("hnhdr", 2, "signature is %#02x", sig)
	}
	return nil
}

// Marshal writes the header to the first [HNHdrSize] bytes of b.
func (h *HNHdr) Marshal(f Format, b []byte) error {
	if err := room("hnhdr", b, HNHdrSize); err != nil {
		return err
	}
	w := &writer{f: f, b: b}
	w.u16(h.PageMap)
	w.u8(hnSignature)
	w.u8(h.Client)
	w.u32(uint32(h.UserRoot))
	w.copy(h.FillLevels[:])
	return nil
}

// Validate checks that something known is built on the heap.
func (h *HNHdr) Validate() error {
	switch h.Client {
	case HNClientReserved1, HNClientTC, HNClientReserved2, HNClientIDMap, HNClientReserved4,
		HNClientReserved5, HNClientBTH, HNClientPC, HNClientIndex:
		return nil
	default:
		return Corruptf("hnhdr", 3, "client signature is %#02x", h.Client)
	}
}
