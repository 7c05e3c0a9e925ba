package ltp

import (
	"bytes"
	"errors"
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// subnodes changes the subnodes of one node ([MS-PST] 2.6.1.2.2). The tree is opened
// for changes by the first of them.
type subnodes struct {
	tx     *ndb.Tx
	root   disk.BID
	editor *ndb.SubnodeEditor // nil until there is a change
}

func (s *subnodes) get(nid disk.NID) (ndb.Node, error) {
	if s.editor != nil {
		return s.editor.Get(nid)
	}
	return s.tx.Subnode(s.root, nid)
}

func (s *subnodes) edit() (*ndb.SubnodeEditor, error) {
	if s.editor == nil {
		e, err := s.tx.EditSubnodes(s.root)
		if err != nil {
			return nil, fmt.Errorf("edit subnodes: %w", err)
		}
		s.editor = e
	}
	return s.editor, nil
}

func (s *subnodes) set(n ndb.Node) error {
	e, err := s.edit()
	if err != nil {
		return err
	}
	if err := e.Set(n); err != nil {
		return fmt.Errorf("set subnode %v: %w", n.NID, err)
	}
	return nil
}

// delete removes a subnode. One that is not there is no error: a reference that was
// wrong is going away.
func (s *subnodes) delete(nid disk.NID) error {
	e, err := s.edit()
	if err != nil {
		return err
	}
	if err := e.Delete(nid); err != nil && !errors.Is(err, ndb.ErrNotFound) {
		return fmt.Errorf("delete subnode %v: %w", nid, err)
	}
	return nil
}

// put makes a subnode whose data is b, or gives that data to subnode nid when it is
// not 0. b is not empty.
func (s *subnodes) put(nid disk.NID, b []byte) (disk.NID, error) {
	data, _, err := s.tx.WriteData(bytes.NewReader(b))
	if err != nil {
		return 0, fmt.Errorf("write value: %w", err)
	}
	return s.putTree(nid, data)
}

// putTree makes a subnode that refers to a data tree, or makes subnode nid refer
// to it when it is not 0.
func (s *subnodes) putTree(nid disk.NID, data disk.BID) (disk.NID, error) {
	if nid == 0 {
		nid = s.tx.NewNID(disk.NIDTypeLTP)
	}
	return nid, s.set(ndb.Node{NID: nid, Data: data})
}

// flush returns the tree with the changes.
func (s *subnodes) flush() (disk.BID, error) {
	if s.editor == nil {
		return s.root, nil
	}
	root, err := s.editor.Flush()
	if err != nil {
		return 0, fmt.Errorf("write subnodes: %w", err)
	}
	return root, nil
}
