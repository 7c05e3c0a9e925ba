package state

import (
	"encoding/binary"
	"sync"
	"unique"

	"pstsyncd/syncjob/item"
)

// keyTable numbers property keys. There are some hundreds of them, and every
// item has dozens: records hold the numbers.
type keyTable struct {
	mu   sync.RWMutex
	byID map[uint32]item.Key
	ids  map[item.Key]uint32
}

// load reads the table of an existing file.
func (t *keyTable) load(tx *Tx) error {
	var bad error
	err := tx.scan(bucketKeys, nil, func(k, v []byte) bool {
		if len(k) != 4 || len(v) == 0 {
			bad = corrupt("property key %x", k)
			return false
		}
		t.add(binary.BigEndian.Uint32(k), item.Key(unique.Make(string(v)).Value()))
		return true
	})
	if err != nil {
		return err
	}
	return bad
}

func (t *keyTable) add(id uint32, k item.Key) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.byID == nil {
		t.byID, t.ids = map[uint32]item.Key{}, map[item.Key]uint32{}
	}
	t.byID[id], t.ids[k] = k, id
}

func (t *keyTable) merge(added *keyTable) {
	for id, k := range added.byID {
		t.add(id, k)
	}
}

func (t *keyTable) id(k item.Key) (uint32, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	id, ok := t.ids[k]
	return id, ok
}

func (t *keyTable) key(id uint32) (item.Key, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	k, ok := t.byID[id]
	return k, ok
}

// keyID returns the number of a key, giving it one if it has none.
func (tx *Tx) keyID(k item.Key) (uint32, error) {
	if id, ok := tx.db.keys.id(k); ok {
		return id, nil
	}
	if id, ok := tx.keys.id(k); ok {
		return id, nil
	}
	var id uint32
	err := tx.guard(func() error {
		b := tx.bolt.Bucket(bucketKeys)
		n, err := b.NextSequence()
		if err != nil {
			return err
		}
		id = uint32(n)
		return b.Put(key32(id), []byte(k))
	})
	if err == nil {
		tx.keys.add(id, k)
	}
	return id, err
}

// keyOf returns the key of a number; false when nobody gave it.
func (tx *Tx) keyOf(id uint32) (item.Key, bool, error) {
	if k, ok := tx.db.keys.key(id); ok {
		return k, true, nil
	}
	if k, ok := tx.keys.key(id); ok {
		return k, true, nil
	}
	// Durable since a moment ago, and not in the table yet.
	v, err := tx.get(bucketKeys, key32(id))
	return item.Key(v), v != nil, err
}
