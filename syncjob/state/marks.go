package state

import (
	"encoding/binary"
	"iter"
	"time"
)

// Dirty says that something happened since a job was last done. It is cleared by
// a job that began after it.
type Dirty struct {
	Seq     uint64    `json:"seq"` // grows with every mark
	Since   time.Time `json:"since"`
	Trigger string    `json:"trigger"` // what happened first
}

var metaDirty = []byte("dirty")

// MarkDirty notes that something happened, now, and returns the mark.
func (tx *Tx) MarkDirty(trigger string, now time.Time) (Dirty, error) {
	d, ok, err := tx.Dirty()
	if err != nil {
		return d, err
	}
	if !ok {
		d = Dirty{Seq: d.Seq, Since: now, Trigger: trigger}
	}
	d.Seq++
	return d, tx.putJSON(bucketMeta, metaDirty, d)
}

// Dirty returns the mark; false when everything is done, and then only Seq of the
// mark means anything.
func (tx *Tx) Dirty() (Dirty, bool, error) {
	var d Dirty
	_, err := tx.getJSON(bucketMeta, metaDirty, &d)
	return d, d.Trigger != "", err
}

// ClearDirty takes back the mark if nothing was marked since Seq, and reports
// whether the pair is clean.
func (tx *Tx) ClearDirty(seq uint64) (bool, error) {
	d, ok, err := tx.Dirty()
	if !ok || err != nil {
		return err == nil, err
	}
	if d.Seq != seq {
		return false, nil
	}
	return true, tx.putJSON(bucketMeta, metaDirty, Dirty{Seq: seq})
}

// Revisit yields the nodes of a side that the next run has to look at whether or
// not they change, with the folder pair they were seen in. It ends with the
// first error.
func (tx *Tx) Revisit(side Side) iter.Seq2[Visit, error] {
	return func(yield func(Visit, error) bool) {
		stopped := false
		err := tx.scan(bucketRevisit[side], nil, func(k, v []byte) bool {
			if len(k) != 4 || len(v) != 4 {
				yield(Visit{}, corrupt("revisit %x", k))
				stopped = true
				return false
			}
			stopped = !yield(Visit{binary.BigEndian.Uint32(k), binary.BigEndian.Uint32(v)}, nil)
			return !stopped
		})
		if err != nil && !stopped {
			yield(Visit{}, err)
		}
	}
}

// Visit is a node to be looked at.
type Visit struct {
	NID    uint32
	Folder uint32 // id of the folder pair
}

// SetRevisit replaces the nodes of a side that are to be looked at.
func (tx *Tx) SetRevisit(side Side, nodes []Visit) error {
	if err := tx.empty(bucketRevisit[side]); err != nil {
		return err
	}
	for _, n := range nodes {
		if err := tx.put(bucketRevisit[side], key32(n.NID), key32(n.Folder)); err != nil {
			return err
		}
	}
	return nil
}
