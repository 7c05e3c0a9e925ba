package ltp

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// find returns the place of a row in the matrix.
func (e *TCEditor) find(id uint32) (i int, ok bool, err error) {
	data, ok, err := e.index.Lookup(rowKey(id))
	if err != nil || !ok {
		return 0, false, err
	}
	return rowNumber(data), true, nil
}

func rowKey(id uint32) []byte { return binary.LittleEndian.AppendUint32(nil, id) }

// place says in the index where a row is.
func (e *TCEditor) place(id uint32, i int) error {
	rec := disk.TCRowID{ID: id, Index: uint32(i)}
	b := make([]byte, e.tx.Format().TCRowIDSize())
	if err := rec.Marshal(e.tx.Format(), b); err != nil {
		return fmt.Errorf("row %d: %w: %w", i, ErrTooLarge, err)
	}
	return e.index.Put(b[:4], b[4:])
}

// Set gives row id the cells and no others; it adds the row when there is none
// with that id. The columns [TagRowID] and, unless it is among the cells,
// [TagRowVer] are filled by the editor.
func (e *TCEditor) Set(id uint32, cells []Cell) error {
	if err := e.write(id, cells, true); err != nil {
		return fmt.Errorf("set row %#x: %w", id, err)
	}
	return nil
}

// Update gives row id the cells and leaves its other cells as they are. A cell
// without a value is removed. [TagRowVer] is renewed as in Set. A row that is not
// there is [ndb.ErrNotFound].
func (e *TCEditor) Update(id uint32, cells []Cell) error {
	_, ok, err := e.find(id)
	if err == nil && !ok {
		err = ndb.ErrNotFound
	}
	if err == nil {
		err = e.write(id, cells, false)
	}
	if err != nil {
		return fmt.Errorf("update row %#x: %w", id, err)
	}
	return nil
}

// write changes a row, or makes it. With whole set, columns that are not among
// the cells lose their value.
func (e *TCEditor) write(id uint32, cells []Cell, whole bool) error {
	byTag, err := e.checkCells(cells)
	if err != nil {
		return err
	}
	i, there, err := e.find(id)
	if err != nil {
		return err
	}
	row := make([]byte, e.cols.size)
	if there {
		old, err := e.matrix.row(i)
		if err != nil {
			return err
		}
		copy(row, old)
	}
	byTag[TagRowID] = Cell{Tag: TagRowID, Data: rowKey(id)}
	if byTag[TagRowVer].absent() {
		version := e.tx.UniqueAbove(Row{cols: e.cols, data: row}.Version())
		byTag[TagRowVer] = Cell{Tag: TagRowVer, Data: binary.LittleEndian.AppendUint32(nil, version)}
	}
	for _, col := range e.cols.list {
		c, ok := byTag[col.Tag]
		if !ok && !whole {
			continue
		}
		if err := e.setCell(row, col, c); err != nil {
			return fmt.Errorf("cell %v: %w", col.Tag, err)
		}
	}
	if there {
		return e.matrix.set(i, row)
	}
	return e.add(id, row)
}

// MaxANSIRows is how many rows a table of an ANSI store has at most: its row index
// numbers them in 16 bits ([MS-PST] 2.3.4.3.1).
const MaxANSIRows = math.MaxUint16

func (e *TCEditor) add(id uint32, row []byte) error {
	n, err := e.matrix.rows()
	if err != nil {
		return err
	}
	if n >= MaxANSIRows && e.tx.Format() == disk.ANSI {
		return fmt.Errorf("%d rows in an ansi table: %w", n, ErrTooLarge)
	}
	if err := e.place(id, n); err != nil {
		return err
	}
	return e.matrix.append(row)
}

// Delete removes a row; the last row of the matrix takes its place. A row that is
// not there is [ndb.ErrNotFound].
func (e *TCEditor) Delete(id uint32) error {
	i, ok, err := e.find(id)
	if err == nil && !ok {
		err = ndb.ErrNotFound
	}
	if err == nil {
		err = e.delete(id, i)
	}
	if err != nil {
		return fmt.Errorf("delete row %#x: %w", id, err)
	}
	return nil
}

func (e *TCEditor) delete(id uint32, i int) error {
	row, err := e.matrix.row(i)
	if err != nil {
		return err
	}
	row = slices.Clone(row)
	for _, col := range e.cols.list {
		if err := e.setCell(row, col, Cell{}); err != nil {
			return fmt.Errorf("cell %v: %w", col.Tag, err)
		}
	}
	if err := e.fillHole(i); err != nil {
		return err
	}
	if _, err := e.index.Delete(rowKey(id)); err != nil {
		return err
	}
	return e.matrix.dropLast()
}

// fillHole moves the last row to place i.
func (e *TCEditor) fillHole(i int) error {
	n, err := e.matrix.rows()
	if err != nil || i == n-1 {
		return err
	}
	last, err := e.matrix.row(n - 1)
	if err != nil {
		return err
	}
	moved := binary.LittleEndian.Uint32(last)
	if at, ok, err := e.find(moved); err != nil || !ok || at != n-1 {
		return cmp.Or(err, disk.Corruptf("row index", -1, "row %#x is the last of %d and not in the index as that", moved, n))
	}
	if err := e.matrix.set(i, slices.Clone(last)); err != nil {
		return err
	}
	return e.place(moved, i)
}
