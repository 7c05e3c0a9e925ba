package crashfs

// SectorSize is what a disk writes as a whole, in bytes.
const SectorSize = 512

// sector is the content of a sector. It is never changed, so that contents can share
// it; nil is zeros.
type sector = *[SectorSize]byte

// chunk is some sectors in a row. It is never changed either; nil is zeros.
type chunk = *[chunkSectors]sector

const chunkSectors = 64

// content is what a file holds. Behind size every sector is zeros. A copy of it costs
// a pointer for every chunk of the file, and shares the rest.
type content struct {
	size   int64
	chunks []chunk
}

func (c *content) clone() content { return content{c.size, append([]chunk(nil), c.chunks...)} }

// sector returns sector i, which may lie behind the end.
func (c *content) sector(i int) sector {
	if at := i / chunkSectors; at < len(c.chunks) && c.chunks[at] != nil {
		return c.chunks[at][i%chunkSectors]
	}
	return nil
}

// setSector replaces sector i. The chunk with it is copied, for others may share it.
func (c *content) setSector(i int, s sector) {
	at := i / chunkSectors
	for at >= len(c.chunks) {
		c.chunks = append(c.chunks, nil)
	}
	var changed [chunkSectors]sector
	if c.chunks[at] != nil {
		changed = *c.chunks[at]
	}
	changed[i%chunkSectors] = s
	c.chunks[at] = &changed
}

// sectors returns how many sectors there may be that are not zeros.
func (c *content) sectors() int { return len(c.chunks) * chunkSectors }

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
	from, to = int(size/SectorSize), min(c.sectors(), int((was+SectorSize-1)/SectorSize))
	keep := size % SectorSize
	for i := from; i < to; i++ {
		old := c.sector(i)
		switch {
		case old == nil:
		case i == from && keep != 0:
			var s [SectorSize]byte
			copy(s[:keep], old[:])
			c.setSector(i, &s)
		default:
			c.setSector(i, nil)
		}
	}
	return from, to
}
