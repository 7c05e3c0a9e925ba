package check

import (
	"bytes"
	"encoding/binary"

	"pstsyncd/syncjob/pst/internal/disk"
)

// Properties the messaging rules speak of.
const (
	pidMessageFlags   = 0x0E07
	pidDisplayName    = 0x3001
	pidRecordKey      = 0x0FF9
	pidContentCount   = 0x3602
	pidContentUnread  = 0x3603
	pidSubfolders     = 0x360A
	pidIPMSubtree     = 0x35E0
	pidIPMWastebasket = 0x35E3
	pidFinder         = 0x35E7

	flagRead      = 0x01
	flagHasAttach = 0x10
)

// messaging checks folders, messages and the store object (rules 39 to 53).
func (c *checker) messaging() {
	c.mandatory()
	names := c.nameMap()
	c.store()
	c.searchQueue()
	children := c.children()
	for i := range c.nodes {
		if c.done() {
			return
		}
		switch e := &c.nodes[i]; e.NID.Type() {
		case disk.NIDTypeNormalFolder:
			c.folder(e, children[e.NID])
		case disk.NIDTypeSearchFolder:
			if c.node(e.NID.WithType(disk.NIDTypeSearchContentsTable)) == nil {
				c.warnf("search-folder", "2.4.8.6", nodeName(e.NID), "search folder without its contents table")
			}
		case disk.NIDTypeNormalMessage, disk.NIDTypeAssocMessage:
			c.message(e, names)
		}
	}
	c.parents()
}

// mandatory checks that the nodes of every store are there (rules 39 and 49).
func (c *checker) mandatory() {
	for _, nid := range []disk.NID{
		disk.NIDMessageStore, disk.NIDNameToIDMap, disk.NIDRootFolder, disk.NIDHierarchyTableTemplate, disk.NIDContentsTableTemplate,
		disk.NIDAssocContentsTableTemplate, disk.NIDSearchContentsTableTemplate, disk.NIDReceiveFolderTable, disk.NIDOutgoingQueueTable,
		disk.NIDAttachmentTable, disk.NIDRecipientTable, disk.NIDTemplate6B6, disk.NIDTemplate6D7, disk.NIDTemplate6F8,
		disk.NIDSearchManagementQueue, disk.NIDSearchActivityList,
	} {
		late := nid == disk.NIDTemplate6B6 || nid == disk.NIDTemplate6D7 || nid == disk.NIDTemplate6F8
		if c.node(nid) == nil && !(late && c.f == disk.ANSI) {
			c.warnf("node-missing", "2.7.1", nodeName(nid), "node of every store is not there")
		}
	}
	for _, nid := range []disk.NID{disk.NIDHierarchyTableTemplate, disk.NIDContentsTableTemplate, disk.NIDAssocContentsTableTemplate, disk.NIDAttachmentTable, disk.NIDRecipientTable} {
		if t := c.openTable(nid); t != nil && len(t.rowIDs) > 0 {
			c.errorf("template-rows", "2.4.4.4.1", nodeName(nid), "template has %d rows", len(t.rowIDs))
		}
	}
}

// quietly runs fn without reporting: for a second look at what was checked.
func (c *checker) quietly(fn func()) {
	was := c.quiet
	c.quiet = true
	fn()
	c.quiet = was
}

// openTable opens the table of a node again; nil when there is none to read.
func (c *checker) openTable(nid disk.NID) (t *table) {
	n, ok := c.openNode(nid)
	if !ok {
		return nil
	}
	return c.tableOf(&n)
}

func (c *checker) tableOf(n *content) (t *table) {
	c.quietly(func() {
		if h := c.openHeap(n, disk.HNClientTC); h != nil {
			t = h.table()
		}
	})
	return t
}

// openPC opens the property context of a node again; nil when there is none to read.
func (c *checker) openPC(nid disk.NID) *propBag {
	n, ok := c.openNode(nid)
	if !ok {
		return nil
	}
	return c.bagOf(&n)
}

// propBag is a property context that can be asked for values.
type propBag struct {
	h     *heap
	n     *content
	props map[uint16]prop
}

func (c *checker) bagOf(n *content) (bag *propBag) {
	c.quietly(func() {
		if h := c.openHeap(n, disk.HNClientPC); h != nil {
			bag = &propBag{h: h, n: n, props: h.props()}
		}
	})
	return bag
}

// value gives a property by id; false when it is not there.
func (b *propBag) value(id uint16) ([]byte, bool) {
	p, ok := b.props[id]
	if !ok {
		return nil, false
	}
	return b.h.value(p.typ, p.hnid), true
}

// number gives a property of up to 4 bytes, 0 when it is not there.
func (b *propBag) number(id uint16) uint32 {
	v, _ := b.value(id)
	var four [4]byte
	copy(four[:], v)
	return binary.LittleEndian.Uint32(four[:])
}

// childList is what the NBT says is in a folder, by ascending id.
type childList struct{ folders, messages, associated []disk.NID }

func (c *checker) children() map[disk.NID]*childList {
	all := make(map[disk.NID]*childList)
	for _, e := range c.nodes {
		if e.Parent == 0 || e.Parent == e.NID {
			continue
		}
		list := all[e.Parent]
		if list == nil {
			list = &childList{}
			all[e.Parent] = list
		}
		switch e.NID.Type() {
		case disk.NIDTypeNormalFolder, disk.NIDTypeSearchFolder:
			list.folders = append(list.folders, e.NID)
		case disk.NIDTypeNormalMessage:
			list.messages = append(list.messages, e.NID)
		case disk.NIDTypeAssocMessage:
			list.associated = append(list.associated, e.NID)
		}
	}
	return all
}

// folder checks one folder with its three tables (rules 41 and 43 to 46).
func (c *checker) folder(e *disk.NBTEntry, kids *childList) {
	where := nodeName(e.NID)
	if kids == nil {
		kids = &childList{}
	}
	for _, t := range []disk.NIDType{disk.NIDTypeHierarchyTable, disk.NIDTypeContentsTable, disk.NIDTypeAssocContentsTable} {
		if c.node(e.NID.WithType(t)) == nil {
			c.errorf("folder-nodes", "2.4.4", where, "table %v is not there", e.NID.WithType(t))
		}
	}
	hierarchy := c.openTable(e.NID.WithType(disk.NIDTypeHierarchyTable))
	contents := c.openTable(e.NID.WithType(disk.NIDTypeContentsTable))
	c.sameRows("hierarchy-row", "2.4.4.4", where, hierarchy, kids.folders)
	c.sameRows("contents-row", "2.4.4.5", where, contents, kids.messages)
	c.sameRows("fai-row", "2.4.4.6", where, c.openTable(e.NID.WithType(disk.NIDTypeAssocContentsTable)), kids.associated)
	c.counts(e, hierarchy, contents)
	c.mirrors(hierarchy, "hierarchy-cell", "2.4.4.3")
	c.mirrors(contents, "contents-cell", "2.4.4.3")
}

// sameRows checks that a table has a row for each of the folder's nodes and no other.
func (c *checker) sameRows(code, ref, where string, t *table, nids []disk.NID) {
	if t == nil {
		return
	}
	have := make(map[disk.NID]bool, len(t.rowIDs))
	for _, r := range t.rowIDs {
		have[disk.NID(r.ID)] = true
	}
	for _, nid := range nids {
		if !have[nid] {
			c.errorf(code, ref, where, "no row for node %v", nid)
		}
		delete(have, nid)
	}
	for _, r := range t.rowIDs {
		if have[disk.NID(r.ID)] {
			c.errorf(code, ref, where, "row %#x for a node that is not in the folder", r.ID)
		}
	}
}

// counts checks the numbers a folder gives of itself (rule 45).
func (c *checker) counts(e *disk.NBTEntry, hierarchy, contents *table) {
	pc := c.openPC(e.NID)
	if pc == nil {
		c.errorf("folder-nodes", "2.4.4", nodeName(e.NID), "folder without readable properties")
		return
	}
	if e.NID == disk.NIDRootFolder || contents == nil || hierarchy == nil {
		return
	}
	where := nodeName(e.NID)
	if _, ok := pc.props[pidContentCount]; !ok {
		c.warnf("folder-count", "2.4.4.1.1", where, "no item count")
		return
	}
	if got := pc.number(pidContentCount); got != uint32(len(contents.rowIDs)) {
		c.errorf("folder-count", "2.4.4.1.1", where, "item count is %d, %d rows", got, len(contents.rowIDs))
	}
	unread, known := contents.unread()
	if got := pc.number(pidContentUnread); known && got != unread {
		c.errorf("folder-count", "2.4.4.1.1", where, "unread count is %d, %d rows are unread", got, unread)
	}
	if has := pc.number(pidSubfolders) != 0; has != (len(hierarchy.rowIDs) > 0) {
		c.errorf("folder-count", "2.4.4.1.1", where, "says that it has subfolders: %t, %d rows", has, len(hierarchy.rowIDs))
	}
}

func (t *table) unread() (n uint32, known bool) {
	for i, col := range t.info.Columns {
		if col.Tag>>16 != pidMessageFlags {
			continue
		}
		t.h.c.quietly(func() {
			t.rows(func(r row) {
				if v, ok := r.cell(i); ok && len(v) == 4 && binary.LittleEndian.Uint32(v)&flagRead == 0 {
					n++
				}
			})
		})
		return n, true
	}
	return 0, false
}

// rowOnly are cells that a row has and its object has not, or has in another form
// (pst-observed): row id and version, status, replication ids and changes, the
// conversation id.
func rowOnly(id uint16) bool {
	switch id {
	case 0x67F2, 0x67F3, 0x0E17, 0x0E30, 0x0E33, 0x0E34, 0x0E38, 0x0E3C, 0x0E3D, 0x3013, 0x6635, 0x6636, 0x1097:
		return true
	}
	return false
}

// emptyCell are string properties that a row leaves out when they are empty.
func emptyCell(id uint16) bool { return id == 0x0037 || id == 0x0042 || id == 0x0070 }

// mirrors checks the cells of each row against the properties they copy (rules 43 and 46).
func (c *checker) mirrors(t *table, code, ref string) {
	if t == nil {
		return
	}
	t.rows(func(r row) {
		pc := c.openPC(disk.NID(r.id))
		if pc == nil || c.done() {
			return
		}
		for i, col := range t.info.Columns {
			id := uint16(col.Tag >> 16)
			if rowOnly(id) {
				continue
			}
			c.mirror(pc, r, i, code, ref)
		}
	})
}

func (c *checker) mirror(pc *propBag, r row, i int, code, ref string) {
	col := r.t.info.Columns[i]
	id := uint16(col.Tag >> 16)
	var cell []byte
	var inRow bool
	c.quietly(func() { cell, inRow = r.cell(i) })
	want, inPC := pc.value(id)
	if p := pc.props[id]; inPC && p.typ != uint16(col.Tag) {
		return
	}
	if inPC && len(want) == 0 && pc.props[id].hnid != 0 || len(want) > maxValueSize {
		return // too large to compare, or damaged and reported
	}
	where := nodeName(disk.NID(r.id))
	add := c.errorf
	if id == 0x0E08 {
		add = c.warnf // many real rows are stale
	}
	switch {
	case inRow != inPC && (len(want) > 0 || len(cell) > 0):
		c.warnf(code, ref, where, "column %#08x: in the row %t, in the object %t", col.Tag, inRow, inPC)
	case inRow && inPC && !bytes.Equal(cell, want):
		if emptyCell(id) && len(cell) == 0 {
			return
		}
		add(code, ref, where, "column %#08x differs from the property: %x in the row, %x in the object", col.Tag, head(cell), head(want))
	}
}

func head(b []byte) []byte { return b[:min(len(b), 16)] }

// message checks the tables in a message (rules 47, 48 and 51).
func (c *checker) message(e *disk.NBTEntry, names *names) {
	n, ok := c.openNode(e.NID)
	if !ok {
		c.errorf("message", "2.4.5", nodeName(e.NID), "message without readable properties")
		return
	}
	pc := c.bagOf(&n)
	if pc == nil {
		return
	}
	if parent := c.node(e.Parent); parent == nil {
		c.errorf("message-parent", "2.4.5.2", nodeName(e.NID), "folder %v is not there", e.Parent)
	}
	c.attachments(&n, pc)
	names.use(c, nodeName(e.NID), pc)
}

func (c *checker) attachments(n *content, pc *propBag) {
	rows := make(map[disk.NID]bool)
	if e := n.sub(disk.NIDAttachmentTable); e != nil {
		sub, ok := c.reopen(e.NID, e.Data, e.Sub, n.where)
		t := (*table)(nil)
		if ok {
			t = c.tableOf(&sub)
		}
		if t == nil {
			return
		}
		for _, r := range t.rowIDs {
			rows[disk.NID(r.ID)] = true
		}
	}
	found := 0
	for _, s := range n.subs {
		if s.NID.Type() != disk.NIDTypeAttachment {
			continue
		}
		found++
		if !rows[s.NID] {
			c.errorf("attachment-row", "2.4.6.1", n.where, "no row for attachment %v", s.NID)
		}
	}
	if found != len(rows) {
		c.errorf("attachment-row", "2.4.6.1", n.where, "%d rows for %d attachments", len(rows), found)
	}
	if has := pc.number(pidMessageFlags)&flagHasAttach != 0; has != (found > 0) {
		c.warnf("attachment-flag", "2.4.6", n.where, "flag says attachments: %t, there are %d", has, found)
	}
}

// parents checks that every folder reaches the root (rule 42).
func (c *checker) parents() {
	for _, e := range c.nodes {
		if t := e.NID.Type(); t != disk.NIDTypeNormalFolder && t != disk.NIDTypeSearchFolder {
			continue
		}
		at := e
		for hops := 0; at.NID != disk.NIDRootFolder; hops++ {
			next := c.node(at.Parent)
			if next == nil || hops > 1000 {
				c.errorf("folder-parent", "2.4.4.1.2", nodeName(e.NID), "its parents do not lead to the root folder")
				break
			}
			at = *next
		}
	}
}
