package check

import (
	"bytes"
	"encoding/binary"

	"pstsyncd/syncjob/pst/internal/disk"
)

// bthShape is what a B-tree in a heap is made of, in bytes.
type bthShape struct{ key, data uint8 }

// bth visits the records of a B-tree in the heap in order (rule 30). visit must
// not keep them.
func (h *heap) bth(root disk.HID, of owner, shape bthShape, visit func(rec []byte)) bool {
	b := h.item(root, of)
	if b == nil {
		return false
	}
	var hdr disk.BTHHeader
	err := hdr.Unmarshal(h.c.f, b)
	if err == nil {
		err = hdr.Validate()
	}
	if err == nil && (hdr.KeySize != shape.key || hdr.DataSize != shape.data) {
		err = disk.Corruptf("bthheader", 1, "keys of %d and data of %d bytes where %d and %d are expected", hdr.KeySize, hdr.DataSize, shape.key, shape.data)
	}
	if err == nil && hdr.Root == 0 && hdr.Levels > 0 {
		err = disk.Corruptf("bthheader", 3, "%d index levels over no records", hdr.Levels)
	}
	if err != nil {
		h.c.errorf("bth", "2.3.2.1", h.n.where, "%v: %v", of, err)
		return false
	}
	if hdr.Root == 0 {
		return true
	}
	w := bthWalk{h: h, of: of, key: int(shape.key), rec: int(shape.key) + int(shape.data), visit: visit}
	return w.level(hdr.Root, int(hdr.Levels), nil)
}

type bthWalk struct {
	h        *heap
	of       owner
	key, rec int // bytes of a key and of a leaf record
	last     []byte
	visit    func(rec []byte)
}

func (w *bthWalk) level(id disk.HID, level int, lo []byte) bool {
	b := w.h.item(id, w.of)
	if b == nil {
		return false
	}
	size := w.rec
	if level > 0 {
		size = w.key + 4
	}
	if len(b)%size != 0 {
		w.h.c.errorf("bth", "2.3.2", w.h.n.where, "%v: item %v of %d bytes for records of %d", w.of, id, len(b), size)
		return false
	}
	if lo != nil && !bytes.Equal(b[:w.key], lo) {
		w.h.c.errorf("bth-key", "2.3.2.2", w.h.n.where, "%v: item %v begins with key %x, its parent says %x", w.of, id, b[:w.key], lo)
	}
	for ; len(b) > 0; b = b[size:] {
		if level == 0 {
			if !w.record(b[:size]) {
				return false
			}
		} else if !w.level(disk.HID(binary.LittleEndian.Uint32(b[w.key:])), level-1, b[:w.key]) {
			return false
		}
	}
	return true
}

func (w *bthWalk) record(rec []byte) bool {
	if !w.h.c.spend(workPerEntry) {
		return false
	}
	if w.last != nil && compareKey(w.last, rec[:w.key]) >= 0 {
		w.h.c.errorf("bth-order", "2.3.2.3", w.h.n.where, "%v: key %x follows %x", w.of, rec[:w.key], w.last)
		return false
	}
	w.last = rec[:w.key]
	w.visit(rec)
	return true
}

// compareKey orders keys: little-endian numbers by value, GUIDs byte by byte.
func compareKey(a, b []byte) int {
	if len(a) > 8 {
		return bytes.Compare(a, b)
	}
	for i := len(a) - 1; i >= 0; i-- {
		if a[i] != b[i] {
			return int(a[i]) - int(b[i])
		}
	}
	return 0
}
