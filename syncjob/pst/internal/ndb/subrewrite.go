package ndb

import (
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// subRewrite applies changes to a subnode tree ([MS-PST] 2.2.2.8.3.3).
type subRewrite struct {
	tx      *Tx
	changed bool
}

// subItem is one leaf of the tree under rewrite: one that stays, or new content.
type subItem struct {
	entry   disk.SIEntry
	content []disk.SLEntry // nil for a leaf that stays
	tail    bool           // what is new comes after all that was there
}

// apply returns the root of the tree with the changes of the subnodes ids.
func (r *subRewrite) apply(sub disk.BID, ids []disk.NID, changes map[disk.NID]subnodeChange) (disk.BID, error) {
	items, err := r.leaves(sub, ids, changes)
	if err != nil || !r.changed {
		return sub, err
	}
	if items, err = r.join(items); err != nil {
		return 0, err
	}
	entries, err := r.write(items)
	if err != nil {
		return 0, err
	}
	switch {
	case len(entries) == 0:
		return 0, nil
	case len(entries) == 1:
		return entries[0].BID, nil
	case len(entries) > r.tx.Format().MaxSIEntries():
		return 0, ErrTooLarge
	}
	return r.tx.addSIBlock(entries)
}

// leaves returns the leaves of the tree after the changes.
func (r *subRewrite) leaves(sub disk.BID, ids []disk.NID, changes map[disk.NID]subnodeChange) ([]subItem, error) {
	if sub == 0 {
		return []subItem{r.leaf(subItem{}, nil, ids, changes)}, nil
	}
	root, err := readSubnodeRoot(r.tx, sub)
	if err != nil {
		return nil, err
	}
	if root.leaf {
		item := subItem{entry: disk.SIEntry{NID: root.sl.Entries[0].NID, BID: sub}}
		return []subItem{r.leaf(item, root.sl.Entries, ids, changes)}, nil
	}
	var items []subItem
	for i, entry := range root.si.Entries {
		n := len(ids)
		if i+1 < len(root.si.Entries) {
			n, _ = slices.BinarySearch(ids, root.si.Entries[i+1].NID)
		}
		entry.BID = entry.BID.Lookup()
		item := subItem{entry: entry}
		if n > 0 {
			sl, err := readSLBlock(r.tx, entry.BID)
			if err != nil {
				return nil, err
			}
			item = r.leaf(item, sl.Entries, ids[:n], changes)
			ids = ids[n:]
		}
		items = append(items, item)
	}
	return items, nil
}

// leaf returns the leaf with the given entries after the changes.
func (r *subRewrite) leaf(item subItem, entries []disk.SLEntry, ids []disk.NID, changes map[disk.NID]subnodeChange) subItem {
	content := make([]disk.SLEntry, 0, len(entries)+len(ids))
	changed := false
	rest := entries
	for _, nid := range ids {
		i, found := slSlot(rest, nid)
		content = append(content, rest[:i]...)
		rest = rest[i:]
		e := disk.SLEntry{NID: nid}
		if found {
			e = rest[0]
			rest = rest[1:]
		}
		c := changes[nid]
		if c.deleted {
			changed = changed || found
			continue
		}
		changed = changed || !found || subnodeOf(&e) != c.node
		e.Data, e.Sub = c.node.Data, c.node.Sub
		content = append(content, e)
	}
	content = append(content, rest...)
	if !changed {
		return item
	}
	r.changed = true
	item.content = content
	item.tail = len(entries) == 0 || ids[0] > entries[len(entries)-1].NID
	return item
}

// join adds leaves that have become small to the one before.
func (r *subRewrite) join(items []subItem) ([]subItem, error) {
	most := r.tx.Format().MaxSLEntries()
	small := func(it subItem) bool { return it.content != nil && len(it.content) <= most/4 }
	var kept []subItem
	for _, item := range items {
		if item.content != nil && len(item.content) == 0 {
			continue
		}
		if len(kept) == 0 || !small(item) && !small(kept[len(kept)-1]) {
			kept = append(kept, item)
			continue
		}
		last := &kept[len(kept)-1]
		a, err := r.content(*last)
		if err != nil {
			return nil, err
		}
		b, err := r.content(item)
		if err != nil {
			return nil, err
		}
		if len(a)+len(b) > most*3/4 {
			kept = append(kept, item)
			continue
		}
		last.content, last.tail = slices.Concat(a, b), item.tail
	}
	return kept, nil
}

func (r *subRewrite) content(item subItem) ([]disk.SLEntry, error) {
	if item.content != nil {
		return item.content, nil
	}
	sl, err := readSLBlock(r.tx, item.entry.BID)
	if err != nil {
		return nil, err
	}
	return sl.Entries, nil
}

// write makes the new leaves and returns the entries for all: full ones if the tree
// grew at its end, where it will grow again, else equally full ones.
func (r *subRewrite) write(items []subItem) ([]disk.SIEntry, error) {
	most := r.tx.Format().MaxSLEntries()
	var entries []disk.SIEntry
	for _, item := range items {
		if item.content == nil {
			entries = append(entries, item.entry)
			continue
		}
		n := len(item.content)
		blocks := (n + most - 1) / most
		for i := range blocks {
			lo, hi := i*n/blocks, (i+1)*n/blocks
			if item.tail {
				lo, hi = i*most, min((i+1)*most, n)
			}
			part := slices.Clone(item.content[lo:hi])
			for j := range part {
				part[j].Data, part[j].Sub = part[j].Data.Lookup(), part[j].Sub.Lookup()
			}
			bid, err := r.tx.addSLBlock(part)
			if err != nil {
				return nil, err
			}
			entries = append(entries, disk.SIEntry{NID: part[0].NID, BID: bid})
		}
	}
	return entries, nil
}
