package pst

import "pstsyncd/syncjob/pst/internal/disk"

// NID identifies a node of a store: a folder, a message, a table, or inside a
// message an attachment. [MS-PST] 2.2.2.1.
type NID = disk.NID

// NodeRef is a node's entry in the node B-tree. Two states of a store in which
// an item's NodeRef is equal hold the same item.
type NodeRef struct {
	NID    NID
	Data   uint64 // BID of the data tree, reserved bit clear
	Sub    uint64 // BID of the subnode tree, reserved bit clear, 0 without one
	Parent NID
}

// PageRef says which page and where: equal references are equal pages.
type PageRef struct {
	BID uint64
	IB  uint64 // byte offset in the file
}

// NodePage is one page of the node B-tree.
type NodePage struct {
	Ref    PageRef
	Level  int       // 0 for a leaf
	Lo, Hi uint64    // keys in it are Lo <= nid < Hi
	Nodes  []NodeRef // of a leaf, ascending by NID
}

// Token tells two states of a store apart without reading it: equal tokens are
// equal stores.
type Token struct {
	Format    Format
	RecordKey [16]byte
	Unique    uint32 // dwUnique, raised by each write of the header
	NextB     uint64 // bidNextB
	NextP     uint64 // bidNextP
	NBT, BBT  PageRef
	LastItem  uint32 // index of the item id given out last
}

// Format is the layout of a store.
type Format = disk.Format

// The two formats.
const (
	Unicode = disk.Unicode // wVer 23
	ANSI    = disk.ANSI    // wVer 14 and 15
)
