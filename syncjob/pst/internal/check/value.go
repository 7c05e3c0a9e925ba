package check

import (
	"encoding/binary"
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// Property types whose values the checker knows the shape of ([MS-PST] 2.3.3.3).
const (
	typeUnspecified = 0
	typeNull        = 1
	typeInt16       = 0x0002
	typeInt32       = 0x0003
	typeFloat32     = 0x0004
	typeError       = 0x000A
	typeBoolean     = 0x000B
	typeObject      = 0x000D
	typeString8     = 0x001E
	typeUnicode     = 0x001F
	typeGUID        = 0x0048
	typeServerID    = 0x00FB
	typeRestriction = 0x00FD
	typeRuleAction  = 0x00FE
	typeBinary      = 0x0102
	typeMulti       = 0x1000
	maxValueSize    = 1 << 20 // of values that messages and rows are compared by
)

// inlineSize gives the bytes of a value kept in the record itself, 0 for others.
func inlineSize(typ uint16) int {
	switch typ {
	case typeBoolean:
		return 1
	case typeInt16:
		return 2
	case typeInt32, typeFloat32, typeError:
		return 4
	}
	return 0
}

// fixedSize gives the bytes of a value of a type of fixed size, 0 for others.
func fixedSize(typ uint16) int {
	switch typ {
	case 0x0005, 0x0006, 0x0007, 0x0014, 0x0040:
		return 8
	case typeGUID:
		return 16
	case typeObject:
		return disk.PCObjectSize
	}
	return inlineSize(typ)
}

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

// checkType checks that the type of a property or a column is one that a store holds
// (rule 33).
func (h *heap) checkType(what string, tag uint32) {
	if !knownType(uint16(tag)) {
		h.c.warnf("value-type", "2.1.2", h.n.where, "%s %#08x: type %#04x is unknown", what, tag, uint16(tag))
	}
}

// knownType tells whether a type is in [MS-OXCDATA] 2.11.1. Those without a value,
// and those of rules and of servers, have no multiple values.
func knownType(typ uint16) bool {
	switch base := typ &^ typeMulti; base {
	case typeUnspecified, typeNull, typeError, typeBoolean, typeObject, typeServerID, typeRestriction, typeRuleAction:
		return base == typ
	case typeString8, typeUnicode, typeBinary:
		return true
	default:
		return fixedSize(base) > 0
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
