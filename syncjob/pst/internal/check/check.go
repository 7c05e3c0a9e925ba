package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"pstsyncd/syncjob/pst/internal/disk"
)

// Options says how a store is checked. The zero value is all that is needed.
type Options struct {
	// Progress, if it is not nil, is told how far the check has come: done of
	// total bytes of the file. done only grows, total stays the same, and a check
	// that comes to its end reports done equal to total. It is called from the
	// goroutine of the check, some hundred times at most.
	Progress func(done, total int64)
}

// Run checks the store that r holds, of size bytes, and yields every problem it
// finds, in the order of the layers. It goes on after a finding as far as what
// it found lets it, and ends early when ctx is done, the consumer stops, or the
// header is not that of a store. An error of r itself is yielded as a problem
// of code "read".
//
// The bytes may be anyone's: whatever they are, Run ends, after work and with
// memory in proportion to size.
func Run(ctx context.Context, r io.ReaderAt, size int64, o Options) iter.Seq[Problem] {
	return func(yield func(Problem) bool) {
		c := &checker{ctx: ctx, r: r, size: size, yield: yield, budget: workBase + workPerByte*size}
		c.progress = progress{report: o.Progress, total: size}
		c.run()
	}
}

// checker holds what one run has learned so far.
type checker struct {
	ctx      context.Context
	r        io.ReaderAt
	size     int64
	yield    func(Problem) bool
	stopped  bool
	quiet    bool  // report nothing and count nothing: a second look at what was checked
	budget   int64 // work that is left to be spent
	progress progress

	f   disk.Format
	hdr disk.Header

	live      bitmap   // slots that something referenced occupies
	free      uint64   // bytes that the AMaps call free
	amapBad   bool     // a map page could not be read: sums mean nothing
	freeSlots []uint16 // by section
	others    otherMaps
	versions  rowVersions
	blocks    blockList // leaf entries of the BBT
	cache     blockCache
	nodes     []disk.NBTEntry
	maxNID    [32]uint32        // highest index in use, by node type
	ids       map[guid]disk.NID // the id map, nil for none
	useIDMap  bool              // and objects have to be in it
}

func (c *checker) run() {
	if !c.header() {
		c.progress.finish(c.stopped)
		return
	}
	c.live = newBitmap(int(c.hdr.Root.FileEOF / disk.BlockAlign))
	steps := []func(){c.btrees, c.allBlocks, c.allNodes, c.rowVersions, c.references, c.counters, c.maps, c.dlist, c.messaging}
	for _, step := range steps {
		if c.done() {
			return
		}
		step()
	}
	c.progress.finish(c.stopped)
}

// done tells that the check has to end.
func (c *checker) done() bool {
	if !c.stopped && c.ctx.Err() != nil {
		c.loud(func() { c.errorf("interrupted", "", "check", "%v", c.ctx.Err()) })
		c.stopped = true
	}
	return c.stopped
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

// within tells whether size bytes at ib lie behind the header and before the end.
func (c *checker) within(ib uint64, size int) bool {
	return ib >= disk.FirstAMap && ib <= c.hdr.Root.FileEOF && uint64(size) <= c.hdr.Root.FileEOF-ib
}

// occupy marks the slots of size bytes at ib as used and reports what is used twice.
func (c *checker) occupy(ib uint64, size int, where string) {
	first, n := int(ib/disk.BlockAlign), disk.SlotsOf(size)
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

// bitmap has a bit for each of a row of things: slots of the file, rows, heap items.
type bitmap []uint64

func newBitmap(n int) bitmap { return make(bitmap, (n+63)/64) }

func (b bitmap) get(i int) bool { return i/64 < len(b) && b[i/64]&(1<<(i%64)) != 0 }

// eight gives the bits from i on, a multiple of 8, the lowest first.
func (b bitmap) eight(i int) uint8 {
	if i/64 >= len(b) {
		return 0
	}
	return uint8(b[i/64] >> (i % 64))
}

func (b bitmap) set(i int) {
	if i/64 < len(b) {
		b[i/64] |= 1 << (i % 64)
	}
}

func pageName(what string, ref disk.BREF) string { return fmt.Sprintf("%s %v", what, ref) }
