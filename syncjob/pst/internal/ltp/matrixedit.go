package ltp

import (
	"errors"
	"fmt"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// matrixNID is the subnode in which Outlook usually keeps the rows of a table.
const matrixNID = disk.NID(0x3F)

// matrixEditor changes the rows of a table ([MS-PST] 2.3.4.4). Rows that outgrow a
// heap item move to a subnode and stay there until none is left.
type matrixEditor struct {
	matrix
	format disk.Format
	heap   *HeapEditor
	subs   *subnodes
	count  int       // rows; -1 when not yet known
	home   disk.HNID // where the rows are; 0 for no rows

	// For rows in a subnode:
	tree    blockEditor    // nil when the rows are in the heap
	dirty   map[int][]byte // blocks to be written, by number; the last block of all has just its rows
	changed bool           // tree is to be flushed
}

func editMatrix(f disk.Format, heap *HeapEditor, subs *subnodes, home disk.HNID, c *columns) (*matrixEditor, error) {
	m := &matrixEditor{format: f, heap: heap, subs: subs, home: home, dirty: map[int][]byte{}, count: -1}
	m.matrix = matrix{blocks: m, rowSize: c.size, perBlock: c.perBlock(f)}
	if home.IsHID() {
		return m, nil
	}
	n, err := subs.get(home.NID())
	if err != nil {
		return nil, missing(home.NID(), err)
	}
	return m, m.editTree(n.Data)
}

func (m *matrixEditor) editTree(root disk.BID) error {
	tree, err := m.subs.tx.EditData(root)
	if err != nil {
		return fmt.Errorf("edit rows: %w", err)
	}
	m.tree = tree
	return nil
}

// Blocks returns how many blocks the rows take. With Block it makes the editor the
// source of its own matrix.
func (m *matrixEditor) Blocks() int {
	switch {
	case m.home == 0:
		return 0
	case m.tree == nil:
		return 1
	case m.count >= 0:
		return (m.count + m.perBlock - 1) / m.perBlock
	default:
		return m.tree.Blocks()
	}
}

// Block returns a block of rows as it is to be written, which the caller must not
// modify.
func (m *matrixEditor) Block(i int) ([]byte, error) {
	if m.tree == nil {
		return m.heap.Item(m.home.HID())
	}
	if b, ok := m.dirty[i]; ok {
		return b, nil
	}
	return m.tree.Block(i)
}

// rows returns how many rows there are.
func (m *matrixEditor) rows() (int, error) {
	if m.count < 0 {
		n, err := m.matrix.rows()
		if err != nil {
			return 0, err
		}
		m.count = n
	}
	return m.count, nil
}

// set replaces a row.
func (m *matrixEditor) set(i int, row []byte) error {
	old, err := m.row(i)
	if err != nil {
		return err
	}
	if slices.Equal(old, row) {
		return nil
	}
	if m.tree == nil {
		return m.setItem(func(b []byte) []byte { return slices.Replace(b, i*m.rowSize, (i+1)*m.rowSize, row...) })
	}
	b, err := m.change(i / m.perBlock)
	if err != nil {
		return err
	}
	copy(b[i%m.perBlock*m.rowSize:], row)
	return nil
}

// append adds a row after the last one.
func (m *matrixEditor) append(row []byte) error {
	n, err := m.rows()
	if err != nil {
		return err
	}
	if m.tree == nil && (n+1)*m.rowSize > disk.MaxHNItem {
		if err := m.promote(); err != nil {
			return err
		}
	}
	m.count++
	if m.tree == nil {
		return m.setItem(func(b []byte) []byte { return append(b[:n*m.rowSize], row...) })
	}
	if n%m.perBlock == 0 {
		if err := m.spill(); err != nil {
			return err
		}
		m.keep(n/m.perBlock, append(make([]byte, 0, m.format.MaxBlockData()), row...))
		return nil
	}
	b, err := m.change(n / m.perBlock)
	if err != nil {
		return err
	}
	m.dirty[n/m.perBlock] = append(b[:n%m.perBlock*m.rowSize], row...)
	return nil
}

// dropLast removes the last row.
func (m *matrixEditor) dropLast() error {
	n, err := m.rows()
	if err != nil {
		return err
	}
	m.count = n - 1
	if m.count == 0 {
		return m.release()
	}
	if m.tree == nil {
		return m.setItem(func(b []byte) []byte { return b[:m.count*m.rowSize] })
	}
	if m.count%m.perBlock == 0 {
		return m.dropBlock()
	}
	b, err := m.change(m.count / m.perBlock)
	if err != nil {
		return err
	}
	m.dirty[m.count/m.perBlock] = b[:m.count%m.perBlock*m.rowSize]
	return nil
}

// dropBlock removes the last block, in which no row is left. The block before it
// loses its padding when it is written.
func (m *matrixEditor) dropBlock() error {
	last := m.count / m.perBlock
	delete(m.dirty, last)
	if m.tree.Blocks() > last {
		if err := m.tree.Truncate(last); err != nil {
			return fmt.Errorf("shorten rows: %w", err)
		}
	}
	b, err := m.change(last - 1)
	if err != nil {
		return err
	}
	m.dirty[last-1] = b[:m.perBlock*m.rowSize]
	return nil
}

// release gives up where the rows were.
func (m *matrixEditor) release() error {
	home := m.home
	m.home, m.tree, m.count, m.changed = 0, nil, 0, false
	clear(m.dirty)
	if home.IsHID() {
		return m.heap.Free(home.HID())
	}
	return m.subs.delete(home.NID())
}

// promote moves the rows from the heap to a subnode.
func (m *matrixEditor) promote() error {
	var rows []byte
	if m.home != 0 {
		b, err := m.heap.Item(m.home.HID())
		if err != nil {
			return err
		}
		rows = append(make([]byte, 0, m.format.MaxBlockData()), b...)
	}
	if err := m.heap.Free(m.home.HID()); err != nil {
		return err
	}
	nid, err := m.freeNID()
	if err != nil {
		return err
	}
	m.home = disk.HNID(nid)
	if len(rows) > 0 {
		m.keep(0, rows)
	}
	return m.editTree(0)
}

// freeNID returns an id for the subnode of the rows.
func (m *matrixEditor) freeNID() (disk.NID, error) {
	_, err := m.subs.get(matrixNID)
	if err == nil {
		return m.subs.tx.NewNID(disk.NIDTypeLTP), nil
	}
	if errors.Is(err, ndb.ErrNotFound) {
		return matrixNID, nil
	}
	return 0, err
}
