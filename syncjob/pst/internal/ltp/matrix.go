package ltp

import (
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// matrix reads the rows of a table: in one heap item, or in the data tree of a
// subnode, whose blocks each hold whole rows and, but for the last, are padded
// ([MS-PST] 2.3.4.4).
type matrix struct {
	blocks   blocks
	rowSize  int
	perBlock int
}

func openMatrix(f disk.Format, v values, rows disk.HNID, c *columns) (*matrix, error) {
	m := &matrix{rowSize: c.size, perBlock: c.perBlock(f)}
	switch {
	case rows == 0:
		m.blocks = noBlocks{}
	case rows.IsHID():
		b, err := v.items.Item(rows.HID())
		if err != nil {
			return nil, fmt.Errorf("read rows: %w", err)
		}
		m.blocks = oneBlock(b)
	default:
		d, err := v.stream(rows.NID())
		if err != nil {
			return nil, fmt.Errorf("open rows: %w", err)
		}
		m.blocks = d
	}
	return m, nil
}

// rows returns how many rows there are. It reads the last block.
func (m *matrix) rows() (int, error) {
	n := m.blocks.Blocks()
	if n == 0 {
		return 0, nil
	}
	b, err := m.blocks.Block(n - 1)
	if err != nil {
		return 0, fmt.Errorf("read last rows: %w", err)
	}
	return (n-1)*m.perBlock + min(len(b)/m.rowSize, m.perBlock), nil
}

// row returns the bytes of a row, which the caller must not modify.
func (m *matrix) row(i int) ([]byte, error) {
	if block := i / m.perBlock; i >= 0 && block < m.blocks.Blocks() {
		b, err := m.blocks.Block(block)
		if err != nil {
			return nil, fmt.Errorf("read row %d: %w", i, err)
		}
		if at := i % m.perBlock * m.rowSize; at+m.rowSize <= len(b) {
			return b[at : at+m.rowSize : at+m.rowSize], nil
		}
	}
	return nil, disk.Corruptf("row matrix", -1, "no row %d", i)
}

// oneBlock is a heap item as blocks.
type oneBlock []byte

// Blocks returns 1.
func (b oneBlock) Blocks() int { return 1 }

// Block returns the item.
func (b oneBlock) Block(int) ([]byte, error) { return b, nil }

// noBlocks is the matrix of a table without rows.
type noBlocks struct{}

// Blocks returns 0.
func (noBlocks) Blocks() int { return 0 }

// Block is never asked.
func (noBlocks) Block(int) ([]byte, error) { return nil, nil }
