package witness

import (
	"errors"
	"fmt"

	gopst "github.com/mooijtech/go-pst/v6/pkg"
)

// Row is one row of a table, its cells in the order of the columns.
type Row []Prop

// Table reads a table of the node B-tree; with ids only these columns.
func (s *Store) Table(nid uint32, ids ...uint16) (rows []Row, err error) {
	op := fmt.Sprintf("table %#x", nid)
	defer guard(op, &err)
	node, err := s.node(nid)
	if err != nil {
		return nil, classify(op, err)
	}
	rows, err = s.table(node.DataIdentifier, node.LocalDescriptorsIdentifier, ids)
	return rows, classify(op, err)
}

// Recipients reads the recipient table of a message; none is no rows.
func (o *Object) Recipients() (rows []Row, err error) {
	const op = "recipient table"
	defer guard(op, &err)
	d, err := gopst.FindLocalDescriptor(nidRecipientTable, o.subs)
	if err != nil {
		return nil, nil
	}
	rows, err = o.store.table(d.DataIdentifier, d.LocalDescriptorsIdentifier, nil)
	return rows, classify(op, err)
}

func (s *Store) table(data, sub gopst.Identifier, ids []uint16) ([]Row, error) {
	heap, err := s.heap(data)
	if err != nil {
		return nil, err
	}
	subs, err := s.file.GetLocalDescriptorsFromIdentifier(sub)
	if err != nil {
		return nil, s.because(err)
	}
	table, err := s.file.GetTableContext(heap, subs, ids...)
	if errors.Is(err, gopst.ErrTableContextNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, s.because(err)
	}
	rows := make([]Row, len(table.Properties))
	for i, cells := range table.Properties {
		for _, c := range cells {
			rows[i] = append(rows[i], Prop{Tag: tagOf(c), property: c, heap: heap, subs: subs, store: s})
		}
	}
	return rows, nil
}
