package psttest

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
)

// PagesOfSection is how many pages of 512 bytes a section has.
const PagesOfSection = disk.AMapSlots / disk.SlotsPerPage

// Inflate makes the store at path that many sections long, of 253,952 bytes each, in a
// sparse file: it writes map pages only, a few KB for each section. taken says which
// pages of a new section nobody can have. They are allocated, and reserved in the PMap
// as programs before Outlook 2007 SP2 did it ([MS-PST] 2.2.2.7.3), so that the store is
// sound without anything in them. What was known of free space is forgotten.
func Inflate(t testing.TB, path string, sections int64, taken func(section int64, page int) bool) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	defer f.Close()
	in := &inflater{t: t, f: f, taken: taken}
	in.readHeader()
	first := (int64(in.header.Root.AMapLast)-disk.FirstAMap)/disk.AMapInterval + 1
	require.NoError(t, f.Truncate(disk.SectionOffset(sections)))
	for s := first; s < sections; s++ {
		in.section(s)
	}
	in.flush()
	in.write(disk.DListOffset, disk.PageSize, func(disk.Format, []byte) error { return nil })
	in.header.Root.FileEOF = uint64(disk.SectionOffset(sections))
	in.header.Root.AMapLast = uint64(disk.SectionOffset(sections - 1))
	in.header.Unique++
	in.write(0, in.format.HeaderSize(), in.header.Marshal)
}

// inflater adds sections to a store.
type inflater struct {
	t      testing.TB
	f      *os.File
	taken  func(section int64, page int) bool
	format disk.Format
	header disk.Header

	// The pages that cover the section in hand and others, and where they are.
	pmap   disk.PMap
	fmap   disk.FMap
	pmapAt int64
	fmapAt int64
}

func (in *inflater) readHeader() {
	b := in.read(0, disk.HeaderEnd)
	var err error
	in.format, err = disk.DetectFormat(b)
	require.NoError(in.t, err)
	require.NoError(in.t, in.header.Unmarshal(in.format, b))
}

// section writes the map pages of a new section.
func (in *inflater) section(s int64) {
	base := disk.SectionOffset(s)
	if p := s / disk.PMapInterval * disk.PMapInterval; s == p {
		in.flush()
		in.pmap, in.pmapAt = disk.NewPMap(s), base+disk.PMapOffset
	} else if in.pmapAt == 0 {
		in.pmapAt = disk.SectionOffset(p) + disk.PMapOffset
		require.NoError(in.t, in.pmap.Unmarshal(in.format, in.read(in.pmapAt, disk.PageSize)))
	}
	if _, _, fpmap := disk.MapPagesAt(s); fpmap {
		m := disk.NewFPMap(s)
		in.write(base+disk.FPMapOffset, disk.PageSize, m.Marshal)
	}
	amap := disk.NewAMap(s)
	for page := disk.MapPageCount(s); page < PagesOfSection; page++ {
		if in.taken(s, page) {
			amap.Set(page*disk.SlotsPerPage, disk.SlotsPerPage)
			at := int(s%disk.PMapInterval)*PagesOfSection + page
			in.pmap.Bits[at/8] &^= 0x80 >> (at % 8)
			in.header.Root.PMapFree += disk.PageSize
		}
	}
	in.header.Root.AMapFree += uint64(amap.FreeSlots()) * disk.BlockAlign
	in.write(base, disk.PageSize, amap.Marshal)
	in.noteRun(s, amap.LongestRun())
}

// noteRun keeps the FMap up that covers a section.
func (in *inflater) noteRun(s int64, run int) {
	at, index, ok := disk.FMapPlace(s)
	if !ok {
		return
	}
	if off := disk.SectionOffset(at) + disk.FMapOffset; off != in.fmapAt {
		in.flush()
		in.fmapAt, in.fmap = off, disk.NewFMap(at)
		if s != at {
			require.NoError(in.t, in.fmap.Unmarshal(in.format, in.read(off, disk.PageSize)))
		}
	}
	in.fmap.SetRun(index, run)
}

// flush writes the pages that cover several sections.
func (in *inflater) flush() {
	if in.pmapAt != 0 {
		in.write(in.pmapAt, disk.PageSize, in.pmap.Marshal)
	}
	if in.fmapAt != 0 {
		in.write(in.fmapAt, disk.PageSize, in.fmap.Marshal)
	}
}

func (in *inflater) read(off int64, n int) []byte {
	b := make([]byte, n)
	_, err := in.f.ReadAt(b, off)
	require.NoError(in.t, err)
	return b
}

func (in *inflater) write(off int64, n int, marshal func(disk.Format, []byte) error) {
	b := make([]byte, n)
	require.NoError(in.t, marshal(in.format, b))
	_, err := in.f.WriteAt(b, off)
	require.NoError(in.t, err)
}
