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
	bitsOf := c.mapPage(disk.PageAMap, uint64(base))
	c.live.setPage(base)
	pmap, fmap, fpmap := disk.MapPagesAt(s)
	var reserved []byte
	if pmap {
		reserved = c.mapPage(disk.PagePMap, uint64(base)+disk.PMapOffset)
		c.live.setPage(base + disk.PMapOffset)
	}
	if fmap {
		c.mapPage(disk.PageFMap, uint64(base)+disk.FMapOffset)
		c.live.setPage(base + disk.FMapOffset)
	}
	if fpmap {
		c.mapPage(disk.PageFPMap, uint64(base)+disk.FPMapOffset)
		c.live.setPage(base + disk.FPMapOffset)
	}
	if bitsOf == nil {
		c.amapBad = true
		c.freeSlots = append(c.freeSlots, 0)
		return 0
	}
	leaked = c.slots(s, base, bitsOf)
	if reserved != nil {
		c.reservedPages(s, reserved)
	}
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
		code := "map-page"
		if t == disk.PageAMap {
			code = "amap-page"
		}
		c.errorf(code, mapRef, where, "%v", err)
		return nil
	}
	from := c.f.MapBitsOffset()
	return b[from : from+disk.MapBytes]
}

// slots compares the bits of one AMap with the live slots.
func (c *checker) slots(s, base int64, amap []byte) (leaked uint64) {
	missing, zeros := 0, 0
	for _, x := range amap {
		zeros += 8 - bits.OnesCount8(x)
	}
	c.free += uint64(zeros) * disk.BlockAlign
	c.freeSlots = append(c.freeSlots, uint16(zeros))
	for i := range disk.AMapSlots {
		off := base + int64(i)*disk.BlockAlign
		allocated := amap[i/8]&(0x80>>(i%8)) != 0
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

// reservedPages checks that pages a PMap calls free are allocated and unused (rule 12).
func (c *checker) reservedPages(s int64, pmap []byte) {
	base := disk.SectionOffset(s)
	for i := range disk.MapBytes * 8 {
		if pmap[i/8]&(0x80>>(i%8)) != 0 {
			continue
		}
		off := base + int64(i)*disk.PageSize
		if uint64(off) >= c.hdr.Root.FileEOF {
			return
		}
		if c.live.get(int(off / disk.BlockAlign)) {
			c.errorf("pmap-bits", "2.2.2.7.3", pageName("pmap", disk.BREF{IB: uint64(base) + disk.PMapOffset}), "page at %#x is in use and reserved", off)
			return
		}
	}
}
