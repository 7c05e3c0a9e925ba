package check_test

import "pstsyncd/syncjob/pst/internal/disk"

// messagingBreakages are those of the store, folders, messages and named properties.
var messagingBreakages = []breakage{
	{code: "node-missing", warn: true, where: "node 0x261", on: empty, store: func(s *store) { s.drop(disk.NIDSearchDomainObject) }},
	{code: "node-missing", where: "node 0x21", on: empty, store: func(s *store) { s.drop(disk.NIDMessageStore) }, also: []string{"store"}},
	{code: "node-missing", where: "node 0x61", on: empty, store: func(s *store) { s.drop(disk.NIDNameToIDMap) }},
	{code: "node-missing", where: "node 0x122", on: empty, store: func(s *store) { s.drop(disk.NIDRootFolder) }, also: []string{"folder-parent"}},
	{code: "store", where: "node 0x21", on: empty, store: func(s *store) { s.record(s.own(disk.NIDMessageStore), 0x0FF9)[0]-- }},
	{code: "store", warn: true, where: "node 0x21", on: empty, store: func(s *store) { s.record(s.own(disk.NIDMessageStore), 0x3001)[0]++ }},
	{code: "folder-nodes", where: "node 0x8022", on: empty, store: func(s *store) { s.drop(subtree.WithType(disk.NIDTypeAssocContentsTable)) }},
	{code: "search-folder", warn: true, where: "node 0x2223", on: empty, store: func(s *store) { s.drop(0x2230) }},
	{code: "search-folder", where: "node 0x2223", on: empty, store: func(s *store) { s.node(0x2223).Data = 0 }},
	{code: "node-parent", warn: true, where: "node 0x802d", on: empty, store: func(s *store) { s.node(0x802D).Parent = subtree }},
	{code: "folder-parent", where: "node 0x8062", on: empty, store: func(s *store) { s.node(trash).Parent = trash }, also: []string{"hierarchy-row"}},
	{code: "folder-parent", where: "node 0x2223", n: 5, nANSI: 7, on: empty, store: func(s *store) { s.drop(disk.NIDRootFolder) }, also: []string{"node-missing"}},
	{code: "hierarchy-row", where: "node 0x122", n: 2, on: empty, store: func(s *store) { s.node(trash).Parent = disk.NIDRootFolder }},
	{code: "contents-row", where: "node 0x8062", n: 2, on: mixed, store: func(s *store) { s.node(person).Parent = trash }},
	{code: "fai-row", where: "node 0x122", n: 2, on: withFAI, store: func(s *store) { s.node(s.associated()).Parent = disk.NIDRootFolder }},
	{code: "folder-count", where: "node 0x8062", on: mixed, store: miscount},
	{code: "folder-count", warn: true, where: "node 0x8062", on: empty, store: func(s *store) {
		s.record(s.own(trash), 0x3602)[0]--
	}, also: []string{"hierarchy-cell"}},
	{code: "folder-count", where: "node 0x122", on: empty, store: func(s *store) { s.record(s.own(disk.NIDRootFolder), 0x360A)[4] ^= 1 }},
	{code: "hierarchy-cell", where: "node 0x8062", on: empty, store: func(s *store) { s.cell(s.own(0x802D), uint32(trash), 0x36020003)[0]++ }},
	{code: "hierarchy-cell", warn: true, where: "node 0x8062", on: empty, store: func(s *store) {
		s.hideCell(s.own(0x802D), uint32(trash), s.text(0x3001))
	}},
	{code: "contents-cell", where: "node 0x2000a4", on: mixed, store: func(s *store) { s.contentsCell(person, 0x0E070003)[1] ^= 0x40 }},
	{code: "contents-cell", warn: true, where: "node 0x2000a4", on: mixed, store: func(s *store) { s.contentsCell(person, 0x0E080003)[0]++ }},
	{code: "fai-cell", where: "node 0x100028", on: withFAI, store: func(s *store) { s.faiCell(0x0E070003)[0] ^= 0x80 }},
	{code: "fai-cell", warn: true, where: "node 0x100028", on: withFAI, store: func(s *store) {
		nid := s.associated()
		s.hideCell(s.own(s.node(nid).Parent.WithType(disk.NIDTypeAssocContentsTable)), uint32(nid), s.text(0x001A))
	}},
	{code: "message-property", warn: true, where: "node 0x2000a4", on: mixed, store: func(s *store) { s.record(s.own(person), 0x3007)[0]-- }},
	{code: "subject", warn: true, where: "node 0x200084", on: mixed, store: func(s *store) { s.setSubject(mail, 3, 7) }},
	{code: "attachment-row", where: "node 0x200084", on: mixed, store: func(s *store) { s.moveAttachment() }},
	{code: "attachment-cell", where: "node 0x200084/0x8025", on: mixed, store: func(s *store) { s.cell(s.ownSub(mail, disk.NIDAttachmentTable), uint32(attachment), 0x37050003)[0]++ }},
	{code: "attachment-cell", warn: true, where: "node 0x200084/0x8025", on: mixed, store: func(s *store) {
		s.hideCell(s.ownSub(mail, disk.NIDAttachmentTable), uint32(attachment), s.text(0x3704))
	}},
	{code: "attachment-property", warn: true, where: "node 0x200084/0x8025", on: mixed, store: func(s *store) { s.record(s.ownSub(mail, attachment), 0x370B)[0]++ }, also: []string{"attachment-cell"}},
	{code: "attachment-size", warn: true, where: "node 0x200084/0x8025", on: mixed, store: func(s *store) {
		s.record(s.ownSub(mail, attachment), 0x0E20)[4]++
		s.cell(s.ownSub(mail, disk.NIDAttachmentTable), uint32(attachment), 0x0E200003)[0]++
	}},
	{code: "attachment-flag", warn: true, where: "node 0x200084", on: mixed, store: func(s *store) { s.record(s.own(mail), 0x0E07)[4] ^= 0x10; s.contentsCell(mail, 0x0E070003)[0] ^= 0x10 }},
	{code: "recipients", warn: true, where: "node 0x2000a4", on: mixed, store: rename},
	{code: "message", where: "node 0x2000a4", on: mixed, store: func(s *store) { s.node(person).Data = 0 }},
	{code: "message-parent", where: "node 0x2000a4", on: mixed, store: func(s *store) { s.node(person).Parent = 0x7FFE2 }, also: []string{"contents-row"}},
	{code: "template-rows", where: "node 0x60d", on: empty, store: func(s *store) { s.node(disk.NIDHierarchyTableTemplate).Data = s.node(0x802D).Data }, also: []string{"row-version"}},
	{code: "column-missing", warn: true, where: "node 0x692", on: empty, store: func(s *store) {
		s.retable(disk.NIDRecipientTable, func(i *disk.TCInfo) { i.Columns[11].Tag += 0x10000 })
	}},
	{code: "name-map", where: "node 0x61", on: empty, store: func(s *store) { setDword(s.record(s.own(disk.NIDNameToIDMap), 1), 4, 0) }},
	{code: "name-map", warn: true, unicode: true, where: "node 0x61", n: 2, on: mixed, store: swapNames},
	{code: "name-hash", warn: true, where: "node 0x61", n: 3, on: empty, store: func(s *store) { s.value(s.own(disk.NIDNameToIDMap), 0x1000)[0]++ }},
	{code: "name-spelling", unicode: true, where: "node 0x61", on: mixed, store: respell, also: []string{"name-hash"}},
	{code: "name-missing", warn: true, where: "node 0x2000a4", on: mixed, store: unname},
	{code: "entry-id", where: "node 0x21", on: empty, store: func(s *store) { s.value(s.own(disk.NIDMessageStore), 0x35E7)[21]++ }},
	{code: "search-queue", where: "node 0x1e1", on: empty, store: func(s *store) { s.node(disk.NIDSearchManagementQueue).Parent = 7 }},
	{code: "search-list", warn: true, where: "node 0x261", on: empty, store: func(s *store) { s.node(disk.NIDSearchDomainObject).Data = s.add([]byte{0xE3, 0x7F, 0, 0}) }},
	{code: "id-map", warn: true, where: "node 0x8162", on: withFAI, store: func(s *store) { s.idMapRecord()[16] ^= 0x20 }},
}
