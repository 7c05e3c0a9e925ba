package ndb

import (
	"fmt"
	"iter"

	"pstsyncd/syncjob/pst/internal/disk"
)

// Node looks a node up in the committed state.
func (s *Store) Node(nid disk.NID) (Node, error) { return s.nbt().node(nid) }

// Nodes yields the nodes from <= nid <= to of the committed state.
func (s *Store) Nodes(from, to disk.NID) iter.Seq2[Node, error] { return s.nbt().nodes(from, to) }

func (t tree) node(nid disk.NID) (Node, error) {
	leaf, i, ok, err := t.find(uint64(nid))
	if err != nil {
		return Node{}, fmt.Errorf("node %v: %w", nid, err)
	}
	if !ok {
		return Node{}, fmt.Errorf("node %v: %w", nid, ErrNotFound)
	}
	return nodeOf(&leaf.NBT[i]), nil
}

func (t tree) nodes(from, to disk.NID) iter.Seq2[Node, error] {
	return func(yield func(Node, error) bool) {
		for e, err := range t.from(uint64(from)) {
			if err != nil {
				yield(Node{}, err)
				return
			}
			if e.leaf.Key(e.i) > uint64(to) || !yield(nodeOf(&e.leaf.NBT[e.i]), nil) {
				return
			}
		}
	}
}

func nodeOf(e *disk.NBTEntry) Node {
	return Node{NID: e.NID, Data: e.Data.Lookup(), Sub: e.Sub.Lookup(), Parent: e.Parent}
}
