// Package check reads a store from end to end and says what is wrong with it.
//
// Start with [Run], which streams every [Problem]. The package reads the file
// with the structures of package disk and nothing else: it shares no caches, no
// lookups and no bookkeeping with the code that writes, so that a mistake there
// is not repeated here. It never writes.
//
// The rules, with the codes of their findings:
//
//	header      1-3   header-magic header-version header-crc header-field
//	            4-7   eof amap-last amap-free amap-valid
//	maps        8-13  amap-page map-page page-place overlap unallocated amap-eof
//	                  leak pmap-bits dlist
//	counters    14-15 next-bid rgnid
//	B-trees     16-19 bt-page bt-level bt-count bt-order bt-key node-ref block-missing
//	blocks      20-25 block-place block-trailer block-kind ref-count orphans
//	                  data-full data-total subnode
//	heaps       26-29 hn-signature hn-pagemap hn-free hn-fill
//	            30    bth bth-key bth-order
//	contexts    31-34 hnid hnid-shared subnode-unowned value-size object
//	tables      35-38 tc-info tc-columns tc-rows tc-matrix row-id row-version
//	messaging   39-40 node-missing store
//	            41-45 folder-nodes search-folder folder-parent hierarchy-row
//	                  contents-row fai-row folder-count
//	            46-48 hierarchy-cell contents-cell fai-cell attachment-row
//	                  attachment-cell attachment-flag recipients message
//	                  message-parent
//	            49    template-rows column-missing
//	            50-51 name-map name-hash name-spelling name-missing
//	            52-53 entry-id search-queue search-list
//	                  id-map
//	            any   truncated read interrupted entangled
//
// An error is a contradiction that a program may stumble over. A warning is
// what stores that Outlook accepts are known to have.
//
// Not checked, because stores that Outlook wrote do not keep to it: the bytes of
// FMap, FPMap and rgbFM; whether the folders in the list of active searches are
// there (rule 53); default folders whose ids are of another store (rule 52); all
// but the columns that every version has (rule 49). Because no document describes
// them: the message index, and the contents of large search folders.
//
// Memory grows with the number of blocks and nodes (about 80 bytes each), with one
// bit for 64 bytes of file and with the rows of the largest table (8 bytes each),
// never with the values in them. Time grows with the file, too, whatever is in it:
// see [Run].
package check
