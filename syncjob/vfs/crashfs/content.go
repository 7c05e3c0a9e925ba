package crashfs

import "slices"

// SectorSize is what a disk writes as a whole, in bytes.
const SectorSize = 512

// sector is the content of a sector. It is never changed, so that contents can share
// it; nil is zeros.
type sector = *[SectorSize]byte

// content is what a file holds. Behind size every sector is zeros.
type content struct {
	size    int64
	sectors []sector
}

func (c *content) clone() content { return content{c.size, slices.Clone(c.sectors)} }

// sector returns sector i, which may lie behind the end.
func (c *content) sector(i int) sector {
	if i >= len(c.sectors) {
		return nil
	}
	return c.sectors[i]
}

func (c *content) setSector(i int, s sector) {
	for i >= len(c.sectors) {
		c.sectors = append(c.sectors, nil)
	}
	c.sectors[i] = s
}

// read fills p from off on as far as the file goes and returns how far that is.
func (c *content) read(off int64, p []byte) int {
	if off >= c.size {
		return 0
	}
	p = p[:min(int64(len(p)), c.size-off)]
	for done := 0; done < len(p); {
		at := off + int64(done)
		part := p[done:min(len(p), done+SectorSize-int(at%SectorSize))]
		if s := c.sector(int(at / SectorSize)); s != nil {
			copy(part, s[at%SectorSize:])
		} else {
			clear(part)
		}
		done += len(part)
	}
	return len(p)
}

// write writes p at off and returns the sectors that it changed, first and last+1.
func (c *content) write(off int64, p []byte) (from, to int) {
	for done := 0; done < len(p); {
		at := off + int64(done)
		i := int(at / SectorSize)
		var s [SectorSize]byte
		if old := c.sector(i); old != nil {
			s = *old
		}
		done += copy(s[at%SectorSize:], p[done:])
		c.setSector(i, &s)
	}
	c.size = max(c.size, off+int64(len(p)))
	return int(off / SectorSize), int((off + int64(len(p)) + SectorSize - 1) / SectorSize)
}

// truncate changes the length and returns the sectors that it changed, first and
// last+1.
func (c *content) truncate(size int64) (from, to int) {
	was := c.size
	c.size = size
	if size >= was {
		return 0, 0
	}
	from, to = int(size/SectorSize), len(c.sectors)
	if keep := size % SectorSize; keep != 0 && c.sector(from) != nil {
		var s [SectorSize]byte
		copy(s[:keep], c.sectors[from][:])
		c.sectors[from] = &s
	} else if from < len(c.sectors) {
		c.sectors[from] = nil
	}
	for i := from + 1; i < len(c.sectors); i++ {
		c.sectors[i] = nil
	}
	return from, to
}
