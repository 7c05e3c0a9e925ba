package syncjob

import (
	"cmp"
	"fmt"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/state"
)

// took notes what was taken from a store in the transaction. It has to be durable before
// that is.
func (j *job) took(entries ...state.Entry) {
	for _, e := range entries {
		j.history = append(j.history, e)
		j.historyHeld += heldBytes(&e.Before)
	}
}

// heldBytes are those of the values of an item, all in memory.
func heldBytes(it *item.Item) int64 {
	total := int64(0)
	of := func(props item.Props) {
		for _, v := range props {
			total += v.Size()
		}
	}
	of(it.Props)
	for _, r := range it.Recipients {
		of(r)
	}
	for _, a := range it.Attachments {
		of(a.Props)
		if a.Embedded != nil {
			total += heldBytes(a.Embedded)
		}
	}
	return total
}

// spillHistory bounds what is held in memory.
func (j *job) spillHistory() error {
	if j.historyHeld <= maxHistoryHeld {
		return nil
	}
	return j.saveHistory()
}

// saveHistory makes the entries durable, and before the first of them what tells the next
// job whether they are true: no commit may have come about.
func (j *job) saveHistory() error {
	if len(j.history) == 0 {
		return nil
	}
	if err := j.giveIDs(); err != nil {
		return err
	}
	type place struct {
		side state.Side
		nid  uint32
	}
	pairs := map[place]uint64{} // entries can be older than the ids of their pairs
	for _, o := range j.done {
		for s, nid := range o.nid {
			pairs[place{state.Side(s), nid}] = o.pair
		}
	}
	err := j.state.Update(func(tx *state.Tx) error {
		for _, e := range j.history {
			e.Pair = cmp.Or(e.Pair, pairs[place{e.Side, e.NID}])
			n, err := tx.AddHistory(e)
			if err != nil {
				return err
			}
			if err := j.doubtHistory(tx, n); err != nil {
				return err
			}
		}
		return nil
	})
	j.history, j.historyHeld = nil, 0
	return err
}

// doubtHistory says that the entries from n on are true if the stores come to have other
// trees than they have now.
func (j *job) doubtHistory(tx *state.Tx, n uint64) error {
	if j.doubted {
		return nil
	}
	j.doubted = true
	d := state.Doubt{From: n}
	for s, st := range j.side {
		d.Trees[s] = trees(st.token)
	}
	return tx.SetDoubt(d)
}

// trees names both B-trees of a state of a store. Pages are never changed in place, so
// what has the same roots is the same.
func trees(t pst.Token) string {
	return fmt.Sprintf("%x@%x %x@%x", t.NBT.BID, t.NBT.IB, t.BBT.BID, t.BBT.IB)
}

// dropUntrue takes what a job that did not end wrote into the history, and then did not
// do, out again. A job that fails over and over would else push all else out of it.
func (j *job) dropUntrue(tx *state.Tx) error {
	d, ok, err := tx.Doubt()
	if err != nil || !ok {
		return err
	}
	for s, st := range j.side {
		if d.Trees[s] != trees(st.token) {
			continue
		}
		if err := tx.DropHistory(d.From, state.Side(s)); err != nil {
			return err
		}
	}
	return tx.ClearDoubt()
}
