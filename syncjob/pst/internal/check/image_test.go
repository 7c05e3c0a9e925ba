package check_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
)

// image is a store as a file, to be damaged.
type image struct {
	t   testing.TB
	f   disk.Format
	hdr disk.Header
	b   []byte
}

// parse takes b as it is.
func parse(t testing.TB, b []byte) *image {
	im := &image{t: t, b: b}
	var err error
	im.f, err = disk.DetectFormat(b)
	require.NoError(t, err)
	require.NoError(t, im.hdr.Unmarshal(im.f, b))
	return im
}

// open reads a store of the corpus, or makes one of [written].
func open(t testing.TB, name string) *image {
	if _, ok := written[name]; ok {
		return parse(t, write(t, name))
	}
	b, err := os.ReadFile(realStore(t, name))
	require.NoError(t, err)
	return parse(t, b)
}

// header changes the header; the CRCs fit afterwards.
func (im *image) header(change func(*disk.Header)) {
	change(&im.hdr)
	require.NoError(im.t, im.hdr.Marshal(im.f, im.b))
}

// leaves visits the leaf pages of a B-tree with their offsets.
func (im *image) leaves(typ disk.PageType, visit func(off int64, p *disk.BTPage)) {
	im.pages(typ, func(off int64, p *disk.BTPage) {
		if p.Level == 0 {
			visit(off, p)
		}
	})
}

// pages visits the pages of a B-tree, children first.
func (im *image) pages(typ disk.PageType, visit func(off int64, p *disk.BTPage)) {
	root := im.hdr.Root.NBT
	if typ == disk.PageBBT {
		root = im.hdr.Root.BBT
	}
	var descend func(ref disk.BREF)
	descend = func(ref disk.BREF) {
		var p disk.BTPage
		require.NoError(im.t, p.Unmarshal(im.f, im.b[ref.IB:][:disk.PageSize]))
		for _, e := range p.Inner {
			descend(e.Ref)
		}
		visit(int64(ref.IB), &p)
	}
	descend(root)
}

// page changes the first page of a B-tree that change wants to have changed; the
// CRC fits afterwards.
func (im *image) page(typ disk.PageType, change func(p *disk.BTPage) bool) {
	done := false
	im.pages(typ, func(off int64, p *disk.BTPage) {
		if !done && change(p) {
			done = true
			require.NoError(im.t, p.Marshal(im.f, im.b[off:][:disk.PageSize]))
		}
	})
	require.True(im.t, done, "no such page")
}

// block gives a block's entry in the BBT.
func (im *image) block(bid disk.BID) (found disk.BBTEntry) {
	im.leaves(disk.PageBBT, func(_ int64, p *disk.BTPage) {
		for _, e := range p.BBT {
			if e.Ref.BID == bid {
				found = e
			}
		}
	})
	require.NotZero(im.t, found.Ref.IB, "no block %v", bid)
	return found
}

// entry changes a block's entry in the BBT.
func (im *image) entry(bid disk.BID, change func(e *disk.BBTEntry)) {
	im.page(disk.PageBBT, func(p *disk.BTPage) bool {
		for i := range p.BBT {
			if p.BBT[i].Ref.BID == bid {
				change(&p.BBT[i])
				return true
			}
		}
		return false
	})
}

// amap changes the first allocation map and what the header says of it.
func (im *image) amap(change func(m *disk.AMap)) {
	page := im.b[disk.FirstAMap:][:disk.PageSize]
	var m disk.AMap
	require.NoError(im.t, m.Unmarshal(im.f, page))
	before := m.FreeSlots()
	change(&m)
	require.NoError(im.t, m.Marshal(im.f, page))
	im.header(func(h *disk.Header) { h.Root.AMapFree += uint64((m.FreeSlots() - before) * disk.BlockAlign) })
}

// slot is the place in the first allocation map of what is at ib.
func slot(ib uint64) int { return int(ib-disk.FirstAMap) / disk.BlockAlign }
