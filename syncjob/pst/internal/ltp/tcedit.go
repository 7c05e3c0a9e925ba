package ltp

import (
	"fmt"
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
