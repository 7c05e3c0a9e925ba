package check

import "pstsyncd/syncjob/pst/internal/disk"

// messaging checks folders, messages and the store object (rules 39 to 53).
func (c *checker) messaging() {
	c.mandatory()
	names := c.nameMap()
	c.store()
	c.search()
	children := c.children()
	for i := range c.nodes {
		if c.done() {
			return
		}
		c.progress.at(shareBlocks+shareNodes, shareMessaging, i, len(c.nodes))
		switch e := &c.nodes[i]; e.NID.Type() {
		case disk.NIDTypeNormalFolder:
			c.folder(e, children[e.NID], names)
		case disk.NIDTypeSearchFolder:
			c.searchFolder(e.NID)
		case disk.NIDTypeNormalMessage, disk.NIDTypeAssocMessage:
			c.messageNode(e, names)
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
		disk.NIDSearchManagementQueue, disk.NIDSearchActivityList, disk.NIDSearchDomainObject,
	} {
		if c.node(nid) == nil {
			c.missing(nid)
		}
	}
	for _, nid := range []disk.NID{disk.NIDHierarchyTableTemplate, disk.NIDContentsTableTemplate, disk.NIDAssocContentsTableTemplate, disk.NIDAttachmentTable, disk.NIDRecipientTable} {
		if t := c.openTable(nid); t != nil && len(t.rowIDs) > 0 {
			c.errorf("template-rows", "2.4.4.4.1", nodeName(nid), "template has %d rows", len(t.rowIDs))
		}
	}
}

// missing reports a node of every store that is not there. A program can do without
// all but the message store, the names and the root folder.
func (c *checker) missing(nid disk.NID) {
	severity := Warning
	switch nid {
	case disk.NIDMessageStore, disk.NIDNameToIDMap, disk.NIDRootFolder:
		severity = Error
	case disk.NIDTemplate6B6, disk.NIDTemplate6D7, disk.NIDTemplate6F8:
		if c.f == disk.ANSI {
			return // they are of later versions
		}
	}
	c.add(severity, "node-missing", "2.7.1", nodeName(nid), "node of every store is not there")
}
