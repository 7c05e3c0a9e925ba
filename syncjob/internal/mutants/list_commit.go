package main

const (
	commitFile  = ndbPkg + "/commit.go"
	journalFile = ndbPkg + "/journal.go"
	headerFile  = diskPkg + "/header.go"
)

// commitMutants break the order of a commit: what is durable before what.
var commitMutants = []mutant{
	{
		name: "sync-step-1", breaks: "the header that says the AMaps are not valid is not synced",
		edits:  one(commitFile, "h.Root.AMapValid = disk.AMapInvalid\n\treturn tx.writeHeader(h)", "h.Root.AMapValid = disk.AMapInvalid\n\treturn tx.s.writeHeader(h)"),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "sync-step-3", breaks: "new blocks, pages and AMap bits are not synced before the header refers to them",
		edits:  one(commitFile, "if err := tx.s.sync(); err != nil {\n\t\treturn err\n\t}\n\tif err := tx.s.undisturbed()", "if err := tx.s.undisturbed()"),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "sync-step-4", breaks: "the header with the new roots is not synced before freed space is given up",
		edits:  one(commitFile, "if err := tx.writeHeader(next); err != nil {", "if err := tx.s.writeHeader(next); err != nil {"),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "sync-step-5", breaks: "cleared AMap bits are not synced before the AMaps are called valid",
		edits:  one(commitFile, "if err := tx.s.sync(); err != nil {\n\t\treturn err\n\t}\n\t// 6.", "// 6."),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "sync-step-6", breaks: "the last header is not synced before the journal goes",
		edits:  one(commitFile, "return tx.writeHeader(validHeader(next))", "return tx.s.writeHeader(validHeader(next))"),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "sync-journal", breaks: "the journal's content is not synced",
		edits:  one(journalFile, "if _, err = f.WriteAt(b, 0); err == nil {\n\t\terr = f.Sync()\n\t}", "_, err = f.WriteAt(b, 0)"),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "sync-journal-name", breaks: "the journal's name is not synced",
		edits:  one(journalFile, "return j.FS.SyncDir(filepath.Dir(j.Path))", "_ = filepath.Dir(j.Path)\n\treturn nil"),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "journal-skipped", breaks: "no journal is written",
		edits:  one(commitFile, "if err := tx.s.writeJournal(tx.s.Header(), next, validHeader(next)); err != nil {\n\t\treturn err\n\t}\n", ""),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "journal-stays", breaks: "the journal is not removed after the commit",
		edits:  one(commitFile, "tx.s.dropJournal()\n", ""),
		suites: in(ndbPkg, "LeavesNothing"),
	},
	{
		name: "amap-valid-kept", breaks: "fAMapValid is not cleared while the AMaps are written",
		edits:  one(commitFile, "h.Unique++\n\th.Root.AMapValid = disk.AMapInvalid\n\treturn", "h.Unique++\n\treturn"),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "amap-valid-early", breaks: "the header with the new roots calls the AMaps valid at once",
		edits:  one(commitFile, "h.Root.AMapFree = free\n\th.Root.AMapValid = disk.AMapInvalid", "h.Root.AMapFree = free"),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "maps-after-header", breaks: "AMap bits of what is new are set after the header refers to it",
		edits: []edit{
			{commitFile, "if err := tx.space.markTaken(); err != nil {\n\t\treturn err\n\t}\n", ""},
			{commitFile, "if err := tx.space.clearFreed(); err != nil {", "if err := tx.space.markTaken(); err != nil {\n\t\treturn err\n\t}\n\tif err := tx.space.clearFreed(); err != nil {"},
		},
		suites: in(ndbPkg, crashes),
	},
	{
		name: "bid-next-b", breaks: "bidNextB of the header stays",
		edits:  one(commitFile, "h.Root.FileEOF = tx.space.end\n", "h.Root.FileEOF = tx.space.end\n\th.NextB = tx.base.NextB\n"),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "bid-next-p", breaks: "bidNextP of the header stays",
		edits:  one(commitFile, "h.Root.FileEOF = tx.space.end\n", "h.Root.FileEOF = tx.space.end\n\th.NextP = tx.base.NextP\n"),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "rgnid-lost", breaks: "rgnid of the header stays",
		edits:  one(commitFile, "h.Root.FileEOF = tx.space.end\n", "h.Root.FileEOF = tx.space.end\n\th.RgNID = tx.base.RgNID\n"),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "unique-stays", breaks: "dwUnique is not raised, so that other programs keep what they read before",
		edits:  one(commitFile, "tx.next.Unique++\n\th := tx.next\n", "h := tx.next\n\th.Unique = tx.base.Unique\n"),
		suites: in(ndbPkg, "Ids|AnotherProgram|CrashLeaves"),
	},
	{
		name: "not-undisturbed", breaks: "a header that another program has written meanwhile is overwritten",
		edits:  one(ndbPkg+"/storeio.go", "if !bytes.Equal(have, want.bytes[:len(have)]) {", "if len(have) == 0 && !bytes.Equal(have, want.bytes) {"),
		suites: in(ndbPkg, "AnotherProgram|SeesWhatOthers"),
	},
	{
		name: "write-after-failed-sync", breaks: "after a sync that failed the store goes on to be written",
		edits:  one(ndbPkg+"/storeio.go", "s.doubtful = true\n", ""),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "unchanged-commits", breaks: "a transaction that changed nothing is written",
		edits:  one(commitFile, "return len(tx.nodes.ids) == 0 && len(tx.blocks) == 0 && len(st.dropped) == 0 && len(st.counted) == 0", "return false && st == nil"),
		suites: in(ndbPkg, "UndoneChanges|CostOfOneNode"),
	},
	{
		name: "sync-new-store-name", breaks: "the name of a new store is not synced",
		edits:  one(pstPkg+"/create.go", "return fsys.SyncDir(filepath.Dir(path))", "return nil"),
		suites: in(pstPkg, "TestCrash/matrix/creation"),
	},
	{
		name: "new-store-in-place", breaks: "a new store has its name before it is whole",
		edits:  one(pstPkg+"/create.go", "if err := write(temp); err != nil {", "if _, err := fsys.Create(path); err != nil {\n\t\treturn err\n\t}\n\tif err := write(temp); err != nil {"),
		suites: in(pstPkg, "TestCrash/matrix/creation"),
	},
	{
		name: "new-store-replaces", breaks: "a new store replaces one that another program has made meanwhile",
		edits:  one("syncjob/vfs/rename_linux.go", "unix.RENAME_NOREPLACE", "0"),
		suites: in("syncjob/vfs", "OS_Names"),
	},
	{
		name: "new-store-renamed-over", breaks: "where the kernel knows no such rename, what has the name is replaced",
		edits:  one("syncjob/vfs/link.go", "case errors.Is(err, fs.ErrExist), errors.Is(err, fs.ErrNotExist):", "case errors.Is(err, fs.ErrNotExist):\n\t\treturn err\n\tcase errors.Is(err, fs.ErrExist):\n\t\treturn os.Rename(from, to)"),
		suites: in("syncjob/vfs", "LinkOrAsk"),
	},
	{
		name: "new-store-not-asked", breaks: "where there are no second names, what has the name is replaced",
		edits:  one("syncjob/vfs/link.go", "case err == nil:\n\t\treturn fs.ErrExist\n", "case err == nil:\n\t\treturn os.Rename(from, to)\n"),
		suites: in("syncjob/vfs", "LinkOrAsk"),
	},
}

// recoveryMutants break what brings a store back.
var recoveryMutants = []mutant{
	{
		name: "journal-blind", breaks: "a journal of another time is replayed",
		edits:  one(journalFile, "if !isTorn(torn.bytes[:tornSize], headers[i-1], headers[i]) {", "if len(headers) == 0 {"),
		suites: in(ndbPkg, "TornFirstSector"),
	},
	{
		name: "journal-crc", breaks: "a journal that is torn itself is believed",
		edits:  one(journalFile, "binary.LittleEndian.Uint32(b[end:]) != disk.CRC(b[:end])", "end < 0"),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "journal-old-header", breaks: "the journal gives back the header from before",
		edits:  one(journalFile, "copy(img.bytes, headers[i])", "copy(img.bytes, headers[i-1])"),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "no-rebuild", breaks: "AMaps that are not valid are called valid and not rebuilt",
		edits:  one(ndbPkg+"/recover.go", "if err := s.rebuild(restored); err != nil {", "h := img.header\n\t\th.Root.AMapValid = disk.AMapValid2\n\t\tif err := s.writeHeader(h); err != nil {"),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "sync-rebuild-maps", breaks: "rebuilt AMaps are not synced before they are called valid",
		edits:  one(ndbPkg+"/recover.go", "if err := s.sync(); err != nil {\n\t\treturn err\n\t}\n\tif err := s.writeJournal", "if err := s.writeJournal"),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "rebuild-without-journal", breaks: "no journal is written before a rebuilt store gets its header",
		edits:  one(ndbPkg+"/recover.go", "if err := s.writeJournal(s.Header(), h); err != nil {\n\t\treturn err\n\t}\n", ""),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "restored-not-written", breaks: "a header taken from the journal is not written before anything else is",
		edits:  one(ndbPkg+"/recover.go", "if err := s.write(s.current().bytes, 0); err != nil {", "if err := error(nil); err != nil {"),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "torn-header-guessed", breaks: "a header that no write of ours can have left is completed",
		edits:  one(ndbPkg+"/torn.go", "return bytes.Equal(b[i:], before[i:len(b)])", "return bytes.HasPrefix(b[i:], before[:0])"),
		suites: in(ndbPkg, crashes+"|Open_"),
	},
	{
		name: "rebuild-nodes-only", breaks: "the rebuilt AMaps lack the blocks",
		edits:  one(ndbPkg+"/rebuild.go", "if err := r.block(&p.BBT[i]); err != nil {", "if err := r.s.checkBlockPlace(p.BBT[i].Ref, int(p.BBT[i].Size)); err != nil {"),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "rebuild-overlaps", breaks: "blocks that share space are rebuilt instead of refused",
		edits:  one(ndbPkg+"/rebuild.go", "|| index >= int64(len(r.maps)) || !r.maps[index].Free(slot, n) {", "|| index >= int64(len(r.maps)) {"),
		suites: in(ndbPkg, "Refuses|Recover"),
	},
	{
		name: "recovery-tail", breaks: "a file that is longer than it says is taken for sound while its AMaps are said to be valid",
		edits:  one(ndbPkg+"/header.go", "img.torn || img.tail ||", "img.torn ||"),
		suites: in(pstPkg, "^TestRecovery$"),
	},
	{
		name: "stale-root-believed", breaks: "AMaps that call the root of a tree free are believed",
		edits:  one(ndbPkg+"/recover.go", "if !sec.amap.Allocated(slot, disk.SlotsPerPage) {", "if sec == nil && slot == 0 {"),
		suites: in(ndbPkg, "RebuildsMaps"),
	},
	{
		name: "stale-sum-believed", breaks: "AMaps that have not the free space that the header says are believed",
		edits:  one(ndbPkg+"/recover.go", "if free != root.AMapFree {", "if free == 1 {"),
		suites: in(ndbPkg, "RebuildsMaps"),
	},
	{
		name: "repaired-unasked", breaks: "a store is repaired before anybody was asked for its password",
		edits:  one(ndbPkg+"/store.go", "if err := admit(); err != nil {", "if err := s.recover(torn); err != nil {\n\t\treturn err\n\t}\n\tif err := admit(); err != nil {"),
		suites: in(pstPkg, "Open_password"),
	},
	{
		name: "journal-beside-link", breaks: "the journal is beside a link to the store, where the next one does not look for it",
		edits:  one(pstPkg+"/file.go", "real, err := fsys.RealPath(path)", "real, err := path, error(nil)"),
		suites: in(pstPkg, "Open_journal"),
	},
	{
		name: "rebuild-ids", breaks: "recovery does not look which block ids are in use",
		edits:  one(ndbPkg+"/rebuild.go", "r.nextB = max(r.nextB, e.Ref.BID, e.Ref.BID+1)\n", ""),
		suites: in(ndbPkg, crashes+"|Open_"),
	},
	{
		name: "torn-tail-ignored", breaks: "a header whose second half is old is not repaired",
		edits:  one(ndbPkg+"/header.go", "img.torn = !full", "img.torn = full && !full"),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "distrust-skipped", breaks: "AMaps are rebuilt while the header calls them valid",
		edits:  one(ndbPkg+"/recover.go", "if err := s.distrust(restored); err != nil {", "if err := error(nil); err != nil {"),
		suites: in(ndbPkg, crashes),
	},
	{
		name: "changed-amid", breaks: "a header that another program has written since the transaction began to write is replaced",
		edits:  one(commitFile, "if err := tx.s.undisturbed(); err != nil {\n\t\treturn err\n\t}\n\tif err := tx.s.writeJournal", "if err := tx.s.writeJournal"),
		suites: in(ndbPkg, "AnotherProgram"),
	},
	{
		name: "torn-carry", breaks: "a header torn in a dwUnique that was raised with a carry is given up",
		edits:  one(ndbPkg+"/torn.go", "{0, 1, 1 << 8, 1 << 16, 1 << 24}", "{0, 1}"),
		suites: in(ndbPkg, "AmidCarry"),
	},
	{
		name: "journal-any-count", breaks: "a journal is believed in how many headers it has",
		edits:  one(journalFile, " || count > maxJournalHeaders ||", " ||"),
		suites: in(ndbPkg, "TornFirstSector"),
	},
	{
		name: "sync-recovery-flag", breaks: "the header that says that the AMaps are to be rebuilt is not synced before they are",
		edits:  one(ndbPkg+"/recover.go", "if err := s.writeHeader(h); err != nil {\n\t\treturn err\n\t}\n\treturn s.sync()", "return s.writeHeader(h)"),
		suites: in(ndbPkg, "FlagBeforeMaps"),
	},
	{
		name: "sync-rollback", breaks: "what a rollback restores is not synced before the AMaps are called valid",
		edits:  one(ndbPkg+"/rollback.go", "if err := tx.s.sync(); err != nil {\n\t\treturn err\n\t}\n\th := tx.base", "h := tx.base"),
		suites: in(ndbPkg, "MapsBeforeHeader"),
	},
	{
		name: "rollback-journal", breaks: "a rollback leaves the journal",
		edits:  one(ndbPkg+"/rollback.go", "tx.s.dropJournal()\n", ""),
		suites: in(ndbPkg, "JournalThat"),
	},
	{
		name: "rollback-maps", breaks: "a rollback leaves the AMap bits of what it took",
		edits:  one(ndbPkg+"/rollback.go", "if tx.mapped {", "if tx.mapped && tx.switched {"),
		suites: in(ndbPkg, "Rollback|"+crashes),
	},
	{
		name: "rollback-long-file", breaks: "a rollback leaves the file as long as it had grown",
		edits:  one(ndbPkg+"/rollback.go", "return tx.s.truncate(tx.size)", "return nil"),
		suites: in(ndbPkg, "Rollback|FullDisk|Fail"),
	},
}
