package witness

import "io"

const (
	lineSize  = 512 // bytes: a page, and the unit in which blocks are read
	lineCount = 512 // lines kept
)

// cache answers go-pst's reads of a few bytes from lines of a page each. A read
// over a line in length goes through: it is the body of a large value, wanted once.
type cache struct {
	r     io.ReaderAt
	lines map[int64][]byte // by offset
	order []int64          // ring of the offsets kept
	next  int              // the oldest of them, once the ring is full
}

func newCache(r io.ReaderAt) *cache {
	return &cache{r: r, lines: make(map[int64][]byte, lineCount)}
}

// ReadAt fills p or fails; go-pst takes an io.EOF with all bytes for an error.
func (c *cache) ReadAt(p []byte, off int64) (int, error) {
	if len(p) > lineSize {
		n, err := c.r.ReadAt(p, off)
		if n == len(p) {
			err = nil
		}
		return n, err
	}
	n := 0
	for n < len(p) {
		at := off + int64(n)
		line, err := c.line(at - at%lineSize)
		if err != nil {
			return n, err
		}
		if at%lineSize >= int64(len(line)) {
			return n, io.ErrUnexpectedEOF
		}
		n += copy(p[n:], line[at%lineSize:])
	}
	return n, nil
}

// line is the line at off, shorter at the end of the file.
func (c *cache) line(off int64) ([]byte, error) {
	if line, ok := c.lines[off]; ok {
		return line, nil
	}
	if off < 0 {
		return nil, io.ErrUnexpectedEOF
	}
	line := make([]byte, lineSize)
	n, err := c.r.ReadAt(line, off)
	if err != nil && err != io.EOF {
		return nil, err
	}
	c.keep(off, line[:n])
	return line[:n], nil
}

func (c *cache) keep(off int64, line []byte) {
	if len(c.order) < lineCount {
		c.order = append(c.order, off)
	} else {
		delete(c.lines, c.order[c.next])
		c.order[c.next] = off
		c.next = (c.next + 1) % lineCount
	}
	c.lines[off] = line
}
