// Package pst reads, edits and creates Outlook data files ([MS-PST]) without
// Outlook.
//
// Start with [Open], which gives a [File]: the committed state of a store. A
// File lists folders ([File.Folders], [File.FolderByPath]), the items of a
// folder ([File.Items]) and gives a whole item as a [Message]. Every change
// goes through a [Tx], from [File.Begin]; a Tx reads its own changes, and
// nothing is visible in the file before [Tx.Commit] returns. [Create] makes an
// empty store; [Check] and [File.Check] stream what is wrong with one.
//
// The package knows properties, tables and folders. It does not know what a
// contact or an appointment is: values go in and come out as the raw bytes the
// format stores, in a [Property], strings in UTF-16LE or in the code page of
// the store. What follows from content is kept up by the package and not by
// the caller: message and attachment sizes, the has-attachments flag, rows of
// contents, hierarchy, recipient and attachment tables, item counts, the
// search update queue, and the id map of stores that have one.
//
// Opening costs the header and the root pages, a lookup one descent; nothing
// loads a whole tree. Both formats, Unicode and ANSI, and the encodings none,
// permute and cyclic are read and written.
//
// Strings of an ANSI store are in its code page, and what that lacks is refused
// with [ErrCodePage], never replaced: [File.TextType] and [File.EncodeText] are
// what a caller makes values with. The store seldom says which code page it is in;
// see [Options].
//
// Not done here: search folders are kept as they are and never evaluated; view
// indexes (node types 0x0A and 0x13) are left to Outlook, which drops them when
// row versions have moved on; the queues of the content indexer are not fed; a
// purged message stays in the conversation index, which Outlook puts up with;
// folders are neither renamed nor deleted.
//
// A File and a Tx are for one goroutine at a time.
package pst
