package ndb

import (
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// mergeLeaf returns a leaf with the changes, which are sorted, and whether it differs.
// What is unknown in the entries that stay is kept.
func mergeLeaf(p *disk.BTPage, changes []treeChange) (*disk.BTPage, bool) {
	out := &disk.BTPage{Trailer: disk.PageTrailer{Type: p.Trailer.Type}}
	changed := false
	i := 0
	for _, c := range changes {
		for i < p.Len() && p.Key(i) < c.key {
			copyEntry(out, p, i)
			i++
		}
		found := i < p.Len() && p.Key(i) == c.key
		switch {
		case !c.deleted:
			changed = putEntry(out, p, i, found, c) || changed
		case found:
			changed = true
		}
		if found {
			i++
		}
	}
	for ; i < p.Len(); i++ {
		copyEntry(out, p, i)
	}
	return out, changed
}

func copyEntry(out, p *disk.BTPage, i int) {
	if p.Trailer.Type == disk.PageNBT {
		out.NBT = append(out.NBT, p.NBT[i])
	} else {
		out.BBT = append(out.BBT, p.BBT[i])
	}
}

// putEntry appends the entry of c, which replaces entry i of p if found is set, and
// reports whether it differs from that.
func putEntry(out, p *disk.BTPage, i int, found bool, c treeChange) bool {
	if p.Trailer.Type == disk.PageNBT {
		e := c.node
		if found {
			e.High, e.Pad = p.NBT[i].High, p.NBT[i].Pad
		}
		out.NBT = append(out.NBT, e)
		return !found || e != p.NBT[i]
	}
	out.BBT = append(out.BBT, c.block)
	return !found || c.block != p.BBT[i]
}

// slice returns the content with the entries lo <= i < hi of p.
func slice(p *disk.BTPage, lo, hi int) *disk.BTPage {
	out := &disk.BTPage{Level: p.Level, Trailer: disk.PageTrailer{Type: p.Trailer.Type}}
	switch {
	case p.Level > 0:
		out.Inner = p.Inner[lo:hi:hi]
	case p.Trailer.Type == disk.PageNBT:
		out.NBT = p.NBT[lo:hi:hi]
	default:
		out.BBT = p.BBT[lo:hi:hi]
	}
	return out
}

// concat returns the content with the entries of a and then those of b.
func concat(a, b *disk.BTPage) *disk.BTPage {
	return &disk.BTPage{
		Level:   a.Level,
		Trailer: disk.PageTrailer{Type: a.Trailer.Type},
		Inner:   slices.Concat(a.Inner, b.Inner),
		NBT:     slices.Concat(a.NBT, b.NBT),
		BBT:     slices.Concat(a.BBT, b.BBT),
	}
}

// pageWriter gives new B-tree pages their ids and places ([MS-PST] 2.6.1.1.4) and writes
// them.
type pageWriter struct {
	tx  *Tx
	run writeRun
}

func (w *pageWriter) add(p *disk.BTPage) (disk.BREF, error) {
	ib, err := w.tx.space.page()
	if err != nil {
		return disk.BREF{}, err
	}
	ref := disk.BREF{BID: w.tx.next.NextP, IB: ib}
	w.tx.next.NextP++
	p.Trailer = disk.NewPageTrailer(p.Trailer.Type, ref)
	b, err := w.run.next(disk.PageSize, ib, w.tx.writeAt)
	if err != nil {
		return disk.BREF{}, err
	}
	w.tx.s.pages.put(ref, p, disk.PageSize)
	return ref, p.Marshal(w.tx.Format(), b)
}

func (w *pageWriter) flush() error { return w.run.flush(w.tx.writeAt) }
