package check_test

import (
	"math"
	"slices"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
)

// endlessData lets a thousand nodes share a tree of a million references to one block.
func endlessData(s *store) {
	x := disk.XBlock{Level: disk.LevelX, BIDs: slices.Repeat([]disk.BID{s.add(make([]byte, s.f.MaxBlockData()))}, s.f.MaxXBlockEntries())}
	xx := disk.XBlock{Level: disk.LevelXX, BIDs: slices.Repeat([]disk.BID{s.addInternal(&x)}, s.f.MaxXBlockEntries())}
	top := s.addInternal(&xx)
	for i := range disk.NID(1000) {
		s.addNode(disk.NBTEntry{NID: lastSpare - i*0x20, Data: top})
	}
}

// ownSubnode gives a node a subnode that has the same subnodes.
func ownSubnode(s *store) {
	sl := &disk.SLBlock{Entries: []disk.SLEntry{{NID: 0x41}}}
	bid := s.addInternal(sl)
	sl.Entries[0].Sub = bid
	require.NoError(s.t, sl.Marshal(s.f, s.blocks[bid]))
	s.addNode(disk.NBTEntry{NID: spare, Sub: bid})
}

// deepSubnodes makes subnodes a thousand levels deep.
func deepSubnodes(s *store) {
	var bid disk.BID
	for range 1000 {
		bid = s.addInternal(&disk.SLBlock{Entries: []disk.SLEntry{{NID: 0x41, Sub: bid}, {NID: 0x61, Sub: bid}}})
	}
	s.addNode(disk.NBTEntry{NID: spare, Sub: bid})
}

// ownSIBlock gives a node subnodes by way of an SIBLOCK that refers to itself.
func ownSIBlock(s *store) {
	si := &disk.SIBlock{Entries: []disk.SIEntry{{NID: 0x41}}}
	bid := s.addInternal(si)
	si.Entries[0].BID = bid
	require.NoError(s.t, si.Marshal(s.f, s.blocks[bid]))
	s.addNode(disk.NBTEntry{NID: spare, Sub: bid})
}

// ownXBlock gives a node data by way of an XXBLOCK that refers to itself.
func ownXBlock(s *store) {
	x := &disk.XBlock{Level: disk.LevelXX, Total: 1, BIDs: []disk.BID{0}}
	bid := s.addInternal(x)
	x.BIDs[0] = bid
	require.NoError(s.t, x.Marshal(s.f, s.blocks[bid]))
	s.addNode(disk.NBTEntry{NID: spare, Data: bid})
}

// folderRing makes a ring of folders, each within the next.
func folderRing(s *store) {
	const n = 5000
	for i := range uint32(n) {
		s.addNode(disk.NBTEntry{NID: disk.MakeNID(disk.NIDTypeNormalFolder, 0x1000+i), Parent: disk.MakeNID(disk.NIDTypeNormalFolder, 0x1000+(i+1)%n)})
	}
}

// ownChild lets the root of the node tree be its own first child.
func ownChild(im *image) {
	im.page(disk.PageNBT, func(p *disk.BTPage) bool {
		if p.Level == 0 {
			return false
		}
		p.Inner[0].Ref = im.hdr.Root.NBT
		return true
	})
}

// end is the end of all offsets, or as close as can be.
func (im *image) end() uint64 {
	if im.f == disk.ANSI {
		return 1 << 32
	}
	return math.MaxUint64 - disk.MaxBlockSize + 1
}

func farBlocks(im *image) {
	im.page(disk.PageBBT, func(p *disk.BTPage) bool {
		for i := range p.BBT {
			p.BBT[i].Ref.IB = im.end() - uint64(disk.BlockAlign*(i+1))
		}
		return len(p.BBT) > 0
	})
}
