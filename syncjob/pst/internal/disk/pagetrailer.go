package disk

import "fmt"

// PageType is what a page holds, the ptype field of its trailer ([MS-PST]
// 2.2.2.7.1).
type PageType uint8

// Page types.
const (
	PageBBT   PageType = 0x80
	PageNBT   PageType = 0x81
	PageFMap  PageType = 0x82
	PagePMap  PageType = 0x83
	PageAMap  PageType = 0x84
	PageFPMap PageType = 0x85
	PageDList PageType = 0x86
)

// IsMap reports whether the page is a map, whose BID is its offset and whose
// signature is 0.
func (t PageType) IsMap() bool { return t >= PageFMap && t <= PageFPMap }

// String returns the structure's name: "bbt", "amap", …
func (t PageType) String() string {
	switch t {
	case PageBBT:
		return "bbt page"
	case PageNBT:
		return "nbt page"
	case PageFMap:
		return "fmap"
	case PagePMap:
		return "pmap"
	case PageAMap:
		return "amap"
	case PageFPMap:
		return "fpmap"
	case PageDList:
		return "dlist"
	default:
		return fmt.Sprintf("page of type %#02x", uint8(t))
	}
}

// PageTrailer is PAGETRAILER, the end of every page ([MS-PST] 2.2.2.7.1).
type PageTrailer struct {
	Type PageType // ptype, repeated in ptypeRepeat
	Sig  uint16   // wSig
	CRC  uint32   // dwCRC as read; Marshal computes it
	BID  BID      // bid
}

// NewPageTrailer returns the trailer that a page of type t at ref has. The BID of a
// map page is its offset, whatever ref says.
func NewPageTrailer(t PageType, ref BREF) PageTrailer {
	if t.IsMap() {
		return PageTrailer{Type: t, BID: BID(ref.IB)}
	}
	return PageTrailer{Type: t, Sig: Signature(ref.IB, ref.BID), BID: ref.BID}
}

// Unmarshal decodes the trailer of a page of [PageSize] bytes and checks the CRC of
// the page.
func (t *PageTrailer) Unmarshal(f Format, page []byte) error {
	if err := need("page", page, PageSize); err != nil {
		return err
	}
	r := &reader{f: f, b: page[f.PageDataSize():PageSize]}
	t.Type = PageType(r.u8())
	repeat := PageType(r.u8())
	t.Sig = r.u16()
	if f == Unicode {
		t.CRC = r.u32()
		t.BID = BID(r.u64())
	} else {
		t.BID = BID(r.u32())
		t.CRC = r.u32()
	}
	if t.Type != repeat {
		return Corruptf("page", int64(f.PageDataSize()), "type is %#02x, repeated as %#02x", uint8(t.Type), uint8(repeat))
	}
	if crc := CRC(page[:f.PageDataSize()]); crc != t.CRC {
		return Corruptf(t.Type.String(), -1, "crc is %#08x, stored %#08x", crc, t.CRC)
	}
	return nil
}

// Marshal writes the trailer at the end of a page of [PageSize] bytes, with the CRC
// of what is before it.
func (t *PageTrailer) Marshal(f Format, page []byte) error {
	if err := room("page", page, PageSize); err != nil {
		return err
	}
	crc := CRC(page[:f.PageDataSize()])
	w := &writer{f: f, b: page[f.PageDataSize():PageSize]}
	w.u8(uint8(t.Type))
	w.u8(uint8(t.Type))
	w.u16(t.Sig)
	if f == Unicode {
		w.u32(crc)
		w.u64(uint64(t.BID))
	} else {
		w.id(uint64(t.BID))
		w.u32(crc)
	}
	return w.err
}

// Check returns [ErrCorrupt] unless the trailer is that of a page of type want at
// ref. The BID in ref is ignored for map pages.
func (t *PageTrailer) Check(want PageType, ref BREF) error {
	if t.Type != want {
		return Corruptf(want.String(), int64(ref.IB), "is a %v", t.Type)
	}
	exp := NewPageTrailer(want, ref)
	if t.BID != exp.BID {
		return Corruptf(want.String(), int64(ref.IB), "bid is %v, want %v", t.BID, exp.BID)
	}
	if t.Sig != exp.Sig {
		return Corruptf(want.String(), int64(ref.IB), "signature is %#04x, want %#04x", t.Sig, exp.Sig)
	}
	return nil
}

// unmarshalTrailer decodes the trailer of a page that has to be of type want.
func unmarshalTrailer(f Format, page []byte, want PageType) (PageTrailer, error) {
	var t PageTrailer
	if err := t.Unmarshal(f, page); err != nil {
		return t, err
	}
	if t.Type != want {
		return t, Corruptf(want.String(), -1, "is a %v", t.Type)
	}
	return t, nil
}
