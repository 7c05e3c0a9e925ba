package disk

// MapPage is what AMap, PMap, FMap and FPMap pages have in common ([MS-PST]
// 2.2.2.7.2, .3, .5 and .6).
type MapPage struct {
	Pad     uint32         // dwPadding, ANSI only
	Bits    [MapBytes]byte // the map; bits count from the most significant one
	Trailer PageTrailer    // pageTrailer
}

func newMapPage(t PageType, offset int64) MapPage {
	return MapPage{Trailer: NewPageTrailer(t, BREF{IB: uint64(offset)})}
}

func (m *MapPage) unmarshal(f Format, b []byte, want PageType) error {
	t, err := unmarshalTrailer(f, b, want)
	if err != nil {
		return err
	}
	r := &reader{f: f, b: b}
	*m = MapPage{Trailer: t}
	if f == ANSI {
		m.Pad = r.u32()
	}
	r.copy(m.Bits[:])
	return nil
}

// Marshal writes the page, trailer and CRC included, to the first [PageSize] bytes of b.
func (m *MapPage) Marshal(f Format, b []byte) error {
	if err := room(m.Trailer.Type.String(), b, PageSize); err != nil {
		return err
	}
	w := &writer{f: f, b: b}
	if f == ANSI {
		w.u32(m.Pad)
	}
	w.copy(m.Bits[:])
	return m.Trailer.Marshal(f, b)
}

func (m *MapPage) fill(c byte) {
	for i := range m.Bits {
		m.Bits[i] = c
	}
}
