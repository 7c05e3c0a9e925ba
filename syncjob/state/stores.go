package state

import (
	"encoding/binary"
	"encoding/json"
	"iter"
)

// Store is what is known of one of the two stores.
type Store struct {
	Path      string          `json:"path"`
	FileID    string          `json:"file_id,omitempty"` // volume and file id, "" unknown
	RecordKey []byte          `json:"record_key"`        // PidTagRecordKey of the store
	Token     json.RawMessage `json:"token,omitempty"`   // state of the store that was recorded last
	// Settled is set when nothing was held when the token was recorded: an equal
	// token means that there is nothing to do.
	Settled bool   `json:"settled,omitempty"`
	Pages   uint64 `json:"pages,omitempty"`   // pages put when the tree was last read whole
	Private bool   `json:"private,omitempty"` // private items were taken along
}

var metaStore = [2][]byte{[]byte("store0"), []byte("store1")}

// Store returns what is known of a store; false when it was never seen.
func (tx *Tx) Store(side Side) (Store, bool, error) {
	var s Store
	ok, err := tx.getJSON(bucketMeta, metaStore[side], &s)
	return s, ok, err
}

// PutStore records a store.
func (tx *Tx) PutStore(side Side, s Store) error { return tx.putJSON(bucketMeta, metaStore[side], s) }

// Folder is a pair of folders.
type Folder struct {
	ID   uint32    `json:"-"`    // durable name of the pair
	Key  string    `json:"key"`  // what the pair was asked for by
	Path [2]string `json:"path"` // below the IPM subtree, by side
	NID  [2]uint32 `json:"nid"`  // by side
	// Synced is set when the first contact is over: what is new on a side since then
	// is new, and what is gone is deleted.
	Synced bool `json:"synced"`
	// Relist is set when the folder was left out by a job: what changed in it since is
	// to be found out by comparing all of it.
	Relist bool `json:"relist,omitempty"`
}

// Folders yields the folder pairs by ascending id. It ends with the first error.
func (tx *Tx) Folders() iter.Seq2[Folder, error] {
	return func(yield func(Folder, error) bool) {
		stopped := false
		err := tx.scan(bucketFolders, nil, func(k, v []byte) bool {
			var f Folder
			err := decodeJSON(bucketFolders, k, v, &f)
			if len(k) == 4 {
				f.ID = binary.BigEndian.Uint32(k)
			} else if err == nil {
				err = corrupt("folder %x", k)
			}
			stopped = !yield(f, err) || err != nil
			return !stopped
		})
		if err != nil && !stopped {
			yield(Folder{}, err)
		}
	}
}

// PutFolder records a folder pair and returns its id, a new one when f has none.
func (tx *Tx) PutFolder(f Folder) (uint32, error) {
	if f.ID == 0 {
		err := tx.guard(func() error {
			n, err := tx.bolt.Bucket(bucketFolders).NextSequence()
			f.ID = uint32(n)
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	return f.ID, tx.putJSON(bucketFolders, key32(f.ID), f)
}

// DeleteFolder forgets a folder pair and its items. It reads all items.
func (tx *Tx) DeleteFolder(id uint32) error {
	if err := tx.DropItemsOf(id); err != nil {
		return err
	}
	return tx.delete(bucketFolders, key32(id))
}

func (tx *Tx) getJSON(bucket, key []byte, to any) (bool, error) {
	v, err := tx.get(bucket, key)
	if v == nil || err != nil {
		return false, err
	}
	return true, decodeJSON(bucket, key, v, to)
}

func decodeJSON(bucket, key, value []byte, to any) error {
	if err := json.Unmarshal(value, to); err != nil {
		return corrupt("%s %q: %v", bucket, key, err)
	}
	return nil
}

func (tx *Tx) putJSON(bucket, key []byte, value any) error {
	v, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return tx.put(bucket, key, v)
}
