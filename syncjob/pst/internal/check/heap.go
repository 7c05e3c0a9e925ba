package check

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// heap reads a heap-on-node.
type heap struct {
	c     *checker
	n     *content
	root  disk.HID
	owned map[int]bitmap // items that something has claimed, by block; nil on a second look
}

// owner says what an item or subnode belongs to.
type owner struct {
	what   string // where it is neither a property nor a cell
	tag    uint32 // of the property or column
	row    uint32
	isCell bool
}

// String names the owner within its node.
func (o owner) String() string {
	switch {
	case o.what != "":
		return o.what
	case o.isCell:
		return fmt.Sprintf("row %#x column %#08x", o.row, o.tag)
	default:
		return fmt.Sprintf("property %#08x", o.tag)
	}
}

// openHeap checks every block of a heap (rules 26 to 29); nil when it has none of that kind.
func (c *checker) openHeap(n *content, client uint8) *heap {
	h := &heap{c: c, n: n}
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
	if c.quiet {
		return h
	}
	h.owned = make(map[int]bitmap)
	if !h.checkBlocks(hdr.FillLevels[:]) {
		return nil
	}
	return h
}

// clientOf gives the client signature of a node's heap, 0 for none.
func (c *checker) clientOf(n *content) uint8 {
	var hdr disk.HNHdr
	if b := c.data(n.tree.leaves[0]); b == nil || hdr.Unmarshal(c.f, b) != nil {
		return 0
	}
	return hdr.Client
}

func (h *heap) checkBlocks(levels disk.FillLevels) bool {
	for i := range h.n.tree.leaves {
		b := h.load(i)
		if b == nil || h.c.done() {
			return false
		}
		if at, _ := disk.FillLevelPlace(i); at == i && i > 0 && len(b) >= disk.HNBitmapHdrSize {
			levels = bytes.Clone(b[disk.HNPageHdrSize:disk.HNBitmapHdrSize])
		}
		h.checkBlock(i, b, levels)
	}
	return true
}

func (h *heap) load(i int) []byte {
	if i >= len(h.n.tree.leaves) {
		return nil
	}
	return h.c.data(h.n.tree.leaves[i])
}

// checkBlock checks the page map and the fill level of one block.
func (h *heap) checkBlock(i int, b []byte, levels disk.FillLevels) {
	bad := func(code code, format string, args ...any) {
		h.c.errorf(code, "2.3.1.5", h.n.where, "heap block %d: %s", i, fmt.Sprintf(format, args...))
	}
	if len(b) < disk.HNPageHdrSize {
		bad("hn-pagemap", "%d bytes", len(b))
		return
	}
	at := int(binary.LittleEndian.Uint16(b))
	if at > len(b) {
		bad("hn-pagemap", "page map at %d of %d bytes", at, len(b))
		return
	}
	var m disk.HNPageMap
	err := m.Unmarshal(h.c.f, b[at:])
	if err == nil {
		err = m.Validate(i, at)
	}
	if err != nil {
		bad("hn-pagemap", "%v", err)
		return
	}
	empty := 0
	for k := range m.Len() {
		if m.Allocs[k] == m.Allocs[k+1] {
			empty++
		}
	}
	if int(m.Free) != empty {
		bad("hn-free", "cFree is %d, %d items are empty", m.Free, empty)
	}
	_, index := disk.FillLevelPlace(i)
	free := h.c.f.MaxBlockData() - at - m.Size()
	// Outlook leaves levels that promise too much, and rounds by one.
	if got, want := levels.Get(index), disk.FillLevelOf(free); got > want+1 {
		h.c.warnf("hn-fill", "2.3.1.2", h.n.where, "fill level of heap block %d is %d, %d bytes are free, which is level %d", i, got, free, want)
	}
}

// item gives the bytes of a heap item, which nobody may change; nil after a finding.
func (h *heap) item(id disk.HID, of owner) []byte {
	b := h.load(id.Block())
	if !h.c.spend(workPerEntry) {
		return nil
	}
	if b == nil || !disk.HNID(id).IsHID() {
		h.c.errorf("hnid", "2.3.3.2", h.n.where, "%v refers to item %v, there is no block %d", of, id, id.Block())
		return nil
	}
	item, err := disk.HNItem(b, id.Index())
	switch {
	case err != nil:
		h.c.errorf("hnid", "2.3.3.2", h.n.where, "%v refers to item %v: %v", of, id, err)
		return nil
	case len(item) == 0:
		h.c.errorf("hnid", "2.3.3.2", h.n.where, "%v refers to the freed item %v", of, id)
		return nil
	}
	h.claim(id, of)
	return item
}

// claim marks an item as belonging to something and reports a second owner.
func (h *heap) claim(id disk.HID, of owner) {
	if h.c.quiet || h.owned == nil {
		return
	}
	items := h.owned[id.Block()]
	if items == nil {
		items = newBitmap(disk.MaxHIDIndex + 1)
		h.owned[id.Block()] = items
	}
	if items.get(id.Index()) {
		h.c.errorf("hnid-shared", "2.3.3.2", h.n.where, "item %v belongs to %v and to something else", id, of)
	}
	items.set(id.Index())
}
