package syncjob

import (
	"encoding/json"
	"time"

	"pstsyncd/syncjob/merge"
	"pstsyncd/syncjob/state"
)

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
	if len(r.again) > 0 {
		return nil // a commit that failed may have come about all the same: the next job finds out
	}
	if err := tx.ClearDoubt(); err != nil {
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
			it.Node[s], it.Large[s] = n, r.side[s].values.of(nid, it.Large[s])
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
	last.Private = r.opt.Private
	last.Settled = r.whole && r.res.Held == 0 && len(r.res.Halts) == 0
	return tx.PutStore(state.Side(s), last)
}

// foldersDone ends the first contact of the folders in which nothing stood in
// its way.
func (r *recorder) foldersDone(tx *state.Tx) error {
	stuck := map[merge.FolderID]bool{}
	for _, h := range r.plan.Holds {
		known := h.Reason == merge.Halted || h.Reason == merge.NowPrivate && h.Pair != 0
		stuck[h.Folder] = stuck[h.Folder] || !known
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
