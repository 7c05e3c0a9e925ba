package check

import (
	"encoding/binary"

	"pstsyncd/syncjob/pst/internal/disk"
)

// folder checks one folder with its three tables (rules 41 and 43 to 46).
func (c *checker) folder(e *disk.NBTEntry, kids *childList, names *names) {
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
	associated := c.openTable(e.NID.WithType(disk.NIDTypeAssocContentsTable))
	c.sameRows("fai-row", "2.4.4.6", where, associated, kids.associated)
	c.counts(e, hierarchy, contents)
	c.replicatedFolders(hierarchy)
	for _, t := range []*table{hierarchy, contents, associated} {
		names.useColumns(t)
	}
	c.mirrors(hierarchy, "hierarchy-cell")
	c.mirrors(contents, "contents-cell")
	c.mirrors(associated, "fai-cell")
}

// sameRows checks that a table has a row for each of the folder's nodes and no other.
func (c *checker) sameRows(code code, ref, where string, t *table, nids []disk.NID) {
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
	if contents == nil || hierarchy == nil {
		return
	}
	where := nodeName(e.NID)
	if _, ok := pc.prop(pidContentCount); !ok {
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

// unread counts the rows without the read flag.
func (t *table) unread() (n uint32, known bool) {
	i := t.columnOf(pidMessageFlags)
	if i < 0 {
		return 0, false
	}
	for r := range t.rows() {
		if v, ok := r.cell(i); ok && len(v) == 4 && binary.LittleEndian.Uint32(v)&flagRead == 0 {
			n++
		}
	}
	return n, true
}
