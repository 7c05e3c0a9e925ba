package disk

// PMap is PMAPPAGE, the second page of every eighth section ([MS-PST]
// 2.2.2.7.3). Old writers reserved pages for themselves in it; new ones leave every
// bit 1.
type PMap struct{ MapPage }

// PMapPages is how many pages one PMap covers, from the beginning of its section on.
const PMapPages = MapBytes * 8

// NewPMap returns the PMap in a new section, which reserves nothing.
func NewPMap(section int64) PMap {
	m := PMap{newMapPage(PagePMap, SectionOffset(section)+PMapOffset)}
	m.fill(0xFF)
	return m
}

// Unmarshal decodes a page of [PageSize] bytes.
func (m *PMap) Unmarshal(f Format, b []byte) error { return m.unmarshal(f, b, PagePMap) }

// Reserved reports whether the map keeps a page for later use: the AMap calls it
// allocated, yet nothing is there.
func (m *PMap) Reserved(page int) bool { return !m.bit(page) }
