package check

import (
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// columns checks the description of the columns (rules 33, 35 and 49).
func (t *table) columns() {
	bad := func(format string, args ...any) { t.h.c.errorf("tc-columns", "2.3.4.2", t.h.n.where, format, args...) }
	if !t.info.Sorted() {
		t.h.c.warnf("tc-columns", "2.3.4.1", t.h.n.where, "columns are not in the order of their tags")
	}
	if got, want := t.info.BitmapSize(), (len(t.info.Columns)+7)/8; got != want {
		t.h.c.errorf("tc-columns", "2.3.4.4.1", t.h.n.where, "%d bytes of existence bits for %d columns, want %d", got, len(t.info.Columns), want)
	}
	t.oneForEach(bad)
	t.places(bad)
	for _, col := range t.info.Columns {
		t.h.checkType("column", col.Tag)
		if want := cellSize(uint16(col.Tag)); int(col.Size) != want {
			bad("column %#08x has cells of %d bytes, want %d", col.Tag, col.Size, want)
		}
		if col.Tag>>16 == pidReplItemID && uint16(col.Tag) != typeBinary {
			bad("column %#08x is not binary", col.Tag)
		}
	}
	t.requiredColumns()
	if c := t.column(disk.TagLTPRowID); c == nil || c.Offset != 0 || c.Bit != 0 {
		bad("no row id at the beginning of a row")
	}
	if c := t.column(disk.TagLTPRowVer); c == nil || c.Offset != 4 || c.Bit != 1 {
		bad("no row version at offset 4")
	}
}

// places checks that cells are in their groups, do not overlap, and have a bit of their
// own.
func (t *table) places(bad func(string, ...any)) {
	used, bits := newBitmap(int(t.info.End1)), newBitmap(len(t.info.Columns))
	for _, col := range t.info.Columns {
		for at := int(col.Offset); at < int(col.Offset)+int(col.Size); at++ {
			if used.get(at) {
				bad("column %#08x lies on another", col.Tag)
				break
			}
			used.set(at)
		}
		if bits.get(int(col.Bit)) || int(col.Bit) >= len(t.info.Columns) {
			bad("column %#08x has bit %d of %d, or another has it, too", col.Tag, col.Bit, len(t.info.Columns))
		}
		bits.set(int(col.Bit))
		if col.Offset+uint16(col.Size) > t.groupEnd(col) {
			bad("column %#08x of %d bytes is outside of its group", col.Tag, col.Size)
		}
	}
}

// oneForEach checks that no property has two columns.
func (t *table) oneForEach(bad func(string, ...any)) {
	ids := make([]uint16, len(t.info.Columns))
	for i, col := range t.info.Columns {
		ids[i] = uint16(col.Tag >> 16)
	}
	slices.Sort(ids)
	for i := 1; i < len(ids); i++ {
		if ids[i] == ids[i-1] {
			bad("two columns of property %#04x", ids[i])
		}
	}
}

// groupEnd gives where the cells of a column's size end in a row.
func (t *table) groupEnd(col disk.TCColDesc) uint16 {
	switch {
	case col.Size >= 4:
		return t.info.End4
	case col.Size == 2:
		return t.info.End2
	default:
		return t.info.End1
	}
}

// cellSize gives the bytes of a cell: values of up to 8 bytes are in the row, larger
// ones and those of variable size are referred to.
func cellSize(typ uint16) int {
	if cellInRow(typ) {
		return fixedSize(typ)
	}
	return 4
}

// cellInRow tells whether a cell holds its value itself.
func cellInRow(typ uint16) bool {
	n := fixedSize(typ)
	return n > 0 && n <= 8 && typ != typeObject
}

// column finds a column, nil if there is none.
func (t *table) column(tag uint32) *disk.TCColDesc {
	i := slices.IndexFunc(t.info.Columns, func(col disk.TCColDesc) bool { return col.Tag == tag })
	if i < 0 {
		return nil
	}
	return &t.info.Columns[i]
}

// columnOf finds the column of a property, -1 if there is none.
func (t *table) columnOf(id uint16) int {
	return slices.IndexFunc(t.info.Columns, func(col disk.TCColDesc) bool { return col.Tag>>16 == uint32(id) })
}
