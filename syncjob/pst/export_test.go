package pst

import (
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
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

// NameStrings is the stream of string names in the name-to-id map.
func NameStrings(f *File) ([]byte, error) {
	pc, err := f.openPC(disk.NIDNameToIDMap)
	if err != nil {
		return nil, err
	}
	_, b, _, err := pc.Get(idNameStrings)
	return b, err
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

// ConversationKey is the key of a conversation in the conversation index.
var ConversationKey = conversationKey

// IDMapRecord looks a GUID up in the id map.
func IDMapRecord(f *File, guid []byte) (NID, bool, error) {
	heap, root, err := openIndex(f, disk.NIDIDMap)
	if err != nil {
		return 0, false, err
	}
	tree, err := ltp.OpenBTH(heap, root)
	if err != nil {
		return 0, false, err
	}
	b, ok, err := tree.Lookup(guid)
	return NID(int32Of(b)), ok, err
}

// IndexedMessages are the messages that the conversation index has under a key.
func IndexedMessages(f *File, key uint32) ([]NID, error) {
	heap, root, err := openIndex(f, nidConversationIndex)
	if err != nil {
		return nil, err
	}
	tree, err := ltp.OpenBTH(heap, root)
	if err != nil {
		return nil, err
	}
	b, ok, err := tree.Lookup(uint32Bytes(key))
	if err != nil || !ok {
		return nil, err
	}
	item, err := heap.Item(disk.HID(int32Of(b)))
	if err != nil {
		return nil, err
	}
	var all []NID
	for ; len(item) >= 4; item = item[4:] {
		all = append(all, NID(int32Of(item)))
	}
	return all, nil
}

// openIndex opens a heap whose root item begins with the id of a tree.
func openIndex(f *File, nid NID) (*ltp.Heap, disk.HID, error) {
	n, err := f.view.Node(nid)
	if err != nil {
		return nil, 0, err
	}
	d, err := f.view.Data(n.Data)
	if err != nil {
		return nil, 0, err
	}
	heap, err := ltp.OpenHeap(d)
	if err != nil {
		return nil, 0, err
	}
	item, err := heap.Item(heap.UserRoot())
	return heap, disk.HID(int32Of(item)), err
}

// SetPassword protects a store with a password, text being in its code page.
func SetPassword(tx *Tx, text []byte) error {
	n, err := tx.tx.Node(disk.NIDMessageStore)
	if err != nil {
		return err
	}
	o, err := tx.openObject(n)
	if err != nil {
		return err
	}
	o.setInt(idPassword, int32(disk.CRC(text)))
	if err := o.build(); err != nil {
		return err
	}
	return tx.tx.PutNode(o.node)
}

// FillTable gives the contents table of a folder n rows of items that are not there.
func FillTable(tx *Tx, folder NID, n int) error {
	rows, err := tx.table(folder, disk.NIDTypeContentsTable)
	for i := range n {
		if err == nil {
			err = rows.Set(uint32(i+1), nil)
		}
	}
	return err
}

// ValueID is what names a value of a store.
var ValueID = valueID
