// Package disk holds the structures of [MS-PST] as Go values: bytes to structs
// and back, for the Unicode and the ANSI form of the format.
//
// Start with [Format], which knows every size that differs between the two
// forms, then [Header] (the root of everything), [BTPage] (a page of the node or
// block B-tree) and [BlockTrailer] (the end of every block). Each structure has
// a file named after it and three methods:
//
//   - Unmarshal(f, b) decodes b, rejects what cannot be that structure, and
//     copies whatever it keeps, so that b may be reused.
//   - Marshal(f, b) writes the structure to the beginning of b.
//   - Validate, where there are rules beyond the shape, checks them.
//
// Unmarshal answers bytes that are no such structure with an error that is
// [ErrCorrupt], and if it is because they end too early, [io.ErrShortBuffer] as
// well. Marshal answers a buffer that is too small with [io.ErrShortBuffer] and a value that the
// format cannot hold with [ErrRange]. Reserved fields, padding and unused
// space are kept, so that an unchanged structure is written back byte for byte.
//
// Pages and blocks carry a CRC of themselves. Unmarshal checks it and Marshal
// computes it; the one exception is [Header], whose two CRCs tell recovery how far
// a torn write came and are therefore checked by [CheckHeaderCRC].
//
// The package does no I/O, follows no references and caches nothing. Its values
// are plain data: safe to read from many goroutines, not safe to change from two.
//
// [MS-PST]: https://learn.microsoft.com/openspecs/office_file_formats/ms-pst/
package disk
