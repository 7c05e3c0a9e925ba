package state

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"iter"
	"time"

	"pstsyncd/syncjob/item"
)

// Bounds of the history. When it grows over one of them the oldest entries go.
const (
	DefaultHistoryBytes = 256 << 20
	MaxHistoryEntries   = 100_000
)

// Reason is why something was put into the history.
type Reason string

// The reasons.
const (
	Conflict Reason = "conflict" // lost a conflict
	Replaced Reason = "replaced" // overwritten or removed by a change of the other side
	Deleted  Reason = "deleted"  // deleted, since the other side had deleted it
)

// Entry is something that a job took from a store: the way back.
type Entry struct {
	Number uint64    `json:"-"` // grows
	Time   time.Time `json:"time"`
	Job    string    `json:"job"`
	Pair   uint64    `json:"pair"`
	Folder string    `json:"folder"` // path in the store
	Side   Side      `json:"side"`   // whose values these are
	NID    uint32    `json:"nid"`
	Reason Reason    `json:"reason"`
	Before item.Item `json:"before"` // of a changed item only what was changed
	// Omitted are properties that were too large to be kept here.
	Omitted []item.Key `json:"omitted,omitempty"`
}

var metaHistory = []byte("history")

// AddHistory puts an entry at the end and returns its number.
func (tx *Tx) AddHistory(e Entry) (uint64, error) {
	v, err := json.Marshal(e)
	if err != nil {
		return 0, err
	}
	var n uint64
	err = tx.guard(func() error {
		b := tx.bolt.Bucket(bucketHistory)
		if n, err = b.NextSequence(); err != nil {
			return err
		}
		return b.Put(key64(n), v)
	})
	if err != nil {
		return 0, err
	}
	return n, tx.boundHistory(n, uint64(len(v)))
}

// boundHistory accounts for the bytes added and drops the oldest entries.
func (tx *Tx) boundHistory(last, added uint64) error {
	total, err := tx.historySize()
	if err != nil {
		return err
	}
	total += added
	var drop [][]byte
	err = tx.scan(bucketHistory, nil, func(k, v []byte) bool {
		if len(k) != 8 || total <= tx.db.historyBytes && last-binary.BigEndian.Uint64(k) < MaxHistoryEntries {
			return false
		}
		total -= min(total, uint64(len(v)))
		drop = append(drop, k)
		return true
	})
	if err != nil {
		return err
	}
	return tx.dropHistory(drop, total)
}

// Doubt says that entries from a number on were written before what they speak of was
// done. It was, on a side whose store has other trees now.
type Doubt struct {
	From  uint64    `json:"from"`
	Trees [2]string `json:"trees"` // of both stores, by a name that a job gives them
}

var metaDoubt = []byte("doubt")

// SetDoubt notes that nobody knows yet whether the entries are true.
func (tx *Tx) SetDoubt(d Doubt) error { return tx.putJSON(bucketMeta, metaDoubt, d) }

// Doubt returns the note; false when there is none.
func (tx *Tx) Doubt() (d Doubt, ok bool, err error) {
	ok, err = tx.getJSON(bucketMeta, metaDoubt, &d)
	return d, ok, err
}

// ClearDoubt drops the note.
func (tx *Tx) ClearDoubt() error { return tx.delete(bucketMeta, metaDoubt) }

// DropHistory drops the entries of a side from the number on.
func (tx *Tx) DropHistory(from uint64, side Side) error {
	var drop [][]byte
	var failed error
	total, err := tx.historySize()
	if err != nil {
		return err
	}
	err = tx.scan(bucketHistory, key64(from), func(k, v []byte) bool {
		var e Entry
		if failed = decodeJSON(bucketHistory, k, v, &e); failed != nil {
			return false
		}
		if e.Side == side {
			total -= min(total, uint64(len(v)))
			drop = append(drop, k)
		}
		return true
	})
	if err = errors.Join(err, failed); err != nil {
		return err
	}
	return tx.dropHistory(drop, total)
}

// dropHistory drops entries, after which total bytes are left.
func (tx *Tx) dropHistory(keys [][]byte, total uint64) error {
	for _, k := range keys {
		if err := tx.delete(bucketHistory, k); err != nil {
			return err
		}
	}
	return tx.put(bucketMeta, metaHistory, key64(total))
}

// historySize is the number of bytes of all entries.
func (tx *Tx) historySize() (uint64, error) {
	v, err := tx.get(bucketMeta, metaHistory)
	if err != nil || len(v) != 8 {
		return 0, err
	}
	return binary.BigEndian.Uint64(v), nil
}

// History yields the entries from the number on, the oldest first. It ends with
// the first error.
func (tx *Tx) History(from uint64) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		stopped := false
		err := tx.scan(bucketHistory, key64(from), func(k, v []byte) bool {
			var e Entry
			err := decodeJSON(bucketHistory, k, v, &e)
			if len(k) == 8 {
				e.Number = binary.BigEndian.Uint64(k)
			} else if err == nil {
				err = corrupt("history entry %x", k)
			}
			stopped = !yield(e, err) || err != nil
			return !stopped
		})
		if err != nil && !stopped {
			yield(Entry{}, err)
		}
	}
}
