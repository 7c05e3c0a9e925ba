package ndb

import (
	"cmp"
	"maps"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// inOrder returns the sections that are loaded, ascending.
func (sp *space) inOrder() []*section {
	return slices.SortedFunc(maps.Values(sp.loaded), func(a, b *section) int { return cmp.Compare(a.index, b.index) })
}

// markTaken writes the AMaps with what the transaction took set and nothing cleared.
func (sp *space) markTaken() error {
	for _, sec := range sp.inOrder() {
		if sec.fresh || sec.amap.Bits != sec.durable {
			if err := sp.writeAMap(sec.index, &sec.amap); err != nil {
				return err
			}
		}
	}
	return nil
}

// clearFreed writes the AMaps with what the transaction freed cleared ([MS-PST]
// 2.6.1.1.3).
func (sp *space) clearFreed() error {
	for _, sec := range sp.inOrder() {
		if !sec.frees {
			continue
		}
		sec.clear()
		if err := sp.writeAMap(sec.index, &sec.amap); err != nil {
			return err
		}
	}
	return nil
}

// restore writes the AMaps as they were.
func (sp *space) restore() error {
	for _, sec := range sp.inOrder() {
		if !sec.fresh && sec.amap.Bits != sec.durable {
			sec.amap.Bits = sec.durable
			if err := sp.writeAMap(sec.index, &sec.amap); err != nil {
				return err
			}
		}
	}
	return nil
}

func (sp *space) writeAMap(index int64, m *disk.AMap) error {
	return sp.writeMap(disk.SectionOffset(index), m.Marshal)
}

func (sp *space) writeMap(off int64, marshal marshalFunc) error {
	b, err := sp.s.marshalPage(marshal)
	if err != nil {
		return err
	}
	return sp.write(b, off)
}

// freeAfter returns the free space in all AMaps after the transaction, in bytes, given
// what the header says of it before. It looks at those that change, and at all AMaps only
// where the header cannot be right.
func (sp *space) freeAfter(before uint64) (uint64, error) {
	free := int64(before)
	for _, sec := range sp.loaded {
		free += int64(sec.freed()) * disk.BlockAlign
	}
	if free >= 0 && free < int64(sp.end) {
		return uint64(free), nil
	}
	return sp.count()
}

func (sp *space) count() (uint64, error) {
	slots := 0
	for index := range sp.sections {
		sec, err := sp.section(index)
		if err != nil {
			return 0, err
		}
		slots += sec.freeAfter()
	}
	sp.list.unscanned = -1
	return uint64(slots) * disk.BlockAlign, nil
}
