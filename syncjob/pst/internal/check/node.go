package check

import (
	"cmp"
	"fmt"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// content is a node or subnode as far as it could be read.
type content struct {
	nid   disk.NID
	where string
	tree  dataTree
	subs  []disk.SLEntry
	whole bool // nothing of it is missing
}

// sub finds a subnode of the content.
func (n *content) sub(nid disk.NID) *disk.SLEntry {
	i, ok := slices.BinarySearchFunc(n.subs, nid, func(e disk.SLEntry, nid disk.NID) int { return cmp.Compare(e.NID, nid) })
	if !ok {
		return nil
	}
	return &n.subs[i]
}

// open walks the two trees of a node.
func (c *checker) open(nid disk.NID, data, sub disk.BID, where string) content {
	n := content{nid: nid, where: where}
	var dataOK, subOK bool
	n.tree, dataOK = c.walkData(data, where)
	n.subs, subOK = c.walkSub(sub, where)
	n.whole = dataOK && subOK
	return n
}

// openNode opens a node of the NBT again after allNodes checked it: what is wrong
// with its trees is neither reported nor counted twice.
func (c *checker) openNode(nid disk.NID) (content, bool) {
	e := c.node(nid)
	if e == nil {
		return content{}, false
	}
	return c.reopen(nid, e.Data, e.Sub, nodeName(nid))
}

// reopen is openNode for a subnode. False when there is no data, or not all.
func (c *checker) reopen(nid disk.NID, data, sub disk.BID, where string) (n content, ok bool) {
	c.quietly(func() { n = c.open(nid, data, sub, where) })
	return n, n.whole && len(n.tree.leaves) > 0
}

// allNodes walks every node with its subnodes, counting references, and checks
// the heaps, tables and property contexts in them (rules 19 and 24 to 36).
func (c *checker) allNodes() {
	for i := range c.nodes {
		if c.done() {
			return
		}
		c.progress.at(shareBlocks, shareNodes, i, len(c.nodes))
		e := &c.nodes[i]
		where := nodeName(e.NID)
		c.refer(e.Data, where)
		c.refer(e.Sub, where)
		n := c.open(e.NID, e.Data, e.Sub, where)
		c.contentOf(&n, e.Sub, 0)
	}
}

// contentOf checks what a node holds, by its type, and then the subnodes below
// the root sub, unless a node that shares them was there before.
func (c *checker) contentOf(n *content, sub disk.BID, depth int) {
	owned := c.structure(n)
	n.tree = dataTree{} // of all that are on the way down, only the subnodes are kept
	root := c.blocks.index(sub)
	if root < 0 || len(n.subs) == 0 {
		return
	}
	switch state := &c.blocks[root].subs; {
	case *state == subsOpen || depth > maxDepth:
		c.errorf("subnode", subRef, n.where, "subnodes %d levels deep, or within themselves", depth)
	case *state == subsUnseen:
		*state = subsOpen
		c.subnodes(n, owned, depth)
		c.blocks[root].subs = subsDone
	}
}

func (c *checker) subnodes(n *content, owned map[disk.NID]bool, depth int) {
	for _, e := range n.subs {
		if c.done() {
			return
		}
		c.seenNID(e.NID)
		child := c.open(e.NID, e.Data, e.Sub, fmt.Sprintf("%s/%v", n.where, e.NID))
		if owned != nil && e.NID.Type() == disk.NIDTypeLTP && !owned[e.NID] {
			c.warnf("subnode-unowned", "2.3.3.2", child.where, "no property or cell refers to it")
		}
		c.contentOf(&child, e.Sub, depth+1)
	}
}

// structure checks the heap of a node that has one; the subnodes its values
// are in come back, nil where the node holds no heap.
func (c *checker) structure(n *content) map[disk.NID]bool {
	if len(n.tree.leaves) == 0 || !n.whole {
		return nil
	}
	switch n.nid.Type() {
	case disk.NIDTypeNormalFolder, disk.NIDTypeSearchFolder, disk.NIDTypeNormalMessage, disk.NIDTypeAssocMessage, disk.NIDTypeAttachment:
		return c.checkPC(n)
	case disk.NIDTypeHierarchyTable, disk.NIDTypeContentsTable, disk.NIDTypeAssocContentsTable, disk.NIDTypeSearchContentsTable,
		disk.NIDTypeAttachmentTable, disk.NIDTypeRecipientTable, disk.NIDTypeReceiveFolderTable, disk.NIDTypeOutgoingQueueTable:
		return c.checkTC(n)
	}
	switch n.nid {
	case disk.NIDMessageStore, disk.NIDNameToIDMap:
		return c.checkPC(n)
	case disk.NIDIDMap:
		c.checkIDMap(n)
	}
	return nil
}

func (c *checker) checkPC(n *content) map[disk.NID]bool {
	h := c.openHeap(n, disk.HNClientPC)
	if h == nil {
		return nil
	}
	owned := make(map[disk.NID]bool)
	h.pc(func(p prop) {
		h.checkType("property", p.owner().tag)
		if inlineSize(p.typ) == 0 {
			h.checkValue(p.owner(), p.hnid, owned)
		}
	})
	return owned
}

func (c *checker) checkTC(n *content) map[disk.NID]bool {
	client := disk.HNClientTC
	if n.nid.Type() == disk.NIDTypeSearchContentsTable && c.clientOf(n) == disk.HNClientReserved5 {
		client = disk.HNClientReserved5 // what Outlook keeps there instead of a table when there are many rows
	}
	h := c.openHeap(n, client)
	if h == nil || client != disk.HNClientTC {
		return nil
	}
	t := h.table()
	if t == nil {
		return nil
	}
	owned := make(map[disk.NID]bool)
	if !t.info.Rows.IsHID() {
		owned[t.info.Rows.NID()] = true
	}
	t.checkRows(owned)
	return owned
}
