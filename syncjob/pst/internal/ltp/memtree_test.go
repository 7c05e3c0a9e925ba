package ltp_test

import (
	"errors"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// memTree is a data tree in memory that counts what is done to it.
type memTree struct {
	format disk.Format
	blocks [][]byte
	reads  map[int]int
	writes map[int]int
}

func newMemTree(f disk.Format, blocks ...[]byte) *memTree {
	return &memTree{format: f, blocks: blocks, reads: map[int]int{}, writes: map[int]int{}}
}

func (m *memTree) Blocks() int { return len(m.blocks) }

func (m *memTree) Block(i int) ([]byte, error) {
	m.reads[i]++
	return m.blocks[i], nil
}

func (m *memTree) SetBlock(i int, b []byte) error {
	if i > len(m.blocks) || len(b) > m.format.MaxBlockData() || len(b) == 0 {
		return errors.New("block out of place")
	}
	m.writes[i]++
	b = slices.Clone(b)
	if i == len(m.blocks) {
		if i > 0 {
			m.blocks[i-1] = m.pad(m.blocks[i-1])
		}
		m.blocks = append(m.blocks, b)
		return nil
	}
	if i < len(m.blocks)-1 {
		b = m.pad(b)
	}
	m.blocks[i] = b
	return nil
}

func (m *memTree) pad(b []byte) []byte {
	return append(slices.Clone(b), make([]byte, m.format.MaxBlockData()-len(b))...)
}

func (m *memTree) Truncate(n int) error {
	if n < 1 || n > len(m.blocks) {
		return errors.New("truncate out of range")
	}
	m.blocks = m.blocks[:n]
	return nil
}

func (m *memTree) Flush() (disk.BID, error) { return 4, nil }
