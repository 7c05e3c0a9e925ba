package ltp

import (
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// blocks is a data tree as readers of this package see it: *ndb.Data, an editor
// of one, or a single heap item. Block's result must not be modified.
type blocks interface {
	Blocks() int
	Block(i int) ([]byte, error)
}

// Heap reads a heap-on-node ([MS-PST] 2.3.1).
type Heap struct {
	blocks blocks
	hdr    disk.HNHdr
}

// OpenHeap reads the header of the heap in d, which is an *ndb.Data or an editor of one.
func OpenHeap(d blocks) (*Heap, error) {
	if d.Blocks() == 0 {
		return nil, disk.Corruptf("heap", -1, "node without data")
	}
	b, err := d.Block(0)
	if err != nil {
		return nil, fmt.Errorf("read heap header: %w", err)
	}
	h := &Heap{blocks: d}
	if err := h.hdr.Unmarshal(disk.Unicode, b); err != nil {
		return nil, fmt.Errorf("read heap header: %w", decodeErr("heap", err))
	}
	return h, nil
}

// Client returns the client signature, one of disk.HNClientTC, disk.HNClientPC and others.
func (h *Heap) Client() uint8 { return h.hdr.Client }

// UserRoot returns the item that the client begins at; 0 when there is none.
func (h *Heap) UserRoot() disk.HID { return h.hdr.UserRoot }

// Item returns the bytes of an item, which the caller must not modify. Only the
// block that holds it is read.
func (h *Heap) Item(id disk.HID) ([]byte, error) {
	if !disk.HNID(id).IsHID() || id.Block() >= h.blocks.Blocks() {
		return nil, disk.Corruptf("heap", -1, "no item %v", id)
	}
	b, err := h.blocks.Block(id.Block())
	if err != nil {
		return nil, fmt.Errorf("read heap item %v: %w", id, err)
	}
	item, err := disk.HNItem(b, id.Index())
	if err != nil {
		return nil, fmt.Errorf("read heap item %v: %w", id, decodeErr("heap", err))
	}
	return item, nil
}
