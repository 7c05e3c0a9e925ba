package pst

import (
	"slices"

	"pstsyncd/syncjob/pst/internal/ltp"
)

// NodeBytes is the data of a node, for tests of nodes that have no reader.
func NodeBytes(f *File, nid NID) ([]byte, error) {
	n, err := f.view.Node(nid)
	if err != nil {
		return nil, err
	}
	d, err := f.view.Data(n.Data)
	if err != nil {
		return nil, err
	}
	return readAll(d, d.Size())
}

// NodeTags are the properties of a property context.
func NodeTags(f *File, nid NID) ([]Tag, error) {
	pc, err := f.openPC(nid)
	if err != nil {
		return nil, err
	}
	var tags []Tag
	for ref, err := range pc.All() {
		if err != nil {
			return nil, err
		}
		tags = append(tags, ref.Tag)
	}
	return tags, nil
}

// NodeColumns are the columns of a table and where they lie.
func NodeColumns(f *File, nid NID) ([]ltp.Column, error) {
	tc, err := f.openTC(nid)
	if err != nil {
		return nil, err
	}
	return tc.Columns(), nil
}

// Cell is a cell of a row of a folder's table.
func Cell(f *File, folder, item NID, tag Tag) ([]byte, bool, error) {
	tc, err := f.openTC(tableOf(folder, item))
	if err != nil {
		return nil, false, err
	}
	row, ok, err := tc.Row(uint32(item))
	if err != nil || !ok {
		return nil, false, err
	}
	b, ok, err := row.Cell(tag)
	return slices.Clone(b), ok, err
}

// AllNodes are the ids of all nodes, ascending.
func AllNodes(f *File) ([]NID, error) {
	var all []NID
	for n, err := range f.view.Nodes(0, ^NID(0)) {
		if err != nil {
			return nil, err
		}
		all = append(all, n.NID)
	}
	return all, nil
}
