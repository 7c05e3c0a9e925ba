package ltp

import (
	"bytes"
	"fmt"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// blockEditor changes the blocks of a data tree, and leaves those that are not
// touched where they are: *ndb.DataEditor. SetBlock(Blocks(), b) appends; all
// blocks but the last are padded to full size.
type blockEditor interface {
	blocks
	SetBlock(i int, b []byte) error
	Truncate(n int) error
	Flush() (disk.BID, error)
}

// cachedPages is how many blocks an editor keeps in memory before it writes
// those that changed.
const cachedPages = 128

// HeapEditor changes a heap ([MS-PST] 2.6.2.1). It reads the blocks it is asked for,
// and writes those that changed, when it is flushed or holds many.
type HeapEditor struct {
	format disk.Format
	data   blockEditor
	count  int               // blocks of the heap
	pages  map[int]*heapPage // read or made, by number
	recent []int             // blocks where items were made or freed lately, latest first
}

// NewHeap begins a heap for a client, one of disk.HNClientTC and others.
func NewHeap(tx *ndb.Tx, client uint8) (*HeapEditor, error) {
	data, err := tx.EditData(0)
	if err != nil {
		return nil, fmt.Errorf("create heap: %w", err)
	}
	return newHeap(tx.Format(), data, client)
}

func newHeap(f disk.Format, data blockEditor, client uint8) (*HeapEditor, error) {
	h := &HeapEditor{format: f, data: data, pages: map[int]*heapPage{}}
	hdr := disk.HNHdr{Client: client}
	return h, hdr.Marshal(f, h.appendPage().body)
}

// EditHeap opens the heap in a data tree for changes.
func EditHeap(tx *ndb.Tx, root disk.BID) (*HeapEditor, error) {
	data, err := tx.EditData(root)
	if err != nil {
		return nil, fmt.Errorf("edit heap: %w", err)
	}
	return editHeap(tx.Format(), data)
}

func editHeap(f disk.Format, data blockEditor) (*HeapEditor, error) {
	if _, err := OpenHeap(data); err != nil {
		return nil, err
	}
	return &HeapEditor{format: f, data: data, count: data.Blocks(), pages: map[int]*heapPage{}}, nil
}

// header decodes the header of the heap as it stands.
func (h *HeapEditor) header() (hdr disk.HNHdr, err error) {
	if p, ok := h.pages[0]; ok {
		return hdr, hdr.Unmarshal(h.format, p.body)
	}
	b, err := h.data.Block(0)
	if err != nil {
		return hdr, fmt.Errorf("read heap header: %w", err)
	}
	return hdr, hdr.Unmarshal(h.format, b)
}

// UserRoot returns the item that the client begins at.
func (h *HeapEditor) UserRoot() (disk.HID, error) {
	hdr, err := h.header()
	return hdr.UserRoot, err
}

// SetUserRoot changes the item that the client begins at.
func (h *HeapEditor) SetUserRoot(id disk.HID) error {
	hdr, err := h.header()
	if err != nil || hdr.UserRoot == id {
		return err
	}
	p, err := h.page(0)
	if err != nil {
		return err
	}
	hdr.UserRoot = id
	p.dirty = true
	return hdr.Marshal(h.format, p.body)
}

// Item returns the bytes of an item. They stay valid until the heap is changed,
// and the caller must not modify them.
func (h *HeapEditor) Item(id disk.HID) ([]byte, error) {
	if p, ok := h.pages[id.Block()]; ok && disk.HNID(id).IsHID() {
		return p.item(id.Index())
	}
	return (&Heap{blocks: h.data}).Item(id)
}

// page returns a block for changes.
func (h *HeapEditor) page(block int) (*heapPage, error) {
	if p, ok := h.pages[block]; ok {
		return p, nil
	}
	if block >= h.data.Blocks() {
		return nil, disk.Corruptf("heap", -1, "no block %d", block)
	}
	b, err := h.data.Block(block)
	if err != nil {
		return nil, fmt.Errorf("read heap block %d: %w", block, err)
	}
	p, err := readHeapPage(h.format, block, b)
	if err != nil {
		return nil, fmt.Errorf("read heap block %d: %w", block, err)
	}
	h.pages[block] = p
	return p, nil
}

func (h *HeapEditor) appendPage() *heapPage {
	p := newHeapPage(h.format, h.count)
	h.pages[h.count] = p
	h.count++
	return p
}

// pageOf returns the block that holds an item for changes.
func (h *HeapEditor) pageOf(id disk.HID) (*heapPage, error) {
	if !disk.HNID(id).IsHID() {
		return nil, disk.Corruptf("heap", -1, "no item %v", id)
	}
	p, err := h.page(id.Block())
	if err != nil {
		return nil, err
	}
	_, err = p.item(id.Index())
	return p, err
}

// Alloc makes an item of b, of at most disk.MaxHNItem bytes. Without bytes there
// is no item: the id is 0.
func (h *HeapEditor) Alloc(b []byte) (disk.HID, error) {
	if len(b) == 0 {
		return 0, nil
	}
	if len(b) > disk.MaxHNItem {
		return 0, fmt.Errorf("heap item of %d bytes: %w", len(b), ErrTooLarge)
	}
	if err := h.spill(); err != nil {
		return 0, err
	}
	block, err := h.findSpace(len(b))
	if err != nil {
		return 0, err
	}
	h.touch(block)
	return disk.MakeHID(block, h.pages[block].add(b)), nil
}

// Free removes an item. Removing item 0 does nothing.
func (h *HeapEditor) Free(id disk.HID) error {
	if id == 0 {
		return nil
	}
	p, err := h.pageOf(id)
	if err != nil {
		return fmt.Errorf("free heap item %v: %w", id, err)
	}
	p.clear(id.Index())
	h.touch(id.Block())
	return nil
}

// Realloc replaces the bytes of an item, 0 for none yet, and returns its id, which
// is another one when the item had to move to another block. An item that has
// these bytes already is left alone.
func (h *HeapEditor) Realloc(id disk.HID, b []byte) (disk.HID, error) {
	if id == 0 {
		return h.Alloc(b)
	}
	if old, err := h.Item(id); err != nil || len(b) > 0 && bytes.Equal(old, b) {
		return id, err
	}
	p, err := h.pageOf(id)
	if err != nil {
		return 0, fmt.Errorf("resize heap item %v: %w", id, err)
	}
	if len(b) > 0 && len(b) <= disk.MaxHNItem && p.fitsResized(id.Index(), len(b)) {
		p.set(id.Index(), b)
		return id, nil
	}
	if err := h.Free(id); err != nil {
		return 0, err
	}
	return h.Alloc(b)
}

// touch moves a block to the front of those where space is looked for first.
func (h *HeapEditor) touch(block int) {
	const keep = 8
	if i := slices.Index(h.recent, block); i >= 0 {
		h.recent = slices.Delete(h.recent, i, i+1)
	}
	h.recent = slices.Insert(h.recent, 0, block)
	h.recent = h.recent[:min(len(h.recent), keep)]
}
