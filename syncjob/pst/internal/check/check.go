package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"pstsyncd/syncjob/pst/internal/disk"
)

// Run checks the store that r holds, of size bytes, and yields every problem it
// finds, in the order of the layers. It goes on after a finding as far as what
// it found lets it, and ends early when ctx is done, the consumer stops, or the
// header is not that of a store. An error of r itself is yielded as a problem
// of code "read".
func Run(ctx context.Context, r io.ReaderAt, size int64) iter.Seq[Problem] {
	return func(yield func(Problem) bool) {
		c := &checker{ctx: ctx, r: r, size: size, yield: yield}
		c.run()
	}
}

// checker holds what one run has learned so far.
type checker struct {
	ctx     context.Context
	r       io.ReaderAt
	size    int64
	yield   func(Problem) bool
	stopped bool
	quiet   bool // report nothing and count nothing: a second look at what was checked

	f   disk.Format
	hdr disk.Header

	live      bitmap    // slots that something referenced occupies
	free      uint64    // bytes that the AMaps call free
	amapBad   bool      // a map page could not be read: sums mean nothing
	freeSlots []uint16  // by section
	blocks    blockList // leaf entries of the BBT
	nodes     []disk.NBTEntry
	maxNID    [32]uint32 // highest index in use, by node type

	walked map[disk.BID]bool // internal blocks whose children are counted
}

func (c *checker) done() bool {
	if !c.stopped && c.ctx.Err() != nil {
		c.errorf("interrupted", "", "check", "%v", c.ctx.Err())
		c.stopped = true
	}
	return c.stopped
}

func (c *checker) run() {
	if !c.header() {
		return
	}
	c.live = newBitmap(int(c.hdr.Root.FileEOF / disk.BlockAlign))
	c.walked = make(map[disk.BID]bool)
	steps := []func(){c.btrees, c.allBlocks, c.allNodes, c.references, c.counters, c.maps, c.dlist, c.messaging}
	for _, step := range steps {
		if c.done() {
			return
		}
		step()
	}
}

// read fills b from offset off; a failure is a finding, and false.
func (c *checker) read(b []byte, off int64, where string) bool {
	n, err := c.r.ReadAt(b, off)
	if n == len(b) {
		return true
	}
	if errors.Is(err, io.EOF) {
		c.errorf("truncated", "2.2.2.6", where, "file ends at %#x, within %d bytes at %#x", c.size, len(b), off)
	} else {
		c.errorf("read", "", where, "%v", err)
	}
	return false
}

// occupy marks the slots of size bytes at ib as used and reports what is used twice.
func (c *checker) occupy(ib uint64, size int, where string) {
	first, n := int(ib/disk.BlockAlign), (size+disk.BlockAlign-1)/disk.BlockAlign
	for i := first; i < first+n; i++ {
		if c.live.get(i) {
			c.errorf("overlap", "2.2.2.7.2", where, "%d bytes at %#x lie on something else", size, ib)
			break
		}
	}
	for i := first; i < first+n; i++ {
		c.live.set(i)
	}
}

// bitmap has a bit for each slot of disk.BlockAlign bytes of the file.
type bitmap []uint64

func newBitmap(n int) bitmap { return make(bitmap, (n+63)/64) }

func (b bitmap) get(i int) bool { return i/64 < len(b) && b[i/64]&(1<<(i%64)) != 0 }

func (b bitmap) set(i int) {
	if i/64 < len(b) {
		b[i/64] |= 1 << (i % 64)
	}
}

func pageName(what string, ref disk.BREF) string { return fmt.Sprintf("%s %v", what, ref) }
