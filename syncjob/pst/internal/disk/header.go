package disk

import (
	"bytes"
	"encoding/binary"
)

// Magic numbers of the header ([MS-PST] 2.2.2.6).
const (
	HeaderMagic = "!BDN" // dwMagic

	MagicClientPST uint16 = 0x4D53 // "SM"
	MagicClientOST uint16 = 0x4F53 // "SO"
	MagicClientPAB uint16 = 0x4142 // "AB", a personal address book

	HeaderSentinel uint8 = 0x80 // bSentinel
)

// Spans of the two header CRCs; both begin at wMagicClient.
const (
	headerCRCStart   = 8
	headerPartialLen = 471
	headerFullLen    = 516 // Unicode only
	headerFullOffset = 524 // Unicode only
	versionOffset    = 10
	headerPrefix     = versionOffset + 2
)

// Header is HEADER, the first bytes of a file ([MS-PST] 2.2.2.6).
type Header struct {
	CRCPartial     uint32     // dwCRCPartial as read; Marshal computes it
	MagicClient    uint16     // wMagicClient
	Version        uint16     // wVer
	ClientVersion  uint16     // wVerClient
	PlatformCreate uint8      // bPlatformCreate
	PlatformAccess uint8      // bPlatformAccess
	Reserved1      uint32     // dwReserved1, used by Outlook for itself
	Reserved2      uint32     // dwReserved2, likewise
	BIDUnused      uint64     // bidUnused, Unicode only
	NextP          BID        // bidNextP: id of the next page
	NextB          BID        // bidNextB: id of the next block
	Unique         uint32     // dwUnique: raised by every write of the header
	RgNID          [32]uint32 // rgnid: last index given out, by node type
	Unused         uint32     // low half of qwUnused, Unicode only
	Orphans        uint32     // high half of qwUnused, or ROOT.dwReserved in ANSI files: number of blocks with a reference count of 1
	Root           Root       // root
	Align          uint32     // dwAlign, Unicode only
	FM             [128]uint8 // rgbFM, deprecated: 0xFF in new files
	FP             [128]uint8 // rgbFP, likewise
	Sentinel       uint8      // bSentinel
	Crypt          uint8      // bCryptMethod: CryptNone, CryptPermute, CryptCyclic or CryptWIP
	Reserved3      uint16     // rgbReserved
	ANSIReserved   [12]uint8  // ullReserved and dwReserved, ANSI only
	CRCFull        uint32     // dwCRCFull as read, Unicode only; Marshal computes it
	Tail           [36]uint8  // rgbReserved2 (a version stamp), bReserved, rgbReserved3
}

// DetectFormat returns the form of the file that begins with b, of which it needs
// 12 bytes. Bytes that are not those of a PST, OST or PAB of any version are
// [ErrCorrupt].
func DetectFormat(b []byte) (Format, error) {
	if err := need("header", b, headerPrefix); err != nil {
		return 0, err
	}
	if !bytes.HasPrefix(b, []byte(HeaderMagic)) {
		return 0, Corruptf("header", 0, "magic is % x", b[:len(HeaderMagic)])
	}
	ver := binary.LittleEndian.Uint16(b[versionOffset:])
	f, ok := FormatOf(ver)
	if !ok {
		return 0, Corruptf("header", versionOffset, "version is %d", ver)
	}
	return f, nil
}

// Unmarshal decodes the first [Format.HeaderSize] bytes of a file. It checks the
// magic number and the version, but not the CRCs: see [CheckHeaderCRC].
func (h *Header) Unmarshal(f Format, b []byte) error {
	if err := need("header", b, f.HeaderSize()); err != nil {
		return err
	}
	switch got, err := DetectFormat(b); {
	case err != nil:
		return err
	case got != f:
		return Corruptf("header", versionOffset, "version of %v files, read as %v", got, f)
	}
	r := &reader{f: f, b: b[len(HeaderMagic):]}
	h.CRCPartial = r.u32()
	h.MagicClient = r.u16()
	h.Version = r.u16()
	h.ClientVersion = r.u16()
	h.PlatformCreate = r.u8()
	h.PlatformAccess = r.u8()
	h.Reserved1 = r.u32()
	h.Reserved2 = r.u32()
	if f == Unicode {
		h.unmarshalUnicode(r)
	} else {
		h.unmarshalANSI(r)
	}
	r.copy(h.Tail[:])
	return nil
}

func (h *Header) unmarshalUnicode(r *reader) {
	h.BIDUnused = r.u64()
	h.NextP = BID(r.u64())
	h.Unique = r.u32()
	for i := range h.RgNID {
		h.RgNID[i] = r.u32()
	}
	h.Unused = r.u32()
	h.Orphans = r.u32()
	h.Root.Reserved = r.u32()
	h.Root.unmarshal(r)
	h.Align = r.u32()
	r.copy(h.FM[:])
	r.copy(h.FP[:])
	h.Sentinel = r.u8()
	h.Crypt = r.u8()
	h.Reserved3 = r.u16()
	h.NextB = BID(r.u64())
	h.CRCFull = r.u32()
}

func (h *Header) unmarshalANSI(r *reader) {
	h.NextB = BID(r.u32())
	h.NextP = BID(r.u32())
	h.Unique = r.u32()
	for i := range h.RgNID {
		h.RgNID[i] = r.u32()
	}
	h.Orphans = r.u32()
	h.Root.unmarshal(r)
	r.copy(h.FM[:])
	r.copy(h.FP[:])
	h.Sentinel = r.u8()
	h.Crypt = r.u8()
	h.Reserved3 = r.u16()
	r.copy(h.ANSIReserved[:])
}

// Marshal writes the header with the CRCs of its new content to the first
// [Format.HeaderSize] bytes of b.
func (h *Header) Marshal(f Format, b []byte) error {
	if err := room("header", b, f.HeaderSize()); err != nil {
		return err
	}
	b = b[:f.HeaderSize()]
	copy(b, HeaderMagic)
	w := &writer{f: f, b: b[len(HeaderMagic):]}
	w.u32(0) // dwCRCPartial, below
	w.u16(h.MagicClient)
	w.u16(h.Version)
	w.u16(h.ClientVersion)
	w.u8(h.PlatformCreate)
	w.u8(h.PlatformAccess)
	w.u32(h.Reserved1)
	w.u32(h.Reserved2)
	if f == Unicode {
		h.marshalUnicode(w)
	} else {
		h.marshalANSI(w)
	}
	w.copy(h.Tail[:])
	binary.LittleEndian.PutUint32(b[len(HeaderMagic):], crcSpan(b, headerPartialLen))
	if f == Unicode {
		binary.LittleEndian.PutUint32(b[headerFullOffset:], crcSpan(b, headerFullLen))
	}
	return w.err
}

func (h *Header) marshalUnicode(w *writer) {
	w.u64(h.BIDUnused)
	w.u64(uint64(h.NextP))
	w.u32(h.Unique)
	for _, v := range h.RgNID {
		w.u32(v)
	}
	w.u32(h.Unused)
	w.u32(h.Orphans)
	w.u32(h.Root.Reserved)
	h.Root.marshal(w)
	w.u32(h.Align)
	w.copy(h.FM[:])
	w.copy(h.FP[:])
	w.u8(h.Sentinel)
	w.u8(h.Crypt)
	w.u16(h.Reserved3)
	w.u64(uint64(h.NextB))
	w.u32(0) // dwCRCFull, by Marshal
}

func (h *Header) marshalANSI(w *writer) {
	w.id(uint64(h.NextB))
	w.id(uint64(h.NextP))
	w.u32(h.Unique)
	for _, v := range h.RgNID {
		w.u32(v)
	}
	w.u32(h.Orphans)
	h.Root.marshal(w)
	w.copy(h.FM[:])
	w.copy(h.FP[:])
	w.u8(h.Sentinel)
	w.u8(h.Crypt)
	w.u16(h.Reserved3)
	w.copy(h.ANSIReserved[:])
}

// Validate checks the fixed fields and the root record. It accepts every client
// magic, version and encoding that [MS-PST] names: which of them to refuse is
// the caller's choice.
func (h *Header) Validate() error {
	switch h.MagicClient {
	case MagicClientPST, MagicClientOST, MagicClientPAB:
	default:
		return Corruptf("header", headerCRCStart, "client magic is %#04x", h.MagicClient)
	}
	if h.Sentinel != HeaderSentinel {
		return Corruptf("header", -1, "sentinel is %#02x", h.Sentinel)
	}
	if h.Crypt > CryptCyclic && h.Crypt != CryptWIP {
		return Corruptf("header", -1, "crypt method is %#02x", h.Crypt)
	}
	return h.Root.Validate()
}

// CheckHeaderCRC reports which of the two CRCs in the header b are right. partial
// covers the root record; full also covers the encoding and the next block id of
// Unicode files. ANSI files have only the first, and full repeats it.
func CheckHeaderCRC(f Format, b []byte) (partial, full bool, err error) {
	if err := need("header", b, f.HeaderSize()); err != nil {
		return false, false, err
	}
	partial = binary.LittleEndian.Uint32(b[len(HeaderMagic):]) == crcSpan(b, headerPartialLen)
	if f == ANSI {
		return partial, partial, nil
	}
	full = binary.LittleEndian.Uint32(b[headerFullOffset:]) == crcSpan(b, headerFullLen)
	return partial, full, nil
}

func crcSpan(header []byte, n int) uint32 { return CRC(header[headerCRCStart : headerCRCStart+n]) }
