package ndb

import (
	"fmt"
	"iter"
	"maps"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// SubnodeEditor changes a subnode tree ([MS-PST] 2.6.1.2.2, .5 and .6). Its leaves that
// are not touched are shared by the old tree and the new one. It belongs to the goroutine
// of its [Tx].
type SubnodeEditor struct {
	tx      *Tx
	root    disk.BID
	changes map[disk.NID]subnodeChange
}

type subnodeChange struct {
	node    Node
	deleted bool
}

// EditSubnodes returns an editor for the subnode tree at sub; 0 is an empty one.
func (tx *Tx) EditSubnodes(sub disk.BID) (*SubnodeEditor, error) {
	e := &SubnodeEditor{tx: tx, root: sub.Lookup(), changes: map[disk.NID]subnodeChange{}}
	if e.root == 0 {
		return e, nil
	}
	if _, err := readSubnodeRoot(tx, e.root); err != nil {
		return nil, fmt.Errorf("edit subnodes of %v: %w", sub, err)
	}
	return e, nil
}

// Get looks a subnode up, changes included.
func (e *SubnodeEditor) Get(nid disk.NID) (Node, error) {
	if c, ok := e.changes[nid]; ok {
		if c.deleted {
			return Node{}, fmt.Errorf("subnode %v of %v: %w", nid, e.root, ErrNotFound)
		}
		return c.node, nil
	}
	return findSubnode(e.tx, e.root, nid)
}

// Set adds a subnode or replaces the one with its id. What n refers to is counted by
// Flush and has to stay until then.
func (e *SubnodeEditor) Set(n Node) error {
	n.Data, n.Sub, n.Parent = n.Data.Lookup(), n.Sub.Lookup(), 0
	for _, bid := range []disk.BID{n.Data, n.Sub} {
		if err := e.tx.checkRef(bid); err != nil {
			return fmt.Errorf("set subnode %v of %v: %w", n.NID, e.root, err)
		}
	}
	if err := checkSubnodeRoot(n.Sub); err != nil {
		return fmt.Errorf("set subnode %v of %v: %w", n.NID, e.root, err)
	}
	e.changes[n.NID] = subnodeChange{node: n}
	return nil
}

// Delete removes a subnode, [ErrNotFound] if there is none.
func (e *SubnodeEditor) Delete(nid disk.NID) error {
	if _, err := e.Get(nid); err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	e.changes[nid] = subnodeChange{deleted: true}
	return nil
}

// All yields the subnodes in ascending order, changes included. It ends after the first
// error.
func (e *SubnodeEditor) All() iter.Seq2[Node, error] {
	return func(yield func(Node, error) bool) {
		added := e.sorted()
		upTo := func(nid disk.NID) bool {
			for len(added) > 0 && added[0] <= nid {
				c := e.changes[added[0]]
				added = added[1:]
				if !c.deleted && !yield(c.node, nil) {
					return false
				}
			}
			return true
		}
		for n, err := range subnodes(e.tx, e.root) {
			if err != nil {
				yield(Node{}, err)
				return
			}
			_, changed := e.changes[n.NID]
			if !upTo(n.NID) || !changed && !yield(n, nil) {
				return
			}
		}
		upTo(^disk.NID(0))
	}
}

func (e *SubnodeEditor) sorted() []disk.NID { return slices.Sorted(maps.Keys(e.changes)) }

// Flush makes the edited tree and returns its root: the old one if nothing has changed,
// 0 if there are no subnodes. More than a tree holds is [ErrTooLarge]. The editor goes
// on with the new tree.
func (e *SubnodeEditor) Flush() (disk.BID, error) {
	if err := e.tx.usable(); err != nil {
		return 0, err
	}
	if len(e.changes) == 0 {
		return e.root, nil
	}
	r := &subRewrite{tx: e.tx}
	root, err := r.apply(e.root, e.sorted(), e.changes)
	if err != nil {
		return 0, fmt.Errorf("edit subnodes of %v: %w", e.root, err)
	}
	e.root, e.changes = root, map[disk.NID]subnodeChange{}
	return root, nil
}
