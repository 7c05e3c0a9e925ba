package ltp

import (
	"cmp"
	"fmt"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// Column is a column of a table ([MS-PST] 2.3.4.2).
type Column struct {
	Tag    Tag
	Offset int // of the cell in a row, in bytes
	Size   int // of the cell in a row, in bytes; 4 for a cell that is an HNID
	Bit    int // of the cell in the existence bitmap, 0 is the most significant bit of the first byte
}

// columns is the layout of the rows of a table.
type columns struct {
	list  []Column // in the order of the table's header, which should be by tag
	byTag map[Tag]int
	end4  int // where the cells of 4 and 8 bytes end
	end2  int // where the cells of 2 bytes end
	end1  int // where the cells of 1 byte end, and the existence bitmap begins
	size  int // of a row
}

// readColumns takes the columns out of a table's header and checks that every
// cell lies in the row and is as wide as its type needs. Some writers do not
// sort the columns, or give a number of 4 bytes a cell of 8.
func readColumns(f disk.Format, info *disk.TCInfo) (*columns, error) {
	c := &columns{
		byTag: make(map[Tag]int, len(info.Columns)),
		end4:  int(info.End4), end2: int(info.End2), end1: int(info.End1), size: int(info.RowSize),
	}
	if c.end4 > c.end2 || c.end2 > c.end1 || c.end1 > c.size || c.size < 4 || c.size > f.MaxBlockData() {
		return nil, disk.Corruptf("tcinfo", 2, "groups end at %d, %d, %d, %d", c.end4, c.end2, c.end1, c.size)
	}
	for _, d := range info.Columns {
		col := Column{Tag: Tag(d.Tag), Offset: int(d.Offset), Size: int(d.Size), Bit: int(d.Bit)}
		if err := c.check(col); err != nil {
			return nil, err
		}
		c.byTag[col.Tag] = len(c.list)
		c.list = append(c.list, col)
	}
	return c, nil
}

func (c *columns) check(col Column) error {
	if _, ok := c.byTag[col.Tag]; ok {
		return disk.Corruptf("tcinfo", -1, "column %v twice", col.Tag)
	}
	if col.Offset+col.Size > c.end1 || col.Bit >= 8*(c.size-c.end1) {
		return disk.Corruptf("tcinfo", -1, "column %v: %d bytes at %d, bit %d", col.Tag, col.Size, col.Offset, col.Bit)
	}
	if col.Size < cellSize(col.Tag.Type()) {
		return disk.Corruptf("tcinfo", -1, "column %v in cells of %d bytes", col.Tag, col.Size)
	}
	return nil
}

// cellSize returns the bytes that a value of a type takes in a row: its own, or
// those of an HNID.
func cellSize(t PropType) int {
	if size, ok := t.tcInline(); ok {
		return size
	}
	return hnidSize
}

const hnidSize = 4

// find returns the column with that tag.
func (c *columns) find(tag Tag) (Column, bool) {
	i, ok := c.byTag[tag]
	if !ok {
		return Column{}, false
	}
	return c.list[i], true
}

// present reports whether the row has a value for the column ([MS-PST]
// 2.3.4.4.3).
func (c *columns) present(row []byte, col Column) bool {
	return row[c.end1+col.Bit/8]&(0x80>>(col.Bit%8)) != 0
}

// mark notes whether the row has a value for the column.
func (c *columns) mark(row []byte, col Column, present bool) {
	b, bit := &row[c.end1+col.Bit/8], byte(0x80>>(col.Bit%8))
	if *b &^= bit; present {
		*b |= bit
	}
}

// cell returns the column's bytes in a row.
func (c *columns) cell(row []byte, col Column) []byte {
	return row[col.Offset : col.Offset+col.Size : col.Offset+col.Size]
}

// perBlock returns how many rows a block of the row matrix holds.
func (c *columns) perBlock(f disk.Format) int { return f.MaxBlockData() / c.size }

// sortColumns puts columns in the order that a table's header wants.
func sortColumns(cols []Column) ([]Column, error) {
	slices.SortFunc(cols, func(a, b Column) int { return cmp.Compare(a.Tag, b.Tag) })
	for i := range cols {
		if i > 0 && cols[i-1].Tag == cols[i].Tag {
			return nil, fmt.Errorf("column %v twice: %w", cols[i].Tag, ErrInvalid)
		}
	}
	if len(cols) > maxColumns {
		return nil, fmt.Errorf("%d columns: %w", len(cols), ErrTooLarge)
	}
	return cols, nil
}

// maxColumns is what the column count of a table's header can say.
const maxColumns = 255
