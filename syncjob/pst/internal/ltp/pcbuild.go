package ltp

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// Value is a property to be written. Of Data, Keep and Object one is used.
type Value struct {
	Tag Tag

	// Data is the value in the form of [PC.Value]. Values over disk.MaxHNItem bytes
	// go to a subnode.
	Data []byte

	// Keep is the subnode that the value is in already.
	Keep disk.NID

	// Object is, for TypeObject, the subnode that the object is in already, and
	// ObjectSize the object's size in bytes.
	Object     disk.NID
	ObjectSize uint32
}

// BuildPC writes a property context ([MS-PST] 2.6.2.3.1) and returns its data tree.
// Values that need a subnode get one in sub, the subnodes of the node that the
// property context is for; subnodes that nothing refers to any more are left there.
func BuildPC(tx *ndb.Tx, sub *ndb.SubnodeEditor, vals []Value) (disk.BID, error) {
	b := pcBuilder{subs: &subnodes{tx: tx, editor: sub}}
	data, err := b.build(vals)
	if err != nil {
		return 0, fmt.Errorf("build property context: %w", err)
	}
	return data, nil
}

type pcBuilder struct {
	subs *subnodes
	heap *HeapEditor
}

// build lays a heap out as Outlook does: the header of the B-tree, its records, the
// values in the order of their ids.
func (b *pcBuilder) build(vals []Value) (disk.BID, error) {
	vals = slices.Clone(vals)
	slices.SortFunc(vals, func(x, y Value) int { return cmp.Compare(x.Tag.ID(), y.Tag.ID()) })
	var err error
	if b.heap, err = NewHeap(b.subs.tx, disk.HNClientPC); err != nil {
		return 0, err
	}
	plan, err := b.reserve(len(vals))
	if err != nil {
		return 0, err
	}
	records := make([]byte, len(vals)*disk.PCRecordSize)
	for i, v := range vals {
		if i > 0 && vals[i-1].Tag.ID() == v.Tag.ID() {
			return 0, fmt.Errorf("properties %v and %v: %w", vals[i-1].Tag, v.Tag, ErrInvalid)
		}
		value, err := b.put(v)
		if err != nil {
			return 0, fmt.Errorf("property %v: %w", v.Tag, err)
		}
		rec := disk.PCRecord{ID: v.Tag.ID(), Type: uint16(v.Tag.Type()), Value: value}
		if err := rec.Marshal(b.heap.format, records[i*disk.PCRecordSize:]); err != nil {
			return 0, err
		}
	}
	if err := b.fill(plan, records); err != nil {
		return 0, err
	}
	return b.heap.Flush()
}

// pcPlan is the B-tree of a property context before it has content.
type pcPlan struct {
	header disk.HID
	leaves []disk.HID
	index  disk.HID // 0 with at most one leaf
	counts []int    // records of each leaf
}

// reserve makes the items of a B-tree of n records, so that they come before the
// values.
func (b *pcBuilder) reserve(n int) (p pcPlan, err error) {
	if p.header, err = b.heap.Alloc(make([]byte, disk.BTHHeaderSize)); err != nil {
		return p, err
	}
	p.counts = leafCounts(n)
	if len(p.counts) > 1 {
		size := len(p.counts) * (disk.PCKeySize + hidSize)
		if p.index, err = b.heap.Alloc(make([]byte, size)); err != nil {
			return p, err
		}
	}
	for _, count := range p.counts {
		leaf, err := b.heap.Alloc(make([]byte, count*disk.PCRecordSize))
		if err != nil {
			return p, err
		}
		p.leaves = append(p.leaves, leaf)
	}
	return p, b.heap.SetUserRoot(p.header)
}

// leafCounts spreads n records over as few leaves as hold them.
func leafCounts(n int) []int {
	const most = disk.MaxHNItem / disk.PCRecordSize
	leaves := (n + most - 1) / most
	counts := make([]int, leaves)
	for i := range counts {
		counts[i] = (n - i + leaves - 1) / leaves
	}
	return counts
}

// fill writes the records, which replace reserved items of the same size.
func (b *pcBuilder) fill(p pcPlan, records []byte) error {
	hdr := disk.BTHHeader{KeySize: disk.PCKeySize, DataSize: disk.PCDataSize}
	var index []byte
	for i, leaf := range p.leaves {
		size := p.counts[i] * disk.PCRecordSize
		if _, err := b.heap.Realloc(leaf, records[:size]); err != nil {
			return err
		}
		index = binary.LittleEndian.AppendUint32(append(index, records[:disk.PCKeySize]...), uint32(leaf))
		records = records[size:]
		hdr.Root = leaf
	}
	if p.index != 0 {
		if _, err := b.heap.Realloc(p.index, index); err != nil {
			return err
		}
		hdr.Root, hdr.Levels = p.index, 1
	}
	h := make([]byte, disk.BTHHeaderSize)
	if err := hdr.Marshal(b.heap.format, h); err != nil {
		return err
	}
	_, err := b.heap.Realloc(p.header, h)
	return err
}

// put stores a value and returns what the record says of it.
func (b *pcBuilder) put(v Value) (disk.HNID, error) {
	t := v.Tag.Type()
	if size, ok := t.Fixed(); ok && (v.Keep != 0 || len(v.Data) != size) {
		return 0, fmt.Errorf("%d bytes, not %d: %w", len(v.Data), size, ErrInvalid)
	}
	if _, ok := t.pcInline(); ok {
		var word [4]byte
		copy(word[:], v.Data)
		return disk.HNID(binary.LittleEndian.Uint32(word[:])), nil
	}
	switch {
	case v.Keep != 0:
		_, err := b.subs.get(v.Keep)
		return disk.HNID(v.Keep), err
	case v.Object != 0:
		return b.putObject(v)
	case len(v.Data) > disk.MaxHNItem:
		nid, err := b.subs.put(0, v.Data)
		return disk.HNID(nid), err
	default:
		id, err := b.heap.Alloc(v.Data)
		return disk.HNID(id), err
	}
}

func (b *pcBuilder) putObject(v Value) (disk.HNID, error) {
	if v.Tag.Type() != TypeObject {
		return 0, fmt.Errorf("object for a type that is none: %w", ErrInvalid)
	}
	if _, err := b.subs.get(v.Object); err != nil {
		return 0, err
	}
	o := disk.PCObject{NID: v.Object, Size: v.ObjectSize}
	rec := make([]byte, disk.PCObjectSize)
	if err := o.Marshal(b.heap.format, rec); err != nil {
		return 0, err
	}
	id, err := b.heap.Alloc(rec)
	return disk.HNID(id), err
}
