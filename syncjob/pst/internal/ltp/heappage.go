package ltp

import (
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// heapPage is one block of a heap ([MS-PST] 2.3.1.6) while it is edited: the header
// and the items, packed, without the page map, which is made when the block is written.
type heapPage struct {
	max    int      // bytes that a block holds
	body   []byte   // header and items
	starts []uint16 // where each item begins, and where the last one ends
	empty  int      // items without bytes

	// exact says that the block's count of empty items was right, so that they
	// are free. Where it was wrong they may be values that happen to be empty.
	exact bool

	dirty bool
}

// newHeapPage returns the page for block number block, without items.
func newHeapPage(f disk.Format, block int) *heapPage {
	size := disk.HNHeaderSize(block)
	return &heapPage{
		max:    f.MaxBlockData(),
		body:   make([]byte, size, f.MaxBlockData()),
		starts: []uint16{uint16(size)},
		exact:  true,
		dirty:  true,
	}
}

// readHeapPage decodes block number block of a heap.
func readHeapPage(f disk.Format, block int, b []byte) (*heapPage, error) {
	var hdr disk.HNPageHdr
	if err := hdr.Unmarshal(f, b); err != nil {
		return nil, decodeErr("heap block", err)
	}
	if int(hdr.PageMap) > len(b) {
		return nil, disk.Corruptf("heap block", 0, "page map at %d of %d", hdr.PageMap, len(b))
	}
	var m disk.HNPageMap
	if err := m.Unmarshal(f, b[hdr.PageMap:]); err != nil {
		return nil, decodeErr("heap block", err)
	}
	if err := checkStarts(m.Allocs, disk.HNHeaderSize(block), int(hdr.PageMap)); err != nil {
		return nil, err
	}
	p := &heapPage{max: f.MaxBlockData(), starts: m.Allocs}
	p.body = append(make([]byte, 0, p.max), b[:m.Allocs[m.Len()]]...)
	for i := range p.len() {
		if p.size(i+1) == 0 {
			p.empty++
		}
	}
	p.exact = p.empty == int(m.Free)
	return p, nil
}

// checkStarts checks that items lie one after the other between two offsets.
func checkStarts(starts []uint16, from, to int) error {
	if len(starts)-1 > disk.MaxHIDIndex {
		return disk.Corruptf("hnpagemap", 0, "%d items", len(starts)-1)
	}
	if int(starts[0]) < from || int(starts[len(starts)-1]) > to || !slices.IsSorted(starts) {
		return disk.Corruptf("hnpagemap", 0, "items between %d and %d do not lie between %d and %d", starts[0], starts[len(starts)-1], from, to)
	}
	return nil
}

// len returns the number of items, empty ones included.
func (p *heapPage) len() int { return len(p.starts) - 1 }

// size returns the size of an item, counted from 1.
func (p *heapPage) size(index int) int { return int(p.starts[index]) - int(p.starts[index-1]) }

// item returns the bytes of an item, which stay valid until the page changes.
func (p *heapPage) item(index int) ([]byte, error) {
	if index < 1 || index > p.len() {
		return nil, disk.Corruptf("heap block", -1, "item %d of %d", index, p.len())
	}
	lo, hi := p.starts[index-1], p.starts[index]
	return p.body[lo:hi:hi], nil
}

// used returns the bytes that the block takes with so many more bytes and items.
func (p *heapPage) used(bytes, items int) int {
	n := len(p.body) + bytes
	m := disk.HNPageMap{Allocs: p.starts}
	return n + n%2 + m.Size() + 2*items
}

// free returns the bytes that are left, as fill levels count them.
func (p *heapPage) free() int { return p.max - p.used(0, 0) }

// fits reports whether a new item of n bytes has room.
func (p *heapPage) fits(n int) bool {
	if p.reusable() {
		return p.used(n, 0) <= p.max
	}
	return p.len() < disk.MaxHIDIndex && p.used(n, 1) <= p.max
}

// fitsResized reports whether item index can become n bytes long.
func (p *heapPage) fitsResized(index, n int) bool { return p.used(n-p.size(index), 0) <= p.max }

func (p *heapPage) reusable() bool { return p.exact && p.empty > 0 }

// add makes an item, which must fit, and returns its index.
func (p *heapPage) add(b []byte) int {
	index := p.len() + 1
	if p.reusable() {
		for index = 1; p.size(index) > 0; index++ {
		}
	} else {
		p.starts = append(p.starts, p.starts[p.len()])
		p.empty++
	}
	p.set(index, b)
	return index
}

// set replaces an item by one that fits; what follows it moves.
func (p *heapPage) set(index int, b []byte) {
	lo, hi := int(p.starts[index-1]), int(p.starts[index])
	if lo == hi && len(b) > 0 {
		p.empty--
	}
	p.body = slices.Replace(p.body, lo, hi, b...)
	for i := index; i < len(p.starts); i++ {
		p.starts[i] += uint16(len(b) - (hi - lo))
	}
	p.dirty = true
}

// clear empties an item. Empty items at the end go away.
func (p *heapPage) clear(index int) {
	if p.size(index) > 0 {
		p.set(index, nil)
		p.empty++
	}
	for p.exact && p.len() > 0 && p.size(p.len()) == 0 {
		p.starts = p.starts[:p.len()]
		p.empty--
	}
}

// marshal returns the block. All three headers of a block of a heap begin with ibHnpm.
func (p *heapPage) marshal(f disk.Format) ([]byte, error) {
	b := make([]byte, p.used(0, 0))
	at := copy(b, p.body)
	at += at % 2
	hdr := disk.HNPageHdr{PageMap: uint16(at)}
	if err := hdr.Marshal(f, b); err != nil {
		return nil, err
	}
	m := disk.HNPageMap{Free: uint16(p.empty), Allocs: p.starts}
	return b, m.Marshal(f, b[at:])
}
