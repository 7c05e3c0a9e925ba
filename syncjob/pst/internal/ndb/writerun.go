package ndb

import "slices"

// maxRun bounds how many bytes are gathered before they are written.
const maxRun = 256 << 10

// writeRun joins writes that follow each other in the file.
type writeRun struct {
	ib  uint64
	buf []byte
}

// next returns n zeros to be filled with what is to be written at ib, and performs the
// writes before that if it does not follow them.
func (r *writeRun) next(n int, ib uint64, write func([]byte, int64) error) ([]byte, error) {
	if len(r.buf) > 0 && (ib != r.ib+uint64(len(r.buf)) || len(r.buf) >= maxRun) {
		if err := r.flush(write); err != nil {
			return nil, err
		}
	}
	if len(r.buf) == 0 {
		r.ib = ib
	}
	at := len(r.buf)
	r.buf = slices.Grow(r.buf, n)[:at+n]
	clear(r.buf[at:])
	return r.buf[at:], nil
}

func (r *writeRun) flush(write func([]byte, int64) error) error {
	if len(r.buf) == 0 {
		return nil
	}
	err := write(r.buf, int64(r.ib))
	r.buf = r.buf[:0]
	return err
}
