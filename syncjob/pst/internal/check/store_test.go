package check_test

import (
	"cmp"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
)

// store is a real store taken apart, so that it can be changed in one place and
// put together again, with everything that depends on the change as it should be.
type store struct {
	t      testing.TB
	f      disk.Format
	hdr    disk.Header
	nodes  []disk.NBTEntry       // by id
	blocks map[disk.BID][]byte   // decoded
	orphan map[disk.BID]bool     // blocks that stay although nothing refers to them
	lies   map[disk.BID]int      // what is added to the count of references
	inner  map[disk.PageType]int // entries of a B-tree page above the leaves; 0 for as many as fit
}

// take reads a store of the corpus.
func take(t testing.TB, name string) *store {
	return takeApart(t, open(t, name))
}

func takeApart(t testing.TB, im *image) *store {
	s := &store{
		t: t, f: im.f, hdr: im.hdr, blocks: make(map[disk.BID][]byte),
		orphan: make(map[disk.BID]bool), lies: make(map[disk.BID]int), inner: make(map[disk.PageType]int),
	}
	im.leaves(disk.PageNBT, func(_ int64, p *disk.BTPage) { s.nodes = append(s.nodes, p.NBT...) })
	im.leaves(disk.PageBBT, func(_ int64, p *disk.BTPage) {
		for _, e := range p.BBT {
			data := slices.Clone(im.b[e.Ref.IB:][:e.Size])
			disk.Decode(im.hdr.Crypt, e.Ref.BID, data)
			s.blocks[e.Ref.BID] = data
		}
	})
	return s
}

// node gives an entry of the NBT to be changed.
func (s *store) node(nid disk.NID) *disk.NBTEntry {
	i, ok := slices.BinarySearchFunc(s.nodes, nid, byNID)
	require.True(s.t, ok, "no node %v", nid)
	return &s.nodes[i]
}

func byNID(e disk.NBTEntry, nid disk.NID) int { return cmp.Compare(e.NID, nid) }

// addNode puts a node in, in place of another of that id.
func (s *store) addNode(e disk.NBTEntry) {
	i, ok := slices.BinarySearchFunc(s.nodes, e.NID, byNID)
	if ok {
		s.nodes[i] = e
		return
	}
	s.nodes = slices.Insert(s.nodes, i, e)
}

func (s *store) drop(nid disk.NID) {
	s.nodes = slices.DeleteFunc(s.nodes, func(e disk.NBTEntry) bool { return e.NID == nid })
}

// add puts a block of data in.
func (s *store) add(data []byte) disk.BID {
	bid := s.hdr.NextB
	s.hdr.NextB += 4
	s.blocks[bid] = data
	return bid
}

const internalBit = 2

func (s *store) addInternal(m interface {
	Size(disk.Format) int
	Marshal(disk.Format, []byte) error
}) disk.BID {
	b := make([]byte, m.Size(s.f))
	require.NoError(s.t, m.Marshal(s.f, b))
	bid := s.hdr.NextB | internalBit
	s.hdr.NextB += 4
	s.blocks[bid] = b
	return bid
}

// own gives the only block of a node's data, as a copy that no other node shares.
func (s *store) own(nid disk.NID) []byte {
	e := s.node(nid)
	require.False(s.t, e.Data == 0 || e.Data.Internal(), "data of node %v", nid)
	b := slices.Clone(s.blocks[e.Data.Lookup()])
	e.Data = s.add(b)
	return b
}

// subs gives the subnodes of a node with a single block of them, to be changed.
func (s *store) subs(nid disk.NID) *disk.SLBlock {
	var sl disk.SLBlock
	require.NoError(s.t, sl.Unmarshal(s.f, s.blocks[s.node(nid).Sub.Lookup()]))
	return &sl
}

// ownSub is own for a subnode.
func (s *store) ownSub(nid, sub disk.NID) []byte {
	sl := s.subs(nid)
	i := slices.IndexFunc(sl.Entries, func(e disk.SLEntry) bool { return e.NID == sub })
	require.GreaterOrEqual(s.t, i, 0, "no subnode %v", sub)
	b := slices.Clone(s.blocks[sl.Entries[i].Data.Lookup()])
	sl.Entries[i].Data = s.add(b)
	s.node(nid).Sub = s.addInternal(sl)
	return b
}

// references counts them, and drops the blocks that have none, as often as that
// leaves others without.
func (s *store) references() map[disk.BID]int {
	for {
		refs := make(map[disk.BID]int)
		for _, e := range s.nodes {
			refs[e.Data.Lookup()]++
			refs[e.Sub.Lookup()]++
		}
		for bid, b := range s.blocks {
			for _, child := range s.children(bid, b) {
				refs[child.Lookup()]++
			}
		}
		before := len(s.blocks)
		for bid := range s.blocks {
			if refs[bid] == 0 && !s.orphan[bid] {
				delete(s.blocks, bid)
			}
		}
		if len(s.blocks) == before {
			return refs
		}
	}
}

// children gives what an internal block refers to, as far as it is one.
func (s *store) children(bid disk.BID, b []byte) (all []disk.BID) {
	var x disk.XBlock
	var sl disk.SLBlock
	var si disk.SIBlock
	switch {
	case !bid.Internal():
	case x.Unmarshal(s.f, b) == nil:
		all = x.BIDs
	case sl.Unmarshal(s.f, b) == nil:
		for _, e := range sl.Entries {
			all = append(all, e.Data, e.Sub)
		}
	case si.Unmarshal(s.f, b) == nil:
		for _, e := range si.Entries {
			all = append(all, e.BID)
		}
	}
	return all
}

// text is the tag of a string of this store.
func (s *store) text(id uint16) uint32 {
	if s.f == disk.ANSI {
		return uint32(id)<<16 | 0x001E
	}
	return uint32(id)<<16 | 0x001F
}

// encode is ASCII text as this store keeps it.
func (s *store) encode(text string) (b []byte) {
	for _, c := range []byte(text) {
		if b = append(b, c); s.f == disk.Unicode {
			b = append(b, 0)
		}
	}
	return b
}

func dword(b []byte, at int) uint32       { return binary.LittleEndian.Uint32(b[at:]) }
func setDword(b []byte, at int, v uint32) { binary.LittleEndian.PutUint32(b[at:], v) }
