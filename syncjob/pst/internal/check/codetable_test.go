package check_test

import "pstsyncd/syncjob/pst/internal/disk"

// The stores that are broken.
const (
	empty    = "outlook-empty.pst"
	mixed    = "outlook-mixed.pst"
	ansi     = "new-ansi.pst"
	withFAI  = "outlook-password.pst" // associated messages, an id map in use
	oldStore = "outlook97-ansi.pst"   // ends within a section
)

// What is in them.
const (
	subtree       disk.NID = 0x8022 // of empty and mixed
	trash         disk.NID = 0x8062 // below it
	rootHierarchy disk.NID = 0x12D
	lowMessage    disk.NID = 0x24     // below those of messages
	spare         disk.NID = 0x501    // no node of them, and none that the checker knows
	person        disk.NID = 0x2000A4 // of mixed: recipients, no attachments
	mail          disk.NID = 0x200084 // of mixed, with an attachment
	attachment    disk.NID = 0x8025   // of mail
)

// breakage is a way to break a good store.
type breakage struct {
	code     string
	warn     bool              // it is a warning
	where    string            // the place, with @ for an id with its offset
	on       string            // the store
	store    func(s *store)    // before it is put together again
	file     func(im *image)   // and after
	sections int64             // that it is made to have
	far      func(e *extended) // in these
	n        int               // findings of that code, if not 1
	nANSI    int               // in an ANSI store, if not n
	unicode  bool              // the ANSI store has no such thing
	also     []string          // codes of what follows from it
}

// breakages break one thing in a good store. What follows from it is in also.
var breakages = []breakage{
	// header
	{code: "header-magic", where: "header", on: empty, file: func(im *image) { im.b[0] = '?' }},
	{code: "header-version", unicode: true, where: "header", on: empty, file: func(im *image) { im.header(func(h *disk.Header) { h.Version = disk.VersionWIP }) }},
	{code: "header-crc", where: "header", n: 2, nANSI: 1, on: empty, file: func(im *image) { im.b[16] ^= 1 }},
	{code: "header-field", where: "header", on: empty, file: func(im *image) { im.header(func(h *disk.Header) { h.Sentinel = 0 }) }},
	{code: "eof", unicode: true, where: "header", on: empty, file: cutEOF},
	{code: "amap-last", where: "header", on: empty, file: func(im *image) { im.header(func(h *disk.Header) { h.Root.AMapLast = 0 }) }},
	{code: "amap-free", warn: true, where: "header", on: empty, file: func(im *image) { im.header(func(h *disk.Header) { h.Root.AMapFree += disk.BlockAlign }) }},
	{code: "amap-valid", where: "header", on: empty, file: func(im *image) { im.header(func(h *disk.Header) { h.Root.AMapValid = disk.AMapInvalid }) }},

	// maps
	{code: "amap-page", where: "amap @", on: empty, file: func(im *image) { im.b[disk.FirstAMap+disk.MapBytes-1] ^= 1 }},
	{code: "map-page", where: "pmap @", on: empty, file: func(im *image) { im.b[disk.FirstAMap+disk.PMapOffset] ^= 1 }},
	{code: "fmap", warn: true, where: "fmap @", on: empty, sections: 129, far: func(e *extended) { e.fmapRun = 254 }},
	{code: "fpmap", warn: true, where: "fpmap @", on: empty, sections: 8193, far: func(e *extended) { e.fpmap = 0x7F }},
	{code: "pmap-free", warn: true, where: "header", on: empty, file: func(im *image) {
		im.amap(func(m *disk.AMap) { m.Set(disk.AMapSlots-disk.SlotsPerPage, disk.SlotsPerPage) })
		im.header(func(h *disk.Header) { h.Root.PMapFree = disk.PageSize })
	}},
	{code: "pmap-bits", where: "pmap @", on: empty, file: func(im *image) { im.reservePage(disk.AMapSlots/disk.SlotsPerPage - 1) }, also: []string{"pmap-free"}},
	{code: "page-place", where: "nbt page @", on: empty, file: func(im *image) { im.header(func(h *disk.Header) { h.Root.NBT.IB = disk.DListOffset }) }, also: noNodes},
	{code: "overlap", where: "block @", on: empty, store: addOrphan, file: func(im *image) { move(im, 0) }, also: []string{"block-trailer", "leak"}},
	{code: "unallocated", where: "amap @", on: empty, file: func(im *image) { im.amap(func(m *disk.AMap) { m.Clear(slot(im.hdr.Root.NBT.IB), 1) }) }},
	{code: "amap-eof", where: "amap @", on: oldStore, file: func(im *image) { im.amap(func(m *disk.AMap) { m.Clear(disk.AMapSlots-1, 1) }) }},
	{code: "leak", warn: true, where: "allocation maps", on: empty, file: func(im *image) { im.amap(func(m *disk.AMap) { m.Set(disk.AMapSlots-1, 1) }) }},
	{code: "pmap-bits", where: "pmap @", on: empty, file: func(im *image) { im.reservePage(slot(im.hdr.Root.NBT.IB) / disk.SlotsPerPage) }, also: []string{"pmap-free"}},
	{code: "dlist", warn: true, where: "dlist @", on: empty, file: func(im *image) { im.densityList(disk.DListEntry{Page: 0, Free: 1}, disk.DListEntry{Page: 1, Free: 1}) }},
	{code: "dlist", warn: true, where: "dlist @", on: empty, file: func(im *image) {
		free := disk.DListEntry{Free: uint16(im.hdr.Root.AMapFree / disk.BlockAlign)}
		im.densityList(free, free)
	}},

	// counters
	{code: "next-bid", where: "bbt page @", n: 8, nANSI: 6, on: empty, file: func(im *image) { im.header(func(h *disk.Header) { h.NextP = 1 }) }},
	{code: "rgnid", warn: true, where: "header", on: mixed, file: func(im *image) { im.header(func(h *disk.Header) { h.RgNID[disk.NIDTypeNormalMessage] = 1 }) }},
	{code: "nid-range", warn: true, where: "node 0x24", on: mixed, store: func(s *store) {
		s.addNode(disk.NBTEntry{NID: lowMessage, Data: s.node(person).Data, Sub: s.node(person).Sub, Parent: s.node(person).Parent})
	}, also: []string{"contents-row"}},

	// B-trees
	{code: "bt-page", where: "nbt page @", on: empty, file: func(im *image) { im.b[im.hdr.Root.NBT.IB] ^= 1 }, also: noNodes},
	{code: "bt-level", where: "nbt page @", on: empty, store: addSpares, file: func(im *image) { im.page(disk.PageNBT, lift) }},
	{code: "bt-count", where: "nbt page @", on: empty, file: func(im *image) { im.page(disk.PageNBT, func(p *disk.BTPage) bool { p.MaxEntries = 1; return true }) }},
	{code: "bt-count", warn: true, where: "nbt page @", on: empty, store: addSpares, file: func(im *image) {
		im.page(disk.PageNBT, func(p *disk.BTPage) bool { p.MaxEntries--; return p.Len() < int(p.MaxEntries) })
	}},
	{code: "bt-order", where: "nbt page @", n: 2, on: empty, store: addSpares, file: func(im *image) { im.page(disk.PageNBT, swapSpares) }},
	{code: "bt-key", where: "nbt page @", on: empty, file: func(im *image) { im.page(disk.PageNBT, lowerKey) }},
	{code: "node-ref", unicode: true, where: "node 0xffffe1", on: empty, store: addSpares, file: func(im *image) { im.page(disk.PageNBT, raiseLast) }},
	{code: "block-missing", where: "node 0x501", on: empty, store: func(s *store) { s.addNode(disk.NBTEntry{NID: spare, Data: 0x7000}) }},

	// blocks
	{code: "block-place", where: "block @", on: empty, store: addOrphan, file: func(im *image) { move(im, 32) }, also: []string{"leak"}},
	{code: "block-trailer", where: "block @", on: empty, store: addOrphan, file: func(im *image) { im.b[im.block(lastBlock(im)).Ref.IB] ^= 1 }},
	{code: "block-kind", where: "node 0x501", on: empty, store: func(s *store) { s.spare(xblock{3, 1}) }},
	{code: "ref-count", where: "block @", on: empty, store: func(s *store) { s.lies[s.node(disk.NIDMessageStore).Data] = 1 }},
	{code: "orphans", warn: true, where: "header", on: empty, file: func(im *image) { im.header(func(h *disk.Header) { h.Orphans++ }) }},
	{code: "data-full", where: "node 0x501", on: empty, store: func(s *store) { s.spare(xblock{1, 20}, 10, 10) }},
	{code: "data-total", where: "node 0x501", on: empty, store: func(s *store) { s.spare(xblock{1, uint32(s.f.MaxBlockData()) + 11}, s.f.MaxBlockData(), 10) }},
	{code: "subnode", where: "node 0x501", on: empty, store: func(s *store) { s.addNode(disk.NBTEntry{NID: spare, Sub: s.addInternal(unsorted)}) }},

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

	// messaging
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

	// any
	{code: "truncated", where: "nbt page @", n: 3, nANSI: 1, on: empty, file: func(im *image) { im.b = im.b[:im.hdr.Root.NBT.IB+1] }, also: append([]string{"eof"}, noNodes...)},
	{code: "entangled", where: "check", on: empty, store: entangle, also: []string{"contents-row", "attachment-row", "attachment-flag", "attachment-property", "message-property", "subnode"}},
}
