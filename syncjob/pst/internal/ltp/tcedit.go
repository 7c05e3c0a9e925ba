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

// TCEditor changes a table ([MS-PST] 2.6.2.4). It reads and writes the blocks that a
// change needs: those on the way to the row in the index, the block of the row, the
// heap blocks of the cells that change. After an error the table is in an unknown
// state, and the transaction has to be given up.
type TCEditor struct {
	tx     *ndb.Tx
	node   ndb.Node
	heap   *HeapEditor
	subs   *subnodes
	values values
	root   disk.HID // of the header
	info   disk.TCInfo
	cols   *columns
	index  *BTHEditor
	matrix *matrixEditor
}

// EditTC opens the table in node n for changes.
func EditTC(tx *ndb.Tx, n ndb.Node) (*TCEditor, error) {
	heap, err := EditHeap(tx, n.Data)
	if err != nil {
		return nil, fmt.Errorf("edit table in node %v: %w", n.NID, err)
	}
	subs := &subnodes{tx: tx, root: n.Sub}
	e := &TCEditor{tx: tx, node: n, heap: heap, subs: subs}
	e.values = values{view: tx, items: heap, subnode: subs.get}
	if err := e.open(); err != nil {
		return nil, fmt.Errorf("edit table in node %v: %w", n.NID, err)
	}
	return e, nil
}

func (e *TCEditor) open() error {
	hdr, err := e.heap.header()
	if err != nil {
		return err
	}
	if hdr.Client != disk.HNClientTC {
		return disk.Corruptf("heap", 3, "client signature %#02x, not %#02x", hdr.Client, disk.HNClientTC)
	}
	e.root = hdr.UserRoot
	f := e.tx.Format()
	if e.info, e.cols, err = readTableHeader(f, e.heap, e.root); err != nil {
		return err
	}
	if e.index, err = EditBTH(e.heap, e.info.RowIndex); err != nil {
		return err
	}
	if err := checkRowIndex(&e.index.BTH); err != nil {
		return err
	}
	e.matrix, err = editMatrix(f, e.heap, e.subs, e.info.Rows, e.cols)
	return err
}

// Columns returns the columns in the order of the table's header.
func (e *TCEditor) Columns() []Column { return slices.Clone(e.cols.list) }

// HasColumn reports whether there is a column with that tag.
func (e *TCEditor) HasColumn(tag Tag) bool {
	_, ok := e.cols.find(tag)
	return ok
}

// Rows returns the number of rows.
func (e *TCEditor) Rows() (int, error) { return e.matrix.rows() }

// Row returns the row with that id. It stays valid until the table is changed.
func (e *TCEditor) Row(id uint32) (r Row, ok bool, err error) {
	i, ok, err := e.find(id)
	if err != nil || !ok {
		return Row{}, false, err
	}
	b, err := e.matrix.row(i)
	if err != nil {
		return Row{}, false, fmt.Errorf("row %#x: %w", id, err)
	}
	return Row{ID: id, Index: i, data: b, cols: e.cols, values: e.values}, true, nil
}

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

// Flush writes what changed and returns the node as it is to be put. The editor
// must not be used afterwards.
func (e *TCEditor) Flush() (ndb.Node, error) {
	if err := e.flush(); err != nil {
		return ndb.Node{}, fmt.Errorf("write table in node %v: %w", e.node.NID, err)
	}
	return e.node, nil
}

func (e *TCEditor) flush() (err error) {
	if e.info.Rows, err = e.matrix.flush(); err != nil {
		return err
	}
	if err := e.putHeader(); err != nil {
		return err
	}
	if e.node.Sub, err = e.subs.flush(); err != nil {
		return err
	}
	e.node.Data, err = e.heap.Flush()
	return err
}

// putHeader writes the table's header, which may move to another item.
func (e *TCEditor) putHeader() error {
	b := make([]byte, e.info.Size())
	if err := e.info.Marshal(e.tx.Format(), b); err != nil {
		return fmt.Errorf("write tcinfo: %w", err)
	}
	root, err := e.heap.Realloc(e.root, b)
	if err != nil {
		return fmt.Errorf("write tcinfo: %w", err)
	}
	e.root = root
	return e.heap.SetUserRoot(root)
}
