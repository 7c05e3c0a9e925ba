package check

import "pstsyncd/syncjob/pst/internal/disk"

const (
	pmapRef  = "2.2.2.7.3"
	fmapRef  = "2.2.2.7.5"
	fpmapRef = "2.2.2.7.6"

	// pagesPerSection is how many pages one section has, and so how many bits of a PMap are for it.
	pagesPerSection = disk.AMapInterval / disk.PageSize

	// longRun is what an FMap has for runs of free slots that are as long, or longer.
	longRun = 0xFF
)

// otherMaps holds the PMap, FMap and FPMap that are for the section in hand. Each
// stands at the beginning of the first section that it is for.
type otherMaps struct {
	pmap, fmap, fpmap          []byte // nil: none is for this section, or it is damaged
	pmapAt, fmapAt, fpmapAt    int64  // sections they stand in
	pmapName, fmapName, fpName string
	reserved                   uint64 // bytes that all PMaps so far call free
	bad                        bool   // a PMap could not be read
}

// read reads the maps that stand in section s.
func (m *otherMaps) read(c *checker, s int64) {
	hasPMap, hasFMap, hasFPMap := disk.MapPagesAt(s)
	one := func(t disk.PageType, offset int64) (bits []byte, name string) {
		ib := disk.SectionOffset(s) + offset
		bits = c.mapPage(t, uint64(ib))
		c.live.setPage(ib)
		return bits, pageName(t.String(), disk.BREF{BID: disk.BID(ib), IB: uint64(ib)})
	}
	if hasPMap {
		m.pmap, m.pmapName = one(disk.PagePMap, disk.PMapOffset)
		m.pmapAt = s
		m.bad = m.bad || m.pmap == nil
	}
	if hasFMap {
		m.fmap, m.fmapName = one(disk.PageFMap, disk.FMapOffset)
		m.fmapAt = s
	}
	if hasFPMap && c.f == disk.Unicode {
		m.fpmap, m.fpName = one(disk.PageFPMap, disk.FPMapOffset)
		m.fpmapAt = s
	}
}

// compare checks what the maps say of section s, whose AMap may be nil if it could
// not be read.
func (m *otherMaps) compare(c *checker, s int64, amap []byte) {
	if m.pmap != nil {
		m.reservedPages(c, s, amap)
	}
	if m.fmap != nil && amap != nil {
		want := min(longRun, longestRun(amap))
		if got := int(m.fmap[s-m.fmapAt]); got != want {
			c.warnf("fmap", fmapRef, m.fmapName, "section %d has %d free slots in a row, the map says %d (%d stands for more)", s, want, got, longRun)
		}
	}
	if m.fpmap != nil && s == m.pmapAt && m.pmap != nil {
		i := int(s-m.fpmapAt) / disk.PMapInterval
		if full, want := allocated(m.fpmap, i), !anyZero(m.pmap); full != want {
			c.warnf("fpmap", fpmapRef, m.fpName, "the map says that the PMap of section %d reserves no pages: %t", s, full)
		}
	}
}

// reservedPages checks that pages of a section that the PMap calls free are
// allocated and unused (rule 12), and adds them up.
func (m *otherMaps) reservedPages(c *checker, s int64, amap []byte) {
	base := disk.SectionOffset(s)
	first := int(s-m.pmapAt) * pagesPerSection
	reported := false
	for i := range pagesPerSection {
		off := base + int64(i)*disk.PageSize
		if allocated(m.pmap, first+i) || uint64(off) >= c.hdr.Root.FileEOF {
			continue
		}
		m.reserved += disk.PageSize
		if problem := c.reservedPage(i, off, amap); problem != "" && !reported {
			reported = true
			c.errorf("pmap-bits", pmapRef, m.pmapName, "reserved page at %#x %s", off, problem)
		}
	}
}

// reservedPage says what is wrong with page i of a section, which a PMap reserves.
func (c *checker) reservedPage(i int, off int64, amap []byte) string {
	const slots = disk.PageSize / disk.BlockAlign
	for k := range slots {
		if c.live.get(int(off/disk.BlockAlign) + k) {
			return "is in use"
		}
		if amap != nil && !allocated(amap, i*slots+k) {
			return "is not allocated"
		}
	}
	return ""
}

// longestRun counts the zero bits in a row of an AMap, at most.
func longestRun(amap []byte) int {
	longest, run := 0, 0
	for i := 0; i < disk.AMapSlots; i++ {
		switch {
		case i%8 == 0 && amap[i/8] == 0:
			run, i = run+8, i+7
		case allocated(amap, i):
			run = 0
		default:
			run++
		}
		longest = max(longest, run)
	}
	return longest
}

func anyZero(bits []byte) bool {
	for _, b := range bits {
		if b != 0xFF {
			return true
		}
	}
	return false
}
