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
// and only the next block id may be of the other. If they were torn themselves, they are
// restored by now, and the file does not have them yet. A file that is longer than its
// header says was being extended, be it by one who never looks at fAMapValid.
func (s *Store) recover(restored bool) error {
	img := s.current()
	if restored {
		s.log.Info("header was torn and is restored")
	}
	if restored || img.cutOff() {
		if err := s.rebuild(restored); err != nil {
			return fmt.Errorf("rebuild allocation maps: %w", err)
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
	return img, img.check(s.f)
}

// rebuild computes the AMaps from what the trees refer to, and nothing else, and writes
// those that differ. Space that only an unfinished change used becomes free, and what
// the file is longer than it says is cut off. Trees that are damaged or share space
// are refused before anything is written.
func (s *Store) rebuild(restored bool) error {
	h := s.Header()
	r := &rebuild{s: s, root: h.Root, nextB: h.NextB, nextP: h.NextP}
	if err := r.collect(); err != nil {
		return err
	}
	if err := s.distrust(restored); err != nil {
		return err
	}
	if err := r.write(); err != nil {
		return err
	}
	h = s.Header()
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

// checkMaps rebuilds AMaps that are said to be valid and are not: the next commit would put
// something else in the place of what they call free. Outlook 2013 and later do not look at
// fAMapValid ([MS-PST] 2.2.2.5, note 23): one that was cut off may leave AMaps that have not
// heard of the last it wrote. That always includes both roots; and the header's free space,
// written with them, is then not that of the AMaps, which are all counted where they are few.
func (s *Store) checkMaps() error {
	if s.isCounted() {
		return nil // by this program's last commit
	}
	if stale, err := s.staleMaps(); err != nil || !stale {
		return err
	}
	return s.rebuild(false)
}

// maxCounted is how many sections a file may have for all its AMaps to be counted.
const maxCounted = 64

func (s *Store) staleMaps() (bool, error) {
	root := s.Header().Root
	for _, ref := range []disk.BREF{root.NBT, root.BBT} {
		index, slot, _ := disk.SectionOf(int64(ref.IB))
		sec, err := s.readSection(index, root.FileEOF)
		if err != nil {
			return false, err
		}
		if !sec.amap.Allocated(slot, disk.SlotsPerPage) {
			s.log.Info("allocation maps call what is in use free", "page", ref)
			return true, nil
		}
	}
	sections, err := sectionCount(&root)
	if err != nil || sections > maxCounted {
		return false, err
	}
	free := uint64(0)
	for index := range sections {
		sec, err := s.readSection(index, root.FileEOF)
		if err != nil {
			return false, err
		}
		free += uint64(sec.amap.FreeSlots()) * disk.BlockAlign
	}
	if free != root.AMapFree {
		s.log.Info("allocation maps are not those of the header", "free", free, "header", root.AMapFree)
		return true, nil
	}
	s.setCounted(true)
	return false, nil
}

// distrust makes a header durable that says that the AMaps are not valid. One that was
// restored is first written as it is, for what it was restored from shows only that one.
func (s *Store) distrust(restored bool) error {
	if restored {
		if err := s.write(s.current().bytes, 0); err != nil {
			return err
		}
		if err := s.sync(); err != nil {
			return err
		}
	}
	h := s.Header()
	if h.Root.AMapValid == disk.AMapInvalid {
		return nil
	}
	h.Unique++
	h.Root.AMapValid = disk.AMapInvalid
	if err := s.writeHeader(h); err != nil {
		return err
	}
	return s.sync()
}
