package main

// folderMutants break what has to agree with what in a store: items, the tables of
// their folders, counts, names, queues.
var folderMutants = []mutant{
	{
		name: "content-count", breaks: "PidTagContentCount does not follow",
		edits:  one(pstPkg+"/txfolder.go", "o.setInt(idContentCount, int32(items))", "_ = items"),
		suites: in(pstPkg, "Move|Tx_random|CreateFolder"),
	},
	{
		name: "hierarchy-row", breaks: "the row that the parent has of a folder does not follow its counts",
		edits:  one(pstPkg+"/txfolder.go", "err = rows.Update(uint32(f.node.NID), cells)\n", "err = rows.Update(uint32(f.node.NID), nil)\n"),
		suites: in(pstPkg, "Move|Tx_random|CreateFolder"),
	},
	{
		name: "folder-row", breaks: "a new folder is not listed by its parent",
		edits:  one(pstPkg+"/txfolder.go", "if err := tx.addFolderRow(rows, o, repl.cells()...); err != nil {", "if _, _ = repl, rows; err != nil {"),
		suites: in(pstPkg, "CreateFolder|Tx_random"),
	},
	{
		name: "unread-count", breaks: "an item that becomes unread is not counted as that",
		edits:  one(pstPkg+"/contentsrow.go", "if wasRead && unread {\n\t\tf.unread++\n\t}\n", ""),
		suites: in(pstPkg, "readFlag|Move|Tx_random"),
	},
	{
		name: "unread-leave", breaks: "an unread item that leaves is counted on",
		edits:  one(pstPkg+"/contentsrow.go", "if s.unread() {\n\t\tf.unread--\n\t}\n", ""),
		suites: in(pstPkg, "readFlag|Move|Tx_random"),
	},
	{
		name: "contents-row-stays", breaks: "an item that leaves a folder stays in its table",
		edits:  one(pstPkg+"/contentsrow.go", "if err := rows.Delete(uint32(n.NID)); err != nil || n.NID.Type()", "if n.NID.Type()"),
		suites: in(pstPkg, "Move|Tx_random"),
	},
	{
		name: "contents-row-stale", breaks: "the row of a changed item keeps what it had",
		edits:  one(pstPkg+"/contentsrow.go", "if err := rows.Set(uint32(nid), cells); err != nil {", "if err := rows.Update(uint32(nid), nil); err != nil && rows.Set(uint32(nid), cells) != nil {"),
		suites: in(pstPkg, "Update|Tx_random"),
	},
	{
		name: "parent-stays", breaks: "a moved item keeps its old parent in the node B-tree",
		edits:  one(pstPkg+"/txmessage.go", "o.node.Parent = folder\n", ""),
		suites: in(pstPkg, "Move|Tx_random"),
	},
	{
		name: "message-size", breaks: "PidTagMessageSize is 0",
		edits:  one(pstPkg+"/txmessage.go", "o.setInt(PidTagMessageSize.ID(), int32(min(size, 1<<31-1)))", "_ = size"),
		suites: in(pstPkg, "Message|Tx_random"),
	},
	{
		name: "name-bucket", breaks: "a new name stands in the wrong hash bucket",
		edits:  one(pstPkg+"/putname.go", "uint16(idNameBuckets + hash.Bucket(buckets))", "uint16(idNameBuckets + (hash.Bucket(buckets)+1)%buckets)"),
		suites: in(pstPkg, "Name"),
	},
	{
		name: "name-index", breaks: "two new names get one property id",
		edits:  one(pstPkg+"/putname.go", "m.count++\n", ""),
		suites: in(pstPkg, "PutName"),
	},
	{
		name: "name-case", breaks: "a name that differs in case only becomes a second property",
		edits:  one(pstPkg+"/putname.go", "m.added[foldName(name)] = id", "m.added[name] = id"),
		suites: in(pstPkg, "PutName"),
	},
	{
		name: "queue-overwritten", breaks: "the last descriptors of the search management queue are overwritten",
		edits:  one(pstPkg+"/queue.go", "rest := append(append([]byte(nil), last...), records...)", "rest := append(last[:0:0], records...)"),
		suites: in(pstPkg, "SearchQueue|Tx_random"),
	},
	{
		name: "queue-silent", breaks: "changes are not announced to searches",
		edits:  one(pstPkg+"/queue.go", "q.pending = append(q.pending, b[:]...)", "_ = b"),
		suites: in(pstPkg, "SearchQueue"),
	},
	{
		name: "replication-version", breaks: "a changed item keeps its replication change number",
		edits:  one(pstPkg+"/idmap.go", "o.vals[tagReplChangeNum.ID()] = ltp.Value{Tag: tagReplChangeNum, Data: tx.changeNumber()}\n", ""),
		suites: in(pstPkg, "Replication"),
	},
	{
		name: "id-map", breaks: "a new item is not entered into the id map",
		edits:  one(pstPkg+"/idmap.go", "m.records[guid] = nid\n", ""),
		suites: in(pstPkg, "Replication"),
	},
	{
		name: "conversation-index", breaks: "a deleted item stays in the conversation index",
		edits:  one(pstPkg+"/txmessage.go", "tx.noteConversation(nid, old.conversation, nil)", "_ = old"),
		suites: in(pstPkg, "Conversation"),
	},
	{
		name: "flush-forgotten", breaks: "tables that are open for changes are not written",
		edits:  one(pstPkg+"/tx.go", "[]func() error{tx.flushFolders, tx.flushQueue,", "[]func() error{tx.flushQueue,"),
		suites: in(pstPkg, "Move|CreateFolder"),
	},
	{
		name: "half-done-commits", breaks: "a transaction that failed amid changes that belong together is committed",
		edits:  one(pstPkg+"/tx.go", "tx.err = err\n", "_ = err\n"),
		suites: in(pstPkg, "Tx_failedAmid"),
	},
}
