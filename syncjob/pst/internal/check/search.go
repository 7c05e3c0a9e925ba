package check

import (
	"encoding/binary"

	"pstsyncd/syncjob/pst/internal/disk"
)

const searchUpdateSize = 20 // of SUD ([MS-PST] 2.4.8.2)

// search checks the queue of updates and the domain of searches (rule 53). The
// list of active searches names folders in stores of Outlook that are gone, so
// that only its form is checked.
func (c *checker) search() {
	c.searchQueue()
	c.nidArray(disk.NIDSearchActivityList, func(nid disk.NID) bool { return nid.Type() == disk.NIDTypeSearchFolder })
	c.nidArray(disk.NIDSearchDomainObject, func(nid disk.NID) bool {
		// The type is 0 or 3, whatever the folder is.
		return c.node(nid.WithType(disk.NIDTypeNormalFolder)) != nil || c.node(nid.WithType(disk.NIDTypeSearchFolder)) != nil
	})
}

// Searches that have the same id in all stores. No document knows of the second,
// which has neither queue nor criteria.
const (
	nidSpamSearch  disk.NID = 0x2223
	nidAllMessages disk.NID = 0x0723
)

// searchFolder checks the nodes of a search folder (rule 41).
func (c *checker) searchFolder(nid disk.NID) {
	where := nodeName(nid)
	if c.openPC(nid) == nil {
		c.errorf("search-folder", "2.4.8.6", where, "search folder without readable properties")
	}
	for _, t := range []disk.NIDType{disk.NIDTypeSearchContentsTable, disk.NIDTypeSearchUpdateQueue, disk.NIDTypeSearchCriteria} {
		if nid == nidAllMessages && t != disk.NIDTypeSearchContentsTable {
			continue
		}
		if c.node(nid.WithType(t)) == nil {
			c.warnf("search-folder", "2.4.8.6", where, "node %v of the search is not there", nid.WithType(t))
		}
	}
}

func (c *checker) searchQueue() {
	e := c.node(disk.NIDSearchManagementQueue)
	if e == nil {
		return
	}
	n, _ := c.openNode(e.NID)
	if head, size := uint64(e.Parent), n.tree.size; size%searchUpdateSize != 0 || head > size || head%searchUpdateSize != 0 {
		c.errorf("search-queue", "2.4.8.4.1", nodeName(e.NID), "head at %d of %d bytes of updates of %d", head, size, searchUpdateSize)
	}
}

// nidArray checks a node that is a list of nodes.
func (c *checker) nidArray(list disk.NID, good func(disk.NID) bool) {
	n, ok := c.openNode(list)
	if !ok || n.tree.size > maxValueSize {
		return
	}
	b := c.bytesOf(n.tree)
	if len(b)%4 != 0 {
		c.warnf("search-list", "2.4.8.4", n.where, "%d bytes of ids", len(b))
	}
	for ; len(b) >= 4; b = b[4:] {
		if nid := disk.NID(binary.LittleEndian.Uint32(b)); !good(nid) {
			c.warnf("search-list", "2.4.8.4", n.where, "%v is no folder", nid)
		}
	}
}
