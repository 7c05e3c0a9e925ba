package ndb

import (
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// recover repairs what a crash can leave in a store that was being written, by this
// program or another ([MS-PST] 2.6.1.3.7). In a sound store it reads nothing more.
//
// The header's first 512 bytes hold all that the trees need, and a CRC of their own. If
// they are good and the rest is not, the header is wholly old or wholly new in them,
// and only the next block id may be of the other. If they are torn themselves, load has
// restored them.
func (s *Store) recover() error {
	img := s.current()
	h := img.header
	switch {
	case h.Root.AMapValid == disk.AMapInvalid:
		if err := s.rebuild(h); err != nil {
			return fmt.Errorf("rebuild allocation maps: %w", err)
		}
	case img.torn:
		if err := s.repairHeader(h); err != nil {
			return fmt.Errorf("repair header: %w", err)
		}
	}
	s.dropJournal()
	return nil
}

// restoreHeader returns, in place of a header that was torn in its first 512 bytes, the
// one that was being written. It writes nothing.
func (s *Store) restoreHeader(torn headerImage) (headerImage, error) {
	img, ok, err := s.replayJournal(torn)
	if err != nil {
		return torn, fmt.Errorf("%w; %w", errHeaderCRC, err)
	}
	if !ok {
		img, ok = finishHeader(torn)
	}
	if !ok {
		return torn, errHeaderCRC
	}
	err = img.check(s.f)
	img.torn = true // the rest of it has not been looked at
	return img, err
}

// rewriteHeader makes the current header durable as it is: before anything else is
// written, for that may take the place of the journal that the header came from.
func (s *Store) rewriteHeader() error {
	if err := s.write(s.current().bytes, 0); err != nil {
		return err
	}
	return s.sync()
}

// repairHeader writes the header anew with a block id that is not in use.
func (s *Store) repairHeader(h disk.Header) error {
	last, err := s.bbt().last()
	if err != nil {
		return err
	}
	h.NextB = max(h.NextB, nextBlockID(disk.BID(last)+1))
	h.Unique++
	if err := s.writeHeader(h); err != nil {
		return err
	}
	s.log.Info("header was torn and is repaired", "unique", h.Unique)
	return s.sync()
}

// rebuild computes the AMaps from what the trees refer to, and nothing else, and writes
// those that differ. Space that only an unfinished change used becomes free, and what
// the file is longer than it says is cut off. Trees that are damaged or share space
// are refused before anything is written.
func (s *Store) rebuild(h disk.Header) error {
	r := &rebuild{s: s, root: h.Root, nextB: h.NextB, nextP: h.NextP}
	if err := r.collect(); err != nil {
		return err
	}
	if err := r.write(); err != nil {
		return err
	}
	h.NextB, h.NextP = nextBlockID(r.nextB), r.nextP
	h.Unique++
	h.Root.AMapFree = r.free()
	h.Root.PMapFree = 0
	h.Root.AMapValid = disk.AMapValid2
	if err := r.writeDensityList(h.NextP); err != nil {
		return err
	}
	if err := s.sync(); err != nil {
		return err
	}
	if err := s.writeJournal(s.Header(), h); err != nil {
		return err
	}
	if err := s.writeHeader(h); err != nil {
		return err
	}
	if err := s.sync(); err != nil {
		return err
	}
	s.setCounted(true)
	s.log.Info("allocation maps were rebuilt", "sections", len(r.maps), "free", h.Root.AMapFree, "written", r.written)
	return nil
}
