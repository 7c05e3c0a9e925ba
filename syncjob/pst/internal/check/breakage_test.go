package check_test

import (
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
)

// noNodes is what a store without a readable node tree comes to.
var noNodes = []string{"leak", "node-missing", "ref-count", "store"}

// cutEOF ends the file 64 bytes early, with maps that say so.
func cutEOF(im *image) {
	im.amap(func(m *disk.AMap) { m.Set(disk.AMapSlots-1, 1) })
	im.header(func(h *disk.Header) { h.Root.FileEOF -= disk.BlockAlign })
}

// addOrphan puts in a block that nothing refers to, the last one.
func addOrphan(s *store) { s.orphan[s.add([]byte("nobody's"))] = true }

func lastBlock(im *image) (bid disk.BID) {
	im.leaves(disk.PageBBT, func(_ int64, p *disk.BTPage) { bid = p.BBT[len(p.BBT)-1].Ref.BID })
	return bid
}

// move says that the last block is off bytes into the first one.
func move(im *image, off uint64) {
	var first uint64
	im.leaves(disk.PageBBT, func(_ int64, p *disk.BTPage) {
		if first == 0 {
			first = p.BBT[0].Ref.IB
		}
	})
	im.entry(lastBlock(im), func(e *disk.BBTEntry) { e.Ref.IB = first + off })
}

// reservePage lets the first PMap keep a page.
func (im *image) reservePage(i int) {
	page := im.b[disk.FirstAMap+disk.PMapOffset:][:disk.PageSize]
	var m disk.PMap
	require.NoError(im.t, m.Unmarshal(im.f, page))
	m.Bits[i/8] &^= 0x80 >> (i % 8)
	require.NoError(im.t, m.Marshal(im.f, page))
}

// densityList writes a current list.
func (im *image) densityList(entries ...disk.DListEntry) {
	d := disk.DList{Entries: entries}
	d.Trailer = disk.NewPageTrailer(disk.PageDList, disk.BREF{BID: im.hdr.NextP, IB: disk.DListOffset})
	require.NoError(im.t, d.Marshal(im.f, im.b[disk.DListOffset:][:disk.PageSize]))
}

// lift calls the leaf of nothing but spare nodes a page above the leaves.
func lift(p *disk.BTPage) bool {
	if !spares(p) {
		return false
	}
	p.Inner, p.NBT, p.Level, p.EntrySize, p.MaxEntries = []disk.BTEntry{{Key: p.Key(0)}}, nil, 1, 0, 0
	return true
}

const lastSpare disk.NID = 0xFFFFE1

// addSpares puts in so many nodes without anything, the last ones of the store,
// that a page has nothing else.
func addSpares(s *store) {
	for i := range disk.NID(2 * s.f.NBTLeafMax()) {
		s.addNode(disk.NBTEntry{NID: lastSpare - i*0x20})
	}
}

// spares tells whether a page is a full leaf of nothing else.
func spares(p *disk.BTPage) bool {
	return len(p.NBT) == int(p.MaxEntries) && p.NBT[0].NID > lastSpare-disk.NID(2*len(p.NBT))*0x20
}

func swapSpares(p *disk.BTPage) bool {
	if !spares(p) {
		return false
	}
	p.NBT[1], p.NBT[2] = p.NBT[2], p.NBT[1]
	return true
}

func raiseLast(p *disk.BTPage) bool {
	i := len(p.NBT) - 1
	if i < 0 || p.NBT[i].NID != lastSpare {
		return false
	}
	p.NBT[i].High = 1
	return true
}

// lowerKey lets a page say of its second child that it begins earlier.
func lowerKey(p *disk.BTPage) bool {
	if p.Level == 0 {
		return false
	}
	p.Inner[1].Key--
	return true
}

// xblock is what an XBLOCK says of itself.
type xblock struct {
	level uint8
	total uint32
}

// spare puts in a node with an XBLOCK of blocks of the given sizes.
func (s *store) spare(x xblock, sizes ...int) {
	b := disk.XBlock{Level: x.level, Total: x.total}
	for _, n := range sizes {
		b.BIDs = append(b.BIDs, s.add(make([]byte, n)))
	}
	s.addNode(disk.NBTEntry{NID: spare, Data: s.addInternal(&b)})
}

// unsorted is a block of subnodes out of order.
var unsorted = &disk.SLBlock{Entries: []disk.SLEntry{{NID: 0x41}, {NID: 0x21}}}
