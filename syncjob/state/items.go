package state

import (
	"encoding/binary"
	"iter"
)

// NextPair returns a pair id that was never given out.
func (tx *Tx) NextPair() (uint64, error) {
	var n uint64
	err := tx.guard(func() (err error) {
		n, err = tx.bolt.Bucket(bucketItems).NextSequence()
		return err
	})
	return n, err
}

// Item returns what was agreed on about a pair; false when there is nothing.
func (tx *Tx) Item(pair uint64) (Item, bool, error) {
	b, err := tx.get(bucketItems, key64(pair))
	if b == nil || err != nil {
		return Item{}, false, err
	}
	it, err := tx.decodeItem(pair, b)
	return it, err == nil, err
}

// PairOf returns the pair that a node of a side belongs to; false when it
// belongs to none.
func (tx *Tx) PairOf(side Side, nid uint32) (uint64, bool, error) {
	v, err := tx.get(bucketRefs[side], key32(nid))
	if v == nil || err != nil {
		return 0, false, err
	}
	if len(v) != 8 {
		return 0, false, corrupt("reference of node 0x%x", nid)
	}
	return binary.BigEndian.Uint64(v), true, nil
}

// PutItem records what was agreed on, in place of what was recorded before.
func (tx *Tx) PutItem(it Item) error {
	if err := tx.drop(it.Pair); err != nil {
		return err
	}
	if err := tx.addCount(it.Folder, 1); err != nil {
		return err
	}
	b, err := tx.encodeItem(it)
	if err != nil {
		return err
	}
	if err := tx.put(bucketItems, key64(it.Pair), b); err != nil {
		return err
	}
	for s, n := range it.Node {
		if err := tx.put(bucketRefs[s], key32(n.NID), key64(it.Pair)); err != nil {
			return err
		}
	}
	return nil
}

// DeleteItem forgets a pair; one that is not there is no error.
func (tx *Tx) DeleteItem(pair uint64) error {
	if err := tx.drop(pair); err != nil {
		return err
	}
	return tx.delete(bucketItems, key64(pair))
}

// drop takes a pair out of the references and the count of its folder.
func (tx *Tx) drop(pair uint64) error {
	old, ok, err := tx.Item(pair)
	if !ok || err != nil {
		return err
	}
	for s, n := range old.Node {
		of, ok, err := tx.PairOf(Side(s), n.NID)
		if err != nil {
			return err
		}
		if ok && of == pair { // else the node is another item's by now
			if err := tx.delete(bucketRefs[s], key32(n.NID)); err != nil {
				return err
			}
		}
	}
	return tx.addCount(old.Folder, -1)
}

// Count returns how many items are recorded in a folder pair.
func (tx *Tx) Count(folder uint32) (int, error) {
	v, err := tx.get(bucketCounts, key32(folder))
	if v == nil || err != nil {
		return 0, err
	}
	if len(v) != 8 {
		return 0, corrupt("count of folder %d", folder)
	}
	return int(binary.BigEndian.Uint64(v)), nil
}

func (tx *Tx) addCount(folder uint32, n int) error {
	was, err := tx.Count(folder)
	if err != nil {
		return err
	}
	return tx.put(bucketCounts, key32(folder), key64(uint64(max(was+n, 0))))
}

// Refs yields the nodes of a side with from <= nid <= to that belong to a pair,
// in ascending order, and the pair. It ends with the first error.
func (tx *Tx) Refs(side Side, from, to uint32) iter.Seq2[Ref, error] {
	return func(yield func(Ref, error) bool) {
		stopped := false
		err := tx.scan(bucketRefs[side], key32(from), func(k, v []byte) bool {
			if len(k) != 4 || len(v) != 8 {
				yield(Ref{}, corrupt("reference of node %x", k))
				stopped = true
				return false
			}
			r := Ref{binary.BigEndian.Uint32(k), binary.BigEndian.Uint64(v)}
			stopped = r.NID > to || !yield(r, nil)
			return !stopped
		})
		if err != nil && !stopped {
			yield(Ref{}, err)
		}
	}
}

// Ref says that a node belongs to a pair.
type Ref struct {
	NID  uint32
	Pair uint64
}

// Items yields all items by ascending pair id. It ends with the first error.
func (tx *Tx) Items() iter.Seq2[Item, error] { return tx.items(bucketItems) }

func (tx *Tx) items(bucket []byte) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		stopped := false
		err := tx.scan(bucket, nil, func(k, v []byte) bool {
			if len(k) != 8 {
				yield(Item{}, corrupt("item %x", k))
				stopped = true
				return false
			}
			it, err := tx.decodeItem(binary.BigEndian.Uint64(k), v)
			stopped = !yield(it, err) || err != nil
			return !stopped
		})
		if err != nil && !stopped {
			yield(Item{}, err)
		}
	}
}

// DropItems forgets all items, and which nodes they were: the next run is a
// first contact. Pair ids that were given out are not given out again.
func (tx *Tx) DropItems() error {
	var seq uint64
	err := tx.guard(func() error {
		seq = tx.bolt.Bucket(bucketItems).Sequence()
		return nil
	})
	if err != nil {
		return err
	}
	for _, b := range [][]byte{bucketItems, bucketCounts, bucketRefs[0], bucketRefs[1]} {
		if err := tx.empty(b); err != nil {
			return err
		}
	}
	return tx.guard(func() error { return tx.bolt.Bucket(bucketItems).SetSequence(seq) })
}

// DropItemsOf forgets the items of a folder pair. It reads all items.
func (tx *Tx) DropItemsOf(folder uint32) error {
	var pairs []uint64
	for it, err := range tx.Items() {
		if err != nil {
			return err
		}
		if it.Folder == folder {
			pairs = append(pairs, it.Pair)
		}
	}
	for _, pair := range pairs {
		if err := tx.DeleteItem(pair); err != nil {
			return err
		}
	}
	return nil
}
