package ltp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// Cell is a value for a column of a row ([MS-PST] 2.3.4.4.2).
type Cell struct {
	Tag Tag

	// Data is the value in the form of [PC.Value]. nil is no value; a slice of no
	// bytes is a value that is empty.
	Data []byte

	// Tree, unless 0, is the data tree that holds the value, in place of Data. The
	// table refers to it, so that it is kept once for the table and the object that
	// the row stands for.
	Tree disk.BID
}

func (c Cell) absent() bool { return c.Data == nil && c.Tree == 0 }

// checkCells checks that there is a column for each cell and that its value has
// the size of its type.
func (e *TCEditor) checkCells(cells []Cell) (map[Tag]Cell, error) {
	byTag := make(map[Tag]Cell, len(cells)+2)
	for _, c := range cells {
		if _, ok := e.cols.find(c.Tag); !ok {
			return nil, fmt.Errorf("cell %v: %w", c.Tag, ErrNoColumn)
		}
		if _, ok := byTag[c.Tag]; ok {
			return nil, fmt.Errorf("cell %v twice: %w", c.Tag, ErrInvalid)
		}
		if err := c.check(); err != nil {
			return nil, err
		}
		byTag[c.Tag] = c
	}
	return byTag, nil
}

func (c Cell) check() error {
	size, fixed := c.Tag.Type().Fixed()
	_, inline := c.Tag.Type().tcInline()
	switch {
	case c.absent() || !fixed:
		return nil
	case c.Tree != 0 && inline:
		return fmt.Errorf("cell %v in a data tree: %w", c.Tag, ErrInvalid)
	case c.Tree == 0 && len(c.Data) != size:
		return fmt.Errorf("cell %v of %d bytes, not %d: %w", c.Tag, len(c.Data), size, ErrInvalid)
	}
	return nil
}

// setCell puts a value into a row, or takes the one that is there out of it.
func (e *TCEditor) setCell(row []byte, col Column, c Cell) error {
	slot := e.cols.cell(row, col)
	if _, inline := col.Tag.Type().tcInline(); inline {
		clear(slot)
		copy(slot, c.Data)
		e.cols.mark(row, col, !c.absent())
		return nil
	}
	var old disk.HNID
	if e.cols.present(row, col) {
		old = disk.HNID(binary.LittleEndian.Uint32(slot))
	}
	id, err := e.store(old, c)
	if err != nil {
		return err
	}
	clear(slot)
	binary.LittleEndian.PutUint32(slot, uint32(id))
	e.cols.mark(row, col, !c.absent())
	return nil
}

// store keeps a value in the place of an old one, 0 for none, and returns where
// it is: nowhere when it is absent or empty, in the heap when it fits an item, else
// in a subnode.
func (e *TCEditor) store(old disk.HNID, c Cell) (disk.HNID, error) {
	toSubnode := c.Tree != 0 || len(c.Data) > disk.MaxHNItem
	if toSubnode && !old.IsHID() {
		return old, e.replaceSubnode(old.NID(), c)
	}
	if !toSubnode && old.IsHID() {
		id, err := e.heap.Realloc(old.HID(), c.Data)
		return disk.HNID(id), err
	}
	if err := e.release(old); err != nil {
		return 0, err
	}
	if !toSubnode {
		id, err := e.heap.Alloc(c.Data)
		return disk.HNID(id), err
	}
	nid, err := e.putSubnode(0, c)
	return disk.HNID(nid), err
}

// release frees the place of a value.
func (e *TCEditor) release(id disk.HNID) error {
	if id.IsHID() {
		return e.heap.Free(id.HID())
	}
	return e.subs.delete(id.NID())
}

func (e *TCEditor) putSubnode(nid disk.NID, c Cell) (disk.NID, error) {
	if c.Tree != 0 {
		return e.subs.putTree(nid, c.Tree)
	}
	return e.subs.put(nid, c.Data)
}

// replaceSubnode gives a subnode a value, unless it has it already.
func (e *TCEditor) replaceSubnode(nid disk.NID, c Cell) error {
	n, err := e.subs.get(nid)
	if err != nil {
		return missing(nid, err)
	}
	if c.Tree != 0 && n.Data.Lookup() == c.Tree.Lookup() {
		return nil
	}
	if c.Tree == 0 {
		old, err := e.values.bytes(disk.HNID(nid))
		if err == nil && bytes.Equal(old, c.Data) {
			return nil
		}
		if err != nil && !errors.Is(err, ErrTooLarge) {
			return err
		}
	}
	_, err = e.putSubnode(nid, c)
	return err
}
