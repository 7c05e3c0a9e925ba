package watch

import "time"

// settling decides when a burst of writes is over. The zero value is idle. It knows no clock: times are passed in.
type settling struct {
	first time.Time // first activity of the burst, zero when idle
	last  time.Time // latest activity
}

func (s *settling) active() bool { return !s.first.IsZero() }

func (s *settling) touch(now time.Time) {
	if !s.active() {
		s.first = now
	}
	s.last = now
}

// due is when the burst counts as settled if nothing more happens: quiet after the latest activity, but never more
// than ceiling after the first, or a writer that never pauses would starve everybody.
func (s *settling) due(quiet, ceiling time.Duration) time.Time {
	d := s.last.Add(quiet)
	if c := s.first.Add(ceiling); c.Before(d) {
		return c
	}
	return d
}

func (s *settling) reset() { *s = settling{} }
