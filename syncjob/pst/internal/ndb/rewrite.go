package ndb

import (
	"cmp"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// treeChange is a change of one leaf entry: node or block is put, or the entry with the
// key is deleted.
type treeChange struct {
	key     uint64
	deleted bool
	node    disk.NBTEntry
	block   disk.BBTEntry
}

// rewrite applies changes to one of the B-trees ([MS-PST] 2.6.1.1.8): the pages on the
// way to what changed are written anew, all others stay. Until a page is written, its
// content is a [disk.BTPage] that may have any number of entries.
type rewrite struct {
	tx    *Tx
	t     tree
	out   *pageWriter
	freed []disk.BREF // the pages that are no part of the new tree
}

// pageItem is one child of a page under rewrite: a page that stays, or new content.
type pageItem struct {
	entry   disk.BTEntry
	content *disk.BTPage
	tail    bool // what is new in content comes after all that was there
}

// apply returns the root of the tree with the changes, which it sorts.
func (r *rewrite) apply(changes []treeChange) (disk.BREF, error) {
	slices.SortFunc(changes, func(a, b treeChange) int { return cmp.Compare(a.key, b.key) })
	root, err := r.t.rootPage()
	if err != nil {
		return disk.BREF{}, err
	}
	content, changed, err := r.page(root, changes)
	if err != nil || !changed {
		return r.t.root, err
	}
	r.freed = append(r.freed, r.t.root)
	return r.newRoot(content, appends(root, changes))
}

// newRoot writes what is left of the old root, with pages above it as long as one
// page does not hold it, and without a page that has only one child.
func (r *rewrite) newRoot(content *disk.BTPage, tail bool) (disk.BREF, error) {
	for {
		switch {
		case content.Len() == 0:
			return r.out.add(r.empty(0))
		case content.Level > 0 && content.Len() == 1:
			return content.Inner[0].Ref, nil
		}
		entries, err := r.write(content, tail)
		if err != nil {
			return disk.BREF{}, err
		}
		content = r.empty(content.Level + 1)
		content.Inner = entries
	}
}

func (r *rewrite) empty(level uint8) *disk.BTPage {
	return &disk.BTPage{Level: level, Trailer: disk.PageTrailer{Type: r.t.kind}}
}

// page returns the content of p after the changes, and whether it differs.
func (r *rewrite) page(p *disk.BTPage, changes []treeChange) (*disk.BTPage, bool, error) {
	if p.Level == 0 {
		content, changed := mergeLeaf(p, changes)
		return content, changed, nil
	}
	var items []pageItem
	changed := false
	for i := range p.Inner {
		n := len(changes)
		if i+1 < len(p.Inner) {
			next := p.Inner[i+1].Key
			n, _ = slices.BinarySearchFunc(changes, next, func(c treeChange, key uint64) int { return cmp.Compare(c.key, key) })
		}
		item, err := r.child(p, i, changes[:n])
		if err != nil {
			return nil, false, err
		}
		changed = changed || item.content != nil
		items = append(items, item)
		changes = changes[n:]
	}
	if !changed {
		return p, false, nil
	}
	content, err := r.joinChildren(p, items)
	return content, true, err
}

// child returns child i of p after the changes.
func (r *rewrite) child(p *disk.BTPage, i int, changes []treeChange) (pageItem, error) {
	item := pageItem{entry: p.Inner[i]}
	if len(changes) == 0 {
		return item, nil
	}
	child, err := r.t.child(p, i)
	if err != nil {
		return item, err
	}
	content, changed, err := r.page(child, changes)
	if err != nil || !changed {
		return item, err
	}
	r.freed = append(r.freed, item.entry.Ref)
	item.content, item.tail = content, appends(child, changes)
	return item, nil
}

// appends reports whether all changes come after what p has.
func appends(p *disk.BTPage, changes []treeChange) bool {
	return p.Len() == 0 || changes[0].key > p.Key(p.Len()-1)
}

// joinChildren writes the new children and returns the page above them. A child that
// has become small is joined with the one before it.
func (r *rewrite) joinChildren(p *disk.BTPage, items []pageItem) (*disk.BTPage, error) {
	var kept []pageItem
	for _, item := range items {
		if item.content != nil && item.content.Len() == 0 {
			continue
		}
		joined, err := r.join(kept, item, p.Level-1)
		if err != nil {
			return nil, err
		}
		if !joined {
			kept = append(kept, item)
		}
	}
	content := r.empty(p.Level)
	for _, item := range kept {
		if item.content == nil {
			content.Inner = append(content.Inner, item.entry)
			continue
		}
		entries, err := r.write(item.content, item.tail)
		if err != nil {
			return nil, err
		}
		content.Inner = append(content.Inner, entries...)
	}
	return content, nil
}

// join adds item to the last of kept if one of them is new and small and both fit in
// one page.
func (r *rewrite) join(kept []pageItem, item pageItem, level uint8) (bool, error) {
	if len(kept) == 0 {
		return false, nil
	}
	last := &kept[len(kept)-1]
	most := r.most(level)
	small := func(it pageItem) bool { return it.content != nil && it.content.Len() <= most/4 }
	if !small(*last) && !small(item) {
		return false, nil
	}
	a, err := r.content(*last, level)
	if err != nil {
		return false, err
	}
	b, err := r.content(item, level)
	if err != nil || a.Len()+b.Len() > most*3/4 {
		return false, err
	}
	for _, it := range []pageItem{*last, item} {
		if it.content == nil {
			r.freed = append(r.freed, it.entry.Ref)
		}
	}
	last.content, last.tail = concat(a, b), item.tail
	return true, nil
}

func (r *rewrite) content(item pageItem, level uint8) (*disk.BTPage, error) {
	if item.content != nil {
		return item.content, nil
	}
	return r.t.s.page(r.t.kind, item.entry.Ref, int(level))
}

// most returns how many entries a page of a level holds.
func (r *rewrite) most(level uint8) int {
	f := r.tx.Format()
	switch {
	case level > 0:
		return f.InnerMax()
	case r.t.kind == disk.PageNBT:
		return f.NBTLeafMax()
	default:
		return f.BBTLeafMax()
	}
}

// write writes content as as many pages as it takes: all full but the last if it grew
// at its end, where it will grow again, else equally full ones.
func (r *rewrite) write(content *disk.BTPage, tail bool) ([]disk.BTEntry, error) {
	most := r.most(content.Level)
	n := content.Len()
	pages := (n + most - 1) / most
	var entries []disk.BTEntry
	for i := range pages {
		lo, hi := i*n/pages, (i+1)*n/pages
		if tail {
			lo, hi = i*most, min((i+1)*most, n)
		}
		part := slice(content, lo, hi)
		ref, err := r.out.add(part)
		if err != nil {
			return nil, err
		}
		entries = append(entries, disk.BTEntry{Key: part.Key(0), Ref: ref})
	}
	return entries, nil
}
