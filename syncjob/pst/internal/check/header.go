package check

import "pstsyncd/syncjob/pst/internal/disk"

const headerRef = "2.2.2.6"

// header reads and judges HEADER and ROOT (rules 1 to 5 and 7). False means that
// nothing behind it can be trusted.
func (c *checker) header() bool {
	b := make([]byte, disk.PageSize*2)
	n, err := c.r.ReadAt(b, 0)
	if n < disk.PageSize {
		c.errorf("header-magic", headerRef, "header", "file of %d bytes is no PST: %v", c.size, err)
		return false
	}
	f, err := disk.DetectFormat(b)
	if err != nil {
		c.errorf("header-magic", headerRef, "header", "%v", err)
		return false
	}
	c.f = f
	if err := c.hdr.Unmarshal(f, b); err != nil {
		c.errorf("header-magic", headerRef, "header", "%v", err)
		return false
	}
	partial, full, err := disk.CheckHeaderCRC(f, b)
	if err != nil || !partial {
		c.errorf("header-crc", headerRef, "header", "dwCRCPartial %#08x does not fit the bytes", c.hdr.CRCPartial)
	}
	if err == nil && !full && f == disk.Unicode {
		c.errorf("header-crc", headerRef, "header", "dwCRCFull %#08x does not fit the bytes", c.hdr.CRCFull)
	}
	return c.headerFields() && c.extent()
}

func (c *checker) headerFields() bool {
	switch c.hdr.Version {
	case disk.VersionANSI, disk.VersionANSI15, disk.VersionUnicode:
	default:
		c.errorf("header-version", headerRef, "header", "version %d is none that this program checks", c.hdr.Version)
		return false
	}
	if c.hdr.MagicClient != disk.MagicClientPST {
		c.errorf("header-magic", headerRef, "header", "client magic %#04x is not that of a PST", c.hdr.MagicClient)
	}
	if c.hdr.Crypt > disk.CryptCyclic {
		c.errorf("header-field", headerRef, "header", "crypt method %#02x", c.hdr.Crypt)
		return false
	}
	if c.hdr.Sentinel != 0x80 {
		c.errorf("header-field", headerRef, "header", "sentinel %#02x", c.hdr.Sentinel)
	}
	switch c.hdr.Root.AMapValid {
	case disk.AMapValid1, disk.AMapValid2:
	default:
		c.errorf("amap-valid", "2.2.2.5", "header", "fAMapValid is %d: the allocation maps wait to be rebuilt", c.hdr.Root.AMapValid)
	}
	return true
}

// extent checks the size of the file against ROOT (rules 4 and 5).
func (c *checker) extent() bool {
	root := &c.hdr.Root
	if root.FileEOF > uint64(c.size) {
		c.errorf("eof", "2.6.1.1.2", "header", "ibFileEof %#x is beyond the end of the file, %#x", root.FileEOF, c.size)
	}
	if root.FileEOF < disk.FirstAMap+disk.PageSize {
		c.errorf("eof", "2.6.1.1.2", "header", "ibFileEof %#x is before the end of the first AMap", root.FileEOF)
		return false
	}
	if root.FileEOF > uint64(c.size)+disk.AMapInterval {
		return false
	}
	if rest := (root.FileEOF - disk.FirstAMap) % disk.AMapInterval; rest != 0 && c.f == disk.Unicode {
		c.errorf("eof", "2.6.1.1.2", "header", "ibFileEof %#x lies %d bytes into a section", root.FileEOF, rest)
	}
	if c.f == disk.ANSI && root.FileEOF > disk.ANSIEnd {
		c.warnf("eof", "1.3.2.8", "header", "ibFileEof %#x is beyond what the FPMap of an ansi store reaches, %#x", root.FileEOF, uint64(disk.ANSIEnd))
	}
	last := uint64(disk.SectionOffset(c.sections() - 1))
	if root.AMapLast != last {
		c.errorf("amap-last", "2.2.2.5", "header", "ibAMapLast is %#x, the last section begins at %#x", root.AMapLast, last)
	}
	return true
}

// sections is the number of sections, an unfinished one at the end included.
func (c *checker) sections() int64 {
	return (int64(c.hdr.Root.FileEOF) - disk.FirstAMap + disk.AMapInterval - 1) / disk.AMapInterval
}
