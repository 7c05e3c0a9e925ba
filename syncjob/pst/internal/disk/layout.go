package disk

// Where things are in a file ([MS-PST] 1.3.2 and 2.6.1.1.2). Offsets in bytes.
const (
	DListOffset  = 0x4200 // the density list
	FirstAMap    = 0x4400 // the first AMap page, where the sections begin
	HeaderEnd    = FirstAMap
	AMapInterval = MapBytes * 8 * BlockAlign // one section: what one AMap page maps, itself included

	// AMapSlots is how many slots of BlockAlign bytes a section has.
	AMapSlots = MapBytes * 8

	// PMapInterval is how many sections one PMap page maps.
	PMapInterval = 8
)

// The first FMap and FPMap pages stand where the maps in the header end; each of
// the pages then maps MapBytes AMaps, or MapBytes*8 PMaps.
const (
	firstFMapSection  = 128
	fmapInterval      = MapBytes
	firstFPMapSection = 128 * 8 * PMapInterval
	fpmapInterval     = MapBytes * 8 * PMapInterval
)

// ANSIEnd is where an ANSI file ends at most, at 1.94 GiB: it has no FPMap pages, and the
// FPMap in its header goes no further ([MS-PST] 1.3.2.8).
const ANSIEnd = FirstAMap + firstFPMapSection*AMapInterval

// Offsets of the map pages within their section. An FMap and an FPMap never stand
// in the same section, and both use the third page.
const (
	PMapOffset  = PageSize
	FMapOffset  = 2 * PageSize
	FPMapOffset = 2 * PageSize
)

// MapPagesAt says which map pages stand after the AMap page at the beginning of a
// section, counted from 0. ANSI files end before the first FPMap, see [ANSIEnd].
func MapPagesAt(section int64) (pmap, fmap, fpmap bool) {
	pmap = section%PMapInterval == 0
	fmap = section >= firstFMapSection && (section-firstFMapSection)%fmapInterval == 0
	fpmap = section >= firstFPMapSection && (section-firstFPMapSection)%fpmapInterval == 0
	return pmap, fmap, fpmap
}

// MapPageCount returns how many pages at the beginning of a section are maps, the
// AMap page included.
func MapPageCount(section int64) int {
	pmap, fmap, fpmap := MapPagesAt(section)
	switch {
	case fmap || fpmap:
		return 3
	case pmap:
		return 2
	default:
		return 1
	}
}

// SectionOffset returns where a section begins, which is where its AMap is.
func SectionOffset(section int64) int64 { return FirstAMap + section*AMapInterval }

// SectionOf returns the section that holds offset ib, and the slot in it. ok is
// false below the first section.
func SectionOf(ib int64) (section int64, slot int, ok bool) {
	if ib < FirstAMap {
		return 0, 0, false
	}
	ib -= FirstAMap
	return ib / AMapInterval, int(ib % AMapInterval / BlockAlign), true
}
