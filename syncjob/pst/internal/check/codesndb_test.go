package check_test

import "pstsyncd/syncjob/pst/internal/disk"

// ndbBreakages are those of the header, maps, B-trees and blocks.
var ndbBreakages = []breakage{
	// header
	{code: "header-magic", where: "header", on: empty, file: func(im *image) { im.b[0] = '?' }},
	{code: "header-version", unicode: true, where: "header", on: empty, file: func(im *image) { im.header(func(h *disk.Header) { h.Version = disk.VersionWIP }) }},
	{code: "header-crc", where: "header", n: 2, nANSI: 1, on: empty, file: func(im *image) { im.b[16] ^= 1 }},
	{code: "header-field", where: "header", on: empty, file: func(im *image) { im.header(func(h *disk.Header) { h.Sentinel = 0 }) }},
	{code: "eof", unicode: true, where: "header", on: empty, file: cutEOF},
	{code: "eof", where: "header", on: empty, file: func(im *image) {
		im.header(func(h *disk.Header) { h.Root.FileEOF, h.Root.AMapLast = disk.FirstAMap+disk.PageSize-1, 0 })
	}},
	{code: "amap-last", where: "header", on: empty, file: func(im *image) { im.header(func(h *disk.Header) { h.Root.AMapLast = 0 }) }},
	{code: "amap-free", warn: true, where: "header", on: empty, file: func(im *image) { im.header(func(h *disk.Header) { h.Root.AMapFree += disk.BlockAlign }) }},
	{code: "amap-valid", where: "header", on: empty, file: func(im *image) { im.header(func(h *disk.Header) { h.Root.AMapValid = disk.AMapInvalid }) }},

	// maps
	{code: "amap-page", where: "amap @", on: empty, file: func(im *image) { im.b[disk.FirstAMap+disk.MapBytes-1] ^= 1 }},
	{code: "map-page", where: "pmap @", on: empty, file: func(im *image) { im.b[disk.FirstAMap+disk.PMapOffset] ^= 1 }},
	{code: "fmap", warn: true, where: "fmap @", on: empty, sections: 129, far: func(e *extended) { e.fmapRun = 254 }},
	{code: "fpmap", unicode: true, warn: true, where: "fpmap @", on: empty, sections: 8193, far: func(e *extended) { e.fpmap = 0x7F }},
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
	{code: "rgnid", warn: true, where: "header", on: mixed, file: func(im *image) {
		im.header(func(h *disk.Header) { h.RgNID[disk.NIDTypeSearchFolder] = disk.MaxNIDIndex + 1 })
	}},
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
}
