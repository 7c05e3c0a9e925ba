package check

import (
	"encoding/binary"

	"pstsyncd/syncjob/pst/internal/disk"
)

// idMapRef is what findings in Outlook's map of replication ids, node 0xC01, refer to: no
// document has it. It is a B-tree from GUIDs to nodes in a heap of its own kind, whose
// root item holds the heap id of the tree. It is empty until the store's flags are set;
// from then on all messages of folders are in it, and those folders whose rows have an id.
const idMapRef = "observed"

type guid [16]byte

// checkIDMap checks the tree and keeps it for [checker.replicated].
func (c *checker) checkIDMap(n *content) {
	h := c.openHeap(n, disk.HNClientIDMap)
	if h == nil {
		return
	}
	root := h.item(h.root, owner{what: "id map"})
	if len(root) != 4 {
		c.errorf("bth", idMapRef, n.where, "root item of %d bytes", len(root))
		return
	}
	c.ids = make(map[guid]disk.NID)
	h.bth(disk.HID(binary.LittleEndian.Uint32(root)), owner{what: "id map"}, bthShape{16, 4}, func(rec []byte) {
		nid := disk.NID(binary.LittleEndian.Uint32(rec[16:]))
		if nid != 0 && c.node(nid) == nil {
			c.warnf("id-map", idMapRef, n.where, "%x is of node %v, which is not there", rec[:16], nid)
		}
		c.ids[guid(rec)] = nid
	})
}

// replicated checks that an object is in the map under its GUID.
func (c *checker) replicated(where string, nid disk.NID, id []byte) {
	if !c.useIDMap {
		return
	}
	if len(id) != len(guid{}) {
		c.warnf("id-map", idMapRef, where, "id of %d bytes for the id map", len(id))
		return
	}
	if got, ok := c.ids[guid(id)]; !ok || got != nid {
		c.warnf("id-map", idMapRef, where, "the id map has node %v for %x", got, id)
	}
}

// replicatedFolders checks the subfolders of a folder.
func (c *checker) replicatedFolders(hierarchy *table) {
	if !c.useIDMap || hierarchy == nil {
		return
	}
	i := hierarchy.columnOf(pidReplItemID)
	if i < 0 {
		return
	}
	for r := range hierarchy.rows() {
		if id, ok := r.cell(i); ok {
			c.replicated(nodeName(disk.NID(r.id)), disk.NID(r.id), id)
		}
	}
}
