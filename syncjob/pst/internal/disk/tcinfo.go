package disk

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

const (
	tcInfoSize    = 22
	tcColDescSize = 8
)

// Tags of the two columns that every table has ([MS-PST] 2.3.4.4.1).
const (
	TagLTPRowID  uint32 = 0x67F20003
	TagLTPRowVer uint32 = 0x67F30003
)

// TCInfo is TCINFO, the root of a table context ([MS-PST] 2.3.4.1).
type TCInfo struct {
	End4     uint16      // rgib[TCI_4b]: where the cells of 8 and 4 bytes end in a row
	End2     uint16      // rgib[TCI_2b]: where the cells of 2 bytes end
	End1     uint16      // rgib[TCI_1b]: where the cells of 1 byte end
	RowSize  uint16      // rgib[TCI_bm]: where the cell existence bitmap, and with it the row, ends
	RowIndex HID         // hidRowIndex: the BTH from row id to row number
	Rows     HNID        // hnidRows: the row matrix; 0 for no rows
	Index    HID         // hidIndex, deprecated
	Columns  []TCColDesc // rgTCOLDESC
}

// TCColDesc is TCOLDESC, a column of a table ([MS-PST] 2.3.4.2).
type TCColDesc struct {
	Tag    uint32 // tag: property id in the high half, type in the low half
	Offset uint16 // ibData: where the cell is in a row
	Size   uint8  // cbData: bytes of the cell
	Bit    uint8  // iBit: the cell's bit in the existence bitmap, from the most significant one
}

// Size returns the length of the structure.
func (t *TCInfo) Size() int { return tcInfoSize + len(t.Columns)*tcColDescSize }

// BitmapSize returns the length of the cell existence bitmap at the end of a row.
func (t *TCInfo) BitmapSize() int { return int(t.RowSize) - int(t.End1) }

// Unmarshal decodes a heap item.
func (t *TCInfo) Unmarshal(f Format, b []byte) error {
	if err := need("tcinfo", b, tcInfoSize); err != nil {
		return err
	}
	r := &reader{f: f, b: b}
	sig := r.u8()
	n := int(r.u8())
	t.End4 = r.u16()
	t.End2 = r.u16()
	t.End1 = r.u16()
	t.RowSize = r.u16()
	t.RowIndex = HID(r.u32())
	t.Rows = HNID(r.u32())
	t.Index = HID(r.u32())
	if sig != HNClientTC {
		return Corruptf("tcinfo", 0, "signature is %#02x", sig)
	}
	if n*tcColDescSize > len(r.b) {
		return Corruptf("tcinfo", 1, "%d columns in %d bytes", n, len(b))
	}
	t.Columns = make([]TCColDesc, n)
	for i := range t.Columns {
		t.Columns[i] = TCColDesc{Tag: r.u32(), Offset: r.u16(), Size: r.u8(), Bit: r.u8()}
	}
	return nil
}

// Marshal writes the structure to the first Size bytes of b and leaves the rest of the
// heap item as it is.
func (t *TCInfo) Marshal(f Format, b []byte) error {
	if len(t.Columns) > math.MaxUint8 {
		return fmt.Errorf("%d columns in a tcinfo: %w", len(t.Columns), ErrRange)
	}
	if err := room("tcinfo", b, t.Size()); err != nil {
		return err
	}
	w := &writer{f: f, b: b}
	w.u8(HNClientTC)
	w.u8(uint8(len(t.Columns)))
	w.u16(t.End4)
	w.u16(t.End2)
	w.u16(t.End1)
	w.u16(t.RowSize)
	w.u32(uint32(t.RowIndex))
	w.u32(uint32(t.Rows))
	w.u32(uint32(t.Index))
	for _, c := range t.Columns {
		w.u32(c.Tag)
		w.u16(c.Offset)
		w.u8(c.Size)
		w.u8(c.Bit)
	}
	return nil
}

// Validate checks what a reader relies on: the groups follow one another, the
// bitmap has a bit for every column, and every cell lies before the bitmap. The order
// of the columns is a matter of [TCInfo.Sorted]: files of other writers have them
// unsorted.
func (t *TCInfo) Validate() error {
	if t.End4 > t.End2 || t.End2 > t.End1 || t.End1 > t.RowSize {
		return Corruptf("tcinfo", 2, "groups end at %d, %d, %d, %d", t.End4, t.End2, t.End1, t.RowSize)
	}
	for i, c := range t.Columns {
		if int(c.Offset)+int(c.Size) > int(t.End1) || int(c.Bit) >= t.BitmapSize()*8 {
			return Corruptf("tcinfo", int64(tcInfoSize+i*tcColDescSize), "column %#08x: %d bytes at %d, bit %d", c.Tag, c.Size, c.Offset, c.Bit)
		}
	}
	return nil
}

// Sorted reports whether the columns are in the order that [MS-PST] demands and
// Outlook keeps: by ascending tag.
func (t *TCInfo) Sorted() bool {
	return slices.IsSortedFunc(t.Columns, func(a, b TCColDesc) int { return cmp.Compare(a.Tag, b.Tag) })
}
