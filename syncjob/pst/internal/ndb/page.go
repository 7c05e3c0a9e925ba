package ndb

import (
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// anyLevel is the level of a root page, which only the page itself knows.
const anyLevel = -1

// marshalFunc is the Marshal of a structure of package disk.
type marshalFunc = func(disk.Format, []byte) error

// pageWrite writes what marshal makes as the page at an offset.
type pageWrite = func(off int64, marshal marshalFunc) error

// marshalPage returns the bytes of a page.
func (s *Store) marshalPage(marshal marshalFunc) ([]byte, error) {
	b := make([]byte, disk.PageSize)
	return b, marshal(s.Format(), b)
}

// page reads a B-tree page and checks that it is the one that ref, kind and level
// say: the trailer, the CRC, and that its keys ascend.
func (s *Store) page(kind disk.PageType, ref disk.BREF, level int) (*disk.BTPage, error) {
	p, ok := s.pages.get(ref)
	if !ok {
		var err error
		if p, err = s.readPage(ref); err != nil {
			return nil, fmt.Errorf("%v %v: %w", kind, ref, err)
		}
		s.pages.put(ref, p, disk.PageSize)
	}
	if p.Trailer.Type != kind {
		return nil, disk.Corruptf(kind.String(), int64(ref.IB), "is a %v", p.Trailer.Type)
	}
	if level != anyLevel && int(p.Level) != level {
		return nil, disk.Corruptf(kind.String(), int64(ref.IB), "level is %d, want %d", p.Level, level)
	}
	return p, nil
}

func (s *Store) readPage(ref disk.BREF) (*disk.BTPage, error) {
	img := s.current()
	if ref.IB%disk.PageSize != 0 || ref.IB < disk.FirstAMap || ref.IB > img.header.Root.FileEOF-disk.PageSize {
		return nil, disk.Corruptf("btpage", int64(ref.IB), "no page can be there")
	}
	b := make([]byte, disk.PageSize)
	if err := s.read(b, int64(ref.IB)); err != nil {
		return nil, err
	}
	p := new(disk.BTPage)
	if err := p.Unmarshal(img.format, b); err != nil {
		return nil, err
	}
	if err := p.Trailer.Check(p.Trailer.Type, ref); err != nil {
		return nil, err
	}
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if p.Level > 0 && p.Len() == 0 {
		return nil, disk.Corruptf("btpage", int64(ref.IB), "no entries at level %d", p.Level)
	}
	return p, nil
}
