package ltp

import (
	"fmt"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// EditPC ([MS-PST] 2.6.2.3.2 to .4) writes the property context in node n anew with some properties set, by
// id, and some removed, and returns the node as it is to be put. Values in subnodes
// stay where they are; a subnode, also that of an object, goes when the property
// that referred to it goes or gets a value elsewhere. Other subnodes of the node
// are left alone. Removing a property that is not there does nothing.
func EditPC(tx *ndb.Tx, n ndb.Node, set []Value, remove []uint16) (ndb.Node, error) {
	edited, err := editPC(tx, n, set, remove)
	if err != nil {
		return ndb.Node{}, fmt.Errorf("edit property context in node %v: %w", n.NID, err)
	}
	return edited, nil
}

func editPC(tx *ndb.Tx, n ndb.Node, set []Value, remove []uint16) (ndb.Node, error) {
	pc, err := OpenPC(tx, n)
	if err != nil {
		return n, err
	}
	b := pcBuilder{subs: &subnodes{tx: tx, root: n.Sub}}
	vals := slices.Clone(set)
	for ref, err := range pc.All() {
		if err != nil {
			return n, err
		}
		id := ref.Tag.ID()
		i := slices.IndexFunc(set, func(v Value) bool { return v.Tag.ID() == id })
		switch {
		case i >= 0:
			err = b.drop(pc, ref, set[i])
		case slices.Contains(remove, id):
			err = b.drop(pc, ref, Value{})
		default:
			vals, err = keepValue(pc, ref, vals)
		}
		if err != nil {
			return n, err
		}
	}
	if n.Data, err = b.build(vals); err != nil {
		return n, err
	}
	n.Sub, err = b.subs.flush()
	return n, err
}

// keepValue adds a property as it is.
func keepValue(pc *PC, ref Ref, vals []Value) ([]Value, error) {
	if id := ref.HNID(); !id.IsHID() {
		return append(vals, Value{Tag: ref.Tag, Keep: id.NID()}), nil
	}
	data, err := pc.Value(ref)
	if err != nil {
		return nil, err
	}
	return append(vals, Value{Tag: ref.Tag, Data: data}), nil
}

// drop removes the subnode of a property, unless its successor uses it.
func (b *pcBuilder) drop(pc *PC, ref Ref, successor Value) error {
	nid := disk.NID(0)
	switch id := ref.HNID(); {
	case !id.IsHID():
		nid = id.NID()
	case ref.Tag.Type() == TypeObject && id != 0:
		var err error
		if nid, _, err = pc.Object(ref); err != nil {
			return err
		}
	}
	if nid == 0 || nid == successor.Keep || nid == successor.Object {
		return nil
	}
	return b.subs.delete(nid)
}
