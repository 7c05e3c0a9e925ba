package ndb

import (
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// space allocates for one transaction ([MS-PST] 2.6.1.1.1). It looks into the sections
// that the density list names, then into a few more, and then makes the file longer.
// What the transaction frees stays allocated until its commit point; what it took and
// gave back can be taken again at once.
type space struct {
	s        *Store
	write    func([]byte, int64) error
	sections int64  // in the file, grown ones included
	end      uint64 // of the file: ibFileEof
	size     uint64 // of the file in the file system
	grew     bool   // the transaction made the file longer
	used     int64  // bytes that the transaction took and did not give back
	searched bool   // all sections are being searched, as the file cannot become longer

	loaded map[int64]*section
	listed []*section // what is looked into, the last successful one first
	hints  []int64    // sections to look into next
	list   densityList
	budget int // sections that may still be read in search of space
}

// scanBudget bounds how many AMaps without a hint one transaction reads in search of
// space.
const scanBudget = 64

// maxListed bounds how many sections are looked into at a time.
const maxListed = 64

func newSpace(s *Store, write func([]byte, int64) error) (*space, error) {
	root := s.Header().Root
	sections, err := sectionCount(&root)
	if err != nil {
		return nil, err
	}
	size, err := s.f.Size()
	if err != nil {
		return nil, fmt.Errorf("size of store: %w", err)
	}
	sp := &space{
		s: s, write: write, sections: sections, end: root.FileEOF, size: uint64(size),
		loaded: map[int64]*section{}, budget: scanBudget,
	}
	if sp.list, err = s.readDensityList(sections); err != nil {
		return nil, err
	}
	sp.hints = sp.list.hints
	return sp, nil
}

// page allocates a page.
func (sp *space) page() (uint64, error) { return sp.take(disk.SlotsPerPage, disk.SlotsPerPage) }

// block allocates a block of size bytes, a multiple of [disk.BlockAlign].
func (sp *space) block(size int) (uint64, error) { return sp.take(disk.SlotsOf(size), 1) }

func (sp *space) take(n, align int) (uint64, error) {
	for {
		for i, sec := range sp.listed {
			slot, ok := sec.take(n, align)
			if !ok {
				continue
			}
			sp.listed[0], sp.listed[i] = sec, sp.listed[0]
			sp.used += int64(n) * disk.BlockAlign
			return uint64(disk.SectionOffset(sec.index) + int64(slot)*disk.BlockAlign), nil
		}
		sp.prune()
		if err := sp.widen(); err != nil {
			return 0, err
		}
	}
}

// prune stops looking into sections that have no room for anything but the smallest,
// and into those that were looked into in vain for long.
func (sp *space) prune() {
	kept := sp.listed[:0]
	for _, sec := range sp.listed {
		sec.listed = len(kept) < maxListed && min(sec.noBlock, sec.noPage) > disk.SlotsPerPage
		if sec.listed {
			kept = append(kept, sec)
		}
	}
	sp.listed = kept
}

// widen adds one section to those that are looked into.
func (sp *space) widen() error {
	for len(sp.hints) > 0 {
		index := sp.hints[0]
		sp.hints = sp.hints[1:]
		if sp.loaded[index] == nil {
			return sp.look(index)
		}
	}
	sp.lastResort()
	for sp.budget > 0 && sp.list.unscanned >= 0 {
		index := sp.list.unscanned
		sp.list.unscanned--
		if sec := sp.loaded[index]; sec == nil || sp.searched && !sec.listed {
			sp.budget--
			return sp.look(index)
		}
	}
	return sp.grow()
}

func (sp *space) look(index int64) error {
	sec, err := sp.section(index)
	if err == nil {
		sp.enlist(sec)
	}
	return err
}

func (sp *space) enlist(sec *section) {
	if !sec.listed {
		sec.listed = true
		sp.listed = append(sp.listed, sec)
	}
}

func (sp *space) section(index int64) (*section, error) {
	if sec := sp.loaded[index]; sec != nil {
		return sec, nil
	}
	sec, err := sp.s.readSection(index, sp.end)
	if err != nil {
		return nil, err
	}
	sp.loaded[index] = sec
	return sec, nil
}

// release gives back what this transaction took.
func (sp *space) release(ib uint64, size int) {
	index, slot, _ := disk.SectionOf(int64(ib))
	sec, n := sp.loaded[index], disk.SlotsOf(size)
	sec.release(slot, n)
	sp.used -= int64(n) * disk.BlockAlign
	sp.enlist(sec)
}

// free notes that size bytes of the durable state at ib are to become free at the commit
// point.
func (sp *space) free(ib uint64, size int) error {
	index, slot, ok := disk.SectionOf(int64(ib))
	if !ok || index >= sp.sections {
		return disk.Corruptf("bbt", int64(ib), "nothing can be there")
	}
	sec, err := sp.section(index)
	if err != nil {
		return err
	}
	return sec.free(slot, disk.SlotsOf(size))
}
