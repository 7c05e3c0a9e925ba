package check

// The blocks of a store may refer to one another as they like, so that a few of
// them make a tree without end in practice: an XXBLOCK of a thousand times the
// same XBLOCK, a table that thousands of folders share. The bound on the work is
// far above what stores need in which sharing is the exception.
const (
	workPerByte = 128     // of file; large stores take 7
	workBase    = 4 << 20 // for small files

	workPerEntry = 64 // to look at a reference, a record or a row, in bytes read
)

// spend takes n from the work that is left and tells whether there was enough.
func (c *checker) spend(n int) bool {
	c.budget -= int64(n)
	if c.budget < 0 && !c.stopped {
		c.loud(func() {
			c.errorf("entangled", "", "check", "blocks are shared so often that looking at all uses would take over %d times the file: not checked to the end", workPerByte)
		})
		c.stopped = true
	}
	return !c.stopped
}
