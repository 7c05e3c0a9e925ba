package syncjob

import (
	"errors"
	"fmt"

	"pstsyncd/syncjob/merge"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/state"
)

// candidate is an item of one side that may differ from what was agreed on.
type candidate struct {
	node   pst.NodeRef // Parent 0 when the item is gone
	folder merge.FolderID
	state  merge.State
	reason error // of Unreadable, when known
}

// look finds the candidates of one side. What it does not find is as it was.
func (j *job) look(tx *state.Tx, s merge.Side) (map[uint32]candidate, error) {
	l := looker{job: j, store: j.side[s], tx: tx, found: map[uint32]candidate{}}
	if l.store.moved == ahead {
		if err := l.changed(); err != nil {
			return nil, err
		}
	}
	for _, f := range j.folders {
		if f.hold == "" && f.nid[s] != 0 && (l.store.moved >= doubtful || !f.Synced || f.Relist) {
			if err := l.list(f); err != nil {
				return nil, err
			}
		}
	}
	return l.found, l.revisit()
}

// looker finds the candidates of one side.
type looker struct {
	*job
	store *store
	tx    *state.Tx
	found map[uint32]candidate
}

func (l *looker) side() state.Side { return state.Side(l.store.side) }

// changed finds the items whose nodes are in pages that changed, and those that
// were in such pages and are not there any more.
func (l *looker) changed() error {
	w, err := walk(l.tx, l.side(), l.store.pst)
	if err != nil {
		return l.fail("read", l.store.side, err)
	}
	if w.forked {
		l.log.Warn("store has another history than the one that was recorded, everything is compared", "store", sideNames[l.store.side])
		l.store.moved, l.store.values = doubtful, newValues()
		return nil
	}
	for _, gap := range w.gaps {
		for ref, err := range l.tx.Refs(l.side(), gap.first, gap.last) {
			if err != nil {
				return err
			}
			node, there := w.find(ref.NID)
			if err := l.compare(ref, node, there); err != nil {
				return err
			}
		}
	}
	for _, n := range w.nodes {
		if err := l.perhapsNew(n); err != nil {
			return err
		}
	}
	return nil
}

// compare makes a candidate of a recorded item whose node is another one than
// recorded, or is not there.
func (l *looker) compare(ref state.Ref, node pst.NodeRef, there bool) error {
	it, _, err := l.tx.Item(ref.Pair)
	if err != nil {
		return err
	}
	was := it.Node[l.side()]
	if there && sameNode(node, was) {
		return nil
	}
	if !there {
		node = pst.NodeRef{NID: pst.NID(ref.NID)}
	}
	return l.recorded(it, node)
}

// recorded makes a candidate of an item that both sides had. node is what it is
// now; its Parent is 0 when it is not there.
func (l *looker) recorded(it state.Item, node pst.NodeRef) error {
	for s, st := range l.job.side {
		if st.moved < doubtful {
			st.values.remember(it.Large[s])
		}
	}
	c := candidate{node: node, folder: merge.FolderID(it.Folder)}
	was := it.Node[l.side()]
	folder, kept := l.store.folders[node.Parent]
	switch {
	case kept:
		// It is where its node says, if the table there knows it too.
		c.folder = folder
		if ok, err := l.hasRow(node.Parent, node.NID); err != nil || !ok {
			c.state, c.reason = merge.Unreadable, cause(err, "not in the table of its folder")
		}
	default:
		// Gone, or moved to where nobody looks. The table that it was in must not
		// speak of it any more.
		c.state = merge.Absent
		if ok, err := l.hasRow(pst.NID(was.Parent), node.NID); err != nil || ok {
			c.state, c.reason = merge.Unreadable, cause(err, "gone, and still in the table of its folder")
		}
	}
	if outOfReach(c.reason) {
		return l.fail("read", l.store.side, c.reason)
	}
	l.found[uint32(node.NID)] = c
	return nil
}

func cause(err error, otherwise string) error {
	if err != nil {
		return err
	}
	return errors.New(otherwise)
}

// perhapsNew makes a candidate of an item in a folder that is kept in step, if
// nobody knows it. What no table lists is not in the folder for anybody.
func (l *looker) perhapsNew(n pst.NodeRef) error {
	folder, kept := l.store.folders[n.Parent]
	if !kept {
		return nil
	}
	if _, known, err := l.tx.PairOf(l.side(), uint32(n.NID)); known || err != nil {
		return err
	}
	ok, err := l.hasRow(n.Parent, n.NID)
	switch {
	case outOfReach(err):
		return l.fail("read", l.store.side, err)
	case err != nil:
		l.found[uint32(n.NID)] = candidate{node: n, folder: folder, state: merge.Unreadable, reason: err}
	case ok:
		l.found[uint32(n.NID)] = candidate{node: n, folder: folder}
	}
	return nil
}

// hasRow reports whether a folder lists an item. A folder that is not there
// lists nothing.
func (l *looker) hasRow(folder, nid pst.NID) (bool, error) {
	ok, err := l.store.pst.HasRow(folder, nid)
	if errors.Is(err, pst.ErrNotFound) {
		return false, nil
	}
	return ok, err
}

// revisit adds what the last job held, unless it is as recorded.
func (l *looker) revisit() error {
	for v, err := range l.tx.Revisit(l.side()) {
		if err != nil {
			return err
		}
		if _, found := l.found[v.NID]; found {
			continue
		}
		node, err := l.store.pst.Node(pst.NID(v.NID))
		there := err == nil
		if err != nil && !errors.Is(err, pst.ErrNotFound) {
			return l.fail(fmt.Sprintf("read node 0x%x of", v.NID), l.store.side, err)
		}
		pair, known, err := l.tx.PairOf(l.side(), v.NID)
		switch {
		case err != nil:
			return err
		case known:
			err = l.compare(state.Ref{NID: v.NID, Pair: pair}, node, there)
		case there:
			err = l.perhapsNew(node)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sameNode reports whether an item is what was recorded.
func sameNode(n pst.NodeRef, was state.Node) bool {
	return n.Data == was.Data && n.Sub == was.Sub && uint32(n.Parent) == was.Parent && uint32(n.NID) == was.NID
}

func stateNode(n pst.NodeRef) state.Node {
	return state.Node{NID: uint32(n.NID), Parent: uint32(n.Parent), Data: n.Data, Sub: n.Sub}
}
