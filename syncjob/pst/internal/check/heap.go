package check

import (
	"bytes"
	"encoding/binary"

	"pstsyncd/syncjob/pst/internal/disk"
)

const hnRef = "2.3.1"

// heap reads a heap-on-node. Blocks come one at a time; the last one used is kept.
type heap struct {
	c     *checker
	n     *content
	root  disk.HID
	owner map[disk.HID]string // items that something has claimed

	at    int // index of block, -1 for none
	block []byte
}

// openHeap checks every block of a heap (rules 26 to 29); nil when it has none of that kind.
func (c *checker) openHeap(n *content, client uint8) *heap {
	h := &heap{c: c, n: n, at: -1, owner: make(map[disk.HID]string)}
	first := h.load(0)
	if first == nil {
		return nil
	}
	var hdr disk.HNHdr
	if err := hdr.Unmarshal(c.f, first); err != nil {
		c.errorf("hn-signature", "2.3.1.2", n.where, "%v", err)
		return nil
	}
	if hdr.Client != client {
		c.errorf("hn-signature", "2.3.1.2", n.where, "client signature is %#02x, want %#02x", hdr.Client, client)
		return nil
	}
	h.root = hdr.UserRoot
	levels := disk.FillLevels(bytes.Clone(hdr.FillLevels[:]))
	for i := range n.tree.leaves {
		if c.quiet || c.done() {
			break
		}
		b := h.load(i)
		if b == nil {
			return nil
		}
		if at, _ := disk.FillLevelPlace(i); at == i && i > 0 && len(b) >= disk.HNBitmapHdrSize {
			levels = bytes.Clone(b[disk.HNPageHdrSize:disk.HNBitmapHdrSize])
		}
		h.checkBlock(i, b, levels)
	}
	return h
}

func (h *heap) load(i int) []byte {
	if i == h.at {
		return h.block
	}
	if i < 0 || i >= len(h.n.tree.leaves) {
		return nil
	}
	b := h.c.data(h.n.tree.leaves[i], h.n.where)
	if b != nil {
		h.at, h.block = i, b
	}
	return b
}

// checkBlock checks the page map and the fill level of one block.
func (h *heap) checkBlock(i int, b []byte, levels disk.FillLevels) {
	where := h.n.where
	if len(b) < disk.HNPageHdrSize {
		h.c.errorf("hn-pagemap", "2.3.1.5", where, "heap block %d has %d bytes", i, len(b))
		return
	}
	at := int(binary.LittleEndian.Uint16(b))
	var m disk.HNPageMap
	if at > len(b) {
		h.c.errorf("hn-pagemap", "2.3.1.5", where, "page map at %d of %d bytes in heap block %d", at, len(b), i)
		return
	}
	err := m.Unmarshal(h.c.f, b[at:])
	if err == nil {
		err = m.Validate(i, at)
	}
	if err != nil {
		h.c.errorf("hn-pagemap", "2.3.1.5", where, "heap block %d: %v", i, err)
		return
	}
	empty := 0
	for k := range m.Len() {
		if m.Allocs[k] == m.Allocs[k+1] {
			empty++
		}
	}
	if int(m.Free) != empty {
		h.c.errorf("hn-free", "2.3.1.5", where, "cFree of heap block %d is %d, %d items are empty", i, m.Free, empty)
	}
	_, index := disk.FillLevelPlace(i)
	free := h.c.f.MaxBlockData() - at - m.Size()
	// Outlook leaves levels that promise too much, and rounds by one.
	if got, want := levels.Get(index), disk.FillLevelOf(free); got > want+1 {
		h.c.warnf("hn-fill", "2.3.1.2", where, "fill level of heap block %d is %d, %d bytes are free, which is level %d", i, got, free, want)
	}
}

// item gives the bytes of a heap item that belongs to owner; nil after a finding.
func (h *heap) item(id disk.HID, owner string) []byte {
	b := h.load(id.Block())
	var item []byte
	err := disk.Corruptf("heap", -1, "no block %d", id.Block())
	if b != nil && disk.HNID(id).IsHID() {
		item, err = disk.HNItem(b, id.Index())
	}
	switch {
	case err != nil:
		h.c.errorf("hnid", "2.3.3.2", h.n.where, "%s refers to item %v: %v", owner, id, err)
		return nil
	case len(item) == 0:
		h.c.errorf("hnid", "2.3.3.2", h.n.where, "%s refers to the freed item %v", owner, id)
		return nil
	}
	if !h.c.quiet {
		if other, ok := h.owner[id]; ok {
			h.c.errorf("hnid-shared", "2.3.3.2", h.n.where, "item %v belongs to %s and to %s", id, other, owner)
		}
		h.owner[id] = owner
	}
	return bytes.Clone(item)
}

// bth visits the records of a B-tree in the heap in order (rule 30).
func (h *heap) bth(root disk.HID, owner string, keySize, dataSize uint8, visit func(rec []byte)) bool {
	b := h.item(root, owner)
	if b == nil {
		return false
	}
	var hdr disk.BTHHeader
	err := hdr.Unmarshal(h.c.f, b)
	if err == nil {
		err = hdr.Validate()
	}
	if err == nil && (hdr.KeySize != keySize || hdr.DataSize != dataSize) {
		err = disk.Corruptf("bthheader", 1, "keys of %d and data of %d bytes where %d and %d are expected", hdr.KeySize, hdr.DataSize, keySize, dataSize)
	}
	if err != nil {
		h.c.errorf("bth", "2.3.2.1", h.n.where, "%s: %v", owner, err)
		return false
	}
	if hdr.Root == 0 {
		return true
	}
	w := bthWalk{h: h, owner: owner, key: int(keySize), rec: int(keySize) + int(dataSize), visit: visit}
	return w.level(hdr.Root, int(hdr.Levels), nil)
}

type bthWalk struct {
	h        *heap
	owner    string
	key, rec int // bytes of a key and of a leaf record
	last     []byte
	visit    func(rec []byte)
}

func (w *bthWalk) level(id disk.HID, level int, lo []byte) bool {
	b := w.h.item(id, w.owner)
	if b == nil {
		return false
	}
	size := w.rec
	if level > 0 {
		size = w.key + 4
	}
	if len(b)%size != 0 {
		w.h.c.errorf("bth", "2.3.2", w.h.n.where, "%s: item %v of %d bytes for records of %d", w.owner, id, len(b), size)
		return false
	}
	if lo != nil && !bytes.Equal(b[:w.key], lo) {
		w.h.c.errorf("bth-key", "2.3.2.2", w.h.n.where, "%s: item %v begins with key %x, its parent says %x", w.owner, id, b[:w.key], lo)
	}
	for at := 0; at < len(b); at += size {
		rec := b[at : at+size]
		if level > 0 {
			if !w.level(disk.HID(binary.LittleEndian.Uint32(rec[w.key:])), level-1, rec[:w.key]) {
				return false
			}
			continue
		}
		if w.last != nil && compareKey(w.last, rec[:w.key]) >= 0 {
			w.h.c.errorf("bth-order", "2.3.2.3", w.h.n.where, "%s: key %x follows %x", w.owner, rec[:w.key], w.last)
			return false
		}
		w.last = rec[:w.key]
		w.visit(rec)
	}
	return true
}

// compareKey orders little-endian keys by value.
func compareKey(a, b []byte) int {
	for i := len(a) - 1; i >= 0; i-- {
		if a[i] != b[i] {
			return int(a[i]) - int(b[i])
		}
	}
	return 0
}
