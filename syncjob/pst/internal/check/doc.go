// Package check reads a store from end to end and says what is wrong with it.
//
// Start with [Run], which streams every [Problem]. It never writes.
//
// These are the rules, with the codes of their findings; an asterisk is on those
// that are warnings, or can be. An error is a contradiction that a program may
// stumble over. A warning is what stores that Outlook accepts are known to have.
//
// The header and the maps:
//
//	 1  magic number, client and version: header-magic header-version
//	 2  both CRCs: header-crc
//	 3  sentinel, encoding: header-field
//	 4  ibFileEof within the file, at the end of a section: eof
//	 5  ibAMapLast: amap-last
//	 6  cbAMapFree is what the AMaps have free: amap-free*
//	 7  fAMapValid: amap-valid
//	 8  an AMap for each section, with its own slots and all beyond the end: amap-page amap-eof
//	 9  PMap, FMap and FPMap in their places, with what they say: map-page fmap* fpmap*
//	10  what is in use is allocated, once: unallocated overlap page-place
//	11  what is allocated is in use, or in cbPMapFree: leak* pmap-free*
//	12  pages that a PMap reserves are allocated and not in use: pmap-bits
//	13  the density list, if it is current: dlist*
//	14  bidNextB and bidNextP are above all ids: next-bid
//	15  rgnid is not below the ids in use, and these not below the first: rgnid* nid-range*
//
// B-trees and blocks:
//
//	16  type, CRC, signature and id of a page: bt-page
//	17  number of entries, levels, no page twice: bt-count* bt-level overlap
//	18  keys ascend, and are those of the children: bt-order bt-key
//	19  nodes refer to blocks that are there: block-missing node-ref
//	20  blocks are aligned, within a section: block-place
//	21  size, CRC, signature and id of a block: block-trailer
//	22  data where data is expected, references where those are: block-kind
//	23  cRef, and the number of blocks without references: ref-count orphans*
//	24  data trees: lcbTotal, full blocks but for the last: data-total data-full
//	25  subnode trees: not empty, ids ascend, not within themselves: subnode
//
// Heaps, property contexts and tables:
//
//	26  signatures of a heap: hn-signature
//	27  page maps: hn-pagemap
//	28  cFree, sizes of items: hn-free hn-pagemap
//	29  fill levels do not promise too much: hn-fill*
//	30  B-trees: sizes, order, keys of the children: bth bth-key bth-order
//	31  a property context has keys of 2 and data of 6 bytes: bth
//	32  HNIDs lead to something that nothing else has: hnid hnid-shared subnode-unowned*
//	33  values have the size of their type, which is a known one: value-size value-type*
//	34  objects are where they are said to be: object object-size*
//	35  columns: order, groups, cells, bits, one for a property: tc-info tc-columns*
//	36  the index names each row once: tc-rows tc-matrix*
//	37  a row calls itself by its id: row-id
//	38  row versions are below dwUnique, and each is of one row: row-version*
//
// Folders, messages and the rest:
//
//	39  nodes of every store: node-missing*
//	40  the message store: store*
//	41  the nodes of a folder, and of a search: folder-nodes search-folder*
//	42  folders are in the root, tables in nothing: folder-parent node-parent*
//	43  hierarchy tables have the subfolders, and what these say: hierarchy-row hierarchy-cell*
//	44  contents tables have the messages of the folder: contents-row fai-row message message-parent
//	45  counts of items, unread items, subfolders: folder-count*
//	46  rows have what the messages have: contents-cell* fai-cell* message-property* subject*
//	47  attachments: their table, flag, properties and size: attachment-row attachment-cell*
//	    attachment-flag* attachment-property* attachment-size*
//	48  recipients are those shown: recipients*
//	49  templates without rows, with the columns of every version: template-rows column-missing*
//	50  names of properties: entries, sets, text, buckets: name-map* name-hash* name-spelling
//	51  named properties in use have a name: name-missing*
//	52  ids of default folders: entry-id
//	53  the search queue and lists: search-queue search-list*
//
// All else:
//
//	any  Outlook's map of replication ids: id-map*
//	any  the file ends, cannot be read, or the check was interrupted: truncated read interrupted
//	any  work out of proportion: entangled
//
// Not checked, because stores that Outlook wrote do not keep to it: rgbFM and rgbFP
// of the header; whether the folders in the list of active searches are there (rule
// 53); default folders whose ids are of another store (rule 52); all but the
// columns that every version has (rule 49); whether the size of a message is what
// is stored (rule 46), and that of an object exact (rule 34). Because no document
// describes them: the message index, the contents of large search folders. What
// values mean, such as recurrences, entry ids in contacts and compressed text, is
// the matter of the packages above.
//
// # What it has in common with the writer
//
// Of this module only package disk: the structures with their sizes, places of map
// pages, CRC, signature and encoding, which have tests of their own against the
// specification's examples and against real stores. Caches, lookups, allocation
// and every walk over a tree are the package's own, so that a mistake in those of
// the writer is not repeated here. A test holds the imports to that.
//
// # Memory
//
// It grows with what the store is made of, never with the values in it: for each
// GB of file 2 MB of bits, about 40 bytes for each block and as many for each node
// (twice that while their lists grow), 40 for each record of the id map, 8 for each
// row of a table in a folder and, while a table is looked at, some 40 for each of its
// rows. There is a cache of 8 MB, and the names of
// properties are kept. Nothing else is: values are compared one by one.
// A flag of the tests, -large, checks stores of 10 GB and of a million messages and
// prints what that takes. Time grows with the file, too, whatever is in it: see [Run].
package check
