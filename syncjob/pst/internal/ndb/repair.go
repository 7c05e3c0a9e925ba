package ndb

import (
	"errors"
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/vfs"
)

// RepairMaps computes what a store says of its space anew, whatever it says now: all
// allocation maps, the density list, and in the header ibFileEof, ibAMapLast, the sums of
// free space and the next ids. What it goes by are the two B-trees. f is a copy that
// nobody depends on, and is made durable and closed, also when it fails. The journal is
// that of the original, from which a torn header is made good; it is only read.
//
// A store with B-trees that are damaged or share space is refused with
// [disk.ErrCorrupt], one of another kind with [ErrNotPST] or [ErrUnsupported].
func RepairMaps(f vfs.File, o Options) error {
	s := newStore(f, o)
	if err := s.repairMaps(); err != nil {
		_ = f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

func (s *Store) repairMaps() error {
	img, err := s.readTrusted()
	if err != nil {
		return err
	}
	s.opts.Journal = Journal{}
	size, err := s.f.Size()
	if err != nil {
		return fmt.Errorf("size of store: %w", err)
	}
	root := &img.header.Root
	if size < disk.FirstAMap+disk.PageSize {
		return disk.Corruptf("header", -1, "file has only %d bytes: it is truncated", size)
	}
	root.FileEOF = extent(root.FileEOF, img.format, uint64(size))
	root.AMapLast = uint64(disk.SectionOffset(int64(root.FileEOF-disk.FirstAMap-1) / disk.AMapInterval))
	root.AMapValid = disk.AMapInvalid
	if err := img.header.Validate(); err != nil {
		return err
	}
	s.setImage(img)
	if uint64(size) < root.FileEOF {
		if err := s.truncate(int64(root.FileEOF)); err != nil {
			return err
		}
	}
	return s.rebuild(true)
}

// readTrusted reads a header of which at least the first CRC is right, or made right by
// the journal, whatever its fields say.
func (s *Store) readTrusted() (headerImage, error) {
	img, err := readHeaderImage(s.f)
	if errors.Is(err, errHeaderCRC) {
		img, err = s.restoreHeader(img)
	} else if errors.Is(err, disk.ErrCorrupt) {
		err = img.parse()
	}
	if err != nil {
		return img, err
	}
	return img, writableKind(&img.header)
}

// extent is where a store of that many bytes ends: where its header says, if that can be,
// or else at the end of the section that the file ends in. Only ANSI files may end
// within a section.
func extent(eof uint64, f disk.Format, size uint64) uint64 {
	possible := eof <= size && eof >= disk.FirstAMap+disk.PageSize && eof%disk.BlockAlign == 0
	if !possible {
		eof = size
	}
	if possible && f == disk.ANSI {
		return eof
	}
	sections := (eof - disk.FirstAMap + disk.AMapInterval - 1) / disk.AMapInterval
	return disk.FirstAMap + sections*disk.AMapInterval
}
