package disk

// FMap is FMAPPAGE, the third page of some sections ([MS-PST] 2.2.2.7.5): for each
// of 496 AMaps how many free slots in a row it has, at most.
type FMap struct{ MapPage }

// NewFMap returns the FMap in a new section. It promises any length for every AMap and
// is true for good, as it need not be exact: programs since Outlook 2010 neither read nor
// change FMaps, and leave the one in the header of a new file like that.
func NewFMap(section int64) FMap {
	m := FMap{newMapPage(PageFMap, SectionOffset(section)+FMapOffset)}
	m.fill(0xFF)
	return m
}

// Unmarshal decodes a page of [PageSize] bytes.
func (m *FMap) Unmarshal(f Format, b []byte) error { return m.unmarshal(f, b, PageFMap) }
