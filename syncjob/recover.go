package syncjob

import (
	"errors"
	"slices"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/merge"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/state"
)

// recover takes from the intent of a job that did not end which items are
// copies of each other, as far as its commits came about. Without this the next
// job would have to guess. It reports whether there was an intent.
func (j *job) recover(tx *state.Tx) (bool, error) {
	var intent []state.Item
	for it, err := range tx.Intent() {
		if err != nil {
			return false, err
		}
		intent = append(intent, it)
	}
	if len(intent) == 0 {
		return false, nil
	}
	adopted := 0
	for _, it := range intent {
		ok, err := j.cameAbout(&it)
		if err != nil {
			return false, err
		}
		if !ok {
			continue
		}
		adopted++
		if err := tx.PutItem(it); err != nil {
			return false, err
		}
	}
	j.log.Info("took over what an interrupted job had done", "items", len(intent), "done", adopted)
	return true, tx.ClearIntent()
}

// cameAbout reports whether both items of an intended pair are there. The
// recorded node stays empty but for its place, so that the item is compared.
func (j *job) cameAbout(it *state.Item) (bool, error) {
	for s := range it.Node {
		st := j.side[s]
		if st.replaced {
			return false, nil
		}
		node, err := st.pst.Node(pst.NID(it.Node[s].NID))
		if errors.Is(err, pst.ErrNotFound) {
			return false, nil
		}
		if err != nil {
			return false, j.fail("read", merge.Side(s), err)
		}
		it.Node[s].Parent = uint32(node.Parent)
		read, err := st.item(it.Node[s].NID)
		if outOfReach(err) {
			return false, j.fail("read", merge.Side(s), err)
		}
		if err != nil {
			return false, nil
		}
		same, err := j.isThat(read, it.Digests)
		if !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

// isThat reports whether an item is the intended one, be it changed since: by
// its class and search key, or without a search key by all of it.
func (j *job) isThat(it *item.Item, want item.DigestList) (bool, error) {
	digests, err := it.Digests(j.opt.policy().Volatile)
	if err != nil {
		return false, err
	}
	have := item.ListDigests(digests)
	if _, ok := want.Get(item.KeySearchKey); !ok {
		return slices.Equal(have, want), nil
	}
	for _, k := range []item.Key{item.KeySearchKey, item.KeyMessageClass} {
		a, _ := have.Get(k)
		b, _ := want.Get(k)
		if a != b {
			return false, nil
		}
	}
	return true, nil
}
