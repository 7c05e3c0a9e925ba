package syncjob

import (
	"slices"

	"pstsyncd/syncjob/merge"
	"pstsyncd/syncjob/state"
)

// batch is how many items go into one transaction of the state: what a
// transaction changes is held in memory.
const batch = 1000

// commit makes the transactions durable, common first, and reports which are. An
// error after the first commit leaves the stores different; the next job finds
// that and goes on.
func (j *job) commit() (done [2]bool, err error) {
	for s, st := range j.side {
		done[s] = st.tx == nil // nothing to do is done
	}
	if done == [2]bool{true, true} {
		return done, j.giveIDs()
	}
	// What the commits will make true is written down first. So is what they will
	// overwrite.
	if err := j.giveIDs(); err != nil {
		return [2]bool{}, err
	}
	if err := j.saveHistory(); err != nil {
		return [2]bool{}, err
	}
	if err := j.saveIntent(); err != nil {
		return [2]bool{}, err
	}
	for s := common; s <= local; s++ {
		st := j.side[s]
		if st.tx == nil {
			continue
		}
		err := st.tx.Commit()
		st.tx = nil
		if err != nil {
			if other := j.side[s.Other()]; other.tx != nil {
				return [2]bool{}, j.fail("write", s, err)
			}
			return done, j.fail("write", s, err)
		}
		done[s], st.wrote = true, true
	}
	return done, nil
}

// giveIDs names the pairs that have no id yet.
func (j *job) giveIDs() error {
	err := inBatches(j.state, j.done[j.named:], func(tx *state.Tx, o *outcome) error {
		if o.pair != 0 {
			return nil
		}
		pair, err := tx.NextPair()
		o.pair = pair
		return err
	})
	if err == nil {
		j.named = len(j.done)
	}
	return err
}

// saveIntent writes down which items will be copies of each other. Nothing else
// can be mistaken after a crash.
func (j *job) saveIntent() error {
	return inBatches(j.state, j.done, func(tx *state.Tx, o *outcome) error {
		for s := common; s <= local; s++ {
			if o.action.Do[s].Op == merge.Create {
				return tx.AddIntent(j.item(o))
			}
		}
		return nil
	})
}

// item is what will be recorded of an outcome, but for where it was found.
func (j *job) item(o *outcome) state.Item {
	it := state.Item{Pair: o.pair, Folder: uint32(o.action.Folder), Digests: o.action.Agreed}
	for s := range it.Node {
		it.Node[s].NID = o.nid[s]
	}
	return it
}

// inBatches calls f for all outcomes, in transactions of bounded size.
func inBatches(db database, all []outcome, f func(*state.Tx, *outcome) error) error {
	for part := range slices.Chunk(all, batch) {
		if err := db.Update(func(tx *state.Tx) error {
			for i := range part {
				if err := f(tx, &part[i]); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}
