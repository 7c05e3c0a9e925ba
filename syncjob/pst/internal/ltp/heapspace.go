package ltp

import (
	"fmt"
	"maps"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// findSpace returns a block in which a new item of n bytes fits, and has it in
// memory. The search looks at a handful of blocks, however many there are: those
// used lately, the last one, and one each that the fill levels in block 0, next
// to the end, and in one more map promise. The map that is looked at besides
// changes with every block that is appended, so that in the end space that was
// freed anywhere is found.
func (h *HeapEditor) findSpace(n int) (int, error) {
	for _, block := range h.recent {
		if p, err := h.page(block); err != nil || p.fits(n) {
			return block, err
		}
	}
	last := h.count - 1
	if p, err := h.page(last); err != nil || p.fits(n) {
		return last, err
	}
	for _, holder := range h.levelMaps() {
		if block, err := h.promised(holder, n); err != nil || block >= 0 {
			return block, err
		}
	}
	if h.count > disk.MaxHIDBlock {
		return 0, fmt.Errorf("heap of %d blocks: %w", h.count, ErrTooLarge)
	}
	h.appendPage()
	return h.count - 1, nil
}

// levelMaps returns the blocks whose fill levels are worth a look.
func (h *HeapEditor) levelMaps() []int {
	if h.count == 1 {
		return nil
	}
	holders := []int{0}
	end, _ := disk.FillLevelPlace(h.count - 1)
	if end == 0 {
		return holders
	}
	other := firstMap + mapEvery*(h.count%((end-firstMap)/mapEvery+1))
	if holders = append(holders, end); other != end {
		holders = append(holders, other)
	}
	return holders
}

// Blocks firstMap + k×mapEvery of a heap hold fill levels ([MS-PST] 2.3.1.4).
const (
	firstMap = 8
	mapEvery = 128
)

// promised returns a block with room for an item of n bytes among those whose
// fill levels are in block holder, -1 when there is none. It reads no more than
// one block on a level's word.
func (h *HeapEditor) promised(holder, n int) (int, error) {
	levels, err := h.levels(holder)
	if err != nil {
		return 0, err
	}
	need := n + 3 // with its entry in the page map, which is aligned
	for i := 0; i < 2*len(levels) && holder+i < h.count; i++ {
		block := holder + i
		if p, ok := h.pages[block]; ok {
			if p.fits(n) {
				return block, nil
			}
			continue
		}
		if disk.FillLevelFree(levels.Get(i)) < need {
			continue
		}
		p, err := h.page(block)
		if err != nil {
			return 0, err
		}
		if p.fits(n) {
			return block, nil
		}
		return -1, nil
	}
	return -1, nil
}

// levels returns the fill levels ([MS-PST] 2.3.1.2) in the header of block holder.
// They are part of the block when it is in memory.
func (h *HeapEditor) levels(holder int) (disk.FillLevels, error) {
	if p, ok := h.pages[holder]; ok {
		return levelsOf(holder, p.body)
	}
	b, err := h.data.Block(holder)
	if err != nil {
		return nil, fmt.Errorf("read fill levels in heap block %d: %w", holder, err)
	}
	return levelsOf(holder, b)
}

// levelsOf returns the part of a block that is fill levels.
func levelsOf(holder int, b []byte) (disk.FillLevels, error) {
	from, size := 2, disk.HNHeaderSize(holder)
	if holder == 0 {
		from = 8
	}
	if len(b) < size {
		return nil, disk.Corruptf("heap block", 0, "header of %d bytes", len(b))
	}
	return disk.FillLevels(b[from:size]), nil
}

// setLevels brings the fill levels of the blocks that changed up to date. Blocks
// that hold levels change by it only where a level does.
func (h *HeapEditor) setLevels() error {
	for _, block := range slices.Sorted(maps.Keys(h.pages)) {
		p := h.pages[block]
		if !p.dirty {
			continue
		}
		if err := h.setLevel(block, disk.FillLevelOf(p.free())); err != nil {
			return err
		}
	}
	return nil
}

func (h *HeapEditor) setLevel(block int, level uint8) error {
	holder, i := disk.FillLevelPlace(block)
	if holder >= h.count {
		return nil
	}
	levels, err := h.levels(holder)
	if err != nil || levels.Get(i) == level {
		return err
	}
	p, err := h.page(holder)
	if err != nil {
		return err
	}
	if levels, err = levelsOf(holder, p.body); err != nil {
		return err
	}
	levels.Set(i, level)
	p.dirty = true
	return nil
}
