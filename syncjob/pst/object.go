package pst

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// object is a property context in the making, with the subnodes beneath it: a
// message, an attachment, a folder or the message store. What it does not touch
// stays as it is, subnodes of unknown purpose included.
type object struct {
	tx   *ndb.Tx
	r    *reader // what the object is read with, and how its text is kept
	node ndb.Node
	subs *ndb.SubnodeEditor
	vals map[uint16]ltp.Value

	faithful bool // it and what is in it is to be as another one is
}

// newObject begins an object with nothing in it.
func (tx *Tx) newObject(nid NID) (*object, error) {
	return tx.editObject(ndb.Node{NID: nid}, nil)
}

// openObject begins with what a node holds. Values in subnodes stay there
// unread.
func (tx *Tx) openObject(n ndb.Node) (*object, error) {
	pc, err := ltp.OpenPC(tx.tx, n)
	if err != nil {
		return nil, err
	}
	return tx.editObject(n, pc)
}

func (tx *Tx) editObject(n ndb.Node, pc *ltp.PC) (*object, error) {
	subs, err := tx.tx.EditSubnodes(n.Sub)
	if err != nil {
		return nil, err
	}
	o := &object{tx: tx.tx, r: &tx.reader, node: n, subs: subs, vals: make(map[uint16]ltp.Value)}
	if pc == nil {
		return o, nil
	}
	for ref, err := range pc.All() {
		if err != nil {
			return nil, err
		}
		if o.vals[ref.Tag.ID()], err = storedValue(pc, ref); err != nil {
			return nil, fmt.Errorf("property %s: %w", ref.Tag, err)
		}
	}
	return o, nil
}

// storedValue makes a value to be written of one that is there.
func storedValue(pc *ltp.PC, ref ltp.Ref) (ltp.Value, error) {
	v := ltp.Value{Tag: ref.Tag}
	if ref.Tag.Type() == TypeObject {
		var err error
		v.Object, v.ObjectSize, err = pc.Object(ref)
		return v, err
	}
	if id := ref.HNID(); !id.IsHID() {
		v.Keep = id.NID()
		return v, nil
	}
	b, err := pc.Value(ref)
	v.Data = slices.Clone(b)
	return v, err
}

// set adds or replaces a property.
func (o *object) set(p Property) error {
	if err := o.remove(p.Tag.ID()); err != nil {
		return err
	}
	v := ltp.Value{Tag: p.Tag}
	switch {
	case p.Tag.Type() == TypeObject:
		nid, size, err := o.putStream(p)
		if err != nil {
			return fmt.Errorf("property %s: %w", p.Tag, err)
		}
		v.Object, v.ObjectSize = nid, uint32(size)
	case p.Size() > maxInline:
		nid, _, err := o.putStream(p)
		if err != nil {
			return fmt.Errorf("property %s: %w", p.Tag, err)
		}
		v.Keep = nid
	default:
		v.Data = p.Data
		if p.Large != nil {
			var err error
			if v.Data, err = p.Large.readAll(); err != nil {
				return fmt.Errorf("property %s: %w", p.Tag, err)
			}
		}
	}
	o.vals[p.Tag.ID()] = v
	return nil
}

// append adds bytes to a binary property. Of a value in a subnode the last block is
// written anew, and no other.
func (o *object) append(tag Tag, more []byte) error {
	v := o.vals[tag.ID()]
	if v.Keep == 0 {
		return o.set(Property{Tag: tag, Data: slices.Concat(v.Data, more)})
	}
	n, err := o.subs.Get(v.Keep)
	if err != nil {
		return fmt.Errorf("property %s: %w", tag, err)
	}
	if n.Data, err = appendData(o.tx, n.Data, more, 1); err != nil {
		return fmt.Errorf("property %s: %w", tag, err)
	}
	return o.subs.Set(n)
}

// putStream writes a value to a subnode of its own.
func (o *object) putStream(p Property) (NID, int64, error) {
	r := io.Reader(bytes.NewReader(p.Data))
	if p.Large != nil {
		stream, err := p.Large.open()
		if err != nil {
			return 0, 0, err
		}
		defer stream.Close()
		r = stream
	}
	bid, n, err := o.tx.WriteData(r)
	if err != nil {
		return 0, 0, err
	}
	if err := checkSize(n, p.Size()); err != nil {
		return 0, 0, err
	}
	nid := o.tx.NewNID(disk.NIDTypeLTP)
	return nid, n, o.subs.Set(ndb.Node{NID: nid, Data: bid})
}

// open begins to read the value, and at most one byte more.
func (l *Large) open() (io.ReadCloser, error) {
	r, err := l.Open()
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(r, l.Size+1), r}, nil
}

func (l *Large) readAll() ([]byte, error) {
	r, err := l.open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err == nil {
		err = checkSize(int64(len(b)), l.Size)
	}
	return b, err
}

// checkSize refuses a stream that has not as many bytes as it says.
func checkSize(n, want int64) error {
	if n == want {
		return nil
	}
	return fmt.Errorf("stream has %d bytes, it says %d: %w", n, want, ErrInvalid)
}

// remove drops a property and the subnode that holds its value.
func (o *object) remove(id uint16) error {
	v, ok := o.vals[id]
	if !ok {
		return nil
	}
	delete(o.vals, id)
	for _, nid := range []NID{v.Keep, v.Object} {
		if nid == 0 {
			continue
		}
		if err := o.subs.Delete(nid); err != nil {
			return fmt.Errorf("property %s: %w", v.Tag, err)
		}
	}
	return nil
}

// setInt sets an Int32 property.
func (o *object) setInt(id uint16, n int32) {
	o.vals[id] = ltp.Value{Tag: MakeTag(id, TypeInt32), Data: binary.LittleEndian.AppendUint32(nil, uint32(n))}
}

// setBool sets a Boolean property.
func (o *object) setBool(id uint16, b bool) {
	v := ltp.Value{Tag: MakeTag(id, TypeBoolean), Data: []byte{0}}
	if b {
		v.Data[0] = 1
	}
	o.vals[id] = v
}

// setText sets a string property. ErrCodePage leaves it as it was.
func (o *object) setText(id uint16, s string) error {
	tag := MakeTag(id, o.r.TextType())
	b, err := o.r.EncodeText(s)
	if err != nil {
		return fmt.Errorf("property %s: %w", tag, err)
	}
	o.vals[id] = ltp.Value{Tag: tag, Data: b}
	return nil
}

// int is the value of an Int32 property, 0 when it is absent.
func (o *object) int(id uint16) int32 { return int32Of(o.vals[id].Data) }

func (o *object) has(id uint16) bool {
	_, ok := o.vals[id]
	return ok
}

// build writes the property context and the subnode tree. The object can be
// built again after further changes.
func (o *object) build() error {
	values := make([]ltp.Value, 0, len(o.vals))
	for _, id := range slices.Sorted(maps.Keys(o.vals)) {
		values = append(values, o.vals[id])
	}
	data, err := ltp.BuildPC(o.tx, o.subs, values)
	if err != nil {
		return err
	}
	sub, err := o.subs.Flush()
	if err != nil {
		return err
	}
	o.node.Data, o.node.Sub = data, sub
	return nil
}

// size is the number of bytes in the data trees of the object as it was built
// and in those beneath it, which is what programs store as the size of a message
// and of an object within an attachment.
func (o *object) size() (int64, error) { return treeSize(o.tx, o.node, maxEmbedded*3) }

func treeSize(v ndb.View, n ndb.Node, depth int) (int64, error) {
	if depth == 0 {
		return 0, fmt.Errorf("subnodes of %s are nested too deep: %w", n.NID, ErrCorrupt)
	}
	d, err := v.Data(n.Data)
	if err != nil {
		return 0, err
	}
	total := d.Size()
	for sub, err := range v.Subnodes(n.Sub) {
		if err != nil {
			return 0, err
		}
		size, err := treeSize(v, sub, depth-1)
		if err != nil {
			return 0, err
		}
		total += size
	}
	return total, nil
}

// valueSize is what a property counts for in the size of its attachment.
func (o *object) valueSize(v ltp.Value) (int64, error) {
	if v.Object != 0 {
		return int64(v.ObjectSize), nil
	}
	if v.Keep == 0 {
		return int64(len(v.Data)), nil
	}
	n, err := o.subs.Get(v.Keep)
	if err != nil {
		return 0, err
	}
	d, err := o.tx.Data(n.Data)
	if err != nil {
		return 0, err
	}
	return d.Size(), nil
}

// cell is the table cell of a column that mirrors a property: the value, or the
// very data tree that holds it. false when the object has no such property.
func (o *object) cell(tag Tag) (ltp.Cell, bool, error) {
	v, ok := o.vals[tag.ID()]
	if !ok || v.Tag != tag || tag.Type() == TypeObject {
		return ltp.Cell{}, false, nil
	}
	if v.Keep == 0 {
		return cellOf(tag, v.Data), true, nil
	}
	n, err := o.subs.Get(v.Keep)
	if err != nil {
		return ltp.Cell{}, false, fmt.Errorf("property %s: %w", tag, err)
	}
	return ltp.Cell{Tag: tag, Tree: n.Data}, true, nil
}

// cells are the cells of a table's columns that mirror properties of the object.
// [MS-PST] 2.4.4.3: a cell is there if the property is, also when it is empty.
func (o *object) cells(table *ltp.TCEditor) ([]ltp.Cell, error) {
	var cells []ltp.Cell
	for _, col := range table.Columns() {
		if col.Tag == ltp.TagRowID || col.Tag == ltp.TagRowVer {
			continue
		}
		c, ok, err := o.cell(col.Tag)
		if err != nil {
			return nil, err
		}
		if ok {
			cells = append(cells, c)
		}
	}
	return cells, nil
}

// bytes is the whole value of a property, nil when it is absent.
func (o *object) bytes(id uint16) ([]byte, error) {
	v := o.vals[id]
	if v.Keep == 0 {
		return slices.Clone(v.Data), nil
	}
	n, err := o.subs.Get(v.Keep)
	if err != nil {
		return nil, fmt.Errorf("property %s: %w", v.Tag, err)
	}
	d, err := o.tx.Data(n.Data)
	if err != nil {
		return nil, fmt.Errorf("property %s: %w", v.Tag, err)
	}
	return readAll(d, d.Size())
}
