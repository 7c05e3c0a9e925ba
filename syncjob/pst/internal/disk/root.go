package disk

// Root is ROOT, the current state of a file within its header ([MS-PST]
// 2.2.2.5). Sizes and offsets in bytes.
type Root struct {
	FileEOF   uint64   // ibFileEof: end of the last section
	AMapLast  uint64   // ibAMapLast: offset of the last AMap page
	AMapFree  uint64   // cbAMapFree: free space in all AMaps
	PMapFree  uint64   // cbPMapFree: free space in pages that PMaps reserve
	NBT       BREF     // BREFNBT: root page of the node B-tree
	BBT       BREF     // BREFBBT: root page of the block B-tree
	AMapValid uint8    // fAMapValid: AMapInvalid, AMapValid1 or AMapValid2
	Reserved  uint32   // dwReserved of Unicode files; ANSI files keep Header.Orphans there
	Pad       [3]uint8 // bReserved, wReserved
}

// States of the AMaps, the fAMapValid field ([MS-PST] 2.2.2.5).
const (
	AMapInvalid uint8 = 0
	AMapValid1  uint8 = 1 // as the oldest writers left it
	AMapValid2  uint8 = 2
)

func (t *Root) unmarshal(r *reader) {
	t.FileEOF = r.id()
	t.AMapLast = r.id()
	t.AMapFree = r.id()
	t.PMapFree = r.id()
	t.NBT = r.bref()
	t.BBT = r.bref()
	t.AMapValid = r.u8()
	r.copy(t.Pad[:])
}

func (t *Root) marshal(w *writer) {
	w.id(t.FileEOF)
	w.id(t.AMapLast)
	w.id(t.AMapFree)
	w.id(t.PMapFree)
	w.bref(t.NBT)
	w.bref(t.BBT)
	w.u8(t.AMapValid)
	w.copy(t.Pad[:])
}

// Validate checks what every usable file satisfies: both root pages and the last
// AMap lie where such pages can be. It does not compare with the size of the file.
func (t *Root) Validate() error {
	if t.AMapLast < FirstAMap || (t.AMapLast-FirstAMap)%AMapInterval != 0 || t.AMapLast >= t.FileEOF {
		return Corruptf("root", -1, "last amap at %#x in a file that ends at %#x", t.AMapLast, t.FileEOF)
	}
	if err := validateRootPage("nbt", t.NBT, t.FileEOF); err != nil {
		return err
	}
	if err := validateRootPage("bbt", t.BBT, t.FileEOF); err != nil {
		return err
	}
	if t.AMapValid > AMapValid2 {
		return Corruptf("root", -1, "fAMapValid is %d", t.AMapValid)
	}
	return nil
}

func validateRootPage(tree string, ref BREF, eof uint64) error {
	if ref.IB < FirstAMap || ref.IB%PageSize != 0 || ref.IB > eof-PageSize {
		return Corruptf("root", -1, "%s root page %v in a file that ends at %#x", tree, ref, eof)
	}
	return nil
}
