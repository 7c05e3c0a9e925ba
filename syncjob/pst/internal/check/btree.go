package check

import (
	"cmp"
	"math"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

const btRef = "2.2.2.7.7.1"

// btrees reads both B-trees whole (rules 14 and 16 to 20).
func (c *checker) btrees() {
	bbt := btWalk{c: c, typ: disk.PageBBT}
	bbt.page(c.hdr.Root.BBT, -1, 0, math.MaxUint64)
	nbt := btWalk{c: c, typ: disk.PageNBT}
	nbt.page(c.hdr.Root.NBT, -1, 0, math.MaxUint64)
}

// btWalk descends one B-tree from left to right.
type btWalk struct {
	c    *checker
	typ  disk.PageType
	last uint64 // the last leaf key seen
	any  bool   // a leaf entry was seen
}

// page checks the page at ref, of the given level (-1 for the root, any level),
// whose keys lie in [lo, hi).
func (w *btWalk) page(ref disk.BREF, level int, lo, hi uint64) {
	c, where := w.c, pageName(w.typ.String(), ref)
	if c.done() {
		return
	}
	if ref.IB%disk.PageSize != 0 || !c.within(ref.IB, disk.PageSize) {
		c.errorf("page-place", "2.2.2.7", where, "no place for a page")
		return
	}
	first := int(ref.IB / disk.BlockAlign)
	if c.live.get(first) {
		c.errorf("overlap", "2.2.2.7.2", where, "page lies on something else, or refers to itself")
		return
	}
	c.occupy(ref.IB, disk.PageSize, where)
	if ref.BID >= c.hdr.NextP {
		c.errorf("next-bid", headerRef, where, "bidNextP is %v", c.hdr.NextP)
	}
	b := make([]byte, disk.PageSize)
	if !c.read(b, int64(ref.IB), where) {
		return
	}
	var p disk.BTPage
	if err := p.Unmarshal(c.f, b); err != nil {
		c.errorf("bt-page", btRef, where, "%v", err)
		return
	}
	if err := p.Trailer.Check(w.typ, ref); err != nil {
		c.errorf("bt-page", "2.2.2.7.1", where, "%v", err)
	}
	if p.Trailer.Type != w.typ {
		return
	}
	if level >= 0 && int(p.Level) != level {
		c.errorf("bt-level", btRef, where, "level %d where %d is expected", p.Level, level)
		return
	}
	w.entries(&p, where, level < 0, lo, hi)
}

func (w *btWalk) entries(p *disk.BTPage, where string, root bool, lo, hi uint64) {
	c := w.c
	if p.Len() == 0 && !root {
		c.errorf("bt-count", btRef, where, "page without entries")
	}
	if fit := c.entriesThatFit(p); p.Len() > int(p.MaxEntries) {
		c.errorf("bt-count", btRef, where, "%d entries, at most %d", p.Len(), p.MaxEntries)
	} else if int(p.MaxEntries) != fit {
		c.warnf("bt-count", btRef, where, "cEntMax is %d, %d entries fit", p.MaxEntries, fit)
	}
	for i := range p.Len() {
		key := p.Key(i)
		if i > 0 && key <= p.Key(i-1) {
			c.errorf("bt-order", "2.2.2.7.7.2", where, "key %#x follows %#x", key, p.Key(i-1))
		}
		if key < lo || key >= hi {
			c.errorf("bt-order", "2.2.2.7.7.2", where, "key %#x outside of [%#x, %#x)", key, lo, hi)
		}
	}
	if p.Len() > 0 && !root && p.Key(0) != lo {
		c.errorf("bt-key", "2.2.2.7.7.2", where, "first key is %#x, the parent says %#x", p.Key(0), lo)
	}
	if p.Level == 0 {
		w.leaf(p, where)
		return
	}
	for i, e := range p.Inner {
		next := hi
		if i+1 < len(p.Inner) {
			next = p.Inner[i+1].Key
		}
		w.page(e.Ref, int(p.Level)-1, e.Key, next)
	}
}

func (w *btWalk) leaf(p *disk.BTPage, where string) {
	for i := range p.Len() {
		key := p.Key(i)
		if w.any && key <= w.last {
			w.c.errorf("bt-order", "2.2.2.7.7.2", where, "key %#x occurs after %#x", key, w.last)
			continue
		}
		w.any, w.last = true, key
		if w.typ == disk.PageBBT {
			w.c.blocks = append(w.c.blocks, blockEntry{BBTEntry: p.BBT[i]})
			continue
		}
		if e := p.NBT[i]; e.High != 0 {
			w.c.errorf("node-ref", "2.2.2.7.7.4", nodeName(e.NID), "nid has more than 32 bits")
		}
		w.c.nodes = append(w.c.nodes, p.NBT[i])
	}
}

// node finds an NBT entry.
func (c *checker) node(nid disk.NID) *disk.NBTEntry {
	i, ok := slices.BinarySearchFunc(c.nodes, nid, func(e disk.NBTEntry, nid disk.NID) int { return cmp.Compare(e.NID, nid) })
	if !ok {
		return nil
	}
	return &c.nodes[i]
}

// entriesThatFit is how many entries a page of its kind holds.
func (c *checker) entriesThatFit(p *disk.BTPage) int {
	switch {
	case p.Level > 0:
		return c.f.InnerMax()
	case p.Trailer.Type == disk.PageNBT:
		return c.f.NBTLeafMax()
	default:
		return c.f.BBTLeafMax()
	}
}
