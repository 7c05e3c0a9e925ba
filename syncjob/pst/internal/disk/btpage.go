package disk

import "fmt"

// BTPage is BTPAGE, a page of the node or block B-tree ([MS-PST] 2.2.2.7.7.1).
// Which one is in Trailer.Type. Of the three slices the one that type and level
// call for is used.
type BTPage struct {
	Level      uint8       // cLevel: 0 for a leaf
	Inner      []BTEntry   // above the leaves
	NBT        []NBTEntry  // in a leaf of the node B-tree
	BBT        []BBTEntry  // in a leaf of the block B-tree
	MaxEntries uint8       // cEntMax; 0 stands for what fits
	EntrySize  uint8       // cbEnt; 0 stands for the size of the entry
	Pad        uint32      // dwPadding, Unicode only
	Slack      []byte      // end of the space for entries, as far as none reach; nil is zeros
	Trailer    PageTrailer // pageTrailer

	zeroMax bool // cEntMax was 0 when the page was read, and stays so
}

// Len returns the number of entries.
func (p *BTPage) Len() int {
	switch {
	case p.Level > 0:
		return len(p.Inner)
	case p.Trailer.Type == PageNBT:
		return len(p.NBT)
	default:
		return len(p.BBT)
	}
}

// Key returns the key of entry i.
func (p *BTPage) Key(i int) uint64 {
	switch {
	case p.Level > 0:
		return p.Inner[i].Key
	case p.Trailer.Type == PageNBT:
		return p.NBT[i].Key()
	default:
		return uint64(p.BBT[i].Ref.BID)
	}
}

// entrySize returns the size of the page's entries, without what cbEnt adds.
func (p *BTPage) entrySize(f Format) int {
	switch {
	case p.Level > 0:
		return f.BTEntrySize()
	case p.Trailer.Type == PageNBT:
		return f.NBTEntrySize()
	default:
		return f.BBTEntrySize()
	}
}

// Unmarshal decodes a page of [PageSize] bytes. It checks that the entries fit and
// the CRC, not the order of the keys and not where the page is: see [BTPage.Validate]
// and [PageTrailer.Check].
func (p *BTPage) Unmarshal(f Format, b []byte) error {
	*p = BTPage{}
	if err := p.Trailer.Unmarshal(f, b); err != nil {
		return err
	}
	if p.Trailer.Type != PageNBT && p.Trailer.Type != PageBBT {
		return Corruptf("btpage", -1, "is a %v", p.Trailer.Type)
	}
	area := f.BTEntriesSize()
	r := &reader{f: f, b: b[area:]}
	n := int(r.u8())
	p.MaxEntries = r.u8()
	p.zeroMax = p.MaxEntries == 0
	p.EntrySize = r.u8()
	p.Level = r.u8()
	p.Pad = r.unicode32()
	if p.Level > MaxBTLevel {
		return Corruptf("btpage", int64(area+3), "level is %d", p.Level)
	}
	stride := int(p.EntrySize)
	if stride < p.entrySize(f) || n*stride > area {
		return Corruptf("btpage", int64(area), "%d entries of %d bytes", n, stride)
	}
	p.Slack = append([]byte(nil), b[n*stride:area]...)
	return p.unmarshalEntries(f, b, n, stride)
}

func (p *BTPage) unmarshalEntries(f Format, b []byte, n, stride int) error {
	size := p.entrySize(f)
	switch {
	case p.Level > 0:
		p.Inner = make([]BTEntry, n)
	case p.Trailer.Type == PageNBT:
		p.NBT = make([]NBTEntry, n)
	default:
		p.BBT = make([]BBTEntry, n)
	}
	for i := range n {
		entry := b[i*stride : (i+1)*stride]
		for _, c := range entry[size:] {
			if c != 0 {
				return Corruptf("btpage", int64(i*stride+size), "entries of %d bytes hold something unknown", stride)
			}
		}
		r := &reader{f: f, b: entry}
		switch {
		case p.Inner != nil:
			p.Inner[i].unmarshal(r)
		case p.NBT != nil:
			p.NBT[i].unmarshal(r)
		default:
			p.BBT[i].unmarshal(r)
		}
	}
	return nil
}

// Marshal writes the page, trailer and CRC included, to the first [PageSize] bytes of b.
func (p *BTPage) Marshal(f Format, b []byte) error {
	if err := room("btpage", b, PageSize); err != nil {
		return err
	}
	area, n, size := f.BTEntriesSize(), p.Len(), p.entrySize(f)
	stride := max(int(p.EntrySize), size)
	if n*stride > area {
		return fmt.Errorf("%d entries in a %v: %w", n, p.Trailer.Type, ErrRange)
	}
	clear(b[:area])
	if tail := min(len(p.Slack), area-n*stride); tail > 0 {
		copy(b[area-tail:area], p.Slack[len(p.Slack)-tail:])
	}
	w := &writer{f: f}
	for i := range n {
		w.b = b[i*stride : (i+1)*stride]
		switch {
		case p.Level > 0:
			p.Inner[i].marshal(w)
		case p.Trailer.Type == PageNBT:
			p.NBT[i].marshal(w)
		default:
			p.BBT[i].marshal(w)
		}
	}
	w.b = b[area:PageSize]
	w.u8(uint8(n))
	if p.MaxEntries == 0 && !p.zeroMax {
		w.u8(uint8(area / stride))
	} else {
		w.u8(p.MaxEntries)
	}
	w.u8(uint8(stride))
	w.u8(p.Level)
	w.unicode32(p.Pad)
	if w.err != nil {
		return w.err
	}
	return p.Trailer.Marshal(f, b)
}

// Validate checks that the keys ascend and that there are not more entries than
// the page says it may have.
func (p *BTPage) Validate() error {
	if p.MaxEntries != 0 && p.Len() > int(p.MaxEntries) {
		return Corruptf("btpage", -1, "%d entries, at most %d", p.Len(), p.MaxEntries)
	}
	for i := 1; i < p.Len(); i++ {
		if p.Key(i-1) >= p.Key(i) {
			return Corruptf("btpage", -1, "key %#x is followed by %#x", p.Key(i-1), p.Key(i))
		}
	}
	return nil
}
