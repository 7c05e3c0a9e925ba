package ndb

import (
	"errors"
	"fmt"
	"iter"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// nodeChanges are the changes of the node B-tree that a transaction makes ([MS-PST]
// 2.6.1.2).
type nodeChanges struct {
	byID map[disk.NID]nodeChange
	ids  []disk.NID // the keys of byID, ascending
}

type nodeChange struct {
	node    Node
	deleted bool

	// What the durable state has.
	was    Node
	wasSet bool
}

func newNodeChanges() nodeChanges { return nodeChanges{byID: map[disk.NID]nodeChange{}} }

func (c *nodeChanges) set(nid disk.NID, change nodeChange) {
	i, found := slices.BinarySearch(c.ids, nid)
	same := change.deleted != change.wasSet && (change.deleted || change.node == change.was)
	switch {
	case same && found:
		c.ids = slices.Delete(c.ids, i, i+1)
		delete(c.byID, nid)
	case same:
	case !found:
		c.ids = slices.Insert(c.ids, i, nid)
		c.byID[nid] = change
	default:
		c.byID[nid] = change
	}
}

// Node looks a node up, the transaction's own changes included.
func (tx *Tx) Node(nid disk.NID) (Node, error) {
	if c, ok := tx.nodes.byID[nid]; ok {
		if c.deleted {
			return Node{}, fmt.Errorf("node %v: %w", nid, ErrNotFound)
		}
		return c.node, nil
	}
	return tx.s.Node(nid)
}

// Nodes yields the nodes from <= nid <= to, the transaction's own changes included.
// Nodes may be changed meanwhile; a change behind the iteration is not seen.
func (tx *Tx) Nodes(from, to disk.NID) iter.Seq2[Node, error] {
	return func(yield func(Node, error) bool) {
		at := uint64(from) // the next id to consider
		for n, err := range tx.s.Nodes(from, to) {
			if err != nil {
				yield(Node{}, err)
				return
			}
			if !tx.yieldChanges(at, uint64(n.NID), yield) {
				return
			}
			at = uint64(n.NID) + 1
			if c, ok := tx.nodes.byID[n.NID]; ok {
				if c.deleted {
					continue
				}
				n = c.node
			}
			if !yield(n, nil) {
				return
			}
		}
		tx.yieldChanges(at, uint64(to)+1, yield)
	}
}

// yieldChanges yields the nodes that were put with from <= nid < to.
func (tx *Tx) yieldChanges(from, to uint64, yield func(Node, error) bool) bool {
	for from < to {
		i, _ := slices.BinarySearch(tx.nodes.ids, disk.NID(from))
		if i == len(tx.nodes.ids) || uint64(tx.nodes.ids[i]) >= to {
			return true
		}
		nid := tx.nodes.ids[i]
		if c := tx.nodes.byID[nid]; !c.deleted && !yield(c.node, nil) {
			return false
		}
		from = uint64(nid) + 1
	}
	return true
}

// PutNode adds a node or replaces the one with its id. Data and Sub are referred to by
// it from now on, those of the node it replaces no more.
func (tx *Tx) PutNode(n Node) error {
	n.Data, n.Sub = n.Data.Lookup(), n.Sub.Lookup()
	if err := checkSubnodeRoot(n.Sub); err != nil {
		return fmt.Errorf("put node %v: %w", n.NID, err)
	}
	if err := tx.replaceNode(n.NID, n, false); err != nil {
		return fmt.Errorf("put node %v: %w", n.NID, err)
	}
	switch n.NID.Type() {
	case disk.NIDTypeSearchUpdateQueue, disk.NIDTypeSearchCriteria, disk.NIDTypeSearchContentsTable:
		// Their ids follow those of search folders and do not count.
	default:
		tx.raise(n.NID.Type(), n.NID.Index())
	}
	return nil
}

// DeleteNode removes a node, [ErrNotFound] if there is none. What only it referred
// to goes with it.
func (tx *Tx) DeleteNode(nid disk.NID) error {
	if _, err := tx.Node(nid); err != nil {
		return fmt.Errorf("delete node: %w", err)
	}
	if err := tx.replaceNode(nid, Node{}, true); err != nil {
		return fmt.Errorf("delete node %v: %w", nid, err)
	}
	return nil
}

func (tx *Tx) replaceNode(nid disk.NID, n Node, deleted bool) error {
	if err := tx.usable(); err != nil {
		return err
	}
	change, ok := tx.nodes.byID[nid]
	if !ok {
		var err error
		if change.was, change.wasSet, err = tx.durableNode(nid); err != nil {
			return err
		}
		change.node, change.deleted = change.was, !change.wasSet
	}
	old := change.node
	change.node, change.deleted = n, deleted
	if err := tx.swapRefs(old.Data, n.Data); err != nil {
		return err
	}
	if err := tx.swapRefs(old.Sub, n.Sub); err != nil {
		return err
	}
	tx.nodes.set(nid, change)
	return nil
}

// durableNode looks a node up in the durable state.
func (tx *Tx) durableNode(nid disk.NID) (n Node, ok bool, err error) {
	n, err = tx.s.Node(nid)
	if errors.Is(err, ErrNotFound) {
		return Node{}, false, nil
	}
	return n, err == nil, err
}
