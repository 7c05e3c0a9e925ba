package ltp

import (
	"encoding/binary"
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// Row is one row of a table ([MS-PST] 2.3.4.4.1). It belongs to the table and can be
// used as long as the view of the store.
type Row struct {
	ID    uint32 // as in the table's index: a NID, in most tables
	Index int    // place in the row matrix

	data   []byte
	cols   *columns
	values values
}

// Has reports whether the row has a value in the column with that tag.
func (r Row) Has(tag Tag) bool {
	col, ok := r.cols.find(tag)
	return ok && r.cols.present(r.data, col)
}

// Cell returns the value in the column with that tag, in the form of [PC.Value].
// ok is false when the table has no such column or the row has no value in it.
func (r Row) Cell(tag Tag) (value []byte, ok bool, err error) {
	if !r.Has(tag) {
		return nil, false, nil
	}
	if _, inline := tag.Type().tcInline(); inline {
		col, _ := r.cols.find(tag)
		return tag.Type().trim(r.cols.cell(r.data, col)), true, nil
	}
	b, err := r.values.bytes(r.HNID(tag))
	if err == nil && len(b) > 0 {
		b, err = checkFixed(tag, b)
	}
	if err != nil {
		return nil, false, fmt.Errorf("read cell %v of row %#x: %w", tag, r.ID, err)
	}
	return b, true, nil
}

// HNID returns where the value of a cell is; 0 for an empty value, one in the row
// itself, or none.
func (r Row) HNID(tag Tag) disk.HNID {
	col, ok := r.cols.find(tag)
	if _, inline := tag.Type().tcInline(); !ok || inline || !r.cols.present(r.data, col) {
		return 0
	}
	return disk.HNID(binary.LittleEndian.Uint32(r.cols.cell(r.data, col)))
}

// Version returns the row's [TagRowVer].
func (r Row) Version() uint32 { return r.Uint32(TagRowVer) }

// Uint32 returns the number in a column of 4 bytes, 0 when there is none.
func (r Row) Uint32(tag Tag) uint32 {
	col, ok := r.cols.find(tag)
	if size, inline := tag.Type().tcInline(); !ok || !inline || size != 4 || !r.cols.present(r.data, col) {
		return 0
	}
	return binary.LittleEndian.Uint32(r.cols.cell(r.data, col))
}
