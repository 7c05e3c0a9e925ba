package main

const (
	spaceFile   = ndbPkg + "/space.go"
	mapsFile    = ndbPkg + "/spacemaps.go"
	sectionFile = ndbPkg + "/section.go"
	amapFile    = diskPkg + "/amap.go"
)

// spaceMutants break the allocation of space and the maps that say what is free.
var spaceMutants = []mutant{
	{
		name: "free-before-root-switch", breaks: "AMap bits are cleared while the durable header still refers to the space",
		edits:  one(commitFile, "if err := tx.space.markTaken(); err != nil {", "if err := tx.space.clearFreed(); err != nil {\n\t\treturn err\n\t}\n\tif err := tx.space.markTaken(); err != nil {"),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "reuse-in-transaction", breaks: "a page that the transaction replaces is overwritten in the same transaction",
		edits: one(ndbPkg+"/rewrite.go", "r.freed = append(r.freed, item.entry.Ref)\n\titem.content, item.tail", `r.freed = append(r.freed, item.entry.Ref)
	index, slot, _ := disk.SectionOf(int64(item.entry.Ref.IB))
	if sec, err := r.tx.space.section(index); err == nil {
		sec.release(slot, disk.SlotsPerPage)
		r.tx.space.enlist(sec)
	}
	item.content, item.tail`),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "amap-bits-not-set", breaks: "what a transaction takes is not marked in AMaps that were there before",
		edits:  one(mapsFile, "if sec.fresh || sec.amap.Bits != sec.durable {", "if sec.fresh {"),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "amap-bits-not-cleared", breaks: "freed space is never given back",
		edits:  one(mapsFile, "sec.clear()\n", ""),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "amap-own-bits", breaks: "a new AMap does not allocate the map pages that follow it",
		edits:  one(amapFile, "m.Set(0, MapPageCount(section)*SlotsPerPage)", "m.Set(0, SlotsPerPage)"),
		suites: []suite{{diskPkg, "AMap|Map"}, {ndbPkg, "Create|Growth"}},
	},
	{
		name: "amap-bit-order", breaks: "AMap bits count from the least significant one",
		edits: []edit{
			{amapFile, "m.Bits[i/8] |= 0x80 >> (i % 8)", "m.Bits[i/8] |= 1 << (i % 8)"},
			{amapFile, "m.Bits[i/8] &^= 0x80 >> (i % 8)", "m.Bits[i/8] &^= 1 << (i % 8)"},
		},
		suites: in(diskPkg, "AMap"),
	},
	{
		name: "page-alignment", breaks: "pages are put at any slot instead of multiples of 512 bytes",
		edits:  one(spaceFile, "return sp.take(disk.SlotsPerPage, disk.SlotsPerPage)", "return sp.take(disk.SlotsPerPage, 1)"),
		suites: []suite{{ndbPkg, "AnotherProgram|References|CrashLeaves"}},
	},
	{
		name: "double-free", breaks: "space that two owners give up is freed without a word",
		edits:  one(sectionFile, "|| !durable.Allocated(slot, n) || !sec.gone.Free(slot, n) {", "|| len(durable.Bits) == 0 {"),
		suites: in(ndbPkg, "Refuses"),
	},
	{
		name: "free-count", breaks: "cbAMapFree does not follow",
		edits:  one(mapsFile, "free += int64(sec.freed()) * disk.BlockAlign", "free += int64(sec.freed())"),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "eof-slots", breaks: "slots behind the end of the file are given out",
		edits:  one(sectionFile, "sec.amap.Set(n, disk.AMapSlots-n)", "_ = n"),
		suites: in(ndbPkg, "EndsWithin"),
	},
	{
		name: "ansi-limit", breaks: "an ANSI store grows beyond 2 GB",
		edits:  one(ndbPkg+"/grow.go", "sp.s.Format() == disk.ANSI && end > disk.ANSIEnd", "sp.s.Format() == disk.ANSI && end < 0"),
		suites: in(ndbPkg, "Room|lastFree|Tx_full"),
	},
	{
		name: "pmap-section", breaks: "PMaps stand in the section after theirs",
		edits:  one(diskPkg+"/layout.go", "pmap = section%PMapInterval == 0", "pmap = section%PMapInterval == 1"),
		suites: in(diskPkg, "Map"),
	},
	{
		name: "fmap-section", breaks: "FMaps are written into the section before theirs",
		edits:  one(diskPkg+"/layout.go", "firstFMapSection  = 128", "firstFMapSection  = 127"),
		suites: in(diskPkg, "Map"),
	},
	{
		name: "fmap-run", breaks: "the FMap's byte for a long run wraps",
		edits:  one(diskPkg+"/fmap.go", "byte(min(run, maxFMapRun))", "byte(run)"),
		suites: in(ndbPkg, "FMap|Growth"),
	},
	{
		name: "fmap-forgotten", breaks: "FMaps do not follow the AMaps",
		edits:  one(commitFile, "if err := tx.space.noteRuns(); err != nil {\n\t\treturn err\n\t}\n", ""),
		suites: in(ndbPkg, "FMap|Growth"),
	},
	{
		name: "dlist-stale", breaks: "a density list with old numbers looks current",
		edits:  one(ndbPkg+"/densitylist.go", "free[uint32(index)] = sec.freeAfter()", "_, _ = index, sec"),
		suites: in(ndbPkg, "Density|Space|EqualModel|AnotherProgram"),
	},
	{
		name: "dlist-id", breaks: "the density list of before is not told from a current one",
		edits:  one(ndbPkg+"/densitylist.go", "if d.Trailer.BID != h.NextP {", "if d.Trailer.BID > h.NextP {"),
		suites: in(ndbPkg, "Density|Space|EqualModel|AnotherProgram"),
	},
}

// treeMutants break blocks, their counts, and the B-trees.
var treeMutants = []mutant{
	{
		name: "cref-new", breaks: "cRef of a new block is one too small",
		edits:  one(ndbPkg+"/settle.go", "RefCnt: uint16(b.refs + 1)", "RefCnt: uint16(b.refs)"),
		suites: in(ndbPkg, "AnotherProgram|References|EqualModel|Dense|CrashLeaves|Reused"),
	},
	{
		name: "cref-kept", breaks: "cRef of a block that loses one of its references stays",
		edits:  one(ndbPkg+"/settle.go", "refs := int(e.RefCnt) + change\n", "refs := int(e.RefCnt) + max(change, 0)\n"),
		suites: in(ndbPkg, "AnotherProgram|References|EqualModel|Dense|CrashLeaves|Reused"),
	},
	{
		name: "drop-not-recursive", breaks: "what only a dropped block refers to stays",
		edits:  one(ndbPkg+"/settle.go", "st.dropped[bid] = e\n\treturn tx.children(bid)", "st.dropped[bid] = e\n\treturn nil, nil"),
		suites: in(ndbPkg, "AnotherProgram|References|EqualModel|CrashLeaves|Editor"),
	},
	{
		name: "btkey", breaks: "btkey above a page is not updated when the page's first entry goes",
		edits:  one(ndbPkg+"/rewrite.go", "content.Inner = append(content.Inner, entries...)", "entries[0].Key = item.entry.Key\n\t\tcontent.Inner = append(content.Inner, entries...)"),
		suites: in(ndbPkg, "AnotherProgram|References|EqualModel|Dense|CrashLeaves|Reused"),
	},
	{
		name: "page-joined-not-freed", breaks: "a page that was joined with another one is not freed",
		edits:  one(ndbPkg+"/rewrite.go", "r.freed = append(r.freed, it.entry.Ref)", "_ = it.entry.Ref"),
		suites: in(ndbPkg, "AnotherProgram|References|EqualModel|Dense|CrashLeaves|Reused"),
	},
	{
		name: "xblock-total", breaks: "lcbTotal of the last XBLOCK is that of a full one",
		edits:  one(ndbPkg+"/writedata.go", "partSize := min(full, size-int64(lo/most)*full)", "partSize := full"),
		suites: in(ndbPkg, "WriteData|DataEditor|Data_"),
	},
	{
		name: "id-in-use", breaks: "an id that a node has is given out again",
		edits:  one(ndbPkg+"/txid.go", "if errors.Is(err, ErrNotFound) {\n\t\treturn true, nil\n\t}\n\treturn false, err", "if errors.Is(err, ErrNotFound) || err == nil {\n\t\treturn true, nil\n\t}\n\treturn false, err"),
		suites: in(ndbPkg, "NID|Ids"),
	},
	{
		name: "ids-not-skipped", breaks: "a store that was set back gives out the ids again that it had lost",
		edits:  one(ndbPkg+"/tx.go", "tx.skipIDs()\n", ""),
		suites: []suite{{jobPkg, "SetBack|Restored"}},
	},
	{
		name: "reload-skipped", breaks: "a transaction begins with what was read before another program wrote",
		edits:  one(ndbPkg+"/tx.go", "// Not the headers as values", "s.setImage(before)\n\t// Not the headers as values"),
		suites: in(ndbPkg, "Others|AnotherProgram"),
	},
	{
		name: "others-believed", breaks: "what was known before another program wrote is not forgotten",
		edits:  one(ndbPkg+"/tx.go", "s.forget()\n\t\ts.setCounted(false)", "_ = before"),
		suites: in(ndbPkg, "Others|AnotherProgram"),
	},
	{
		name: "siblock-key", breaks: "an SIBLOCK keeps the first id that a leaf had before",
		edits:  one(ndbPkg+"/subrewrite.go", "entries = append(entries, disk.SIEntry{NID: part[0].NID, BID: bid})", "entries = append(entries, disk.SIEntry{NID: part[0].NID, BID: bid})\n\t\t\tif i == 0 && item.entry.NID != 0 {\n\t\t\t\tentries[len(entries)-1].NID = item.entry.NID\n\t\t\t}"),
		suites: in(ndbPkg, "Subnode|Tx_Random"),
	},
}
