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
//	messaging   39-40 node-missing template-rows store
//	            41-45 folder-nodes search-folder folder-parent hierarchy-row
//	                  contents-row fai-row folder-count
//	            46-47 hierarchy-cell contents-cell attachment-row attachment-flag
//	                  message message-parent
//	            50-53 name-map name-hash name-missing entry-id search-queue
//	            any   truncated read interrupted
//
// An error is a contradiction that a program may stumble over. A warning is
// what stores that Outlook accepts are known to have.
//
// Not checked: the bytes of FMap, FPMap and rgbFM, which Outlook no longer
// keeps; recipients against the display names (rule 48); the columns of the
// templates (rule 49), which differ by version; named properties of attachments
// and recipients (rule 51); default folders named on folders (rule 52, the
// store's own ids are checked); search activity and domain lists (rule 53, the
// queue is checked); the cells of attachment tables; the id map and the message
// index of Outlook, which no document describes.
//
// Memory grows with the number of blocks and nodes (about 60 bytes each) and
// with one bit for 64 bytes of file, never with the values in it.
package check
