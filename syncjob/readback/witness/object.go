package witness

import (
	"errors"
	"fmt"
	"slices"

	gopst "github.com/mooijtech/go-pst/v6/pkg"
)

// Types of the subnodes of a message, and the fixed id of its recipient table.
// [MS-PST] 2.2.2.1 and 2.4.5.
const (
	typeAttachment = 0x05

	nidRecipientTable = 0x692
)

// Object is a property context with its subnodes: a message, a folder, an
// attachment or an embedded message.
type Object struct {
	store *Store
	pc    *gopst.PropertyContext // nil when it holds no property
	heap  *gopst.HeapOnNode
	subs  []gopst.LocalDescriptor
}

// Object reads the property context of a node of the node B-tree.
func (s *Store) Object(nid uint32) (o *Object, err error) {
	op := fmt.Sprintf("node %#x", nid)
	defer guard(op, &err)
	node, err := s.node(nid)
	if err != nil {
		return nil, classify(op, err)
	}
	o, err = s.object(node.DataIdentifier, node.LocalDescriptorsIdentifier)
	return o, classify(op, err)
}

// Sub reads the property context of a subnode.
func (o *Object) Sub(nid uint32) (sub *Object, err error) {
	op := fmt.Sprintf("subnode %#x", nid)
	defer guard(op, &err)
	d, err := gopst.FindLocalDescriptor(gopst.Identifier(nid), o.subs)
	if err != nil {
		return nil, classify(op, ErrNotFound)
	}
	sub, err = o.store.object(d.DataIdentifier, d.LocalDescriptorsIdentifier)
	return sub, classify(op, err)
}

// Attachments are the subnodes that are attachments, in the order of their ids.
func (o *Object) Attachments() []uint32 {
	var nids []uint32
	for _, d := range o.subs {
		if d.Identifier.GetType() == typeAttachment {
			nids = append(nids, uint32(d.Identifier))
		}
	}
	slices.Sort(nids)
	return nids
}

func (s *Store) object(data, sub gopst.Identifier) (*Object, error) {
	heap, err := s.heap(data)
	if err != nil {
		return nil, err
	}
	o := &Object{store: s, heap: heap}
	if o.subs, err = s.file.GetLocalDescriptorsFromIdentifier(sub); err != nil {
		return nil, s.because(err)
	}
	root, err := s.file.GetBTreeOnHeapHeader(heap)
	if err != nil {
		return nil, s.because(err)
	}
	if root.Levels > 0 {
		return nil, fmt.Errorf("property context of %d levels: %w", root.Levels+1, ErrCannot)
	}
	if root.HIDRoot == 0 {
		return o, nil
	}
	o.pc, err = s.file.GetPropertyContext(heap)
	return o, s.because(err)
}

func (s *Store) heap(data gopst.Identifier) (*gopst.HeapOnNode, error) {
	block, err := s.file.GetBlockBTreeNode(data)
	if err != nil {
		return nil, s.because(err)
	}
	heap, err := s.file.GetHeapOnNode(block)
	if err != nil {
		return nil, s.because(err)
	}
	ok, err := heap.IsValidSignature()
	if err == nil && !ok {
		err = errors.New("no heap-on-node signature")
	}
	return heap, err
}
