package psttest

import (
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// RewritePC writes the property context in node n anew, whatever node that is, and
// returns the node as it is to be put. Values take the place of those of the same
// property, whose subnode goes; those that are in subnodes otherwise stay there.
func RewritePC(tx *ndb.Tx, n ndb.Node, values ...ltp.Value) (ndb.Node, error) {
	pc, err := ltp.OpenPC(tx, n)
	if err != nil {
		return n, err
	}
	subs, err := tx.EditSubnodes(n.Sub)
	if err != nil {
		return n, err
	}
	all := slices.Clone(values)
	for ref, err := range pc.All() {
		if err != nil {
			return n, err
		}
		replaced := slices.ContainsFunc(values, func(v ltp.Value) bool { return v.Tag.ID() == ref.Tag.ID() })
		switch id := ref.HNID(); {
		case replaced && !id.IsHID():
			err = subs.Delete(id.NID())
		case !replaced:
			var old ltp.Value
			old, err = storedValue(pc, ref)
			all = append(all, old)
		}
		if err != nil {
			return n, err
		}
	}
	if n.Data, err = ltp.BuildPC(tx, subs, all); err != nil {
		return n, err
	}
	n.Sub, err = subs.Flush()
	return n, err
}

func storedValue(pc *ltp.PC, ref ltp.Ref) (ltp.Value, error) {
	v := ltp.Value{Tag: ref.Tag}
	var err error
	switch id := ref.HNID(); {
	case !id.IsHID():
		v.Keep = disk.NID(id)
	case ref.Tag.Type() == ltp.TypeObject:
		v.Object, v.ObjectSize, err = pc.Object(ref)
	default:
		v.Data, err = pc.Value(ref)
	}
	return v, err
}
