package ndb

import "io"

// dataReader reads a data tree once from end to end. It keeps one block, and leaves the
// cache to what is used again.
type dataReader struct {
	d    *Data
	buf  []byte
	next int    // block to be read
	rest []byte // of the block in hand
}

// Reader returns a reader of the whole tree. It belongs to one goroutine.
func (d *Data) Reader() io.Reader {
	return &dataReader{d: d, buf: make([]byte, d.src.Format().BlockSize(d.src.Format().MaxBlockData()))}
}

// Read implements [io.Reader].
func (r *dataReader) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		if r.next == r.d.Blocks() {
			return 0, io.EOF
		}
		b, err := r.d.blockTo(r.next, r.buf)
		if err != nil {
			return 0, err
		}
		r.next++
		r.rest = b
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}
