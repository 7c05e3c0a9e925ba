package syncjob

import (
	"errors"
	"fmt"

	"pstsyncd/syncjob/merge"
	"pstsyncd/syncjob/pst"
)

// list makes candidates of all items of a folder, and of those that were
// recorded in it and are not there any more. In a store whose nodes can be relied
// on, those that are as recorded are left out.
func (l *looker) list(f *folderPair) error {
	s := l.store.side
	listed := map[uint32]bool{}
	for row, err := range l.store.pst.Items(f.nid[s]) {
		if outOfReach(err) {
			return l.fail("read", s, err)
		}
		if err != nil {
			// Of a folder that can not be listed nothing is known: not what is in it, nor
			// what is not.
			f.hold, f.holdAt = fmt.Sprintf("the folder can not be read: %v", err), s
			return nil
		}
		listed[uint32(row.NID)] = true
		if err := l.listed(f, row.NID); err != nil {
			return err
		}
	}
	if !f.Synced {
		return nil
	}
	return l.unlisted(f, listed)
}

// listed makes a candidate of an item that a table lists.
func (l *looker) listed(f *folderPair, nid pst.NID) error {
	if _, found := l.found[uint32(nid)]; found {
		return nil
	}
	c := candidate{node: pst.NodeRef{NID: nid}, folder: f.id()}
	node, err := l.store.pst.Node(nid)
	switch {
	case errors.Is(err, pst.ErrNotFound):
		c.state, c.reason = merge.Unreadable, errors.New("listed, and not in the store")
	case outOfReach(err):
		return l.fail("read", l.store.side, err)
	case err != nil:
		c.state, c.reason = merge.Unreadable, err
	case node.Parent != f.nid[l.store.side]:
		c.state, c.reason = merge.Unreadable, fmt.Errorf("listed, and in folder %s", node.Parent)
	default:
		c.node = node
	}
	if c.state == merge.Present && l.store.moved < doubtful {
		same, err := l.asRecorded(node)
		if same || err != nil {
			return err
		}
	}
	l.found[uint32(nid)] = c
	return nil
}

func (l *looker) asRecorded(node pst.NodeRef) (bool, error) {
	pair, known, err := l.tx.PairOf(l.side(), uint32(node.NID))
	if !known || err != nil {
		return false, err
	}
	it, ok, err := l.tx.Item(pair)
	return ok && sameNode(node, it.Node[l.side()]), err
}

// unlisted makes candidates of the recorded items of a folder that its table
// does not list.
func (l *looker) unlisted(f *folderPair, listed map[uint32]bool) error {
	for it, err := range l.tx.Items() {
		if err != nil {
			return err
		}
		nid := it.Node[l.side()].NID
		if _, found := l.found[nid]; found || it.Folder != f.ID || listed[nid] {
			continue
		}
		node, err := l.store.pst.Node(pst.NID(nid))
		switch {
		case errors.Is(err, pst.ErrNotFound):
			node = pst.NodeRef{NID: pst.NID(nid)}
		case err != nil:
			return l.fail(fmt.Sprintf("read node 0x%x of", nid), l.store.side, err)
		}
		if err := l.recorded(it, node); err != nil {
			return err
		}
	}
	return nil
}
