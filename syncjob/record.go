package syncjob

import (
	"encoding/json"
	"time"

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
	if err := j.inBatches(r.outcome); err != nil {
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

// finish records everything but the items, and with it that the job is over.
func (r *recorder) finish(tx *state.Tx) error {
	held := r.holds()
	for s := range r.side {
		if err := r.seen(tx, merge.Side(s), held); err != nil {
			return err
		}
		if err := r.revisit(tx, merge.Side(s), held); err != nil {
			return err
		}
		if err := r.store(tx, merge.Side(s)); err != nil {
			return err
		}
	}
	if err := r.foldersDone(tx); err != nil {
		return err
	}
	if err := tx.SetHalts(r.halts()); err != nil {
		return err
	}
	return tx.ClearIntent()
}

// holds are all items that the next job has to look at.
func (r *recorder) holds() []merge.Hold {
	var all []merge.Hold
	for _, holds := range [][]merge.Hold{r.plan.Holds, r.skip, r.again} {
		all = append(all, holds...)
	}
	return all
}

// seen notes where items are that were looked at, and found to be as agreed on.
func (r *recorder) seen(tx *state.Tx, s merge.Side, held []merge.Hold) error {
	busy := map[uint64]bool{}
	for _, o := range r.job.done {
		busy[o.pair] = true
	}
	for _, h := range held {
		busy[uint64(h.Pair)] = true
	}
	for nid, node := range r.side[s].nodes {
		pair, ok, err := tx.PairOf(state.Side(s), nid)
		if err != nil {
			return err
		}
		if !ok || busy[pair] {
			continue
		}
		it, _, err := tx.Item(pair)
		if err != nil {
			return err
		}
		if n := stateNode(node); n != it.Node[s] {
			it.Node[s] = n
			if err := tx.PutItem(it); err != nil {
				return err
			}
		}
	}
	return nil
}

// revisit notes what the next job has to look at whether it changes or not. A
// folder that was left out is compared as a whole, and so is one whose first
// contact is not over.
func (r *recorder) revisit(tx *state.Tx, s merge.Side, held []merge.Hold) error {
	var visits []state.Visit
	for _, h := range held {
		if f := r.folder(h.Folder); f != nil && f.hold != "" {
			continue
		}
		// What the pair was recorded as, and what was found: one of them may be gone.
		was, _, err := tx.Item(uint64(h.Pair))
		if err != nil {
			return err
		}
		for _, nid := range []uint32{was.Node[s].NID, nidOf(h.Ref[s])} {
			if nid != 0 {
				visits = append(visits, state.Visit{NID: nid, Folder: uint32(h.Folder)})
			}
		}
	}
	return tx.SetRevisit(state.Side(s), visits)
}

// store records the state in which a store is now, and its pages.
func (r *recorder) store(tx *state.Tx, s merge.Side) error {
	st := r.side[s]
	if !r.done[s] {
		return nil
	}
	last := st.last
	if w := r.walked[s]; w != nil {
		if r.fresh[s] {
			if err := tx.DropPages(state.Side(s)); err != nil {
				return err
			}
			last.Pages = uint64(len(w.pages))
		}
		for _, p := range w.pages {
			if err := tx.PutPage(state.Side(s), p); err != nil {
				return err
			}
		}
	}
	now := st.pst.Token()
	token, err := json.Marshal(now)
	if err != nil {
		return err
	}
	last.Path, last.FileID, last.RecordKey, last.Token = absolute(st.path), st.fileID, now.RecordKey[:], token
	last.Settled = r.whole && r.res.Held == 0 && len(r.res.Halts) == 0
	return tx.PutStore(state.Side(s), last)
}

// foldersDone ends the first contact of the folders in which nothing stood in
// its way.
func (r *recorder) foldersDone(tx *state.Tx) error {
	stuck := map[merge.FolderID]bool{}
	for _, h := range r.plan.Holds {
		stuck[h.Folder] = stuck[h.Folder] || h.Reason != merge.Halted
	}
	for _, f := range r.folders {
		done := f.hold == "" && !stuck[f.id()] && r.done[common] && r.done[local]
		f.Relist = f.Synced && (f.hold != "" || f.Relist && !done)
		f.Synced = f.Synced || done
		if _, err := tx.PutFolder(f.Folder); err != nil {
			return err
		}
	}
	return nil
}

func (r *recorder) halts() []state.Halt {
	var halts []state.Halt
	for _, h := range r.res.Halts {
		side := state.Side(common)
		if h.Store == sideNames[local] {
			side = state.Side(local)
		}
		halts = append(halts, state.Halt{
			Token: h.Token, Folder: h.Folder, Side: side, Deletions: h.Deletions, Of: h.Of, Since: r.began.UTC().Truncate(time.Second),
		})
	}
	return halts
}
