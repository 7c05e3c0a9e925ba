// Package ltp reads and writes the lists, tables and properties of a PST file:
// the heap-on-node, the B-tree on a heap, the property context and the table
// context ([MS-PST] 2.3).
//
// To read, start with [OpenPC], the properties of a message, folder or
// attachment, and [OpenTC], the rows of a contents, hierarchy, recipient or
// attachment table. Both read the blocks they need and no others: one property
// or one row costs one descent of a B-tree and the blocks of the value. [OpenHeap]
// and [OpenBTH] are beneath them, for nodes that are neither.
//
// To write, [BuildPC] lays out a property context, [NewTC] makes an empty table,
// and [EditTC] changes rows and columns of an existing one by rewriting only the
// blocks that change. [EditHeap] and [EditBTH] are beneath them. Nothing is
// ever changed in place: an editor takes blocks of a transaction and flushes to
// new ones, so a table that shares its blocks with a template becomes a private
// copy by being edited.
//
// Values are the bytes as the format stores them, little endian; strings are
// UTF-16LE or in the code page of the store and have no terminator. What a
// property means, which ones an object must have, and how a row follows from
// the object it stands for is the business of the caller.
//
// Readers accept what Outlook and other writers are known to leave behind
// (wrong free counts, garbage above a short inline value, columns out of order)
// and answer everything else that contradicts the format with an error that is
// [disk.ErrCorrupt]. Every size from a file is checked against the bytes that
// are there before anything is allocated.
//
// Readers may be used from as many goroutines as the view beneath them allows;
// an editor belongs to one.
//
// [MS-PST]: https://learn.microsoft.com/openspecs/office_file_formats/ms-pst/
package ltp
