package pst

import (
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
)

// Bounds of what one message holds in memory, with all within it. Properties and rows
// can share values: a small file can claim any number of large ones.
const (
	maxHeldLarge = 8 << 20  // bytes above which values that have a subnode are left in the file
	maxHeld      = 48 << 20 // bytes of values
	valueCost    = 64       // bytes that a value takes besides its own
)

// held counts the bytes of values that are held in memory.
type held int64

// add counts a value. More than there may be is ErrTooLarge.
func (h *held) add(size int64) error {
	if *h += held(size + valueCost); *h > maxHeld {
		return fmt.Errorf("values of over %d bytes in memory: %w", maxHeld, ErrTooLarge)
	}
	return nil
}

// stays reports whether a value is to be left in the file.
func (h *held) stays(ref ltp.Ref, size int64) bool {
	return !ref.Inline() && !ref.HNID().IsHID() && h.leaves(ref.Tag.Type(), size)
}

// leaves reports whether a value that has a data tree of its own is to be left there: a
// large one, and where much is held already any that can be written as a stream.
func (h *held) leaves(t PropType, size int64) bool {
	return size > LargeSize || streamed(t) && size > disk.MaxHNItem && int64(*h)+size > maxHeldLarge
}
