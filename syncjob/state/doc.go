// Package state keeps what two stores last agreed on, and what is still to be
// done for them, in one bbolt file for each pair of stores.
//
// Start with [Open], and with [DB.View] and [DB.Update], which give a [Tx]. A
// transaction is durable when Update returns nil, and has not happened when it
// returns an error. Every access costs what it touches and nothing reads the
// whole file: an office of 50,000 items pays for the one that changed.
//
// # Schema
//
// Numbers are big-endian, so that keys sort by them. A side is 0 or 1.
//
//	meta      "version"        version of this schema, 4 bytes
//	          "store<side>"    JSON of Store
//	          "dirty"          JSON of Dirty
//	          "history"        bytes in the bucket history, 8 bytes
//	          "doubt"          JSON of Doubt
//	folders   folder id (4)    JSON of Folder
//	items     pair id (8)      Item, see record.go
//	counts    folder id (4)    how many items it has, 8 bytes
//	refs<s>   nid (4)          pair id (8): finds the item of a side
//	pages<s>  bid (8)          Page: node B-tree pages seen before
//	revisit<s> nid (4)         folder id (4): to be looked at by the next run
//	keys      key id (4)       property key; items name properties by key id
//	halts     token            JSON of Halt
//	approvals token            time of approval, RFC 3339
//	intent    pair id (8)      Item: what a commit under way will have made true
//	history   number (8)       JSON of Entry
//
// The history is bounded by [Options.HistoryBytes] and [MaxHistoryEntries]; the
// oldest entries go first.
//
// # Loss and damage
//
// The file can be thrown away at any time. What two stores agreed on is then
// found out anew at the next first contact, which loses and doubles nothing, but
// forgets deletions that were not carried out yet, and the history is gone. A
// damaged file is never used in part: everything returns [ErrCorrupt], and
// [SetAside] makes room for a new one.
//
// The package does not know what a PST is, nor what decides about items.
package state
