// Package syncjob brings two stores to the same items, once.
//
// Start with [Run]. It works in steps, each in a file of its own:
//
//  1. open both stores and find out whether they moved since the last job (store.go)
//  2. take over what a job that was killed had done already (recover.go)
//  3. pair the folders (folders.go, newfolders.go)
//  4. find the items that changed, by the pages of the node B-tree that changed
//     (walk.go, look.go), or by reading whole folders where these prove nothing
//     (list.go), and read those items (gather.go)
//  5. let merge decide (reconcile.go)
//  6. carry the plan out, in one transaction for each store (apply.go, convert.go,
//     history.go)
//  7. write down what the commits will make true, commit common, commit local
//     (commit.go)
//  8. have an independent reader compare (verify.go)
//  9. record the new base, and where it was found (record.go, finish.go)
//
// # What a crash leaves
//
// Each store is as it was or as the commit made it. Before the commits an intent is in
// the state; after a crash the next job takes from it which items are copies of
// each other. Edits and deletions need no such help: done on one side only, they
// are found to agree, or are done again.
//
// # What is evidence
//
// An item is deleted on one side when, on the other, its node is gone or in a
// folder that is not kept in step, and no row of its folder speaks of it. A store
// with another record key, or whose counters went backwards, is not the store
// that was agreed on: nothing of it counts as deleted, and the folders are
// brought together as at first contact. An item that can not be read holds its
// folder; a folder that is gone holds itself.
//
// # Stores of two formats
//
// Items know no format; package mapi makes what a store can have of them. What it can
// not have is held by itself, and all else goes through: an item with a character
// that the code page of an ANSI store lacks, one more than its folder can number, a
// folder with such a name. A store that has no room for what is to be done stops the
// job before anything is written.
//
// # The way back
//
// What a job overwrites or deletes is in the history of the state before the commit
// (history.go); [Restore] puts it back.
//
// # What it does not do
//
// It does not lock or watch anything, and does not try again: that is the
// caller's, who is told by [Classify] what an error means. It can not tell a
// store that was restored from a backup and has since been changed more often
// than the original, in the same file, unless pages of equal numbers turn up in
// other places.
package syncjob
