package main

// formatMutants break what is written of a structure of [MS-PST]. Those of one edit
// on both ways, so that the program still reads what it writes, need a file or a
// vector of another program to be found.
var formatMutants = []mutant{
	{
		name: "crc-full", breaks: "dwCRCFull covers four bytes too few",
		edits:  one(headerFile, "crcSpan(b, headerFullLen))\n\t}\n\treturn w.err", "crcSpan(b, headerFullLen-4))\n\t}\n\treturn w.err"),
		suites: in(diskPkg, "Header|Interop"),
	},
	{
		name: "crc-partial", breaks: "dwCRCPartial covers four bytes too few",
		edits:  one(headerFile, "binary.LittleEndian.PutUint32(b[len(HeaderMagic):], crcSpan(b, headerPartialLen))", "binary.LittleEndian.PutUint32(b[len(HeaderMagic):], crcSpan(b, headerPartialLen-4))"),
		suites: in(diskPkg, "Header|Interop"),
	},
	{
		name: "crc-partial-both-ways", breaks: "dwCRCPartial covers four bytes too few, when it is checked too",
		edits:  one(headerFile, "headerPartialLen = 471", "headerPartialLen = 467"),
		suites: in(diskPkg, "Vector"),
	},
	{
		name: "crc-standard", breaks: "the CRC is the one of package hash/crc32",
		edits:  one(diskPkg+"/crc.go", "const start = ^uint32(0)", "const start = uint32(0)"),
		suites: in(diskPkg, "CRC"),
	},
	{
		name: "block-crc-decoded", breaks: "dwCRC of a block covers the data before it is encoded",
		edits: []edit{
			{ndbPkg + "/txblock.go", "if !disk.Encode(tx.base.Crypt, p.bid, buf[:b.size]) {", "t := disk.NewBlockTrailer(ref, int(b.size))\n\tif err := t.Marshal(f, buf); err != nil {\n\t\treturn err\n\t}\n\tif !disk.Encode(tx.base.Crypt, p.bid, buf[:b.size]) {"},
			{ndbPkg + "/txblock.go", "\tt := disk.NewBlockTrailer(ref, int(b.size))\n\tif err := t.Marshal(f, buf); err != nil {\n\t\treturn err\n\t}\n\tb.ib = ib", "\tb.ib = ib"},
		},
		suites: in(ndbPkg, "AnotherProgram|References|CrashLeaves"),
	},
	{
		name: "internal-block-encoded", breaks: "internal blocks are encoded like data",
		edits:  one(diskPkg+"/crypt.go", "case bid.Internal() || method == CryptNone:", "case method == CryptNone:"),
		suites: in(diskPkg, "Encode|Crypt"),
	},
	{
		name: "signature", breaks: "wSig lacks the high half",
		edits:  one(diskPkg+"/crc.go", "return uint16(x>>16) ^ uint16(x)", "return uint16(x)"),
		suites: in(diskPkg, "Signature"),
	},
	{
		name: "map-signature", breaks: "map pages have a signature",
		edits:  one(diskPkg+"/pagetrailer.go", "return PageTrailer{Type: t, BID: BID(ref.IB)}", "return PageTrailer{Type: t, Sig: Signature(ref.IB, 1), BID: BID(ref.IB)}"),
		suites: in(diskPkg, "Map|Trailer"),
	},
	{
		name: "ansi-page-trailer", breaks: "bid and dwCRC of an ANSI page trailer change places, on both ways",
		edits: []edit{
			{diskPkg + "/pagetrailer.go", "t.BID = BID(r.u32())\n\t\tt.CRC = r.u32()", "t.CRC = r.u32()\n\t\tt.BID = BID(r.u32())"},
			{diskPkg + "/pagetrailer.go", "w.id(uint64(t.BID))\n\t\tw.u32(crc)", "w.u32(crc)\n\t\tw.id(uint64(t.BID))"},
		},
		suites: in(diskPkg, "Vector|Trailer|ReadByOthers|Corpus"),
	},
	{
		name: "ansi-block-trailer", breaks: "bid and dwCRC of an ANSI block trailer change places, on both ways",
		edits: []edit{
			{diskPkg + "/blocktrailer.go", "t.BID = BID(r.u32())\n\t\tt.CRC = r.u32()", "t.CRC = r.u32()\n\t\tt.BID = BID(r.u32())"},
			{diskPkg + "/blocktrailer.go", "w.id(uint64(t.BID))\n\t\tw.u32(crc)", "w.u32(crc)\n\t\tw.id(uint64(t.BID))"},
		},
		suites: in(diskPkg, "Vector|Trailer|ReadByOthers|Corpus"),
	},
	{
		name: "ansi-header-order", breaks: "bidNextB and bidNextP of an ANSI header change places, on both ways",
		edits: []edit{
			{headerFile, "h.NextB = BID(r.u32())\n\th.NextP = BID(r.u32())", "h.NextP = BID(r.u32())\n\th.NextB = BID(r.u32())"},
			{headerFile, "w.id(uint64(h.NextB))\n\tw.id(uint64(h.NextP))", "w.id(uint64(h.NextP))\n\tw.id(uint64(h.NextB))"},
		},
		suites: in(diskPkg, "Vector|Header|ReadByOthers|Corpus"),
	},
	{
		name: "stream-cut-short", breaks: "a stream that ends before its size is stored as it came",
		edits:  one(pstPkg+"/object.go", "if n == want {", "if n <= want {"),
		suites: in(pstPkg, "Tx_stream"),
	},
	{
		name: "value-id-of-block", breaks: "values of one block id in two copies of a store have one name",
		edits:  one(pstPkg+"/message.go", "[]uint64{uint64(root.BID), root.IB, uint64(size)}", "[]uint64{uint64(root.BID), uint64(size)}"),
		suites: in(pstPkg, "ValueID"),
	},
	{
		name: "copy-cut-short", breaks: "a repaired copy of a store that was cut meanwhile counts as whole",
		edits:  one(pstPkg+"/repair.go", "err = io.ErrUnexpectedEOF // another program has cut it", "err = nil"),
		suites: in(pstPkg, "RepairMaps"),
	},
	{
		name: "text-look-alike", breaks: "a character that the code page lacks becomes one that looks like it",
		edits:  one(pstPkg+"/text.go", "return out, err == nil && string(back) == s", "return out, err == nil && string(back) != \"\\x00\""),
		suites: in(pstPkg, "String8|Text|CodePage"),
	},
	{
		name: "text-replaced", breaks: "what stands for a lost character is written as if it were one",
		edits:  one(pstPkg+"/text.go", "if strings.ContainsRune(s, utf8.RuneError) {", "if strings.ContainsRune(s, utf8.MaxRune) {"),
		suites: in(pstPkg, "String8|Text|CodePage"),
	},
	{
		name: "utf16-in-ansi", breaks: "an ANSI store gets UTF-16",
		edits:  one(pstPkg+"/value.go", "== TypeUnicode && tx.Format() == ANSI {", "== TypeUnicode && tx.Format() != ANSI && tx.Format() == ANSI {"),
		suites: in(pstPkg, "String8|Text|CodePage|ANSI|ansi"),
	},
	{
		name: "rows-unbounded", breaks: "a table of an ANSI store gets more rows than it can number",
		edits:  one(pstPkg+"/txroom.go", "if rows >= ltp.MaxANSIRows {", "if rows > ltp.MaxANSIRows {"),
		suites: in(pstPkg, "ANSI|Full|Room|Rows"),
	},
	{
		name: "cyclic-key", breaks: "the key of the cyclic encoding is the high half of the block id, on both ways",
		edits:  one(diskPkg+"/crypt.go", "Cyclic(b, uint32(bid.Lookup()))", "Cyclic(b, uint32(bid.Lookup()>>32))"),
		suites: in(diskPkg, "Encode|Cyclic"),
	},
	{
		name: "cyclic-key-folded", breaks: "the key of the cyclic encoding is not folded, on both ways",
		edits:  one(diskPkg+"/crypt.go", "w := uint16(key ^ key>>16)", "w := uint16(key)"),
		suites: in(diskPkg, "Encode|Cyclic"),
	},
}

// tableMutants break heaps, property contexts and tables.
var tableMutants = []mutant{
	{
		name: "row-index-place", breaks: "the row index is not told where the last row has moved",
		edits:  one(ltpPkg+"/rowedit.go", "return e.place(moved, i)", "return nil"),
		suites: in(ltpPkg, "TCEditor"),
	},
	{
		name: "row-index-order", breaks: "records of a BTH are not kept in the order of their keys",
		edits:  one(ltpPkg+"/bthedit.go", "return e.store(id, level, slices.Concat(n.b[:i*n.size], record, n.b[to*n.size:]), i == n.len())", "return e.store(id, level, slices.Concat(n.b[:i*n.size], n.b[to*n.size:], record), i == n.len())"),
		suites: in(ltpPkg, "BTHEditor|TCEditor"),
	},
	{
		name: "row-version", breaks: "PidTagLtpRowVer (0x67F3) is not fresh",
		edits:  one(ltpPkg+"/rowedit.go", "Data: binary.LittleEndian.AppendUint32(nil, version)}", "Data: binary.LittleEndian.AppendUint32(nil, min(version, 1))}"),
		suites: in(ltpPkg, "RowVersion"),
	},
	{
		name: "row-count", breaks: "a table forgets that its last row went",
		edits:  one(ltpPkg+"/matrixedit.go", "m.count = n - 1\n\tif m.count == 0 {", "if n == 1 {\n\t\tm.count = 0"),
		suites: in(ltpPkg, "TCEditor"),
	},
	{
		name: "row-padding", breaks: "rows run on over the end of a block",
		edits: []edit{
			{ltpPkg + "/matrixwrite.go", "b = append(b, make([]byte, m.format.MaxBlockData()-len(b))...)", "_ = b"},
			{ndbPkg + "/dataedit.go", "b = append(b, make([]byte, full-len(b))...)", "_ = full"},
		},
		suites: in(ltpPkg, "TCEditor|Matrix"),
	},
	{
		name: "cell-leak", breaks: "the heap items of a deleted row stay",
		edits:  one(ltpPkg+"/rowedit.go", "if err := e.setCell(row, col, Cell{}); err != nil {", "if err := error(nil); err != nil {\n\t\t\t_ = col"),
		suites: in(ltpPkg, "TCEditor"),
	},
	{
		name: "fill-level", breaks: "the fill levels of a heap do not follow",
		edits:  one(ltpPkg+"/heapspace.go", "if err := h.setLevel(block, disk.FillLevelOf(p.free())); err != nil {", "if err := error(nil); err != nil {"),
		suites: in(ltpPkg, "Heap|TCEditor"),
	},
	{
		name: "bth-key", breaks: "the key above a BTH leaf is not updated",
		edits:  one(ltpPkg+"/bthedit.go", "for _, p := range parts {\n\t\trecords", "for at, p := range parts {\n\t\tif at == 0 {\n\t\t\tp.first = n.key(from)\n\t\t}\n\t\trecords"),
		suites: in(ltpPkg, "BTHEditor"),
	},
}
