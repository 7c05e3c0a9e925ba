package ltp

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"iter"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// PC reads a property context ([MS-PST] 2.3.3).
type PC struct {
	values values
	bth    *BTH
}

// OpenPC reads the header of the property context in node n.
func OpenPC(v ndb.View, n ndb.Node) (*PC, error) {
	h, err := openNode(v, n, disk.HNClientPC)
	if err != nil {
		return nil, fmt.Errorf("open property context in node %v: %w", n.NID, err)
	}
	t, err := OpenBTH(h, h.UserRoot())
	if err != nil {
		return nil, fmt.Errorf("open property context in node %v: %w", n.NID, err)
	}
	if t.KeySize() != disk.PCKeySize || t.DataSize() != disk.PCDataSize {
		return nil, disk.Corruptf("property context", -1, "node %v has records of %d and %d bytes", n.NID, t.KeySize(), t.DataSize())
	}
	return &PC{values: nodeValues(v, n, h), bth: t}, nil
}

// openNode opens the heap of a node and checks whose it is.
func openNode(v ndb.View, n ndb.Node, client uint8) (*Heap, error) {
	d, err := v.Data(n.Data)
	if err != nil {
		return nil, err
	}
	h, err := OpenHeap(d)
	if err != nil {
		return nil, err
	}
	if h.Client() != client {
		return nil, disk.Corruptf("heap", 3, "client signature %#02x, not %#02x", h.Client(), client)
	}
	return h, nil
}

func nodeValues(v ndb.View, n ndb.Node, h items) values {
	return values{view: v, items: h, subnode: func(nid disk.NID) (ndb.Node, error) { return v.Subnode(n.Sub, nid) }}
}

// Ref is a property as its record has it.
type Ref struct {
	Tag   Tag
	Value uint32 // of inline types the value, of others the HNID of where it is
}

// Inline reports whether the record holds the value itself.
func (r Ref) Inline() bool {
	_, ok := r.Tag.Type().pcInline()
	return ok
}

// HNID returns where the value is; 0 for an empty or inline one.
func (r Ref) HNID() disk.HNID {
	if r.Inline() {
		return 0
	}
	return disk.HNID(r.Value)
}

func unmarshalRef(r Record) Ref {
	id := binary.LittleEndian.Uint16(r.Key)
	t := PropType(binary.LittleEndian.Uint16(r.Data))
	return Ref{Tag: MakeTag(id, t), Value: binary.LittleEndian.Uint32(r.Data[2:])}
}

// All returns the properties in ascending order of their ids. No values are read.
func (pc *PC) All() iter.Seq2[Ref, error] {
	return func(yield func(Ref, error) bool) {
		for r, err := range pc.bth.All() {
			if err != nil {
				yield(Ref{}, err)
				return
			}
			if !yield(unmarshalRef(r), nil) {
				return
			}
		}
	}
}

// Ref returns the property with that id.
func (pc *PC) Ref(id uint16) (r Ref, ok bool, err error) {
	key := binary.LittleEndian.AppendUint16(nil, id)
	data, ok, err := pc.bth.Lookup(key)
	if err != nil || !ok {
		return Ref{}, false, err
	}
	return unmarshalRef(Record{Key: key, Data: data}), true, nil
}

// Get returns the tag and the value of the property with that id; see
// [PC.Value].
func (pc *PC) Get(id uint16) (tag Tag, value []byte, ok bool, err error) {
	r, ok, err := pc.Ref(id)
	if err != nil || !ok {
		return 0, nil, false, err
	}
	value, err = pc.Value(r)
	return r.Tag, value, err == nil, err
}

// Value returns a property's value, cut to its size when the type has a fixed
// one, a Boolean as 0 or 1. The caller must not modify it. A value over 64 MiB
// is [ErrTooLarge]: open it instead.
func (pc *PC) Value(r Ref) ([]byte, error) {
	t := r.Tag.Type()
	if r.Inline() {
		return t.trim(binary.LittleEndian.AppendUint32(nil, r.Value)), nil
	}
	b, err := pc.values.bytes(r.HNID())
	if err != nil {
		return nil, fmt.Errorf("read property %v: %w", r.Tag, err)
	}
	return checkFixed(r.Tag, b)
}

// checkFixed cuts a fixed-size value that is too long and refuses one that is
// too short.
func checkFixed(tag Tag, b []byte) ([]byte, error) {
	if size, ok := tag.Type().Fixed(); ok && len(b) < size {
		return nil, disk.Corruptf("property", -1, "%v has %d bytes, not %d", tag, len(b), size)
	}
	return tag.Type().trim(b), nil
}

// Size returns the size of a property's value in bytes.
func (pc *PC) Size(r Ref) (int64, error) {
	if size, ok := r.Tag.Type().Fixed(); ok {
		return int64(size), nil
	}
	n, err := pc.values.size(r.HNID())
	if err != nil {
		return 0, fmt.Errorf("size of property %v: %w", r.Tag, err)
	}
	return n, nil
}

// Open returns a property's value for reading piece by piece. It can be used as
// long as the view of the store.
func (pc *PC) Open(r Ref) (*io.SectionReader, error) {
	if _, ok := r.Tag.Type().Fixed(); ok {
		b, err := pc.Value(r)
		return sliceReader(b), err
	}
	s, err := pc.values.open(r.HNID())
	if err != nil {
		return nil, fmt.Errorf("open property %v: %w", r.Tag, err)
	}
	return s, nil
}

// Data returns the data tree of a value that has a subnode of its own, as every value
// over [disk.MaxHNItem] bytes has.
func (pc *PC) Data(r Ref) (*ndb.Data, error) {
	if r.Inline() || r.HNID().IsHID() {
		return nil, fmt.Errorf("data tree of property %v: %w", r.Tag, ErrInvalid)
	}
	d, err := pc.values.stream(r.HNID().NID())
	if err != nil {
		return nil, fmt.Errorf("open property %v: %w", r.Tag, err)
	}
	return d, nil
}

func sliceReader(b []byte) *io.SectionReader {
	return io.NewSectionReader(bytes.NewReader(b), 0, int64(len(b)))
}

// Object returns the subnode that holds the object of a property of type
// TypeObject and the object's size in bytes ([MS-PST] 2.3.3.5).
func (pc *PC) Object(r Ref) (nid disk.NID, size uint32, err error) {
	if r.Tag.Type() != TypeObject {
		return 0, 0, fmt.Errorf("object of property %v: %w", r.Tag, ErrInvalid)
	}
	b, err := pc.Value(r)
	if err != nil {
		return 0, 0, err
	}
	var o disk.PCObject
	if err := o.Unmarshal(disk.Unicode, b); err != nil {
		return 0, 0, disk.Corruptf("property", -1, "object of %v: %v", r.Tag, err)
	}
	return o.NID, o.Size, nil
}
