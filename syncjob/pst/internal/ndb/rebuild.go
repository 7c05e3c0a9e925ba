package ndb

import (
	"bytes"
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// rebuild is the allocation of a store as its trees have it ([MS-PST] 2.6.1.3.7).
type rebuild struct {
	s       *Store
	root    disk.Root
	maps    []disk.AMap
	nextB   disk.BID // above all block ids
	nextP   disk.BID // above all page ids
	written int      // map pages
}

// collect allocates the map pages, the pages of both trees, and all blocks, those to
// which nothing refers included.
func (r *rebuild) collect() error {
	sections, err := sectionCount(&r.root)
	if err != nil {
		return err
	}
	r.maps = make([]disk.AMap, 0, sections) // no more than the file has bytes for
	for i := range sections {
		r.maps = append(r.maps, disk.NewAMap(i))
	}
	for _, t := range []tree{r.s.nbt(), r.s.bbt()} {
		if err := r.tree(t); err != nil {
			return err
		}
	}
	last := &r.maps[sections-1]
	end := slotsBefore(sections-1, r.root.FileEOF)
	last.Set(end, disk.AMapSlots-end)
	return r.checkIDs()
}

// checkIDs checks that there are ids above those in use.
func (r *rebuild) checkIDs() error {
	last := disk.BID(1 << 63)
	if r.s.Format() == disk.ANSI {
		last = maxANSIBlockID
	}
	if max(r.nextB, nextBlockID(r.nextB), r.nextP) > last {
		return fmt.Errorf("next block is to be %v, next page %v: %w", r.nextB, r.nextP, ErrFull)
	}
	return nil
}

func (r *rebuild) tree(t tree) error {
	root, err := t.rootPage()
	if err != nil {
		return err
	}
	return r.page(t, t.root, root, 0, 1<<64-1)
}

// page allocates a page, whose keys are to be in lo <= key < hi, and all below it. A page
// that is referred to twice is found as an overlap.
func (r *rebuild) page(t tree, ref disk.BREF, p *disk.BTPage, lo, hi uint64) error {
	if err := r.take(ref, disk.PageSize); err != nil {
		return err
	}
	r.nextP = max(r.nextP, ref.BID, ref.BID+1) // which may be 0
	if n := p.Len(); n > 0 && (p.Key(0) < lo || p.Key(n-1) >= hi) {
		return disk.Corruptf(t.kind.String(), int64(ref.IB), "keys %#x to %#x are out of place", p.Key(0), p.Key(n-1))
	}
	for i := range p.BBT {
		if err := r.block(&p.BBT[i]); err != nil {
			return err
		}
	}
	for i := range p.Inner {
		child, err := t.child(p, i)
		if err != nil {
			return err
		}
		next := hi
		if i+1 < len(p.Inner) {
			next = p.Inner[i+1].Key
		}
		if err := r.page(t, p.Inner[i].Ref, child, p.Inner[i].Key, next); err != nil {
			return err
		}
	}
	return nil
}

func (r *rebuild) block(e *disk.BBTEntry) error {
	if err := r.s.checkBlockPlace(e.Ref, int(e.Size)); err != nil {
		return err
	}
	r.nextB = max(r.nextB, e.Ref.BID, e.Ref.BID+1)
	return r.take(e.Ref, r.s.Format().BlockSize(int(e.Size)))
}

// take allocates the space of one page or block.
func (r *rebuild) take(ref disk.BREF, size int) error {
	index, slot, ok := disk.SectionOf(int64(ref.IB))
	n := disk.SlotsOf(size)
	if !ok || index >= int64(len(r.maps)) || !r.maps[index].Free(slot, n) {
		return disk.Corruptf("amap", int64(ref.IB), "%v and something else are at the same place", ref)
	}
	r.maps[index].Set(slot, n)
	return nil
}

func (r *rebuild) free() uint64 {
	slots := 0
	for i := range r.maps {
		slots += r.maps[i].FreeSlots()
	}
	return uint64(slots) * disk.BlockAlign
}

// write writes the map pages that are not as they should be, and cuts the file to its
// size.
func (r *rebuild) write() error {
	size, err := r.s.f.Size()
	if err != nil {
		return fmt.Errorf("size of store: %w", err)
	}
	if end := int64(r.root.FileEOF); size > end {
		if err := r.s.truncate(end); err != nil {
			return err
		}
	}
	for i := range r.maps {
		if err := r.writeMap(disk.SectionOffset(int64(i)), r.maps[i].Marshal); err != nil {
			return err
		}
		if err := r.writeOthers(int64(i)); err != nil {
			return err
		}
	}
	return r.writeFMaps()
}

// writeFMaps brings the FMaps up to date, and makes anew what is none.
func (r *rebuild) writeFMaps() error {
	fmaps := fmapEdit{s: r.s, write: r.writeMap}
	for i := range r.maps {
		if err := fmaps.set(int64(i), &r.maps[i]); err != nil {
			return err
		}
	}
	return fmaps.flush()
}

// writeOthers writes the PMap of a section so that it reserves nothing, for what it
// reserved is free now, and its FPMap so that it says that. FMaps are for writeFMaps.
func (r *rebuild) writeOthers(index int64) error {
	_, fmap, _ := disk.MapPagesAt(index)
	return writeMapPages(func(off int64, marshal marshalFunc) error {
		if fmap && off == disk.SectionOffset(index)+disk.FMapOffset {
			return nil
		}
		return r.writeMap(off, marshal)
	}, index)
}

// writeMap writes a page unless it is there already.
func (r *rebuild) writeMap(off int64, marshal marshalFunc) error {
	want, err := r.s.marshalPage(marshal)
	if err != nil {
		return err
	}
	have := make([]byte, disk.PageSize)
	if err := r.s.read(have, off); err != nil {
		return fmt.Errorf("map page: %w", err)
	}
	if bytes.Equal(have, want) {
		return nil
	}
	r.written++
	return r.s.write(want, off)
}

// writeDensityList writes a list of all sections.
func (r *rebuild) writeDensityList(next disk.BID) error {
	free := map[uint32]int{}
	for i := range r.maps {
		free[uint32(i)] = r.maps[i].FreeSlots()
	}
	d := newDensityList(r.s.Format(), free, 0, next)
	d.Flags = disk.DListBackfillComplete
	return r.writeMap(disk.DListOffset, d.Marshal)
}
