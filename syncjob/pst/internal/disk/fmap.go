package disk

// FMap is FMAPPAGE, the third page of some sections ([MS-PST] 2.2.2.7.5): for
// each of 496 AMaps the longest run of free slots.
type FMap struct{ MapPage }

// HeaderMapBytes is the size of the FMap and of the FPMap that stand in the header.
const HeaderMapBytes = 128

// NewFMap returns the FMap in a new section. Its AMaps do not exist yet: no space.
func NewFMap(section int64) FMap {
	return FMap{newMapPage(PageFMap, SectionOffset(section)+FMapOffset)}
}

// Unmarshal decodes a page of [PageSize] bytes.
func (m *FMap) Unmarshal(f Format, b []byte) error { return m.unmarshal(f, b, PageFMap) }

// FMapEntry returns what an FMap says of an AMap with that [AMap.LongestRun].
func FMapEntry(longestRun int) byte { return byte(min(longestRun, 0xFF)) }

// FMapPlace returns the section whose FMap covers the AMap of section, and the
// index in it. ok is false for the first 128 sections, which the header covers.
func FMapPlace(section int64) (at int64, index int, ok bool) {
	if section < firstFMapSection {
		return 0, int(section), false
	}
	index = int((section - firstFMapSection) % fmapInterval)
	return section - int64(index), index, true
}
