package witness

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	gopst "github.com/mooijtech/go-pst/v6/pkg"
)

// Prop is one property of an object or one cell of a row.
type Prop struct {
	Tag uint32 // id << 16 | type

	property gopst.Property
	heap     *gopst.HeapOnNode
	subs     []gopst.LocalDescriptor
	store    *Store
}

// Props are the properties of the object, in the order of the file.
func (o *Object) Props() []Prop {
	if o.pc == nil {
		return nil
	}
	props := make([]Prop, len(o.pc.Properties))
	for i, p := range o.pc.Properties {
		props[i] = Prop{Tag: tagOf(p), property: p, heap: o.heap, subs: o.subs, store: o.store}
	}
	return props
}

func tagOf(p gopst.Property) uint32 { return uint32(p.ID)<<16 | uint32(p.Type) }

// Open gives the raw bytes of the value: little endian, numbers cut to their
// type, text without a terminator. Of an object it is the data of the subnode
// that the record points to.
func (p Prop) Open() (r *io.SectionReader, err error) {
	op := fmt.Sprintf("property %#08x", p.Tag)
	defer guard(op, &err)
	if data := p.property.Data; len(data) > 0 {
		return section(bytes.NewReader(data), int64(p.inlineSize())), nil
	}
	if p.property.HNID == 0 {
		return section(bytes.NewReader(nil), 0), nil
	}
	value, err := gopst.NewPropertyReader(p.property, p.heap, p.store.file, p.subs)
	if err != nil {
		return nil, classify(op, p.store.because(err))
	}
	if p.property.Type != gopst.PropertyTypeObject {
		return section(value.HeapOnNodeReader, value.Size()), nil
	}
	object, err := p.object(value.HeapOnNodeReader)
	if err != nil {
		return nil, classify(op, p.store.because(err))
	}
	return section(object, object.Size()), nil
}

// inlineSize is the size of a value in the property record itself, where four
// bytes are kept whatever the type needs.
func (p Prop) inlineSize() int {
	if n := p.property.Type.GetDataSize(); n >= 0 {
		return min(n, len(p.property.Data))
	}
	return len(p.property.Data)
}

// object follows the record of a PtypObject: subnode id, then size. [MS-PST] 2.3.3.5.
func (p Prop) object(record io.ReaderAt) (*gopst.HeapOnNodeReader, error) {
	nid, err := objectNID(record)
	if err != nil {
		return nil, err
	}
	sub, err := gopst.FindLocalDescriptor(gopst.Identifier(nid), p.subs)
	if err != nil {
		return nil, err
	}
	heap, err := p.store.file.GetHeapOnNodeFromLocalDescriptor(sub)
	if err != nil {
		return nil, err
	}
	return heap.Reader, nil
}

func objectNID(record io.ReaderAt) (uint32, error) {
	var b [4]byte
	if _, err := record.ReadAt(b[:], 0); err != nil {
		return 0, fmt.Errorf("object record: %w", err)
	}
	return binary.LittleEndian.Uint32(b[:]), nil
}

// Embedded reads the message inside an attachment, ErrNotFound when there is none.
func (o *Object) Embedded() (sub *Object, err error) {
	const op, tag = "embedded message", 0x3701000D
	defer guard(op, &err)
	for _, p := range o.Props() {
		if p.Tag != tag {
			continue
		}
		record, err := gopst.NewPropertyReader(p.property, p.heap, p.store.file, nil)
		if err != nil {
			return nil, classify(op, p.store.because(err))
		}
		nid, err := objectNID(record.HeapOnNodeReader)
		if err != nil {
			return nil, classify(op, err)
		}
		return o.Sub(nid)
	}
	return nil, classify(op, ErrNotFound)
}

func section(r io.ReaderAt, size int64) *io.SectionReader { return io.NewSectionReader(r, 0, size) }
