package ltp

import (
	"fmt"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// AddColumns adds columns ([MS-PST] 2.6.2.4.4) in which no row has a value; those that
// are there already are left alone. A new column goes to the end of the cells of its
// width, so that of the others only those of 2 and 1 bytes and the bitmap move. That
// makes every row longer: the row matrix is written anew.
func (e *TCEditor) AddColumns(tags ...Tag) error {
	var added []Tag
	for _, tag := range tags {
		if !e.HasColumn(tag) && !slices.Contains(added, tag) {
			added = append(added, tag)
		}
	}
	if len(added) == 0 {
		return nil
	}
	wider, err := e.cols.with(e.tx.Format(), added)
	if err != nil {
		return fmt.Errorf("add columns to table in node %v: %w", e.node.NID, err)
	}
	if err := e.matrix.widen(e.cols, wider); err != nil {
		return fmt.Errorf("add columns to table in node %v: %w", e.node.NID, err)
	}
	e.cols = wider
	wider.describe(&e.info)
	return nil
}

// with returns the layout with more columns.
func (c *columns) with(f disk.Format, tags []Tag) (*columns, error) {
	var at4, at2, at1 = c.end4, c.end2, c.end1
	var grow4, grow2, grow1 int
	for _, tag := range tags {
		switch size := cellSize(tag.Type()); size {
		case 1:
			grow1 += size
		case 2:
			grow2 += size
		default:
			grow4 += size
		}
	}
	list := make([]Column, 0, len(c.list)+len(tags))
	for _, col := range c.list {
		list = append(list, c.shift(col, grow4, grow2))
	}
	at2 += grow4
	at1 += grow4 + grow2
	for _, tag := range tags {
		col := Column{Tag: tag, Size: cellSize(tag.Type()), Bit: freeBit(list)}
		at := &at4
		switch col.Size {
		case 1:
			at = &at1
		case 2:
			at = &at2
		}
		col.Offset = *at
		*at += col.Size
		list = append(list, col)
	}
	bitmap := max(c.size-c.end1, bitmapSize(list))
	return newColumns(f, list, at4, at2, at1, at1+bitmap)
}

// shift returns a column as it is when the cells of 4 and 8 bytes take grow4 bytes
// more and those of 2 bytes grow2.
func (c *columns) shift(col Column, grow4, grow2 int) Column {
	if col.Offset >= c.end4 {
		col.Offset += grow4
	}
	if col.Offset >= c.end2+grow4 {
		col.Offset += grow2
	}
	return col
}

// freeBit returns the lowest bit of the existence bitmap that no column has.
func freeBit(list []Column) int {
	for bit := 0; ; bit++ {
		if !slices.ContainsFunc(list, func(c Column) bool { return c.Bit == bit }) {
			return bit
		}
	}
}

// bitmapSize returns the bytes of an existence bitmap for the columns.
func bitmapSize(list []Column) int {
	top := 0
	for _, c := range list {
		top = max(top, c.Bit)
	}
	return top/8 + 1
}

// newColumns returns a layout to be written: with the columns in order, and with
// no more of anything than the format has room for.
func newColumns(f disk.Format, list []Column, end4, end2, end1, size int) (*columns, error) {
	list, err := sortColumns(list)
	if err != nil {
		return nil, err
	}
	if size > f.MaxBlockData() {
		return nil, fmt.Errorf("rows of %d bytes: %w", size, ErrTooLarge)
	}
	c := &columns{list: list, byTag: make(map[Tag]int, len(list)), end4: end4, end2: end2, end1: end1, size: size}
	for i, col := range list {
		c.byTag[col.Tag] = i
	}
	return c, nil
}

// describe puts the layout into a table's header.
func (c *columns) describe(info *disk.TCInfo) {
	info.End4, info.End2, info.End1, info.RowSize = uint16(c.end4), uint16(c.end2), uint16(c.end1), uint16(c.size)
	info.Columns = make([]disk.TCColDesc, len(c.list))
	for i, col := range c.list {
		info.Columns[i] = disk.TCColDesc{Tag: uint32(col.Tag), Offset: uint16(col.Offset), Size: uint8(col.Size), Bit: uint8(col.Bit)}
	}
}

// copyRow copies a row from a layout to one that has more columns.
func (c *columns) copyRow(wider *columns, row []byte) []byte {
	to := make([]byte, wider.size)
	copy(to, row[:c.end4])
	copy(to[wider.end4:], row[c.end4:c.end2])
	copy(to[wider.end2:], row[c.end2:c.end1])
	copy(to[wider.end1:], row[c.end1:c.size])
	return to
}

// widen writes all rows in another layout.
func (m *matrixEditor) widen(from, to *columns) error {
	n, err := m.rows()
	if err != nil {
		return err
	}
	next, err := editMatrix(m.format, m.heap, m.subs, 0, to)
	if err != nil {
		return err
	}
	for i := range n {
		row, err := m.row(i)
		if err != nil {
			return err
		}
		if err := next.append(from.copyRow(to, row)); err != nil {
			return err
		}
	}
	return m.become(next)
}

// become takes the rows of another editor for its own. When both have a subnode,
// the id stays.
func (m *matrixEditor) become(next *matrixEditor) error {
	switch {
	case m.tree != nil && next.tree != nil:
		next.home = m.home
	case m.home != 0:
		if err := m.release(); err != nil {
			return err
		}
	}
	*m = *next
	m.blocks = m
	return nil
}
