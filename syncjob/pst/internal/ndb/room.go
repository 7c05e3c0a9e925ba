package ndb

import (
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// Room says whether the file has room for n bytes of blocks more. It is for what is
// known to be large, before any of it is written. Where the format sets no end to the
// file there always is room; else [ErrFull] says that there is none, and the
// transaction can go on without.
//
// Space is counted and not tried: free space in pieces that are too small can still
// make Commit fail with ErrFull, and then nothing of the transaction remains.
func (tx *Tx) Room(n int64) error {
	if err := tx.usable(); err != nil {
		return err
	}
	if tx.Format() != disk.ANSI {
		return nil
	}
	n += int64(tx.pending.bytes) + int64(tx.pending.live)*disk.BlockAlign
	growth := tx.space.growth()
	if n <= int64(tx.base.Root.AMapFree)-tx.space.used+growth {
		return nil
	}
	free, err := tx.space.countFree() // the header may be wrong
	if err != nil {
		return err
	}
	if n > free+growth {
		return fmt.Errorf("%d bytes more, %d are left: %w", n, free+growth, errANSIFull)
	}
	return nil
}

var errANSIFull = fmt.Errorf("an ansi store ends at 2 GB; delete items and compact it in Outlook, or move to a unicode store: %w", ErrFull)

// growth is how many bytes the file can still become longer, in an ANSI file.
func (sp *space) growth() int64 {
	return max(0, disk.ANSIEnd-int64(sp.end))
}

// countFree counts what is free now.
func (sp *space) countFree() (int64, error) {
	slots := 0
	for index := range sp.sections {
		sec, err := sp.section(index)
		if err != nil {
			return 0, err
		}
		slots += sec.amap.FreeSlots()
	}
	return int64(slots) * disk.BlockAlign, nil
}

// lastResort begins the search of every section, once: the file cannot become longer.
func (sp *space) lastResort() {
	if sp.searched || sp.s.Format() != disk.ANSI || sp.growth() > 0 {
		return
	}
	sp.searched = true
	sp.list.unscanned, sp.budget = sp.sections-1, int(sp.sections)
}
