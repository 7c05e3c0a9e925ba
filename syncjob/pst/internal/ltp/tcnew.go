package ltp

import (
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// NewTC makes a table without rows ([MS-PST] 2.6.2.4.1) whose columns lie as given.
// The node that it returns has data and no id yet.
func NewTC(tx *ndb.Tx, cols []Column) (ndb.Node, error) {
	data, err := newTC(tx, cols)
	if err != nil {
		return ndb.Node{}, fmt.Errorf("create table: %w", err)
	}
	return ndb.Node{Data: data}, nil
}

func newTC(tx *ndb.Tx, cols []Column) (disk.BID, error) {
	f := tx.Format()
	c, err := givenColumns(f, cols)
	if err != nil {
		return 0, err
	}
	h, err := NewHeap(tx, disk.HNClientTC)
	if err != nil {
		return 0, err
	}
	index, err := NewBTH(h, 4, f.TCRowIDSize()-4)
	if err != nil {
		return 0, err
	}
	info := disk.TCInfo{RowIndex: index.Header()}
	c.describe(&info)
	b := make([]byte, info.Size())
	if err := info.Marshal(f, b); err != nil {
		return 0, err
	}
	root, err := h.Alloc(b)
	if err != nil {
		return 0, err
	}
	if err := h.SetUserRoot(root); err != nil {
		return 0, err
	}
	return h.Flush()
}

// givenColumns checks that columns lie as a table needs them: [TagRowID] and
// [TagRowVer] first, cells in the group of their width, none on top of another.
func givenColumns(f disk.Format, cols []Column) (*columns, error) {
	end4, end2, end1 := 0, 0, 0
	for _, col := range cols {
		if col.Size != cellSize(col.Tag.Type()) {
			return nil, fmt.Errorf("column %v in cells of %d bytes: %w", col.Tag, col.Size, ErrInvalid)
		}
		end := col.Offset + col.Size
		switch col.Size {
		case 1:
			end1 = max(end1, end)
		case 2:
			end2 = max(end2, end)
		default:
			end4 = max(end4, end)
		}
	}
	end2 = max(end2, end4)
	end1 = max(end1, end2)
	c, err := newColumns(f, append([]Column(nil), cols...), end4, end2, end1, end1+bitmapSize(cols))
	if err != nil {
		return nil, err
	}
	return c, c.checkGiven()
}

func (c *columns) checkGiven() error {
	id, ok1 := c.find(TagRowID)
	ver, ok2 := c.find(TagRowVer)
	if !ok1 || !ok2 || id.Offset != 0 || id.Bit != 0 || ver.Offset != 4 || ver.Bit != 1 {
		return fmt.Errorf("row id and row version are not the first columns: %w", ErrInvalid)
	}
	taken := make([]bool, c.end1)
	bits := make(map[int]bool, len(c.list))
	for _, col := range c.list {
		if bits[col.Bit] || col.Bit >= len(c.list) {
			return fmt.Errorf("column %v has bit %d: %w", col.Tag, col.Bit, ErrInvalid)
		}
		bits[col.Bit] = true
		if group := c.groupStart(col.Size); col.Offset < group {
			return fmt.Errorf("column %v at %d, before %d: %w", col.Tag, col.Offset, group, ErrInvalid)
		}
		for i := range col.Size {
			if taken[col.Offset+i] {
				return fmt.Errorf("column %v at %d lies on another: %w", col.Tag, col.Offset, ErrInvalid)
			}
			taken[col.Offset+i] = true
		}
	}
	return nil
}

// groupStart returns where the cells of a width begin.
func (c *columns) groupStart(size int) int {
	switch size {
	case 1:
		return c.end2
	case 2:
		return c.end4
	default:
		return 0
	}
}
