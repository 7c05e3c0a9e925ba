// Package forge builds small Unicode stores byte by byte, for tests: also such
// as no program would write, with cycles, impossible levels and bombs. It knows
// only what go-pst looks at, so CRCs, signatures and allocation maps are absent
// and no other reader takes the result for a store.
package forge

import (
	"encoding/binary"
	"slices"
)

// NodePage is the offset of the page of the node B-tree.
const NodePage = 0x4400

const (
	pageSize  = 512
	bbtOffset = NodePage + pageSize
	dataStart = bbtOffset + pageSize
)

var le = binary.LittleEndian

// Store is a store in the making. Its B-trees are one leaf page each: at most
// 15 nodes and 20 blocks.
type Store struct {
	Version  uint16 // wVer, default 23
	Crypt    byte   // bCryptMethod, default none
	NextBID  uint64 // bidNextB
	NBTLevel byte   // that its page claims; above 0 a node's sub is the offset of a child
	nodes    [][3]uint64
	blocks   []block
}

type block struct {
	bid  uint64
	data []byte
}

// Node adds an entry to the node B-tree.
func (s *Store) Node(nid uint32, data, sub uint64) *Store {
	s.nodes = append(s.nodes, [3]uint64{uint64(nid), data, sub})
	return s
}

// Block adds a block. Bit 1 of an internal block's id is set.
func (s *Store) Block(bid uint64, data []byte) *Store {
	s.blocks = append(s.blocks, block{bid, data})
	return s
}

// Bytes is the file.
func (s *Store) Bytes() []byte {
	file := make([]byte, dataStart)
	copy(file, "!BDN")
	copy(file[8:], "SM")
	le.PutUint16(file[10:], s.Version)
	if s.Version == 0 {
		le.PutUint16(file[10:], 23)
	}
	le.PutUint64(file[224:], NodePage)
	le.PutUint64(file[240:], bbtOffset)
	file[513] = s.Crypt
	le.PutUint64(file[516:], s.NextBID)

	for i, n := range s.nodes {
		for j, word := range n {
			le.PutUint64(file[NodePage+i*32+j*8:], word)
		}
	}
	meta(file[NodePage:], len(s.nodes), 32, s.NBTLevel)
	slices.SortFunc(s.blocks, func(a, b block) int { return int(a.bid) - int(b.bid) })
	for i, b := range s.blocks {
		entry := file[bbtOffset+i*24:]
		le.PutUint64(entry, b.bid)
		le.PutUint64(entry[8:], uint64(len(file)))
		le.PutUint16(entry[16:], uint16(len(b.data)))
		file = append(file, b.data...)
		file = append(file, make([]byte, 64-len(b.data)%64)...)
	}
	meta(file[bbtOffset:], len(s.blocks), 24, 0)
	return file
}

// meta writes cEnt, cEntMax, cbEnt and cLevel.
func meta(page []byte, entries, size int, level byte) {
	page[488], page[489], page[490], page[491] = byte(entries), byte(488/size), byte(size), level
}

// Tree is an XBLOCK (level 1) or XXBLOCK (level 2) of total bytes.
func Tree(level byte, total uint32, children ...uint64) []byte {
	b := []byte{1, level}
	b = le.AppendUint16(b, uint16(len(children)))
	b = le.AppendUint32(b, total)
	for _, c := range children {
		b = le.AppendUint64(b, c)
	}
	return b
}

// Subnode is an entry of a subnode block.
type Subnode struct {
	NID       uint32
	Data, Sub uint64
}

// Subnodes is an SLBLOCK (level 0), or what claims to be an SIBLOCK.
func Subnodes(level byte, entries ...Subnode) []byte {
	b := []byte{2, level}
	b = le.AppendUint16(b, uint16(len(entries)))
	b = append(b, 0, 0, 0, 0)
	for _, e := range entries {
		b = le.AppendUint64(b, uint64(e.NID))
		b = le.AppendUint64(b, e.Data)
		b = le.AppendUint64(b, e.Sub)
	}
	return b
}

// Record is a property: Data in the heap, or when it is nil HNID as it stands.
type Record struct {
	Tag  uint32
	Data []byte
	HNID uint32
}

// PC is a heap with a property context whose B-tree-on-heap claims levels
// index levels.
func PC(levels byte, records ...Record) []byte {
	items := [][]byte{nil, nil} // header and records of the B-tree-on-heap
	for _, r := range records {
		hnid := r.HNID
		if r.Data != nil {
			items = append(items, r.Data)
			hnid = uint32(len(items)) << 5
		}
		items[1] = le.AppendUint16(items[1], uint16(r.Tag>>16))
		items[1] = le.AppendUint16(items[1], uint16(r.Tag))
		items[1] = le.AppendUint32(items[1], hnid)
	}
	root := uint32(2 << 5)
	if len(records) == 0 {
		root = 0
	}
	items[0] = le.AppendUint32([]byte{0xB5, 2, 6, levels}, root)
	return heap(items)
}

// heap packs items into one heap-on-node block, the first its user root.
func heap(items [][]byte) []byte {
	b := make([]byte, 12)
	b[2], b[3] = 0xEC, 0xBC
	le.PutUint32(b[4:], 1<<5)
	ends := []uint16{12}
	for _, item := range items {
		b = append(b, item...)
		ends = append(ends, uint16(len(b)))
	}
	b = append(b, make([]byte, len(b)%2)...)
	le.PutUint16(b, uint16(len(b)))
	b = le.AppendUint16(b, uint16(len(items)))
	b = le.AppendUint16(b, 0)
	for _, end := range ends {
		b = le.AppendUint16(b, end)
	}
	return b
}
