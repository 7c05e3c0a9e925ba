package ndb

import (
	"fmt"
	"io"
	"slices"
	"sort"

	"pstsyncd/syncjob/pst/internal/disk"
)

// Data reads a data tree: nothing, one block, an XBLOCK or an XXBLOCK ([MS-PST]
// 2.2.2.8.3.2). It holds the list of blocks, 8 bytes for each, and reads and checks
// a block when it is asked for. It may be used from many goroutines if its [View] may.
type Data struct {
	src    source
	root   disk.BID
	blocks []disk.BID
	size   int64

	// parents are the XBLOCKs below an XXBLOCK.
	parents []xref

	// ends is where each block ends, for a tree whose blocks are not all full but for
	// the last; nil for the usual ones.
	ends []int64
}

// xref is one XBLOCK below an XXBLOCK.
type xref struct {
	bid    disk.BID
	lo, hi int // its children are blocks lo to hi-1
	size   int64
}

// Data opens a data tree of the committed state.
func (s *Store) Data(bid disk.BID) (*Data, error) { return openData(s, bid) }

func (s *Store) capacity() uint64 { return s.Header().Root.FileEOF }

func openData(src source, bid disk.BID) (*Data, error) {
	d := &Data{src: src, root: bid.Lookup()}
	if bid.Lookup() == 0 {
		return d, nil
	}
	if err := d.open(bid.Lookup()); err != nil {
		return nil, fmt.Errorf("data %v: %w", bid, err)
	}
	return d, nil
}

func (d *Data) open(bid disk.BID) error {
	if !bid.Internal() {
		n, err := d.src.blockLen(bid)
		d.blocks, d.size = []disk.BID{bid}, int64(n)
		return err
	}
	x, err := readXBlock(d.src, bid)
	if err != nil {
		return err
	}
	d.size = int64(x.Total)
	d.blocks = x.BIDs
	if most := d.src.capacity(); uint64(d.size) > most {
		// Nobody refers to one block from many places of a tree but to make a small file
		// grow when it is read.
		return disk.Corruptf("xblock", 4, "total is %d in a store of %d bytes", d.size, most)
	}
	if x.Level == disk.LevelXX {
		if err := d.openChildren(x); err != nil {
			return err
		}
	}
	return d.measure()
}

// openChildren replaces the XBLOCKs that an XXBLOCK refers to by what they refer to.
func (d *Data) openChildren(xx *disk.XBlock) error {
	d.blocks = nil
	var total int64
	for _, bid := range xx.BIDs {
		x, err := readXBlock(d.src, bid)
		if err != nil {
			return err
		}
		if x.Level != disk.LevelX {
			return disk.Corruptf("xxblock", -1, "child %v is of level %d", bid, x.Level)
		}
		lo := len(d.blocks)
		d.blocks = append(d.blocks, x.BIDs...)
		d.parents = append(d.parents, xref{bid, lo, len(d.blocks), int64(x.Total)})
		total += int64(x.Total)
	}
	if total != d.size {
		return disk.Corruptf("xxblock", 4, "total is %d, that of the children %d", d.size, total)
	}
	return nil
}

// measure finds out where the blocks end if the total says that they cannot all be
// full.
func (d *Data) measure() error {
	full := int64(d.src.Format().MaxBlockData())
	n := int64(len(d.blocks))
	if d.size > (n-1)*full && d.size <= n*full {
		return nil
	}
	var end int64
	for _, bid := range d.blocks {
		size, err := d.src.blockLen(bid)
		if err != nil {
			return err
		}
		end += int64(size)
		d.ends = append(d.ends, end)
	}
	if end != d.size {
		return disk.Corruptf("xblock", 4, "total is %d, the blocks have %d bytes", d.size, end)
	}
	return nil
}

func readXBlock(src source, bid disk.BID) (*disk.XBlock, error) {
	b, err := src.block(bid)
	if err != nil {
		return nil, err
	}
	x := new(disk.XBlock)
	if err := x.Unmarshal(src.Format(), b); err != nil {
		return nil, err
	}
	if err := x.Validate(); err != nil {
		return nil, err
	}
	for i, child := range x.BIDs {
		x.BIDs[i] = child.Lookup()
	}
	return x, nil
}

// Root returns the block that the tree begins with, and its place; zero for an empty
// tree. A tree is never changed where it stands, and an id not given out again: in one
// store, one root is one value. A block that is not written yet has no place.
func (d *Data) Root() (disk.BREF, error) {
	if d.root == 0 {
		return disk.BREF{}, nil
	}
	ref, err := d.src.blockRef(d.root)
	if err != nil {
		return disk.BREF{}, fmt.Errorf("data %v: %w", d.root, err)
	}
	return ref, nil
}

// Size returns the number of bytes in the tree.
func (d *Data) Size() int64 { return d.size }

// Blocks returns the number of data blocks.
func (d *Data) Blocks() int { return len(d.blocks) }

// BlockOffset returns where block i begins in the data; i may be Blocks().
func (d *Data) BlockOffset(i int) int64 {
	switch {
	case i == 0:
		return 0
	case i == len(d.blocks):
		return d.size
	case d.ends != nil:
		return d.ends[i-1]
	}
	return int64(i) * int64(d.src.Format().MaxBlockData())
}

// Block reads block i, 0 <= i < Blocks(). The caller must not change what it returns.
func (d *Data) Block(i int) ([]byte, error) { return d.blockTo(i, nil) }

// blockTo reads block i, into buf if that is not nil and the block is not in memory.
func (d *Data) blockTo(i int, buf []byte) ([]byte, error) {
	b, err := d.src.blockTo(d.blocks[i], buf)
	if err != nil {
		return nil, err
	}
	if want := d.BlockOffset(i+1) - d.BlockOffset(i); int64(len(b)) != want {
		return nil, disk.Corruptf("data block", -1, "block %d, %v, has %d bytes, want %d", i, d.blocks[i], len(b), want)
	}
	return b, nil
}

// ReadAt implements [io.ReaderAt].
func (d *Data) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, fmt.Errorf("read data at %d: negative offset", off)
	}
	for i := d.blockAt(off); n < len(p) && i < len(d.blocks); i++ {
		b, err := d.Block(i)
		if err != nil {
			return n, err
		}
		n += copy(p[n:], b[off+int64(n)-d.BlockOffset(i):])
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// blockAt returns the index of the block that holds offset off, Blocks() beyond the end.
func (d *Data) blockAt(off int64) int {
	if d.ends != nil {
		return sort.Search(len(d.ends), func(i int) bool { return d.ends[i] > off })
	}
	if off >= d.size {
		return len(d.blocks)
	}
	return int(off / int64(d.src.Format().MaxBlockData()))
}

// xblock returns the XBLOCK over exactly these blocks, the first of which is block lo.
func (d *Data) xblock(lo int, blocks []disk.BID, size int64) (disk.BID, bool) {
	if d == nil {
		return 0, false
	}
	i := sort.Search(len(d.parents), func(i int) bool { return d.parents[i].lo >= lo })
	if i == len(d.parents) {
		return 0, false
	}
	p := d.parents[i]
	same := p.lo == lo && p.size == size && slices.Equal(d.blocks[p.lo:p.hi], blocks)
	return p.bid, same
}
