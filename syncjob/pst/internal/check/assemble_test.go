package check_test

import (
	"maps"
	"slices"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
)

// image puts a store together: blocks and pages one after the other, sections as
// many as they take, maps and header as they have to be.
func (s *store) image() *image {
	refs := s.references()
	a := &assembly{s: s, im: &image{t: s.t, f: s.f, hdr: s.hdr, b: make([]byte, disk.FirstAMap)}}
	var entries []disk.BBTEntry
	for _, bid := range slices.Sorted(maps.Keys(s.blocks)) {
		entries = append(entries, a.block(bid, refs[bid]+1+s.lies[bid]))
	}
	root := &a.im.hdr.Root
	root.BBT = a.tree(disk.PageBBT, len(entries), a.im.f.BBTLeafMax(), func(i, n int) disk.BTPage { return disk.BTPage{BBT: entries[i : i+n]} })
	root.NBT = a.tree(disk.PageNBT, len(s.nodes), a.im.f.NBTLeafMax(), func(i, n int) disk.BTPage { return disk.BTPage{NBT: s.nodes[i : i+n]} })
	root.AMapFree, root.PMapFree, root.AMapValid = 0, 0, disk.AMapValid2
	for i := range a.maps {
		root.AMapFree += uint64(a.maps[i].FreeSlots() * disk.BlockAlign)
		require.NoError(s.t, a.maps[i].Marshal(s.f, a.im.b[disk.SectionOffset(int64(i)):]))
	}
	root.FileEOF = uint64(len(a.im.b))
	root.AMapLast = uint64(disk.SectionOffset(int64(len(a.maps) - 1)))
	a.im.header(func(h *disk.Header) { h.Orphans = uint32(len(s.orphan)) })
	return a.im
}

// assembly is a file that grows.
type assembly struct {
	s    *store
	im   *image
	maps []disk.AMap // by section
}

// place allocates size bytes.
func (a *assembly) place(size, align int) uint64 {
	for s := len(a.maps) - 1; s >= 0; s-- {
		if at, ok := a.maps[s].FindFree(0, disk.SlotsOf(size), align/disk.BlockAlign); ok {
			a.maps[s].Set(at, disk.SlotsOf(size))
			return uint64(disk.SectionOffset(int64(s))) + uint64(at*disk.BlockAlign)
		}
	}
	section := int64(len(a.maps))
	a.maps = append(a.maps, disk.NewAMap(section))
	a.im.b = append(a.im.b, make([]byte, disk.AMapInterval)...)
	if pmap, _, _ := disk.MapPagesAt(section); pmap {
		m := disk.NewPMap(section)
		require.NoError(a.s.t, m.Marshal(a.im.f, a.im.b[disk.SectionOffset(section)+disk.PMapOffset:]))
	}
	return a.place(size, align)
}

func (a *assembly) block(bid disk.BID, refs int) disk.BBTEntry {
	data := a.s.blocks[bid]
	size := a.im.f.BlockSize(len(data))
	ref := disk.BREF{BID: bid, IB: a.place(size, disk.BlockAlign)}
	b := a.im.b[ref.IB:][:size]
	copy(b, data)
	disk.Encode(a.im.hdr.Crypt, bid, b[:len(data)])
	trailer := disk.NewBlockTrailer(ref, len(data))
	require.NoError(a.s.t, trailer.Marshal(a.im.f, b))
	return disk.BBTEntry{Ref: ref, Size: uint16(len(data)), RefCnt: uint16(refs)}
}

// tree writes a B-tree of n entries and gives its root. leaf makes the page of n
// of them from the i-th on.
func (a *assembly) tree(typ disk.PageType, n, perLeaf int, leaf func(i, n int) disk.BTPage) disk.BREF {
	var level []disk.BTEntry
	for i := 0; i < n || i == 0; i += perLeaf {
		level = append(level, a.page(typ, leaf(i, min(perLeaf, n-i))))
	}
	perInner := a.im.f.InnerMax()
	if few := a.s.inner[typ]; few > 0 {
		perInner = few
	}
	for depth := uint8(1); len(level) > 1; depth++ {
		var above []disk.BTEntry
		for children := range slices.Chunk(level, perInner) {
			above = append(above, a.page(typ, disk.BTPage{Level: depth, Inner: children}))
		}
		level = above
	}
	return level[0].Ref
}

func (a *assembly) page(typ disk.PageType, p disk.BTPage) disk.BTEntry {
	ref := disk.BREF{BID: a.im.hdr.NextP, IB: a.place(disk.PageSize, disk.PageSize)}
	a.im.hdr.NextP++
	p.Trailer = disk.NewPageTrailer(typ, ref)
	require.NoError(a.s.t, p.Marshal(a.im.f, a.im.b[ref.IB:][:disk.PageSize]))
	e := disk.BTEntry{Ref: ref}
	if p.Len() > 0 {
		e.Key = p.Key(0)
	}
	return e
}
