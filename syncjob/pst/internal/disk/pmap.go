package disk

// PMap is PMAPPAGE, the second page of every eighth section ([MS-PST]
// 2.2.2.7.3). Old writers reserved pages for themselves in it; new ones leave every
// bit 1.
type PMap struct{ MapPage }

// NewPMap returns the PMap in a new section, which reserves nothing.
func NewPMap(section int64) PMap {
	m := PMap{newMapPage(PagePMap, SectionOffset(section)+PMapOffset)}
	m.fill(0xFF)
	return m
}

// Unmarshal decodes a page of [PageSize] bytes.
func (m *PMap) Unmarshal(f Format, b []byte) error { return m.unmarshal(f, b, PagePMap) }
