package ndb

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"

	"pstsyncd/syncjob/pst/internal/disk"
)

// maxDataSize is the most that a data tree holds: lcbTotal has 4 bytes.
const maxDataSize = math.MaxUint32

// WriteData makes a data tree of what r yields and returns its root and size; nothing
// read is root 0. It keeps no more than a block of it and 8 bytes for each block. More
// than a tree holds is [ErrTooLarge].
func (tx *Tx) WriteData(r io.Reader) (disk.BID, int64, error) {
	b := &treeBuilder{tx: tx}
	buf := make([]byte, tx.Format().MaxBlockData())
	for {
		n, err := io.ReadFull(r, buf)
		if n > 0 {
			if err := b.add(bytes.Clone(buf[:n])); err != nil {
				return 0, 0, fmt.Errorf("write data: %w", err)
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return 0, 0, fmt.Errorf("write data: %w", err)
		}
	}
	root, err := b.root()
	if err != nil {
		return 0, 0, fmt.Errorf("write data: %w", err)
	}
	return root, b.size, nil
}

// treeBuilder makes a data tree ([MS-PST] 2.2.2.8.3.2) from its blocks, in order.
type treeBuilder struct {
	tx       *Tx
	children []disk.BID
	size     int64
}

// add makes a block of data, which it owns from then on.
func (b *treeBuilder) add(data []byte) error {
	if b.size+int64(len(data)) > maxDataSize {
		return ErrTooLarge
	}
	bid, err := b.tx.addBlock(data, false)
	if err != nil {
		return err
	}
	b.children = append(b.children, bid)
	b.size += int64(len(data))
	return nil
}

// root makes the blocks above the data blocks.
func (b *treeBuilder) root() (disk.BID, error) {
	return b.tx.buildTree(b.children, b.size, nil)
}

// buildTree makes the blocks above the data blocks children, all full but the last, of
// size bytes together. XBLOCKs that old has over the same children are taken as they
// are.
func (tx *Tx) buildTree(children []disk.BID, size int64, old *Data) (disk.BID, error) {
	switch len(children) {
	case 0:
		return 0, nil
	case 1:
		return children[0], nil
	}
	most := tx.Format().MaxXBlockEntries()
	full := int64(most) * int64(tx.Format().MaxBlockData())
	if len(children) <= most {
		return tx.addXBlock(disk.LevelX, children, size)
	}
	var parents []disk.BID
	for lo := 0; lo < len(children); lo += most {
		part := children[lo:min(lo+most, len(children))]
		partSize := min(full, size-int64(lo/most)*full)
		bid, ok := old.xblock(lo, part, partSize)
		if !ok {
			var err error
			if bid, err = tx.addXBlock(disk.LevelX, part, partSize); err != nil {
				return 0, err
			}
		}
		parents = append(parents, bid)
	}
	return tx.addXBlock(disk.LevelXX, parents, size)
}
