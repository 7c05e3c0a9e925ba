package ltp

import (
	"errors"
	"fmt"
	"io"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// maxValue is the size in bytes up to which a value is given as a slice.
const maxValue = 64 << 20

// values finds the values that a property context or table refers to ([MS-PST] 2.3.3.2).
type values struct {
	view    ndb.View
	items   items
	subnode func(nid disk.NID) (ndb.Node, error)
}

// bytes returns a whole value. 0 is the empty one.
func (s values) bytes(id disk.HNID) ([]byte, error) {
	if id == 0 {
		return []byte{}, nil
	}
	if id.IsHID() {
		return s.items.Item(id.HID())
	}
	d, err := s.stream(id.NID())
	if err != nil {
		return nil, err
	}
	if d.Size() > maxValue {
		return nil, fmt.Errorf("value of %d bytes in subnode %v: %w", d.Size(), id.NID(), ErrTooLarge)
	}
	b, err := readBlocks(d)
	if err != nil {
		return nil, fmt.Errorf("read value in subnode %v: %w", id.NID(), err)
	}
	return b, nil
}

// size returns a value's size in bytes without reading it.
func (s values) size(id disk.HNID) (int64, error) {
	if id.IsHID() {
		b, err := s.bytes(id)
		return int64(len(b)), err
	}
	d, err := s.stream(id.NID())
	if err != nil {
		return 0, err
	}
	return d.Size(), nil
}

// open returns a value that is read as it is needed.
func (s values) open(id disk.HNID) (*io.SectionReader, error) {
	if id.IsHID() {
		b, err := s.bytes(id)
		if err != nil {
			return nil, err
		}
		return sliceReader(b), nil
	}
	d, err := s.stream(id.NID())
	if err != nil {
		return nil, err
	}
	return io.NewSectionReader(d, 0, d.Size()), nil
}

func (s values) stream(nid disk.NID) (*ndb.Data, error) {
	n, err := s.subnode(nid)
	if err != nil {
		return nil, missing(nid, err)
	}
	d, err := s.view.Data(n.Data)
	if err != nil {
		return nil, fmt.Errorf("open value in subnode %v: %w", nid, err)
	}
	return d, nil
}

// missing turns the error of a look-up of a subnode that something refers to into
// one that says that the reference is wrong.
func missing(nid disk.NID, err error) error {
	if errors.Is(err, ndb.ErrNotFound) {
		return disk.Corruptf("value", -1, "subnode %v is missing", nid)
	}
	return fmt.Errorf("find value in subnode %v: %w", nid, err)
}

// readBlocks returns the content of a data tree. Memory follows the blocks that
// are there, not the size that the tree claims.
func readBlocks(d blocks) ([]byte, error) {
	var all []byte
	for i := range d.Blocks() {
		b, err := d.Block(i)
		if err != nil {
			return nil, err
		}
		if all = append(all, b...); len(all) > maxValue {
			return nil, ErrTooLarge
		}
	}
	return all, nil
}
