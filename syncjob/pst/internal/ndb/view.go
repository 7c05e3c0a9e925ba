package ndb

import (
	"iter"

	"pstsyncd/syncjob/pst/internal/disk"
)

// Node is a node, or a subnode within its node: NBTENTRY or SLENTRY ([MS-PST]
// 2.2.2.7.7.4, 2.2.2.8.3.3.1.1).
type Node struct {
	NID    disk.NID
	Data   disk.BID // root of the data tree, 0 for none
	Sub    disk.BID // root of the subnode tree, 0 for none
	Parent disk.NID // the folder of a node; 0 for subnodes
}

// View is what the layers above read from. [*Store] shows the committed state and
// may be used from many goroutines; [*Tx] also shows its own changes and belongs to
// one goroutine.
//
// Errors are [ErrNotFound] or [disk.ErrCorrupt], or come from the file.
type View interface {
	// Format returns the form of the file.
	Format() disk.Format

	// Node looks a node up, by one descent of the node B-tree.
	Node(nid disk.NID) (Node, error)

	// Nodes yields the nodes from <= nid <= to in ascending order, reading as it
	// goes. It ends after the first error.
	Nodes(from, to disk.NID) iter.Seq2[Node, error]

	// Data opens the data tree that begins with bid; 0 is an empty one.
	Data(bid disk.BID) (*Data, error)

	// Subnode looks a subnode up in the subnode tree that begins with sub.
	Subnode(sub disk.BID, nid disk.NID) (Node, error)

	// Subnodes yields the subnodes in the tree that begins with sub, ascending. It
	// ends after the first error.
	Subnodes(sub disk.BID) iter.Seq2[Node, error]
}

// source is what data and subnode trees are read from.
type source interface {
	Format() disk.Format

	// block returns the decoded data of a block, which the caller must not change.
	block(bid disk.BID) ([]byte, error)

	// blockTo is block for a caller that soon forgets what it reads: a block that is
	// not in memory is read into buf, which has room for any, and not kept.
	blockTo(bid disk.BID, buf []byte) ([]byte, error)

	// blockRef returns a block's id and place, which is 0 before it is written.
	blockRef(bid disk.BID) (disk.BREF, error)

	// blockLen returns the length of a block's data without reading the block.
	blockLen(bid disk.BID) (int, error)

	// capacity returns how many bytes all blocks together have, at most.
	capacity() uint64
}
