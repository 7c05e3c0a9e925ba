package check_test

import (
	"io"

	"pstsyncd/syncjob/pst/internal/disk"
)

// extended is a store that goes on for many sections with nothing in them, whose
// map pages are made when they are read.
type extended struct {
	*image
	sections int64
	fmapRun  int  // what the FMaps say of all sections
	fpmap    byte // each byte of the FPMaps
}

// extend makes a store of so many sections.
func extend(im *image, sections int64) *extended {
	e := &extended{image: im, sections: sections, fmapRun: disk.AMapSlots, fpmap: 0xFF}
	old := int64(len(im.b)-disk.FirstAMap) / disk.AMapInterval
	im.header(func(h *disk.Header) {
		for s := old; s < sections; s++ {
			m := disk.NewAMap(s)
			h.Root.AMapFree += uint64(m.FreeSlots() * disk.BlockAlign)
		}
		h.Root.FileEOF = uint64(disk.SectionOffset(sections))
		h.Root.AMapLast = uint64(disk.SectionOffset(sections - 1))
	})
	return e
}

func (e *extended) file() *io.SectionReader {
	return io.NewSectionReader(e, 0, disk.SectionOffset(e.sections))
}

func (e *extended) ReadAt(b []byte, off int64) (int, error) {
	if off < int64(len(e.b)) {
		return copy(b, e.b[off:]), nil
	}
	if off+int64(len(b)) > disk.SectionOffset(e.sections) {
		return 0, io.EOF
	}
	s, slot, _ := disk.SectionOf(off)
	return len(b), e.page(s, int64(slot)*disk.BlockAlign)(e.f, b)
}

// page gives what writes the map page at an offset of a section.
func (e *extended) page(s, offset int64) func(disk.Format, []byte) error {
	pmap, fmap, _ := disk.MapPagesAt(s)
	switch {
	case offset == 0:
		m := disk.NewAMap(s)
		return m.Marshal
	case offset == disk.PMapOffset && pmap:
		m := disk.NewPMap(s)
		return m.Marshal
	case fmap:
		m := disk.NewFMap(s)
		for i := range disk.MapBytes {
			m.SetRun(i, e.fmapRun)
		}
		return m.Marshal
	default:
		m := disk.NewFPMap(s)
		for i := range m.Bits {
			m.Bits[i] = e.fpmap
		}
		return m.Marshal
	}
}
