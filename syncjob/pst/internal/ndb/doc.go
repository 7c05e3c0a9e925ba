// Package ndb is the node database of a PST file ([MS-PST] 2.2): nodes and the
// blocks that hold their data, the two B-trees that find them, the allocation of
// space, and the transaction that changes all of it at once.
//
// Start with [Open] and [View], which is how everything above reads, whether from
// the committed state ([Store]) or from within a change ([Tx]). [Data] reads one
// data tree. [Store.Begin] starts a change; [DataEditor] and [SubnodeEditor] are
// its tools, and the order of writes in [Tx.Commit] is the heart of the package.
// [Store.NBTPages] finds what changed since an earlier look without reading the
// rest.
//
// # What is kept true
//
// A page of a B-tree and a block are never changed where they stand: what changes
// is written anew into space that is free in the durable state, and the header's
// two roots are switched last. At every instant the durable AMap bits cover all that the
// durable header reaches. A crash therefore leaves the state before or the state
// after, and perhaps space that is marked used and is not: the next Open for
// writing sees that by fAMapValid and rebuilds the maps. The header is all that is
// changed where it stands; one that was torn is told from a journal, or from its own
// bytes where it changed little.
//
// # Cost
//
// Open reads the header and two pages. A lookup is one descent. Nothing reads a
// whole tree but [View.Nodes] over all of it and the rebuild after a crash. Pages and
// blocks are kept in caches of a few MiB; a transaction keeps ids of what it made
// and writes the content out as it goes.
//
// # What it does not do
//
// It does not know what a node means, and it does not lock the file: the caller
// holds it exclusively from Open to Close when it writes. It repairs nothing but
// what a crash can leave; a store that is damaged otherwise is refused with
// [disk.ErrCorrupt]. Files of 4096-byte pages (OST) and protected ones are refused
// with [ErrUnsupported].
//
// [MS-PST]: https://learn.microsoft.com/openspecs/office_file_formats/ms-pst/
package ndb
