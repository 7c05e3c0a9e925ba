package main

// jobMutants break what a job writes down, and when.
var jobMutants = []mutant{
	{
		name: "recorded-before-commit", breaks: "the state says that both sides agree before they do",
		edits:  one("syncjob/apply.go", "done, err := j.commit()\n", "if err := j.record(plan, [2]bool{true, true}, true); err != nil {\n\t\treturn err\n\t}\n\tdone, err := j.commit()\n"),
		suites: in(jobPkg, "Run_Crash|Killed|FailedCommit"),
	},
	{
		name: "recorded-though-failed", breaks: "an item of which one side was not committed is recorded as agreed on",
		edits:  one("syncjob/verify.go", "if o.edits(s) && !done[s] {\n\t\t\treturn false\n\t\t}\n", ""),
		suites: in(jobPkg, "Run_Crash|Killed|FailedCommit"),
	},
	{
		name: "settled-though-different", breaks: "stores in which the read-back failed count as settled",
		edits:  one("syncjob/apply.go", "err == nil && wrong == nil)", "err == nil)"),
		suites: in(jobPkg, "Verify|Readback"),
	},
	{
		name: "read-back-silent", breaks: "a difference that the read-back finds is not reported",
		edits:  one("syncjob/apply.go", "return errors.Join(err, wrong, recordErr)", "return errors.Join(err, recordErr)"),
		suites: in(jobPkg, "Verify|Readback"),
	},
	{
		name: "not-what-was-meant", breaks: "an item that is not what was agreed on passes",
		edits:  one("syncjob/verify.go", "if err := differs(item.ListDigests(digests), o.action.Agreed); err != nil {", "if err := differs(item.ListDigests(digests), item.ListDigests(digests)); err != nil {"),
		suites: in(jobPkg, "Verify|Readback"),
	},
	{
		name: "witness-agrees", breaks: "the independent reader finds everything equal",
		edits:  one("syncjob/readback/compare.go", "if want == got && detail == \"\" {", "if want == got || detail == \"\" {"),
		suites: in("syncjob/readback", "Verify"),
	},
	{
		name: "no-intent", breaks: "what is about to be created is not written down before",
		edits:  one("syncjob/commit.go", "if err := j.saveIntent(); err != nil {\n\t\treturn [2]bool{}, err\n\t}\n", ""),
		suites: in(jobPkg, "Run_Crash|Killed|FailedCommit"),
	},
	{
		name: "intent-believed", breaks: "an intended pair is adopted without looking whether it is that item",
		edits:  one("syncjob/recover.go", "same, err := j.isThat(read, it.Digests)\n", "same, err := read != nil, error(nil)\n"),
		suites: in(jobPkg, "Run_Crash|Killed|FailedCommit|SetBack|Intent"),
	},
	{
		name: "no-history", breaks: "what is overwritten or deleted is not saved before",
		edits:  one("syncjob/commit.go", "if err := j.saveHistory(); err != nil {\n\t\treturn [2]bool{}, err\n\t}\n", ""),
		suites: in(jobPkg, "Conflict|History|Deleted"),
	},
	{
		name: "history-not-noted", breaks: "what an edit replaces in one store is not saved when the other one refuses its part",
		edits:  one("syncjob/apply.go", "j.leave(o, s, err)\n", "j.history = nil\n\t\t\tj.leave(o, s, err)\n"),
		suites: in(jobPkg, "HistoryOf"),
	},
	{
		name: "history-piles-up", breaks: "a job that fails over and over fills the history with what it did not do",
		edits:  one("syncjob/run.go", "if err := j.dropUntrue(tx); err != nil {\n\t\treturn err\n\t}\n", ""),
		suites: in(jobPkg, "HistoryOf"),
	},
	{
		name: "history-dropped", breaks: "what a commit replaced goes from the history when the commit ended with an error",
		edits:  one("syncjob/savehistory.go", "if d.Trees[s] != trees(st.token) {", "if d.Trees[s] == \"\" || st == nil {"),
		suites: in(jobPkg, "HistoryOf"),
	},
	{
		name: "history-in-memory", breaks: "what a job replaces is held in memory to its end",
		edits:  one("syncjob/savehistory.go", "if j.historyHeld <= maxHistoryHeld {", "if j.historyHeld >= 0 {"),
		suites: in(jobPkg, "History|Spill"),
	},
	{
		name: "intent-stays", breaks: "the intent of a job that is over stays",
		edits:  one("syncjob/finish.go", "return tx.ClearIntent()", "return nil"),
		suites: in(jobPkg, "OneChange|BothWays|FailedCommit|Killed"),
	},
	{
		name: "token-stale", breaks: "the state of a store is recorded as it was before the job wrote",
		edits:  one("syncjob/finish.go", "now := st.pst.Token()\n", "now := st.token\n"),
		suites: in(jobPkg, "Restored"),
	},
	{
		name: "second-run-writes", breaks: "equal values are copied again",
		edits:  one("syncjob/merge/threeway.go", "if same(is, want) {\n\t\treturn\n\t}\n", ""),
		suites: []suite{{"syncjob/merge", "Reconcile"}, {jobPkg, "OneChange"}},
	},
	{
		name: "changed-meanwhile", breaks: "a store that was changed after it was looked at is written all the same",
		edits:  one("syncjob/store.go", "if st.pst.Token() != st.token {", "if st.pst == nil {"),
		suites: in(jobPkg, "Meanwhile"),
	},
	{
		name: "other-store-unnoticed", breaks: "another store at the same path is taken for the one of before",
		edits:  one("syncjob/store.go", "case now.RecordKey != was.RecordKey || now.Format != was.Format:\n\t\tst.moved = another\n", ""),
		suites: in(jobPkg, "AnotherStore|SetBack|Restored"),
	},
	{
		name: "backup-unnoticed", breaks: "a store that was set back counts as one in which items were deleted",
		edits:  one("syncjob/store.go", "case now.Unique < was.Unique || now.NextB < was.NextB || now.NextP < was.NextP || now.LastItem < was.LastItem:", "case now.Unique < 0:"),
		suites: in(jobPkg, "Restored|SetBack"),
	},
	{
		name: "fork-unnoticed", breaks: "pages of another history are taken for known ones",
		edits:  one("syncjob/walk.go", "if p.IB != ref.IB {\n\t\t\tw.forked = true\n\t\t\treturn false\n\t\t}\n", ""),
		suites: in(jobPkg, "Walk_"),
	},
	{
		name: "reused-unnoticed", breaks: "another item under the number of a recorded one is taken for a change of it",
		edits:  one("syncjob/gather.go", "if j.reused(in) {\n\t\treturn in, errReused\n\t}\n", ""),
		suites: in(jobPkg, "Restored|SetBack"),
	},
	{
		name: "same-file", breaks: "a store is kept equal with itself",
		edits:  one("syncjob/store.go", "return a.fileID != \"\" && a.fileID == b.fileID || absolute(a.path) == absolute(b.path)", "return a == b"),
		suites: in(jobPkg, "SameStore"),
	},
	{
		name: "dry-run-writes", breaks: "a dry run carries out what it foretells",
		edits:  one("syncjob/run.go", "return j.foretell(plan)\n", "_ = j.foretell(plan)\n"),
		suites: in(jobPkg, "DryRun"),
	},
	{
		name: "dry-run-blind", breaks: "a dry run counts what the other store will refuse",
		edits:  one("syncjob/dryrun.go", "s, err := j.refusal(&o)", "s, err := common, error(nil)"),
		suites: in(jobPkg, "CodePage"),
	},
	{
		name: "held-forgotten", breaks: "what was held is not looked at again before it changes",
		edits:  one("syncjob/finish.go", "return tx.SetRevisit(state.Side(s), visits)", "return tx.SetRevisit(state.Side(s), visits[:0])"),
		suites: in(jobPkg, "Unreadable|CodePage"),
	},
	{
		name: "first-contact-over", breaks: "a first contact of which a part was held counts as over",
		edits:  one("syncjob/finish.go", "f.hold == \"\" && !stuck[f.id()] &&", "f.hold == \"\" &&"),
		suites: in(jobPkg, "Unreadable|CodePage"),
	},
	{
		name: "room-unasked", breaks: "a job begins to write what an ANSI store has no room for",
		edits:  one("syncjob/apply.go", "if err := j.checkRoom(plan); err != nil {\n\t\treturn err\n\t}\n", ""),
		suites: in(jobPkg, "FullStore"),
	},
	{
		name: "claim-given-up", breaks: "a store that the caller has claimed is closed, and with it the claim is gone",
		edits:  one("syncjob/store.go", "func (keepOpen) Close() error { return nil }", "func (k keepOpen) Close() error { return k.File.Close() }"),
		suites: in(jobPkg, "Claimed"),
	},
	{
		name: "restored-from-elsewhere", breaks: "an item that a person has moved since is moved back all the same",
		edits:  one("syncjob/restore.go", "if m.Folder != bin {", "if m.Folder == 0 || bin == 0 {"),
		suites: in(jobPkg, "Restore"),
	},
	{
		name: "refused-in-part", breaks: "an item that was refused is recorded as done",
		edits:  one("syncjob/apply.go", "j.leave(o, s, err)\n\t\t\treturn nil\n", "j.leave(o, s, err)\n\t\t\tbreak\n"),
		suites: in(jobPkg, "CodePage"),
	},
	{
		name: "large-of-another", breaks: "a large value of a store that was copied and went on apart is taken for the one that was recorded",
		edits:  one("syncjob/look.go", "if st.moved < doubtful {", "if st.moved <= another {"),
		suites: in(jobPkg, "Look_"),
	},
	{
		name: "large-of-a-fork", breaks: "large values that were recorded are believed after the store turned out to have another history",
		edits:  one("syncjob/look.go", "l.store.moved, l.store.values = doubtful, newValues()", "l.store.moved = doubtful"),
		suites: in(jobPkg, "Look_"),
	},
	{
		name: "copied-file-believed", breaks: "the pages of a store in another file than before are believed",
		edits:  one("syncjob/store.go", "last.FileID != \"\" && st.fileID != \"\" && last.FileID != st.fileID:", "last.FileID == \"\" && st.fileID == \"x\":"),
		suites: in(jobPkg, "Store_"),
	},
	{
		name: "failed-side-recorded", breaks: "a store whose commit failed is recorded as it is found then",
		edits:  one("syncjob/finish.go", "if !r.done[s] {\n\t\treturn nil\n\t}\n", ""),
		suites: in(jobPkg, "Run_Crash|Killed|FailedCommit"),
	},
	{
		name: "private-told", breaks: "private items go to the common store",
		edits:  one("syncjob/reconcile.go", "j.keepPrivate(&plan)\n", ""),
		suites: in(jobPkg, "Private"),
	},
	{
		name: "purged", breaks: "a deletion purges the item instead of moving it to Deleted Items",
		edits:  one("syncjob/apply.go", "err := st.tx.MoveToDeletedItems(pst.NID(o.nid[s])); err", "err := st.tx.Delete(pst.NID(o.nid[s])); err"),
		suites: in(jobPkg, "BothWays|DeletedAndChanged|History|MassDeletion"),
	},
	{
		name: "state-not-atomic", breaks: "an update of the state that failed is kept",
		edits:  one("syncjob/state/tx.go", "if err := f(tx); err != nil {\n\t\treturn err\n\t}\n\tif !writable {", "failed := f(tx)\n\tif failed != nil && !writable {\n\t\treturn failed\n\t}\n\tif failed != nil {\n\t\tdone = true\n\t\t_ = db.guard(tx.bolt.Commit)\n\t\treturn failed\n\t}\n\tif !writable {"),
		suites: in("syncjob/state", "Test"),
	},
	{
		name: "pair-given-twice", breaks: "the number of a forgotten pair is given out again",
		edits:  one("syncjob/state/items.go", "n, err = tx.bolt.Bucket(bucketItems).NextSequence()", "n = uint64(tx.bolt.Bucket(bucketItems).Stats().KeyN) + 1"),
		suites: in("syncjob/state", "NextPair"),
	},
}

// decisionMutants break the decision what is to be done, deletions above all.
var decisionMutants = []mutant{
	{
		name: "unreadable-is-absent", breaks: "an item that cannot be read counts as deleted",
		edits:  one("syncjob/gather.go", "v.State, c.reason = merge.Unreadable, err\n", "v.State, c.reason = merge.Absent, err\n"),
		suites: in(jobPkg, "Unreadable"),
	},
	{
		name: "gone-but-listed", breaks: "an item that its folder's table still lists counts as deleted",
		edits:  one("syncjob/look.go", "if ok, err := l.hasRow(pst.NID(was.Parent), node.NID); err != nil || ok {", "if _, err := l.hasRow(pst.NID(was.Parent), node.NID); err != nil {"),
		suites: in(jobPkg, "Unreadable|Evidence"),
	},
	{
		name: "table-unreadable", breaks: "an item is deleted although its folder's table cannot be read",
		edits:  one("syncjob/look.go", "if ok, err := l.hasRow(pst.NID(was.Parent), node.NID); err != nil || ok {", "if ok, err := l.hasRow(pst.NID(was.Parent), node.NID); ok {"),
		suites: in(jobPkg, "Unreadable|Evidence"),
	},
	{
		name: "unlisted-is-present", breaks: "an item that its folder's table lacks is taken as it is",
		edits:  one("syncjob/look.go", "if ok, err := l.hasRow(node.Parent, node.NID); err != nil || !ok {", "if _, err := l.hasRow(node.Parent, node.NID); err != nil {"),
		suites: in(jobPkg, "Unreadable|Evidence"),
	},
	{
		name: "missing-view-is-absent", breaks: "an item that nobody looked at counts as deleted",
		edits:  one("syncjob/merge/threeway.go", "if p.view[s] == nil {\n\t\treturn p.base != nil\n\t}\n\treturn p.view[s].State == Present", "return p.view[s] != nil && p.view[s].State == Present"),
		suites: in("syncjob/merge", "Reconcile"),
	},
	{
		name: "held-folder-goes-on", breaks: "a folder with an item that cannot be read is not held",
		edits:  one("syncjob/merge/reconcile.go", "if v.State == Unreadable {\n\t\t\t\tr.held[v.Folder] = true\n\t\t\t}\n", "_ = v\n"),
		suites: []suite{{"syncjob/merge", "Reconcile"}, {jobPkg, "Unreadable"}},
	},
	{
		name: "folder-gone", breaks: "a folder that is gone empties the other one",
		edits:  one("syncjob/folders.go", "f.hold, f.holdAt = \"the folder is gone: restore it, or do not map it any more\", s", "f.create = true"),
		suites: in(jobPkg, "FolderGone"),
	},
	{
		name: "changed-and-deleted", breaks: "an item that was changed on one side is deleted with the other one",
		edits:  one("syncjob/merge/threeway.go", "case p.touched(o, policy):", "case p.touched(o, policy) && p.base == nil:"),
		suites: in("syncjob/merge", "Reconcile"),
	},
	{
		name: "brake-off", breaks: "any number of deletions is carried out",
		edits:  one("syncjob/merge/brake.go", "if len(actions) <= r.Policy.BrakeItems ||", "if len(actions) > 0 ||"),
		suites: []suite{{"syncjob/merge", "Brake"}, {jobPkg, "MassDeletion"}},
	},
	{
		name: "brake-approves-all", breaks: "the approval of one deletion is good for another one",
		edits:  one("syncjob/merge/brake.go", "for _, n := range names {\n\t\tfmt.Fprintln(sum, n)\n\t}\n", ""),
		suites: in("syncjob/merge", "Brake"),
	},
	{
		name: "removed-and-changed", breaks: "a property that one side removed and the other changed is lost",
		edits:  one("syncjob/merge/threeway.go", "case l == nil:\n\t\t\tv = r // removed", "case l == nil:\n\t\t\tv = l // removed"),
		suites: in("syncjob/merge", "Reconcile"),
	},
	{
		name: "conflict-silent", breaks: "the loser of a conflict is not reported",
		edits:  one("syncjob/merge/threeway.go", "a.Conflicts = append(a.Conflicts, Conflict{k, winner})\n", ""),
		suites: in("syncjob/merge", "Reconcile"),
	},
}

// lockMutants break what keeps others away, and the daemon.
var lockMutants = []mutant{
	{
		name: "office-lock", breaks: "the office lock is had although another process has it",
		edits:  one("lockmgr/office.go", "if !ok {", "if !ok && lock == nil {"),
		suites: in("lockmgr", "Office"),
	},
	{
		name: "office-lock-skipped", breaks: "a job does not take the office lock",
		edits:  one("lockmgr/pair.go", "if p.Office, err = AcquireOffice(common); err != nil {", "if err != nil {"),
		suites: in("lockmgr", "Pair"),
	},
	{
		name: "claim-skipped", breaks: "a claim takes no lock",
		edits:  one("lockmgr/claim.go", "kind, leased, err := protect(f, path, mode)", "kind, leased, err := Locks, false, error(nil)"),
		suites: in("lockmgr", "Claim"),
	},
	{
		name: "claim-of-local-skipped", breaks: "a job claims only the common store",
		edits:  one("lockmgr/pair.go", "p.Local, err = acquire(local, Write)", "p.Local, err = acquire(local, Read)"),
		suites: in("lockmgr", "Pair"),
	},
	{
		name: "replaced-unnoticed", breaks: "a file that was replaced between open and lock is taken for the one at the path",
		edits:  one("lockmgr/claim.go", "if !os.SameFile(ours, there) {", "if there == nil {"),
		suites: in("lockmgr", "Claim"),
	},
	{
		name: "busy-runs", breaks: "an attempt goes on although the stores could not be claimed",
		edits:  one("daemon/attempt.go", "if err != nil {\n\t\treturn outcome{err: err}\n\t}\n\ta.episode.Free()", "if err != nil {\n\t\treturn outcome{began: time.Now()}\n\t}\n\ta.episode.Free()"),
		suites: in("daemon", "Busy"),
	},
	{
		name: "own-write-starts-run", breaks: "what a job has written starts the next one",
		edits:  one("daemon/attempt.go", "a.watch.Known(c.Path(), t)", "_ = t"),
		suites: in("daemon", "LeavesBehind|Daemon_"),
	},
	{
		name: "change-during-job-lost", breaks: "a change that comes during a job is forgotten",
		edits:  one("daemon/outcome.go", "r.succeeded(o)\n\t\treturn !r.dirt.clean()", "r.succeeded(o)\n\t\treturn false"),
		suites: in("daemon", "DuringAJob"),
	},
	{
		name: "failed-job-forgotten", breaks: "what a failed job was to do is forgotten",
		edits:  one("daemon/outcome.go", "r.dirt, r.taken = r.taken, dirt{}", "r.taken = dirt{}"),
		suites: in("daemon", "Retry|Scene"),
	},
	{
		name: "busy-is-broken", breaks: "a store in use is not tried again",
		edits:  one("daemon/outcome.go", "errors.As(err, &missing):\n\t\treturn Retry", "errors.As(err, &missing):\n\t\treturn Broken"),
		suites: in("daemon", "Busy|Missing"),
	},
	{
		name: "not-settled", breaks: "a store is looked at while its writer is still at work",
		edits:  one("watch/settle.go", "d := s.last.Add(quiet)", "d := s.first"),
		suites: in("watch", "Scene"),
	},
}
