package disk

// FPMap is FPMAPPAGE, the third page of a section every 8 GB ([MS-PST]
// 2.2.2.7.6): a bit per PMap, 0 if it reserves pages.
type FPMap struct{ MapPage }

// NewFPMap returns the FPMap in a new section, for PMaps that reserve nothing.
func NewFPMap(section int64) FPMap {
	m := FPMap{newMapPage(PageFPMap, SectionOffset(section)+FPMapOffset)}
	m.fill(0xFF)
	return m
}

// Unmarshal decodes a page of [PageSize] bytes.
func (m *FPMap) Unmarshal(f Format, b []byte) error { return m.unmarshal(f, b, PageFPMap) }
