package ltp

import (
	"fmt"
	"maps"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// spill writes what changed and forgets most blocks, when there are many.
func (h *HeapEditor) spill() error {
	if len(h.pages) < cachedPages {
		return nil
	}
	if err := h.write(); err != nil {
		return err
	}
	maps.DeleteFunc(h.pages, func(block int, _ *heapPage) bool { return !slices.Contains(h.recent, block) })
	return nil
}

// Flush writes what changed and returns the new data tree. The editor must not be
// used afterwards.
func (h *HeapEditor) Flush() (disk.BID, error) {
	if err := h.dropEmptyTail(); err != nil {
		return 0, err
	}
	if err := h.write(); err != nil {
		return 0, err
	}
	root, err := h.data.Flush()
	if err != nil {
		return 0, fmt.Errorf("write heap: %w", err)
	}
	return root, nil
}

// write writes the blocks that changed, in order, so that new ones are appended
// one after the other.
func (h *HeapEditor) write() error {
	if err := h.setLevels(); err != nil {
		return err
	}
	for _, block := range slices.Sorted(maps.Keys(h.pages)) {
		p := h.pages[block]
		if !p.dirty {
			continue
		}
		b, err := p.marshal(h.format)
		if err != nil {
			return fmt.Errorf("write heap block %d: %w", block, err)
		}
		if err := h.data.SetBlock(block, b); err != nil {
			return fmt.Errorf("write heap block %d: %w", block, err)
		}
		p.dirty = false
	}
	return nil
}

// dropEmptyTail removes blocks at the end if the last item of the last block was
// freed. The block that becomes the last one loses its padding.
func (h *HeapEditor) dropEmptyTail() error {
	last, ok := h.pages[h.count-1]
	if !ok || last.len() > 0 {
		return nil
	}
	for h.count > 1 && last.len() == 0 {
		h.count--
		delete(h.pages, h.count)
		if err := h.setLevel(h.count, 0); err != nil {
			return err
		}
		var err error
		if last, err = h.page(h.count - 1); err != nil {
			return err
		}
		last.dirty = true
	}
	if h.count < h.data.Blocks() {
		if err := h.data.Truncate(h.count); err != nil {
			return fmt.Errorf("shorten heap: %w", err)
		}
	}
	return nil
}
