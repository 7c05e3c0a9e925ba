package check

import (
	"encoding/binary"
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// Property types whose values the checker knows the shape of ([MS-PST] 2.3.3.3).
const (
	typeInt16    = 0x0002
	typeInt32    = 0x0003
	typeFloat32  = 0x0004
	typeError    = 0x000A
	typeBoolean  = 0x000B
	typeObject   = 0x000D
	typeUnicode  = 0x001F
	typeGUID     = 0x0048
	typeMulti    = 0x1000
	maxValueSize = 1 << 20 // of values that messages and rows are compared by
)

// prop is a property of a property context.
type prop struct {
	id, typ uint16
	hnid    disk.HNID
}

func (p prop) tag() uint32 { return uint32(p.id)<<16 | uint32(p.typ) }

func (p prop) owner() string { return fmt.Sprintf("property %#08x", p.tag()) }

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

// pc visits the properties in order (rules 30 and 31).
func (h *heap) pc(visit func(prop)) bool {
	return h.bth(h.root, "property context", disk.PCKeySize, disk.PCDataSize, func(rec []byte) {
		var r disk.PCRecord
		if err := r.Unmarshal(h.c.f, rec); err == nil {
			visit(prop{id: r.ID, typ: r.Type, hnid: r.Value})
		}
	})
}

// props collects the properties by id.
func (h *heap) props() map[uint16]prop {
	all := make(map[uint16]prop)
	h.pc(func(p prop) { all[p.id] = p })
	return all
}

// checkValue checks where a value is kept and what it looks like (rules 32 to 34).
func (h *heap) checkValue(p prop, owned map[disk.NID]bool) {
	if inlineSize(p.typ) > 0 || p.hnid == 0 {
		return
	}
	b, size := h.own(p.owner(), p.hnid, owned)
	if size < 0 {
		return
	}
	h.shape(p.owner(), p.typ, b, size)
	if p.typ == typeObject && len(b) == disk.PCObjectSize {
		h.object(p, b, owned)
	}
}

// own claims the item or subnode that hnid names and gives its bytes (nil if it
// is in a subnode) and its size, -1 after a finding.
func (h *heap) own(owner string, hnid disk.HNID, owned map[disk.NID]bool) ([]byte, int) {
	if hnid.IsHID() {
		b := h.item(hnid.HID(), owner)
		if b == nil {
			return nil, -1
		}
		return b, len(b)
	}
	e := h.n.sub(hnid.NID())
	if e == nil {
		h.c.errorf("hnid", "2.3.3.2", h.n.where, "%s refers to subnode %v, which is not there", owner, hnid.NID())
		return nil, -1
	}
	if owned[hnid.NID()] {
		h.c.errorf("hnid-shared", "2.3.3.2", h.n.where, "subnode %v belongs to %s and to something else", hnid.NID(), owner)
	}
	owned[hnid.NID()] = true
	sub, ok := h.c.reopen(e.NID, e.Data, e.Sub, h.n.where)
	if !ok {
		return nil, -1
	}
	return nil, int(sub.tree.size)
}

// shape checks the size of a value against its type (rule 33).
func (h *heap) shape(owner string, typ uint16, b []byte, size int) {
	bad := func(format string, args ...any) {
		h.c.errorf("value-size", "2.3.3.4", h.n.where, "%s: %s", owner, fmt.Sprintf(format, args...))
	}
	base := typ &^ typeMulti
	switch want := fixedSize(base); {
	case typ&typeMulti == 0 && want > 0 && size != want:
		bad("%d bytes for a type of %d", size, want)
	case typ&typeMulti != 0 && want > 0 && base != typeObject && size%want != 0:
		bad("%d bytes for values of %d", size, want)
	case typ == typeUnicode && size%2 != 0:
		bad("%d bytes of UTF-16", size)
	case typ&typeMulti != 0 && want == 0 && b != nil:
		h.multi(bad, b)
	}
}

// multi checks the offsets of a multi-valued property of variable size.
func (h *heap) multi(bad func(string, ...any), b []byte) {
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

// object checks the subnode of an object property (rule 34).
func (h *heap) object(p prop, b []byte, owned map[disk.NID]bool) {
	var o disk.PCObject
	if err := o.Unmarshal(h.c.f, b); err != nil {
		return
	}
	e := h.n.sub(o.NID)
	if e == nil {
		h.c.errorf("object", "2.3.3.5", h.n.where, "%s is in subnode %v, which is not there", p.owner(), o.NID)
		return
	}
	owned[o.NID] = true
}

// value gives a value as it is stored, inline ones cut to their size; nil for an
// absent, an empty or a damaged one.
func (h *heap) value(typ uint16, hnid disk.HNID) []byte {
	if n := inlineSize(typ); n > 0 {
		b := binary.LittleEndian.AppendUint32(nil, uint32(hnid))
		return b[:n]
	}
	if hnid == 0 {
		return nil
	}
	was := h.c.quiet
	h.c.quiet = true
	defer func() { h.c.quiet = was }()
	if hnid.IsHID() {
		return h.item(hnid.HID(), "value")
	}
	e := h.n.sub(hnid.NID())
	if e == nil {
		return nil
	}
	sub, ok := h.c.reopen(e.NID, e.Data, e.Sub, h.n.where)
	if !ok || sub.tree.size > maxValueSize {
		return nil
	}
	var all []byte
	for _, leaf := range sub.tree.leaves {
		all = append(all, h.c.data(leaf, h.n.where)...)
	}
	return all
}
