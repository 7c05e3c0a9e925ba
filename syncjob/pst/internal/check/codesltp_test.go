package check_test

import "pstsyncd/syncjob/pst/internal/disk"

// ltpBreakages are those of heaps, property contexts and tables.
var ltpBreakages = []breakage{
	// heaps
	{code: "hn-signature", where: "node 0x692", on: empty, store: func(s *store) { s.own(disk.NIDRecipientTable)[2] = 0 }},
	{code: "hn-pagemap", where: "node 0x692", on: empty, store: func(s *store) { b := s.own(disk.NIDRecipientTable); b[len(b)-2] -= 2 }, also: []string{"tc-info"}},
	{code: "hn-free", where: "node 0x21", on: empty, store: func(s *store) { b := s.own(disk.NIDMessageStore); b[int(b[0])|int(b[1])<<8+2]++ }},
	{code: "hn-fill", warn: true, where: "node 0x21", on: empty, store: func(s *store) { s.own(disk.NIDMessageStore)[8] = 0xF }},
	{code: "bth", where: "node 0x692", on: empty, store: func(s *store) { b := s.own(disk.NIDRecipientTable); s.item(b, s.table(b).RowIndex)[2]++ }},
	{code: "bth-key", where: "node 0xc01", on: empty, store: func(s *store) { s.setIDMap([]string{"a", "c"}, []string{"a", "b"}, []string{"d"}) }},
	{code: "bth-order", where: "node 0xc01", on: empty, store: func(s *store) { s.setIDMap(nil, []string{"b", "a"}) }},

	// contexts
	{code: "hnid", where: "node 0x21", on: empty, store: func(s *store) { setDword(s.record(s.own(disk.NIDMessageStore), 0x3001), 4, 0x7E0) }},
	{code: "hnid-shared", where: "node 0x21", on: empty, store: func(s *store) {
		b := s.own(disk.NIDMessageStore)
		copy(s.record(b, 0x3001)[4:], s.record(b, 0x0FF9)[4:])
	}},
	{code: "subnode-unowned", warn: true, where: "node 0x2000a4/0x41f", on: mixed, store: func(s *store) { s.addSub(person, 0x41F) }},
	{code: "value-size", where: "node 0x21", on: empty, store: func(s *store) { s.record(s.own(disk.NIDMessageStore), 0x3001)[2] = 0x48 }},
	{code: "value-size", where: "node 0x21", on: empty, store: func(s *store) { s.emptyAs(0x0040) }},
	{code: "value-size", where: "node 0x21", on: empty, store: func(s *store) { s.emptyAs(0x0005) }},
	{code: "value-size", where: "node 0x21", on: empty, store: func(s *store) { s.emptyAs(0x0006) }},
	{code: "value-size", where: "node 0x21", on: empty, store: func(s *store) { s.emptyAs(0x0007) }},
	{code: "value-size", where: "node 0x21", on: empty, store: func(s *store) { s.emptyAs(0x0014) }},
	{code: "value-size", where: "node 0x21", on: empty, store: func(s *store) { s.emptyAs(0x0048) }},
	{code: "value-size", where: "node 0x21", on: empty, store: func(s *store) { s.emptyAs(0x000D) }},
	{code: "value-type", warn: true, where: "node 0x21", on: empty, store: func(s *store) { s.emptyAs(0x0077) }},
	{code: "value-type", warn: true, where: "node 0x21", on: empty, store: func(s *store) { s.emptyAs(0x100B) }},
	{code: "value-type", warn: true, where: "node 0x692", on: empty, store: func(s *store) {
		s.retable(disk.NIDRecipientTable, func(i *disk.TCInfo) { retag(i, s.text(0x39FF), 0x39FF0077) })
	}, also: []string{"column-missing"}},
	{code: "value-size", where: "node 0x62b", on: empty, store: func(s *store) { s.emptyCell(0x0048) }, also: []string{"column-missing"}},
	{code: "value-size", where: "node 0x62b", on: empty, store: func(s *store) { s.emptyCell(0x000D) }, also: []string{"column-missing"}},
	{code: "object", where: "node 0x2000a4", on: mixed, store: func(s *store) { s.record(s.own(person), 0x3007)[2] = 0x0D }},

	{code: "value-size", where: "node 0x802d", n: 13, nANSI: 3, on: mixed, store: func(s *store) {
		s.retable(0x802D, func(i *disk.TCInfo) { retag(i, s.text(0x3001), s.text(0x3001)|0x1000) })
	}, also: []string{"column-missing"}},
	{code: "object-size", warn: true, where: "node 0x2000a4", on: mixed, store: func(s *store) { s.setObject(person, 0x3007, disk.NIDRecipientTable, 0) }},

	// tables
	{code: "tc-info", where: "node 0x692", on: empty, store: func(s *store) { s.root(s.own(disk.NIDRecipientTable))[0] = 0 }},
	{code: "tc-columns", where: "node 0x692", on: empty, store: func(s *store) {
		s.retable(disk.NIDRecipientTable, func(i *disk.TCInfo) { i.Columns[5].Bit = i.Columns[6].Bit })
	}},
	{code: "tc-columns", warn: true, where: "node 0x692", on: empty, store: func(s *store) {
		s.retable(disk.NIDRecipientTable, func(i *disk.TCInfo) { i.Columns[5], i.Columns[6] = i.Columns[6], i.Columns[5] })
	}},
	{code: "tc-columns", where: "node 0x62b", on: empty, store: func(s *store) { s.receiveFolders(2, 0) }},
	{code: "tc-rows", where: "node 0x802d", on: empty, store: func(s *store) { b := s.own(0x802D); s.bth(b, s.table(b).RowIndex)[4] = 7 }},
	{code: "tc-matrix", where: "node 0x62b", on: empty, store: func(s *store) { s.receiveFolders(1, 1) }},
	{code: "tc-matrix", warn: true, where: "node 0x64c", on: empty, store: func(s *store) {
		data, sub := s.bigTable(1, 1)
		s.addNode(disk.NBTEntry{NID: disk.NIDOutgoingQueueTable, Data: data, Sub: sub})
	}, also: []string{"column-missing"}},
	{code: "row-id", where: "node 0x62b", on: empty, store: func(s *store) { s.rows(s.own(disk.NIDReceiveFolderTable))[0]++ }},
	{code: "row-id", where: "node 0x802d", on: empty, store: func(s *store) { s.hideCell(s.own(0x802D), uint32(trash), disk.TagLTPRowID) }},
	{code: "row-id", where: "node 0x802d", on: empty, store: func(s *store) { s.hideCell(s.own(0x802D), uint32(trash), disk.TagLTPRowVer) }},
	{code: "row-version", warn: true, where: "node 0x62b", on: empty, store: func(s *store) { setDword(s.rows(s.own(disk.NIDReceiveFolderTable)), 4, s.hdr.Unique+1) }},
	{code: "row-version", warn: true, where: "row 0x8042", on: empty, store: func(s *store) {
		b := s.own(rootHierarchy)
		setDword(s.row(b, 1), 4, dword(s.row(b, 0), 4))
	}},
}
