package ltp

import (
	"fmt"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// Delete removes the record with that key and reports whether there was one.
func (e *BTHEditor) Delete(key []byte) (bool, error) {
	_, ok, err := e.Lookup(key)
	if err == nil && ok {
		err = e.delete(key)
	}
	if err != nil {
		return false, fmt.Errorf("delete bth record %x: %w", key, err)
	}
	return ok, nil
}

func (e *BTHEditor) delete(key []byte) error {
	hdr := e.hdr
	parts, err := e.remove(hdr.Root, int(hdr.Levels), key)
	if err != nil {
		return err
	}
	if len(parts) == 0 {
		hdr.Root, hdr.Levels = 0, 0
		return e.setHeader(hdr)
	}
	hdr.Root = parts[0].id
	for hdr.Levels > 0 {
		n, err := e.node(hdr.Root, int(hdr.Levels))
		if err != nil {
			return err
		}
		if n.len() > 1 {
			break
		}
		child := n.next(0)
		if err := e.heap.Free(hdr.Root); err != nil {
			return err
		}
		hdr.Root = child
		hdr.Levels--
	}
	return e.setHeader(hdr)
}

// remove takes a record that is there out of the tree below an item. It returns
// what the item has become: one item, or none when nothing is left of it.
func (e *BTHEditor) remove(id disk.HID, level int, key []byte) ([]branch, error) {
	n, err := e.node(id, level)
	if err != nil {
		return nil, err
	}
	if level == 0 {
		i := n.find(key)
		return e.store(id, level, slices.Concat(n.b[:i*n.size], n.b[(i+1)*n.size:]), false)
	}
	i := n.child(key)
	parts, err := e.remove(n.next(i), level-1, key)
	if err != nil {
		return nil, err
	}
	return e.replace(id, level, i, i+1, parts)
}
