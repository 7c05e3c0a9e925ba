package ndb

import (
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// fmapEdit brings FMaps ([MS-PST] 2.2.2.7.5) up to date, with one of them in hand:
// sections are to come in ascending order.
type fmapEdit struct {
	s     *Store
	write pageWrite

	off   int64 // of the page in hand, 0 for none
	page  disk.FMap
	dirty bool
}

// set notes how the AMap of a section is.
func (e *fmapEdit) set(section int64, m *disk.AMap) error {
	at, index, ok := disk.FMapPlace(section)
	if !ok {
		return nil
	}
	if off := disk.SectionOffset(at) + disk.FMapOffset; off != e.off {
		if err := e.flush(); err != nil {
			return err
		}
		if err := e.load(at, off); err != nil {
			return err
		}
	}
	before := e.page.Bits[index]
	e.page.SetRun(index, m.LongestRun())
	e.dirty = e.dirty || e.page.Bits[index] != before
	return nil
}

// load reads the page in a section. One that is damaged is made anew.
func (e *fmapEdit) load(section, off int64) error {
	b := make([]byte, disk.PageSize)
	if err := e.s.read(b, off); err != nil {
		return fmt.Errorf("fmap: %w", err)
	}
	err := e.page.Unmarshal(e.s.Format(), b)
	if err == nil {
		err = e.page.Trailer.Check(disk.PageFMap, disk.BREF{IB: uint64(off)})
	}
	if e.off, e.dirty = off, err != nil; err != nil {
		e.page = disk.NewFMap(section)
	}
	return nil
}

// flush writes the page in hand if it has changed.
func (e *fmapEdit) flush() error {
	if e.off == 0 || !e.dirty {
		return nil
	}
	e.dirty = false
	return e.write(e.off, e.page.Marshal)
}

// noteRuns brings what FMaps say of the sections that changed up to date.
func (sp *space) noteRuns() error {
	e := fmapEdit{s: sp.s, write: sp.writeMap}
	for _, sec := range sp.inOrder() {
		if !sec.fresh && sec.amap.Bits == sec.durable {
			continue
		}
		if err := e.set(sec.index, &sec.amap); err != nil {
			return err
		}
	}
	return e.flush()
}
