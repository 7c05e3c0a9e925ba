package disk

// Format is the form of a file: [Unicode] with 64-bit ids and offsets, or [ANSI]
// with 32-bit ones ([MS-PST] 2.2.1.2). The zero value is Unicode. All sizes are in
// bytes.
type Format uint8

// The two forms.
const (
	Unicode Format = iota
	ANSI
)

// Versions of a file, the wVer field of its header ([MS-PST] 2.2.2.6).
const (
	VersionANSI    uint16 = 14 // Outlook 97
	VersionANSI15  uint16 = 15 // Outlook 98 to 2002
	VersionUnicode uint16 = 23 // Outlook 2003 and later
	VersionOST4K   uint16 = 36 // OST with pages of 4096 bytes, which this package cannot decode
	VersionWIP     uint16 = 37 // protected by Windows Information Protection
)

// versionUnicodeMin is the lowest version with 64-bit ids; 21 was seen in files
// of beta versions.
const versionUnicodeMin = 20

// FormatOf returns the form that a file of version ver has. ok is false for a
// version that has never been seen. It says nothing about whether the file can be
// used: 36 and 37 are Unicode, too.
func FormatOf(ver uint16) (f Format, ok bool) {
	switch {
	case ver == VersionANSI || ver == VersionANSI15:
		return ANSI, true
	case ver >= versionUnicodeMin:
		return Unicode, true
	default:
		return Unicode, false
	}
}

// String returns "unicode" or "ansi".
func (f Format) String() string {
	if f == ANSI {
		return "ansi"
	}
	return "unicode"
}

func (f Format) pick(unicode, ansi int) int {
	if f == ANSI {
		return ansi
	}
	return unicode
}

// Sizes that do not depend on the format.
const (
	PageSize     = 512  // of every page ([MS-PST] 2.2.2.7)
	BlockAlign   = 64   // granularity of allocation and of block offsets ([MS-PST] 2.2.2.8)
	MaxBlockSize = 8192 // of a block with its trailer ([MS-PST] 2.2.2.8)
	MapBytes     = 496  // of the map itself in an AMap, PMap, FMap or FPMap page
	MaxBTLevel   = 8    // of a B-tree page ([MS-PST] 2.2.2.7.7)
)

// HeaderSize is the size of HEADER ([MS-PST] 2.2.2.6).
func (f Format) HeaderSize() int { return f.pick(564, 512) }

// BIDSize is the size of a BID, of an offset and of a B-tree key.
func (f Format) BIDSize() int { return f.pick(8, 4) }

// BREFSize is the size of BREF ([MS-PST] 2.2.2.4).
func (f Format) BREFSize() int { return f.pick(16, 8) }

// PageTrailerSize is the size of PAGETRAILER ([MS-PST] 2.2.2.7.1).
func (f Format) PageTrailerSize() int { return f.pick(16, 12) }

// PageDataSize is the size of a page without its trailer, which is what the CRC
// of the page covers.
func (f Format) PageDataSize() int { return PageSize - f.PageTrailerSize() }

// MapBitsOffset is where the map begins in an AMap, PMap, FMap or FPMap page.
func (f Format) MapBitsOffset() int { return f.pick(0, 4) }

// BTEntriesSize is the space for entries in a B-tree page ([MS-PST] 2.2.2.7.7.1).
func (f Format) BTEntriesSize() int { return f.pick(488, 496) }

// BTEntrySize is the size of BTENTRY ([MS-PST] 2.2.2.7.7.2).
func (f Format) BTEntrySize() int { return f.pick(24, 12) }

// BBTEntrySize is the size of BBTENTRY ([MS-PST] 2.2.2.7.7.3).
func (f Format) BBTEntrySize() int { return f.pick(24, 12) }

// NBTEntrySize is the size of NBTENTRY ([MS-PST] 2.2.2.7.7.4).
func (f Format) NBTEntrySize() int { return f.pick(32, 16) }

// InnerMax is how many entries a B-tree page above the leaves holds.
func (f Format) InnerMax() int { return f.BTEntriesSize() / f.BTEntrySize() }

// BBTLeafMax is how many entries a leaf of the block B-tree holds.
func (f Format) BBTLeafMax() int { return f.BTEntriesSize() / f.BBTEntrySize() }

// NBTLeafMax is how many entries a leaf of the node B-tree holds.
func (f Format) NBTLeafMax() int { return f.BTEntriesSize() / f.NBTEntrySize() }

// BlockTrailerSize is the size of BLOCKTRAILER ([MS-PST] 2.2.2.8.1).
func (f Format) BlockTrailerSize() int { return f.pick(16, 12) }

// MaxBlockData is how many bytes of data one block holds.
func (f Format) MaxBlockData() int { return MaxBlockSize - f.BlockTrailerSize() }

// BlockSize is the space that a block with cb bytes of data takes: data, padding
// and trailer, a multiple of [BlockAlign].
func (f Format) BlockSize(cb int) int {
	return (cb + f.BlockTrailerSize() + BlockAlign - 1) &^ (BlockAlign - 1)
}

// MaxXBlockEntries is how many references an XBLOCK or XXBLOCK holds
// ([MS-PST] 2.2.2.8.3.2).
func (f Format) MaxXBlockEntries() int { return (f.MaxBlockData() - xblockHeaderSize) / f.BIDSize() }

// slHeaderSize is the size of SLBLOCK and SIBLOCK before their entries.
func (f Format) slHeaderSize() int { return f.pick(8, 4) }

// SLEntrySize is the size of SLENTRY ([MS-PST] 2.2.2.8.3.3.1.1).
func (f Format) SLEntrySize() int { return f.pick(24, 12) }

// SIEntrySize is the size of SIENTRY ([MS-PST] 2.2.2.8.3.3.2.1).
func (f Format) SIEntrySize() int { return f.pick(16, 8) }

// MaxSLEntries is how many entries an SLBLOCK holds.
func (f Format) MaxSLEntries() int { return (f.MaxBlockData() - f.slHeaderSize()) / f.SLEntrySize() }

// MaxSIEntries is how many entries an SIBLOCK holds.
func (f Format) MaxSIEntries() int { return (f.MaxBlockData() - f.slHeaderSize()) / f.SIEntrySize() }

// DListMax is how many entries a density list holds ([MS-PST] 2.2.2.7.4.2).
func (f Format) DListMax() int { return f.pick(119, 120) }

// TCRowIDSize is the size of TCROWID, a record of a table's row index
// ([MS-PST] 2.3.4.3.1).
func (f Format) TCRowIDSize() int { return f.pick(8, 6) }
