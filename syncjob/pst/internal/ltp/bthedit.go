package ltp

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// BTHEditor changes a B-tree on a heap ([MS-PST] 2.6.2.2). A change reads and writes
// the items on the way from the root to one leaf.
type BTHEditor struct {
	BTH
	heap   *HeapEditor
	header disk.HID
}

// NewBTH makes an empty B-tree in h with keys of 2, 4, 8 or 16 bytes.
func NewBTH(h *HeapEditor, keySize, dataSize int) (*BTHEditor, error) {
	hdr := disk.BTHHeader{KeySize: uint8(keySize), DataSize: uint8(dataSize)}
	if err := hdr.Validate(); err != nil {
		return nil, fmt.Errorf("create bth: %w", err)
	}
	b := make([]byte, disk.BTHHeaderSize)
	if err := hdr.Marshal(h.format, b); err != nil {
		return nil, fmt.Errorf("create bth: %w", err)
	}
	id, err := h.Alloc(b)
	if err != nil {
		return nil, fmt.Errorf("create bth: %w", err)
	}
	return EditBTH(h, id)
}

// EditBTH opens the B-tree whose header is item header of h for changes.
func EditBTH(h *HeapEditor, header disk.HID) (*BTHEditor, error) {
	t, err := OpenBTH(h, header)
	if err != nil {
		return nil, err
	}
	return &BTHEditor{BTH: *t, heap: h, header: header}, nil
}

// Header returns the item that is the tree's header.
func (e *BTHEditor) Header() disk.HID { return e.header }

// Put adds a record or replaces the data of the one with that key.
func (e *BTHEditor) Put(key, data []byte) error {
	if len(key) != e.KeySize() || len(data) != e.DataSize() {
		return fmt.Errorf("record of %d and %d bytes in a bth of %d and %d: %w", len(key), len(data), e.KeySize(), e.DataSize(), ErrInvalid)
	}
	if err := e.put(slices.Concat(key, data)); err != nil {
		return fmt.Errorf("put bth record %x: %w", key, err)
	}
	return nil
}

func (e *BTHEditor) put(record []byte) error {
	hdr := e.hdr
	if hdr.Root == 0 {
		root, err := e.heap.Alloc(record)
		if err != nil {
			return err
		}
		hdr.Root, hdr.Levels = root, 0
		return e.setHeader(hdr)
	}
	parts, err := e.insert(hdr.Root, int(hdr.Levels), record)
	if err != nil {
		return err
	}
	hdr.Root = parts[0].id
	if len(parts) > 1 {
		root, err := e.heap.Alloc(slices.Concat(parts[0].record(), parts[1].record()))
		if err != nil {
			return err
		}
		hdr.Root = root
		hdr.Levels++
	}
	return e.setHeader(hdr)
}

// branch is an item of the tree as the level above refers to it.
type branch struct {
	id    disk.HID
	first []byte // its first key
}

func (b branch) record() []byte {
	return binary.LittleEndian.AppendUint32(slices.Clone(b.first), uint32(b.id))
}

// insert puts a record into the tree below an item. It returns what the item has
// become: one item, or two when it had to be split.
func (e *BTHEditor) insert(id disk.HID, level int, record []byte) ([]branch, error) {
	n, err := e.node(id, level)
	if err != nil {
		return nil, err
	}
	key := record[:e.KeySize()]
	if level > 0 {
		i := max(0, n.child(key))
		parts, err := e.insert(n.next(i), level-1, record)
		if err != nil {
			return nil, err
		}
		return e.replace(id, level, i, i+1, parts)
	}
	i := n.find(key)
	to := i
	if i < n.len() && bytes.Equal(n.key(i), key) {
		to = i + 1
	}
	return e.store(id, level, slices.Concat(n.b[:i*n.size], record, n.b[to*n.size:]), i == n.len())
}

// replace puts branches in the place of records from to to of an item of the
// index.
func (e *BTHEditor) replace(id disk.HID, level, from, to int, parts []branch) ([]branch, error) {
	n, err := e.node(id, level) // what was read before may have moved since
	if err != nil {
		return nil, err
	}
	var records []byte
	for _, p := range parts {
		records = append(records, p.record()...)
	}
	atEnd := to == n.len()
	return e.store(id, level, slices.Concat(n.b[:from*n.size], records, n.b[to*n.size:]), atEnd)
}

// store writes the records of an item, in two items when they are too many, in
// none when there are none. An item that grew at its end is left nine tenths
// full, as Outlook does, since it will most likely see no more records.
func (e *BTHEditor) store(id disk.HID, level int, records []byte, atEnd bool) ([]branch, error) {
	size := e.recordSize(level)
	most := disk.MaxHNItem / size
	if len(records) <= most*size {
		return e.storeOne(id, records)
	}
	at := (len(records)/size + 1) / 2
	if atEnd {
		at = (most*9 + 9) / 10
	}
	left, err := e.storeOne(id, records[:at*size])
	if err != nil {
		return nil, err
	}
	right, err := e.storeOne(0, records[at*size:])
	return append(left, right...), err
}

func (e *BTHEditor) storeOne(id disk.HID, records []byte) ([]branch, error) {
	id, err := e.heap.Realloc(id, records)
	if err != nil || id == 0 {
		return nil, err
	}
	return []branch{{id: id, first: records[:e.KeySize()]}}, nil
}

func (e *BTHEditor) setHeader(hdr disk.BTHHeader) error {
	if hdr == e.hdr {
		return nil
	}
	b := make([]byte, disk.BTHHeaderSize)
	if err := hdr.Marshal(e.heap.format, b); err != nil {
		return err
	}
	id, err := e.heap.Realloc(e.header, b)
	if err != nil {
		return err
	}
	if id != e.header {
		return disk.Corruptf("bth", -1, "header %v is not %d bytes long", e.header, disk.BTHHeaderSize)
	}
	e.hdr = hdr
	return nil
}
