package ndb

// maxRun bounds how many bytes are gathered before they are written.
const maxRun = 256 << 10

// writeRun joins writes that follow each other in the file.
type writeRun struct {
	ib  uint64
	buf []byte
}

// add adds a write, and performs the ones before it if it does not follow them.
func (r *writeRun) add(b []byte, ib uint64, write func([]byte, int64) error) error {
	if len(r.buf) > 0 && (ib != r.ib+uint64(len(r.buf)) || len(r.buf) >= maxRun) {
		if err := r.flush(write); err != nil {
			return err
		}
	}
	if len(r.buf) == 0 {
		r.ib = ib
	}
	r.buf = append(r.buf, b...)
	return nil
}

func (r *writeRun) flush(write func([]byte, int64) error) error {
	if len(r.buf) == 0 {
		return nil
	}
	err := write(r.buf, int64(r.ib))
	r.buf = r.buf[:0]
	return err
}
