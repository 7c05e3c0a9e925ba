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
// Every structure has both directions, also where the program needs one of them: that
// what was read from a real store is written back byte for byte is how the tests know
// that no field is missing. Reserved fields, padding and unused space are kept for that.
//
// Unmarshal answers bytes that are no such structure with an error that is
// [ErrCorrupt], and if it is because they end too early, [io.ErrShortBuffer] as
// well. Marshal answers a buffer that is too small with [io.ErrShortBuffer] and a
// value that the format cannot hold with [ErrRange].
//
// Section by section of the specification, with the names that it uses:
//
//	1.3.2      where things are in a file            layout.go
//	2.2.2.1    NID                                   nid.go
//	2.2.2.2    BID, and BREF (2.2.2.4)               bid.go
//	2.2.2.5    ROOT                                  root.go
//	2.2.2.6    HEADER                                header.go
//	2.2.2.7.1  PAGETRAILER                           pagetrailer.go
//	2.2.2.7.2  AMAPPAGE; what all maps share         amap.go, mappage.go
//	2.2.2.7.3  PMAPPAGE                              pmap.go
//	2.2.2.7.4  DLISTPAGEENT, DLISTPAGE               dlist.go
//	2.2.2.7.5  FMAPPAGE                              fmap.go
//	2.2.2.7.6  FPMAPPAGE                             fpmap.go
//	2.2.2.7.7  BTPAGE; BTENTRY, BBTENTRY, NBTENTRY   btpage.go, btentry.go
//	2.2.2.8.1  BLOCKTRAILER                          blocktrailer.go
//	2.2.2.8.3  XBLOCK, XXBLOCK                       xblock.go
//	           SLENTRY, SLBLOCK                      slblock.go
//	           SIENTRY, SIBLOCK                      siblock.go
//	2.3.1.1    HID, and HNID (2.3.3.2)               hid.go
//	2.3.1.2    HNHDR; rgbFillLevel                   hnhdr.go, filllevel.go
//	2.3.1.3    HNPAGEHDR, HNBITMAPHDR (2.3.1.4)      hnpagehdr.go
//	2.3.1.5    HNPAGEMAP                             hnpagemap.go
//	2.3.2.1    BTHHEADER                             bthheader.go
//	2.3.3.3    PC BTH record; the object of 2.3.3.5  pcrecord.go
//	2.3.4.1    TCINFO, TCOLDESC (2.3.4.2)            tcinfo.go
//	2.3.4.3.1  TCROWID                               tcrowid.go
//	2.4.7.1    NAMEID                                nameid.go
//	5.1, 5.2   permutative and cyclic encoding       crypt.go, crypttable.go
//	5.3, 5.5   CRC, block signature                  crc.go
//
// What differs between the forms is in format.go. The index and data records of a BTH
// (2.3.2.2, 2.3.2.3) and the rows of a table (2.3.4.4.1) have sizes that their headers
// give: package ltp reads them.
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
