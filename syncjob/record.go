package syncjob

import (
	"pstsyncd/syncjob/merge"
	"pstsyncd/syncjob/state"
)

// prunePages is by how many the recorded pages of a store may outnumber twice
// those that it has. The rest is dropped then.
const prunePages = 100_000

// record makes what was done the new base. It records results: an action of
// which a part was not committed is left out, and looked at again. done says
// which sides are as the transactions meant them; whole, that everything was
// done and found right.
func (j *job) record(plan merge.Plan, done [2]bool, whole bool) error {
	r := recorder{job: j, plan: plan, done: done, whole: whole}
	for s, st := range j.side {
		if !done[s] || !st.wrote && st.moved == unmoved {
			continue
		}
		if err := j.state.View(func(tx *state.Tx) error { return r.walk(tx, merge.Side(s)) }); err != nil {
			return err
		}
	}
	if err := inBatches(j.state, j.done, r.outcome); err != nil {
		return err
	}
	return j.state.Update(r.finish)
}

type recorder struct {
	*job
	plan   merge.Plan
	done   [2]bool
	whole  bool
	walked [2]*walked
	fresh  [2]bool // all recorded pages are replaced
	again  []merge.Hold
}

// walk takes note of the pages of a store as they are now.
func (r *recorder) walk(tx *state.Tx, s merge.Side) error {
	st := r.side[s]
	put, err := tx.PagesPut(state.Side(s))
	if err != nil {
		return err
	}
	r.fresh[s] = st.moved >= doubtful || put > 2*st.last.Pages+prunePages
	var w walked
	if r.fresh[s] {
		w, err = walk(nobody{}, state.Side(s), st.pst)
	} else {
		w, err = walk(tx, state.Side(s), st.pst)
	}
	if err != nil {
		return r.fail("read", s, err)
	}
	r.walked[s] = &w
	return nil
}

// nobody knows no page.
type nobody struct{}

// Page gives none.
func (nobody) Page(state.Side, uint64) (state.Page, bool, error) { return state.Page{}, false, nil }

// outcome records one item.
func (r *recorder) outcome(tx *state.Tx, o *outcome) error {
	if !o.complete(r.done) {
		r.again = append(r.again, merge.Hold{
			Pair: o.action.Pair, Folder: o.action.Folder,
			Ref: [2]string{ref(o.nid[common]), ref(o.nid[local])},
		})
		return nil
	}
	for s := common; s <= local; s++ {
		r.res.counts(s).add(o.action.Do[s].Op)
	}
	if o.action.Forget {
		return tx.DeleteItem(o.pair)
	}
	was, _, err := tx.Item(o.pair)
	if err != nil {
		return err
	}
	it := r.item(o)
	for s := range it.Node {
		it.Node[s] = r.node(merge.Side(s), o, was.Node[s])
		it.Large[s] = r.side[s].values.of(o.nid[s], was.Large[s])
	}
	return tx.PutItem(it)
}

// node is where an item is now. Where that is not known it stays empty but for
// its place, and the item is compared when it is met again.
func (r *recorder) node(s merge.Side, o *outcome, was state.Node) state.Node {
	nid := o.nid[s]
	if w := r.walked[s]; w != nil {
		if n, ok := w.find(nid); ok {
			return stateNode(n)
		}
	}
	if n, ok := r.side[s].nodes[nid]; ok && !o.edits(s) {
		return stateNode(n)
	}
	if was.NID == nid {
		return was
	}
	return state.Node{NID: nid, Parent: uint32(r.folder(o.action.Folder).nid[s])}
}
