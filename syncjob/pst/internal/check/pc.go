package check

import (
	"encoding/binary"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// prop is a property of a property context.
type prop struct {
	id, typ uint16
	hnid    disk.HNID
}

func (p prop) owner() owner { return owner{tag: uint32(p.id)<<16 | uint32(p.typ)} }

// pc visits the properties in order (rules 30 and 31).
func (h *heap) pc(visit func(prop)) bool {
	return h.bth(h.root, owner{what: "property context"}, bthShape{disk.PCKeySize, disk.PCDataSize}, func(rec []byte) {
		var r disk.PCRecord
		if err := r.Unmarshal(h.c.f, rec); err == nil {
			visit(prop{id: r.ID, typ: r.Type, hnid: r.Value})
		}
	})
}

// propBag is a property context that can be asked for values.
type propBag struct {
	h     *heap
	props []prop // by id
}

// openPC opens the property context of a node again; nil when there is none to read.
func (c *checker) openPC(nid disk.NID) *propBag {
	n, ok := c.openNode(nid)
	if !ok {
		return nil
	}
	return c.bagOf(&n)
}

func (c *checker) bagOf(n *content) (bag *propBag) {
	c.quietly(func() {
		h := c.openHeap(n, disk.HNClientPC)
		if h == nil {
			return
		}
		bag = &propBag{h: h}
		h.pc(func(p prop) { bag.props = append(bag.props, p) })
	})
	return bag
}

// prop gives a property's record by id; false when it is not there.
func (b *propBag) prop(id uint16) (prop, bool) {
	i, ok := slices.BinarySearchFunc(b.props, id, func(p prop, id uint16) int { return int(p.id) - int(id) })
	if !ok {
		return prop{}, false
	}
	return b.props[i], true
}

// value gives a property by id; false when it is not there.
func (b *propBag) value(id uint16) ([]byte, bool) {
	p, ok := b.prop(id)
	if !ok {
		return nil, false
	}
	return b.h.value(p.typ, p.hnid), true
}

// number gives a property of up to 4 bytes, 0 when it is not there.
func (b *propBag) number(id uint16) uint32 {
	v, _ := b.value(id)
	var four [4]byte
	copy(four[:], v)
	return binary.LittleEndian.Uint32(four[:])
}

// stream gives a stream of the map, empty if it is not there; false if it is not to be had.
func (b *propBag) stream(id uint16) ([]byte, bool) {
	p, ok := b.prop(id)
	if !ok || p.hnid == 0 {
		return nil, true
	}
	v := b.h.valueUpTo(p.hnid, min(maxStream, uint64(b.h.c.size)))
	return v, v != nil
}
