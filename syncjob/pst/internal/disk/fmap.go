package disk

// FMap is FMAPPAGE, the third page of some sections ([MS-PST] 2.2.2.7.5): for each
// of 496 AMaps how many free slots in a row it has, at most. Programs since Outlook
// 2010 do not use FMaps to find space, but repair programs compare them with the AMaps.
type FMap struct{ MapPage }

// maxFMapRun is the longest run of free slots that an FMap tells from longer ones.
const maxFMapRun = 0xFF

// NewFMap returns the FMap in a new section, which promises any length for every
// AMap, as is right for sections that are still to come.
func NewFMap(section int64) FMap {
	m := FMap{newMapPage(PageFMap, SectionOffset(section)+FMapOffset)}
	m.fill(maxFMapRun)
	return m
}

// FMapPlace returns the section with the FMap for the AMap of a section, and the
// index in it. ok is false for the first sections: the map in the header that was
// for them is no longer kept up.
func FMapPlace(section int64) (at int64, index int, ok bool) {
	if section < firstFMapSection {
		return 0, 0, false
	}
	index = int((section - firstFMapSection) % fmapInterval)
	return section - int64(index), index, true
}

// SetRun notes how many free slots in a row an AMap has.
func (m *FMap) SetRun(index, run int) { m.Bits[index] = byte(min(run, maxFMapRun)) }

// Unmarshal decodes a page of [PageSize] bytes.
func (m *FMap) Unmarshal(f Format, b []byte) error { return m.unmarshal(f, b, PageFMap) }
