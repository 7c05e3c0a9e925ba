package check_test

import (
	"encoding/binary"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
)

// generated is a Unicode store of the root folder and so many messages in it, each
// with a block of its own, of which nothing is kept: what is read of it is made
// when it is read.
//
// A section has its maps, then its share of the pages of both trees, then its
// share of the blocks.
type generated struct {
	block    []byte // the data of every block
	n        int64  // blocks, and nodes
	sections int64
	pages    int64 // of a section
	blocks   int64 // of a section
	bbt, nbt tower
	header   []byte
}

// mapSlots are the slots at the beginning of a section that nothing but maps is in.
const mapSlots = 3 * disk.SlotsPerPage

// generate makes a store of n messages of about that many bytes.
func generate(t testing.TB, n int64, size int) *generated {
	g := &generated{block: messageBlock(t, size), n: n + 1}
	slots := int64(disk.SlotsOf(disk.Unicode.BlockSize(len(g.block))))
	for g.blocks = 1; (g.blocks+1)*slots+pagesFor(g.blocks+1)*disk.SlotsPerPage <= disk.AMapSlots-mapSlots; g.blocks++ {
	}
	g.pages = pagesFor(g.blocks)
	g.bbt = newTower(g.n, disk.Unicode.BBTLeafMax(), 0)
	g.nbt = newTower(g.n, disk.Unicode.NBTLeafMax(), g.bbt.pages())
	g.sections = (g.n + g.blocks - 1) / g.blocks
	require.LessOrEqual(t, g.bbt.pages()+g.nbt.pages(), g.pages*g.sections)
	g.makeHeader(t)
	return g
}

// pagesFor is how many pages of a section are enough for so many blocks.
func pagesFor(blocks int64) int64 { return blocks/8 + 1 }

// messageBlock makes the properties of a message that has what every one has.
func messageBlock(t testing.TB, size int) []byte {
	s := &store{t: t, f: disk.Unicode}
	var records []byte
	items := [][]byte{s.bthItem(disk.PCKeySize, disk.PCDataSize, 0, disk.MakeHID(0, 2)), nil}
	add := func(id, typ uint16, value []byte) {
		records = binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(records, id), typ)
		if typ == 0x0003 {
			records = append(records, value...)
			return
		}
		items = append(items, value)
		records = binary.LittleEndian.AppendUint32(records, uint32(disk.MakeHID(0, len(items))))
	}
	add(0x001A, 0x001F, s.encode("IPM.Note"))
	add(0x0E07, 0x0003, make([]byte, 4))
	add(0x0E08, 0x0003, make([]byte, 4))
	add(0x3007, 0x0040, make([]byte, 8))
	add(0x3008, 0x0040, make([]byte, 8))
	add(0x300B, 0x0102, make([]byte, 16))
	for id := uint16(0x6800); size > 0; id++ {
		part := min(size, disk.MaxHNItem)
		add(id, 0x0102, make([]byte, part))
		size -= part
	}
	items[1] = records
	return s.newHeap(disk.HNClientPC, items...)
}

// page makes a page, with the key that entry i of the leaves has.
func (g *generated) page(t *tower, typ disk.PageType, page int64, key func(i int64) uint64) disk.BTPage {
	level, at, below := t.at(page)
	p := disk.BTPage{Level: uint8(level), Trailer: disk.NewPageTrailer(typ, g.pageRef(page))}
	if level > 0 {
		reach := t.perLeaf // entries below an inner entry
		for range level - 1 {
			reach *= t.fan()
		}
		for i := at * t.fan(); i < min((at+1)*t.fan(), t.levels[level-1]); i++ {
			p.Inner = append(p.Inner, disk.BTEntry{Key: key(i * reach), Ref: g.pageRef(below + i)})
		}
		return p
	}
	for i := at * t.perLeaf; i < min((at+1)*t.perLeaf, t.entries); i++ {
		if typ == disk.PageBBT {
			p.BBT = append(p.BBT, disk.BBTEntry{Ref: g.blockRef(i), Size: uint16(len(g.block)), RefCnt: 2})
		} else {
			p.NBT = append(p.NBT, disk.NBTEntry{NID: nodeID(i), Data: g.blockRef(i).BID, Parent: disk.NIDRootFolder})
		}
	}
	return p
}

func (g *generated) blockRef(i int64) disk.BREF {
	slot := mapSlots + g.pages*disk.SlotsPerPage + i%g.blocks*int64(disk.SlotsOf(disk.Unicode.BlockSize(len(g.block))))
	return disk.BREF{BID: disk.BID(4 * (i + 1)), IB: uint64(disk.SectionOffset(i/g.blocks) + slot*disk.BlockAlign)}
}

func (g *generated) pageRef(i int64) disk.BREF {
	slot := mapSlots + i%g.pages*disk.SlotsPerPage
	return disk.BREF{BID: disk.BID(i + 1), IB: uint64(disk.SectionOffset(i/g.pages) + slot*disk.BlockAlign)}
}

// nodeID is that of the folder, or of a message.
func nodeID(i int64) disk.NID {
	if i == 0 {
		return disk.NIDRootFolder
	}
	return disk.MakeNID(disk.NIDTypeNormalMessage, uint32(0x10000+i))
}

// amap is the map of a section.
func (g *generated) amap(s int64) disk.AMap {
	m := disk.NewAMap(s)
	pages := min(max(g.bbt.pages()+g.nbt.pages()-s*g.pages, 0), g.pages)
	m.Set(mapSlots, int(pages)*disk.SlotsPerPage)
	blocks := min(max(g.n-s*g.blocks, 0), g.blocks)
	m.Set(mapSlots+int(g.pages)*disk.SlotsPerPage, int(blocks)*disk.SlotsOf(disk.Unicode.BlockSize(len(g.block))))
	return m
}

func (g *generated) makeHeader(t testing.TB) {
	h := disk.Header{
		MagicClient: disk.MagicClientPST, Version: disk.VersionUnicode, Sentinel: 0x80,
		NextB: g.blockRef(g.n).BID, NextP: g.pageRef(g.bbt.pages() + g.nbt.pages()).BID,
		Root: disk.Root{
			FileEOF: uint64(g.size()), AMapLast: uint64(disk.SectionOffset(g.sections - 1)), AMapValid: disk.AMapValid2,
			BBT: g.pageRef(g.bbt.root()), NBT: g.pageRef(g.nbt.root()),
		},
	}
	h.RgNID[disk.NIDTypeNormalMessage] = nodeID(g.n).Index()
	for s := range g.sections {
		m := g.amap(s)
		h.Root.AMapFree += uint64(m.FreeSlots() * disk.BlockAlign)
	}
	g.header = make([]byte, disk.FirstAMap)
	require.NoError(t, h.Marshal(disk.Unicode, g.header))
}

func (g *generated) size() int64 { return disk.SectionOffset(g.sections) }

// ReadAt makes one page or block, or a part of what is before the first section.
func (g *generated) ReadAt(b []byte, off int64) (int, error) {
	if off < disk.FirstAMap {
		return copy(b, g.header[off:]), nil
	}
	if off+int64(len(b)) > g.size() {
		return 0, io.EOF
	}
	s, at, _ := disk.SectionOf(off)
	slot := int64(at) - mapSlots - g.pages*disk.SlotsPerPage
	switch page := int64(at-mapSlots)/disk.SlotsPerPage + s*g.pages; {
	case at < mapSlots:
		return len(b), g.mapPage(s, at, b)
	case slot >= 0:
		i := s*g.blocks + slot/int64(disk.SlotsOf(disk.Unicode.BlockSize(len(g.block))))
		copy(b, g.block)
		trailer := disk.NewBlockTrailer(g.blockRef(i), len(g.block))
		return len(b), trailer.Marshal(disk.Unicode, b)
	case page < g.nbt.first:
		p := g.page(&g.bbt, disk.PageBBT, page, func(i int64) uint64 { return uint64(g.blockRef(i).BID) })
		return len(b), p.Marshal(disk.Unicode, b)
	default:
		p := g.page(&g.nbt, disk.PageNBT, page, func(i int64) uint64 { return uint64(nodeID(i)) })
		return len(b), p.Marshal(disk.Unicode, b)
	}
}

func (g *generated) mapPage(s int64, slot int, b []byte) error {
	_, fmap, _ := disk.MapPagesAt(s)
	switch {
	case slot == 0:
		m := g.amap(s)
		return m.Marshal(disk.Unicode, b)
	case slot == disk.SlotsPerPage:
		m := disk.NewPMap(s)
		return m.Marshal(disk.Unicode, b)
	case fmap:
		m := disk.NewFMap(s)
		for i := range min(disk.MapBytes, g.sections-s) {
			amap := g.amap(s + i)
			m.SetRun(int(i), amap.LongestRun())
		}
		return m.Marshal(disk.Unicode, b)
	default:
		m := disk.NewFPMap(s)
		return m.Marshal(disk.Unicode, b)
	}
}
