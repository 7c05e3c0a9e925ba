package ltp

import (
	"fmt"
	"maps"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// setItem changes the heap item that the rows are.
func (m *matrixEditor) setItem(change func([]byte) []byte) error {
	var b []byte
	if m.home != 0 {
		old, err := m.heap.Item(m.home.HID())
		if err != nil {
			return err
		}
		b = slices.Clone(old)
	}
	id, err := m.heap.Realloc(m.home.HID(), change(b))
	if err != nil {
		return fmt.Errorf("write rows: %w", err)
	}
	m.home = disk.HNID(id)
	return nil
}

// change returns a block of the subnode for changes.
func (m *matrixEditor) change(i int) ([]byte, error) {
	if b, ok := m.dirty[i]; ok {
		return b, nil
	}
	if err := m.spill(); err != nil {
		return nil, err
	}
	old, err := m.tree.Block(i)
	if err != nil {
		return nil, fmt.Errorf("read rows: %w", err)
	}
	m.keep(i, append(make([]byte, 0, m.format.MaxBlockData()), old...))
	return m.dirty[i], nil
}

// keep holds a block until it is written.
func (m *matrixEditor) keep(i int, b []byte) {
	m.dirty[i] = b
	m.changed = true
}

// spill writes the blocks that changed when there are many.
func (m *matrixEditor) spill() error {
	if len(m.dirty) < cachedPages {
		return nil
	}
	return m.write()
}

// write writes the blocks that changed, in order, and pads all but the last.
func (m *matrixEditor) write() error {
	last := m.Blocks() - 1
	for _, i := range slices.Sorted(maps.Keys(m.dirty)) {
		b := m.dirty[i]
		if i < last {
			b = append(b, make([]byte, m.format.MaxBlockData()-len(b))...)
		}
		if err := m.tree.SetBlock(i, b); err != nil {
			return fmt.Errorf("write rows: %w", err)
		}
	}
	clear(m.dirty)
	return nil
}

// flush writes what changed and returns where the rows are.
func (m *matrixEditor) flush() (disk.HNID, error) {
	if m.tree == nil || !m.changed {
		return m.home, nil
	}
	if err := m.write(); err != nil {
		return 0, err
	}
	root, err := m.tree.Flush()
	if err != nil {
		return 0, fmt.Errorf("write rows: %w", err)
	}
	return m.home, m.subs.set(ndb.Node{NID: m.home.NID(), Data: root})
}
