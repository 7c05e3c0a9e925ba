package ndb

import (
	"bytes"
	"fmt"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// DataEditor changes single blocks of a data tree ([MS-PST] 2.6.1.2.3), each by a block
// in its place, for none is ever changed (2.6.1.3.1). The blocks that are not touched stay
// where they are and are shared by the old tree and the new one. It belongs to the
// goroutine of its [Tx].
type DataEditor struct {
	tx     *Tx
	root   disk.BID
	old    *Data          // the tree at root
	blocks []disk.BID     // as edited
	dirty  map[int][]byte // new content of blocks
	bytes  int            // in dirty

	// spilled are blocks that were made of dirty ones to save memory. Nobody else knows
	// them yet.
	spilled map[disk.BID]bool
}

// spillLimit is how many bytes of changed blocks an editor keeps.
const spillLimit = 256 << 10

// EditData returns an editor for the data tree at root; 0 is an empty one.
func (tx *Tx) EditData(root disk.BID) (*DataEditor, error) {
	e := &DataEditor{tx: tx}
	if err := e.open(root.Lookup()); err != nil {
		return nil, fmt.Errorf("edit %w", err)
	}
	return e, nil
}

func (e *DataEditor) open(root disk.BID) error {
	d, err := e.tx.Data(root)
	if err != nil {
		return err
	}
	e.root, e.old = root, d
	e.blocks = slices.Clone(d.blocks)
	e.dirty, e.bytes, e.spilled = map[int][]byte{}, 0, map[disk.BID]bool{}
	return nil
}

// Blocks returns the number of blocks.
func (e *DataEditor) Blocks() int { return len(e.blocks) }

// Block returns the content of block i, 0 <= i < Blocks(), which the caller must not
// change.
func (e *DataEditor) Block(i int) ([]byte, error) {
	if b, ok := e.dirty[i]; ok {
		return b, nil
	}
	return e.tx.block(e.blocks[i])
}

// SetBlock replaces block i by a copy of b, or appends it if i is Blocks(). b has 1 to
// [disk.Format.MaxBlockData] bytes. Blocks before the last are filled with zeros by
// Flush.
func (e *DataEditor) SetBlock(i int, b []byte) error {
	if err := e.tx.usable(); err != nil {
		return err
	}
	if i < 0 || i > len(e.blocks) || len(b) == 0 || len(b) > e.tx.Format().MaxBlockData() {
		return fmt.Errorf("set block %d of %d to %d bytes: %w", i, len(e.blocks), len(b), disk.ErrRange)
	}
	if i == len(e.blocks) {
		e.blocks = append(e.blocks, 0)
	} else if err := e.forget(i); err != nil {
		return err
	}
	e.dirty[i] = bytes.Clone(b)
	e.bytes += len(b)
	if e.bytes > spillLimit {
		return e.spill()
	}
	return nil
}

// Truncate removes the blocks from n on.
func (e *DataEditor) Truncate(n int) error {
	for i := n; i < len(e.blocks); i++ {
		if err := e.forget(i); err != nil {
			return err
		}
	}
	e.blocks = e.blocks[:min(n, len(e.blocks))]
	return nil
}

// forget drops what was made of block i.
func (e *DataEditor) forget(i int) error {
	e.bytes -= len(e.dirty[i])
	delete(e.dirty, i)
	if bid := e.blocks[i]; e.spilled[bid] {
		delete(e.spilled, bid)
		return e.tx.discard(bid)
	}
	return nil
}

// spill makes blocks of all that is dirty but the last block, whose length is not known
// yet.
func (e *DataEditor) spill() error {
	for i := range e.dirty {
		if i == len(e.blocks)-1 {
			continue
		}
		if err := e.make(i); err != nil {
			return err
		}
		e.spilled[e.blocks[i]] = true
	}
	return nil
}

// make makes a block of the dirty content of block i.
func (e *DataEditor) make(i int) error {
	b := e.dirty[i]
	e.bytes -= len(b)
	delete(e.dirty, i)
	if full := e.tx.Format().MaxBlockData(); i < len(e.blocks)-1 && len(b) < full {
		b = append(b, make([]byte, full-len(b))...)
	}
	bid, err := e.tx.addBlock(b, false)
	e.blocks[i] = bid
	return err
}

// Flush makes the edited tree and returns its root: the old one if nothing has changed,
// 0 if there are no blocks. The editor goes on with the new tree.
func (e *DataEditor) Flush() (disk.BID, error) {
	if err := e.tx.usable(); err != nil {
		return 0, err
	}
	root, err := e.flush()
	if err != nil {
		return 0, fmt.Errorf("edit data %v: %w", e.root, err)
	}
	return root, nil
}

func (e *DataEditor) flush() (disk.BID, error) {
	if !e.changed() {
		return e.root, nil
	}
	if err := e.fill(); err != nil {
		return 0, err
	}
	size := int64(0)
	if n := len(e.blocks); n > 0 {
		size = int64(n-1)*int64(e.tx.Format().MaxBlockData()) + int64(e.length(n-1))
	}
	if size > maxDataSize {
		return 0, ErrTooLarge
	}
	for i := range e.blocks {
		if e.dirty[i] != nil {
			if err := e.make(i); err != nil {
				return 0, err
			}
		}
	}
	root, err := e.tx.buildTree(e.blocks, size, e.old)
	if err != nil {
		return 0, err
	}
	return root, e.open(root)
}

func (e *DataEditor) changed() bool {
	return len(e.dirty) > 0 || !slices.Equal(e.blocks, e.old.blocks)
}

// fill makes blocks before the last that are not full dirty, to be filled.
func (e *DataEditor) fill() error {
	for i := range max(len(e.blocks)-1, 0) {
		if e.dirty[i] != nil || e.length(i) == e.tx.Format().MaxBlockData() {
			continue
		}
		b, err := e.tx.block(e.blocks[i])
		if err != nil {
			return err
		}
		e.dirty[i] = bytes.Clone(b)
		e.bytes += len(b)
	}
	return nil
}

// length returns how many bytes block i has now.
func (e *DataEditor) length(i int) int {
	switch {
	case e.dirty[i] != nil:
		return len(e.dirty[i])
	case i < len(e.old.blocks) && e.blocks[i] == e.old.blocks[i]:
		return int(e.old.BlockOffset(i+1) - e.old.BlockOffset(i))
	}
	return e.tx.Format().MaxBlockData()
}
