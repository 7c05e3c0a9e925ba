package check

import (
	"encoding/binary"
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

const maxValueSize = 1 << 20 // bytes of values that messages and rows are compared by

// checkValue checks where a value is kept that a record or a cell refers to, and what
// it looks like (rules 32 to 34). Only one of variable size can be empty, which is an
// HNID of zero.
func (h *heap) checkValue(of owner, hnid disk.HNID, owned map[disk.NID]bool) {
	typ := uint16(of.tag)
	if hnid == 0 {
		if want := fixedSize(typ); want > 0 {
			h.c.errorf("value-size", "2.3.3.3", h.n.where, "%v: no value for a type of %d bytes", of, want)
		}
		return
	}
	b, size := h.own(of, hnid, owned)
	if size < 0 {
		return
	}
	h.shape(of, hnid, b, size)
	if typ == typeObject && len(b) == disk.PCObjectSize {
		h.object(of, b, owned)
	}
}

// own claims the item or subnode that hnid names and gives its bytes (nil if it
// is in a subnode) and its size, -1 after a finding.
func (h *heap) own(of owner, hnid disk.HNID, owned map[disk.NID]bool) ([]byte, int) {
	if hnid.IsHID() {
		b := h.item(hnid.HID(), of)
		if b == nil {
			return nil, -1
		}
		return b, len(b)
	}
	e := h.n.sub(hnid.NID())
	if e == nil {
		h.c.errorf("hnid", "2.3.3.2", h.n.where, "%v refers to subnode %v, which is not there", of, hnid.NID())
		return nil, -1
	}
	if owned[hnid.NID()] {
		h.c.errorf("hnid-shared", "2.3.3.2", h.n.where, "subnode %v belongs to %v and to something else", hnid.NID(), of)
	}
	owned[hnid.NID()] = true
	sub, ok := h.c.reopen(e.NID, e.Data, e.Sub, h.n.where)
	if !ok {
		return nil, -1
	}
	return nil, int(sub.tree.size)
}

// shape checks the size of a value against its type (rule 33). b is nil for a
// value in the subnode that hnid names.
func (h *heap) shape(of owner, hnid disk.HNID, b []byte, size int) {
	bad := func(format string, args ...any) {
		h.c.errorf("value-size", "2.3.3.4", h.n.where, "%v: %s", of, fmt.Sprintf(format, args...))
	}
	typ := uint16(of.tag)
	base := typ &^ typeMulti
	multi := typ&typeMulti != 0
	if multi && b == nil {
		b = h.value(typ, hnid)
	}
	switch want := fixedSize(base); {
	case !multi && want > 0 && size != want:
		bad("%d bytes for a type of %d", size, want)
	case multi && want > 0 && base != typeObject && size%want != 0:
		bad("%d bytes for values of %d", size, want)
	case typ == typeUnicode && size%2 != 0:
		bad("%d bytes of UTF-16", size)
	case multi && want == 0 && b != nil:
		checkMulti(bad, b)
	}
}

// checkMulti checks the offsets of a multi-valued property of variable size.
func checkMulti(bad func(string, ...any), b []byte) {
	if len(b) < 4 {
		bad("%d bytes of multiple values", len(b))
		return
	}
	n := uint64(binary.LittleEndian.Uint32(b))
	if 4+4*n > uint64(len(b)) {
		bad("%d values in %d bytes", n, len(b))
		return
	}
	last := uint32(4 + 4*n)
	for i := range n {
		at := binary.LittleEndian.Uint32(b[4+4*i:])
		if at < last || at > uint32(len(b)) {
			bad("value %d begins at %d of %d", i, at, len(b))
			return
		}
		last = at
	}
}

// value gives a value as it is stored, inline ones cut to their size; nil for an
// absent, an empty, a damaged or a very long one.
func (h *heap) value(typ uint16, hnid disk.HNID) []byte {
	if n := inlineSize(typ); n > 0 {
		return binary.LittleEndian.AppendUint32(nil, uint32(hnid))[:n]
	}
	if hnid == 0 {
		return nil
	}
	return h.valueUpTo(hnid, maxValueSize)
}

// valueUpTo gives a value that is not kept in the record itself; nil for one of more
// than so many bytes.
func (h *heap) valueUpTo(hnid disk.HNID, size uint64) (v []byte) {
	h.c.quietly(func() {
		if hnid.IsHID() {
			v = h.item(hnid.HID(), owner{what: "value"})
		} else if e := h.n.sub(hnid.NID()); e != nil {
			v = h.c.subValue(e, h.n.where, size)
		}
	})
	return v
}

// subValue gives the bytes of a value in a subnode.
func (c *checker) subValue(e *disk.SLEntry, where string, size uint64) []byte {
	sub, ok := c.reopen(e.NID, e.Data, e.Sub, where)
	if !ok || sub.tree.size > size {
		return nil
	}
	return c.bytesOf(sub.tree)
}

// bytesOf gives the bytes of a data tree, which should not be a large one.
func (c *checker) bytesOf(t dataTree) []byte {
	all := make([]byte, 0, t.size)
	for _, leaf := range t.leaves {
		all = append(all, c.data(leaf)...)
	}
	return all
}
