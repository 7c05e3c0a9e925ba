package psttest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/vfs"
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
	InflateIn(t, vfs.OS, path, sections, taken)
}

// InflateIn is [Inflate] in another file system, such as one in memory.
func InflateIn(t testing.TB, fsys vfs.FS, path string, sections int64, taken func(section int64, page int) bool) {
	t.Helper()
	f, err := fsys.OpenWrite(path)
	require.NoError(t, err)
	defer f.Close()
	in := &inflater{t: t, f: f, taken: taken}
	in.readHeader()
	first := (int64(in.header.Root.AMapLast)-disk.FirstAMap)/disk.AMapInterval + 1
	require.NoError(t, f.Truncate(disk.SectionOffset(sections)))
	for s := first; s < sections; s++ {
		in.section(s)
	}
	in.flushMaps()
	in.write(disk.DListOffset, disk.PageSize, func(disk.Format, []byte) error { return nil })
	in.header.Root.FileEOF = uint64(disk.SectionOffset(sections))
	in.header.Root.AMapLast = uint64(disk.SectionOffset(sections - 1))
	in.header.Unique++
	in.write(0, in.format.HeaderSize(), in.header.Marshal)
}

// inflater adds sections to a store.
type inflater struct {
	t      testing.TB
	f      vfs.File
	taken  func(section int64, page int) bool
	format disk.Format
	header disk.Header

	// The pages that cover the section in hand and others.
	pmap  cover
	fmap  cover
	fpmap cover
}

// cover is a map page that is about several sections.
type cover struct {
	disk.MapPage
	at int64 // where it is, 0 for none
}

func (in *inflater) readHeader() {
	b := in.read(0, disk.HeaderEnd)
	var err error
	in.format, err = disk.DetectFormat(b)
	require.NoError(in.t, err)
	require.NoError(in.t, in.header.Unmarshal(in.format, b))
}

// section writes the map pages of a new section, or notes what they have to say.
func (in *inflater) section(s int64) {
	pmap := s / disk.PMapInterval * disk.PMapInterval
	in.turn(&in.pmap, pmap, disk.PMapOffset, s, func() disk.MapPage { return disk.NewPMap(s).MapPage })
	if fmap, _, ok := disk.FMapPlace(s); ok {
		in.turn(&in.fmap, fmap, disk.FMapOffset, s, func() disk.MapPage { return disk.NewFMap(s).MapPage })
	}
	if _, _, fpmap := disk.MapPagesAt(s); fpmap {
		in.turn(&in.fpmap, s, disk.FPMapOffset, s, func() disk.MapPage { return disk.NewFPMap(s).MapPage })
	}
	amap := disk.NewAMap(s)
	for page := disk.MapPageCount(s); page < PagesOfSection; page++ {
		if in.taken(s, page) {
			amap.Set(page*disk.SlotsPerPage, disk.SlotsPerPage)
			in.reserve(s, page)
		}
	}
	in.header.Root.AMapFree += uint64(amap.FreeSlots()) * disk.BlockAlign
	in.write(disk.SectionOffset(s), disk.PageSize, amap.Marshal)
	if _, index, ok := disk.FMapPlace(s); ok {
		m := disk.FMap{MapPage: in.fmap.MapPage}
		m.SetRun(index, amap.LongestRun())
		in.fmap.MapPage = m.MapPage
	}
}

// turn has a page in hand that stands in section at and covers section s, which is new.
func (in *inflater) turn(c *cover, at, offset, s int64, fresh func() disk.MapPage) {
	off := disk.SectionOffset(at) + offset
	if off == c.at {
		return
	}
	in.flush(c)
	c.at = off
	if at == s {
		c.MapPage = fresh()
		return
	}
	b := in.read(off, disk.PageSize)
	require.NoError(in.t, c.Trailer.Unmarshal(in.format, b))
	copy(c.Bits[:], b[in.format.MapBitsOffset():])
}

// reserve keeps a page for pages of the future: a 0 in the PMap, which the FPMap tells.
func (in *inflater) reserve(s int64, page int) {
	in.header.Root.PMapFree += disk.PageSize
	clearBit(in.pmap.Bits[:], int(s%disk.PMapInterval)*PagesOfSection+page)
	if in.fpmap.at != 0 {
		first, _, _ := disk.SectionOf(in.fpmap.at)
		clearBit(in.fpmap.Bits[:], int(s-first)/disk.PMapInterval)
	}
}

func clearBit(b []byte, i int) { b[i/8] &^= 0x80 >> (i % 8) }

func (in *inflater) flushMaps() {
	for _, c := range []*cover{&in.pmap, &in.fmap, &in.fpmap} {
		in.flush(c)
	}
}

func (in *inflater) flush(c *cover) {
	if c.at != 0 {
		in.write(c.at, disk.PageSize, c.Marshal)
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
