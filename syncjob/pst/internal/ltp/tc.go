package ltp

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// TC reads a table context ([MS-PST] 2.3.4).
type TC struct {
	values values
	cols   *columns
	index  *BTH // row id to place in the matrix
	matrix *matrix
}

// OpenTC reads the header of the table in node n.
func OpenTC(v ndb.View, n ndb.Node) (*TC, error) {
	h, err := openNode(v, n, disk.HNClientTC)
	if err != nil {
		return nil, fmt.Errorf("open table in node %v: %w", n.NID, err)
	}
	t := &TC{values: nodeValues(v, n, h)}
	if err := t.open(v.Format(), h); err != nil {
		return nil, fmt.Errorf("open table in node %v: %w", n.NID, err)
	}
	return t, nil
}

func (t *TC) open(f disk.Format, h *Heap) error {
	info, cols, err := readTableHeader(f, h, h.UserRoot())
	if err != nil {
		return err
	}
	t.cols = cols
	if t.index, err = OpenBTH(h, info.RowIndex); err != nil {
		return err
	}
	if err := checkRowIndex(t.index); err != nil {
		return err
	}
	t.matrix, err = openMatrix(f, t.values, info.Rows, cols)
	return err
}

// readTableHeader decodes TCINFO, which is item root.
func readTableHeader(f disk.Format, h items, root disk.HID) (info disk.TCInfo, cols *columns, err error) {
	b, err := h.Item(root)
	if err != nil {
		return info, nil, fmt.Errorf("read tcinfo: %w", err)
	}
	if err := info.Unmarshal(f, b); err != nil {
		return info, nil, decodeErr("tcinfo", err)
	}
	cols, err = readColumns(f, &info)
	return info, cols, err
}

func checkRowIndex(index *BTH) error {
	if index.KeySize() != 4 || index.DataSize() != 4 && index.DataSize() != 2 {
		return disk.Corruptf("row index", -1, "records of %d and %d bytes", index.KeySize(), index.DataSize())
	}
	return nil
}

// rowNumber decodes the data of a record of the row index: 4 bytes, 2 in ANSI
// files.
func rowNumber(data []byte) int {
	if len(data) == 2 {
		return int(binary.LittleEndian.Uint16(data))
	}
	return int(binary.LittleEndian.Uint32(data))
}

// Columns returns the columns in the order of the table's header.
func (t *TC) Columns() []Column { return slices.Clone(t.cols.list) }

// HasColumn reports whether there is a column with that tag.
func (t *TC) HasColumn(tag Tag) bool {
	_, ok := t.cols.find(tag)
	return ok
}

// Rows returns the number of rows. It reads one block.
func (t *TC) Rows() (int, error) { return t.matrix.rows() }

// Row returns the row with that id: one descent of the index and one block of
// the matrix.
func (t *TC) Row(id uint32) (r Row, ok bool, err error) {
	data, ok, err := t.index.Lookup(binary.LittleEndian.AppendUint32(nil, id))
	if err == nil && ok {
		r, err = t.row(id, rowNumber(data))
	}
	if err != nil {
		return Row{}, false, fmt.Errorf("row %#x: %w", id, err)
	}
	return r, ok, nil
}

func (t *TC) row(id uint32, index int) (Row, error) {
	b, err := t.matrix.row(index)
	if err != nil {
		return Row{}, err
	}
	return Row{ID: id, Index: index, data: b, cols: t.cols, values: t.values}, nil
}

// IDs returns the ids of the rows in ascending order. Only the index is read.
func (t *TC) IDs() iter.Seq2[uint32, error] {
	return func(yield func(uint32, error) bool) {
		for r, err := range t.index.All() {
			if err != nil {
				yield(0, err)
				return
			}
			if !yield(binary.LittleEndian.Uint32(r.Key), nil) {
				return
			}
		}
	}
}

// Sorted returns the rows in ascending order of their ids. A block may be read
// many times over: for large tables use [TC.All]. It ends after the first error.
func (t *TC) Sorted() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for r, err := range t.index.All() {
			if err != nil {
				yield(Row{}, err)
				return
			}
			id := binary.LittleEndian.Uint32(r.Key)
			row, err := t.row(id, rowNumber(r.Data))
			if err != nil {
				yield(Row{}, fmt.Errorf("row %#x: %w", id, err))
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// All returns the rows in the order of the matrix, which says nothing of their
// ids, so that each block is read once. It holds the index, 16 bytes a row, while
// it runs. It ends after the first error.
func (t *TC) All() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		places, err := t.places()
		if err != nil {
			yield(Row{}, err)
			return
		}
		for _, p := range places {
			r, err := t.row(p.id, p.index)
			if err != nil {
				yield(Row{}, fmt.Errorf("row %#x: %w", p.id, err))
				return
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

type place struct {
	id    uint32
	index int
}

// places returns the index in the order of the matrix.
func (t *TC) places() ([]place, error) {
	var all []place
	for r, err := range t.index.All() {
		if err != nil {
			return nil, err
		}
		all = append(all, place{id: binary.LittleEndian.Uint32(r.Key), index: rowNumber(r.Data)})
	}
	slices.SortFunc(all, func(a, b place) int { return cmp.Compare(a.index, b.index) })
	for i := 1; i < len(all); i++ {
		if all[i-1].index == all[i].index {
			return nil, disk.Corruptf("row index", -1, "rows %#x and %#x are both row %d", all[i-1].id, all[i].id, all[i].index)
		}
	}
	return all, nil
}
