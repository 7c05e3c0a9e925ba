package ndb

import "pstsyncd/syncjob/pst/internal/disk"

// grow makes the file one section longer ([MS-PST] 2.6.1.1.2) or, where it ends
// within a section, as files of Outlook 97 do, to the end of that.
func (sp *space) grow() error {
	end := disk.SectionOffset(sp.sections)
	if int64(sp.end) < end {
		return sp.growSection(end)
	}
	index := sp.sections
	end = disk.SectionOffset(index + 1)
	if err := sp.extend(end); err != nil {
		return err
	}
	if err := sp.writeMapPages(index); err != nil {
		return err
	}
	sp.sections++
	sec := newSection(index)
	sp.loaded[index] = sec
	sp.enlist(sec)
	return nil
}

// growSection makes the rest of the last section usable. Its AMap bits, which are 1
// beyond the end of the file, may be cleared before the commit point: the durable tree
// does not reach there.
func (sp *space) growSection(end int64) error {
	sec, err := sp.section(sp.sections - 1)
	if err != nil {
		return err
	}
	old := slotsBefore(sec.index, sp.end)
	if err := sp.extend(end); err != nil {
		return err
	}
	sec.release(old, disk.AMapSlots-old)
	sp.enlist(sec)
	return nil
}

func (sp *space) extend(end int64) error {
	if sp.s.Format() == disk.ANSI && end > disk.ANSIEnd {
		return errANSIFull
	}
	if sp.size < uint64(end) {
		if err := sp.s.truncate(end); err != nil {
			return err
		}
		sp.size = uint64(end)
	}
	sp.end, sp.grew = uint64(end), true
	return nil
}

// writeMapPages writes the map pages of a new section but for its AMap, which
// follows when it is known what is in the section.
func (sp *space) writeMapPages(index int64) error {
	return writeMapPages(sp.writeMap, index)
}

// writeMapPages writes the PMap, FMap and FPMap pages that a section has. They are
// kept for programs that expect them ([MS-PST] 2.6.1.3).
func writeMapPages(write pageWrite, index int64) error {
	off := disk.SectionOffset(index)
	hasPMap, hasFMap, hasFPMap := disk.MapPagesAt(index)
	if hasPMap {
		m := disk.NewPMap(index)
		if err := write(off+disk.PMapOffset, m.Marshal); err != nil {
			return err
		}
	}
	if hasFMap {
		m := disk.NewFMap(index)
		if err := write(off+disk.FMapOffset, m.Marshal); err != nil {
			return err
		}
	}
	if hasFPMap {
		m := disk.NewFPMap(index)
		if err := write(off+disk.FPMapOffset, m.Marshal); err != nil {
			return err
		}
	}
	return nil
}
