package daemon

import "time"

// Marks remembers across restarts that the pair is dirty. It is not called while a Job runs, so both may use one file
// that only one can have open.
type Marks interface {
	// Mark notes durably that something happened, and returns the number of the mark. Numbers grow.
	Mark(trigger string, now time.Time) (seq uint64, err error)
	// Pending returns the oldest mark that was not cleared; false when there is none.
	Pending() (trigger string, since time.Time, ok bool, err error)
	// Clear takes back all marks up to seq. Later ones stay.
	Clear(seq uint64) error
}
