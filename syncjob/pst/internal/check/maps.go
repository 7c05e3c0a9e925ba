package check

import (
	"math/bits"

	"pstsyncd/syncjob/pst/internal/disk"
)

const mapRef = "2.2.2.7.2"

// maps compares the allocation maps with what the trees use (rules 6 and 8 to 12).
func (c *checker) maps() {
	leaked := uint64(0)
	for s := range c.sections() {
		if c.done() {
			return
		}
		leaked += c.section(s)
	}
	root := &c.hdr.Root
	if !c.others.bad && root.PMapFree != c.others.reserved {
		c.warnf("pmap-free", "2.2.2.5", "header", "cbPMapFree is %d, the PMaps reserve %d bytes", root.PMapFree, c.others.reserved)
	}
	if c.amapBad {
		return
	}
	if root.AMapFree != c.free {
		c.warnf("amap-free", "2.2.2.5", "header", "cbAMapFree is %d, the maps have %d bytes free", root.AMapFree, c.free)
	}
	if leaked != root.PMapFree {
		c.warnf("leak", "2.2.2.7.3", "allocation maps", "%d bytes are allocated and not in use, cbPMapFree is %d", leaked, root.PMapFree)
	}
}

// section checks one section and returns how many bytes of it are allocated in vain.
func (c *checker) section(s int64) (leaked uint64) {
	base := disk.SectionOffset(s)
	amap := c.mapPage(disk.PageAMap, uint64(base))
	c.live.setPage(base)
	c.others.read(c, s)
	if amap == nil {
		c.amapBad = true
		c.freeSlots = append(c.freeSlots, 0)
	} else {
		leaked = c.slots(s, base, amap)
	}
	c.others.compare(c, s, amap)
	return leaked
}

// setPage marks a map page, which was not reached through a tree.
func (b bitmap) setPage(off int64) {
	for i := range int64(disk.PageSize / disk.BlockAlign) {
		b.set(int(off/disk.BlockAlign + i))
	}
}

// mapPage reads a map page and returns its 496 bytes of map, nil when it is damaged.
func (c *checker) mapPage(t disk.PageType, ib uint64) []byte {
	ref := disk.BREF{BID: disk.BID(ib), IB: ib}
	where := pageName(t.String(), ref)
	for i := range uint64(disk.PageSize / disk.BlockAlign) {
		if c.live.get(int(ib/disk.BlockAlign + i)) {
			c.errorf("overlap", mapRef, where, "something lies on the map page")
			break
		}
	}
	b := make([]byte, disk.PageSize)
	if !c.read(b, int64(ib), where) {
		return nil
	}
	var trailer disk.PageTrailer
	err := trailer.Unmarshal(c.f, b)
	if err == nil {
		err = trailer.Check(t, ref)
	}
	if err != nil {
		code, section := code("map-page"), "2.2.2.7.3"
		switch t {
		case disk.PageAMap:
			code, section = "amap-page", mapRef
		case disk.PageFMap:
			section = fmapRef
		case disk.PageFPMap:
			section = fpmapRef
		}
		c.errorf(code, section, where, "%v", err)
		return nil
	}
	from := c.f.MapBitsOffset()
	return b[from : from+disk.MapBytes]
}

// agree tells whether a byte of an AMap, which is for 8 slots from off on, says of
// each what is known of it.
func (c *checker) agree(amap byte, off int64) bool {
	return uint64(off)+8*disk.BlockAlign <= c.hdr.Root.FileEOF && bits.Reverse8(amap) == c.live.eight(int(off/disk.BlockAlign))
}

// allocated tells whether a map has the bit of slot i set.
func allocated(amap []byte, i int) bool { return amap[i/8]&(0x80>>(i%8)) != 0 }

// slots compares the bits of one AMap with the live slots.
func (c *checker) slots(s, base int64, amap []byte) (leaked uint64) {
	missing, zeros := 0, 0
	for _, x := range amap {
		zeros += 8 - bits.OnesCount8(x)
	}
	c.free += uint64(zeros) * disk.BlockAlign
	c.freeSlots = append(c.freeSlots, uint16(zeros))
	for i := 0; i < disk.AMapSlots; i++ {
		off := base + int64(i)*disk.BlockAlign
		if i%8 == 0 && c.agree(amap[i/8], off) {
			i += 7
			continue
		}
		allocated := allocated(amap, i)
		switch live := c.live.get(int(off / disk.BlockAlign)); {
		case uint64(off) >= c.hdr.Root.FileEOF:
			if !allocated {
				c.errorf("amap-eof", mapRef, pageName("amap", disk.BREF{IB: uint64(base)}), "slot at %#x beyond the end is free", off)
				return leaked
			}
		case live && !allocated:
			missing++
		case !live && allocated:
			leaked += disk.BlockAlign
		}
	}
	if missing > 0 {
		c.errorf("unallocated", mapRef, pageName("amap", disk.BREF{IB: uint64(base)}), "%d slots of section %d are in use and free for others", missing, s)
	}
	return leaked
}
