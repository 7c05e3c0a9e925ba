package syncjob

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"pstsyncd/syncjob/merge"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/state"
)

// Run brings both stores to the same items. What it reports was done, also when
// it returns an error; what was not done is found by the next Run. An error has
// the store in it ([Error]), and [Classify] says what it means.
//
// When ctx ends before the commits, nothing was done; during the commits it is
// not heeded, since that is the shorter way to a state that both stores share.
func Run(ctx context.Context, o Options) (Result, error) {
	began := time.Now()
	o, err := o.withDefaults(began)
	if err != nil {
		return Result{}, err
	}
	r, err := once(ctx, o, began)
	if errors.Is(err, errSpoilt) {
		// A folder that was not looked at, since nothing in it had changed, can not be
		// written. Looked at, it is held, and the rest goes on.
		first := r
		r, err = relisted(ctx, o, began)
		r.include(first)
	}
	r.Took = time.Since(began)
	return r, err
}

// once is one attempt.
func once(ctx context.Context, o Options, began time.Time) (Result, error) {
	j := &job{ctx: ctx, opt: o, log: o.Logger, began: began, state: o.State, private: map[uint32]bool{}}
	j.res.Unknown = slices.Clone(o.Approve)
	for s := range j.reasons {
		j.reasons[s] = map[uint32]error{}
	}
	var err error
	if o.DryRun {
		err = dryRun(o.State, j)
	} else {
		err = j.run()
	}
	j.close()
	return j.res, err
}

// relisted is an attempt that lists all folders.
func relisted(ctx context.Context, o Options, began time.Time) (Result, error) {
	err := o.State.Update(func(tx *state.Tx) error {
		folders, err := allFolders(tx)
		for i := 0; i < len(folders) && err == nil; i++ {
			folders[i].Relist = folders[i].Synced
			_, err = tx.PutFolder(folders[i])
		}
		return err
	})
	if err != nil {
		return Result{}, err
	}
	return once(ctx, o, began)
}

// errSpoilt: a store turned out to be damaged where it was to be written.
var errSpoilt = errors.New("damaged where it was to be written")

// database is the part of [state.DB] that a job uses.
type database interface {
	View(func(*state.Tx) error) error
	Update(func(*state.Tx) error) error
}

// job is one call of Run.
type job struct {
	ctx   context.Context
	opt   Options
	log   *slog.Logger
	began time.Time
	state database
	res   Result

	side    [2]*store
	folders []*folderPair
	private map[uint32]bool     // items of local that are marked private
	reasons [2]map[uint32]error // why items could not be read

	done  []outcome    // what was carried out
	named int          // how many of them have the id of their pair
	skip  []merge.Hold // what could not be carried out

	history     []state.Entry // not durable yet
	historyHeld int64         // bytes of values in it
	doubted     bool          // that which was saved of it is marked as not certain
}

func (j *job) run() error {
	for s := common; s <= local; s++ {
		if err := j.open(s); err != nil {
			return err
		}
	}
	if j.sameFile() {
		return j.fail("open", local, ErrSameStore)
	}
	plan, err := j.decide()
	if errors.Is(err, errReused) {
		j.startOver()
		plan, err = j.decide()
	}
	if err != nil {
		if errors.Is(err, errIdle) {
			return nil
		}
		return err
	}
	j.report(plan)
	if j.opt.DryRun {
		return j.foretell(plan)
	}
	err = j.carryOut(plan)
	if errors.Is(err, pst.ErrCorrupt) {
		return fmt.Errorf("%w: %w", errSpoilt, err)
	}
	return err
}

// decide finds out what has happened, and what is to be done.
func (j *job) decide() (plan merge.Plan, err error) {
	if err := j.state.Update(j.prepare); err != nil {
		return plan, err
	}
	err = j.state.View(func(tx *state.Tx) error {
		in, err := j.gather(tx)
		if err == nil {
			plan, err = j.reconcile(tx, in)
		}
		return err
	})
	return plan, err
}

// errReused: a node is another item than the one that was recorded.
var errReused = errors.New("another item has taken the place of a recorded one")

// startOver forgets what was found out, but for stores that turned out to be others.
func (j *job) startOver() {
	j.folders, j.private = nil, map[uint32]bool{}
	for s, st := range j.side {
		j.reasons[s], st.nodes, st.values = map[uint32]error{}, map[uint32]pst.NodeRef{}, newValues()
	}
}

// errIdle: nothing has happened since the last job.
var errIdle = errors.New("nothing to do")

// prepare compares both stores with the state, takes over what a killed job had
// done, and pairs the folders.
func (j *job) prepare(tx *state.Tx) error {
	settled := true
	for s, st := range j.side {
		last, seen, err := tx.Store(state.Side(s))
		if err != nil {
			return err
		}
		if err := st.compare(last, seen); err != nil {
			return err
		}
		settled = settled && st.moved == unmoved && last.Settled
	}
	if err := j.forgetOther(tx); err != nil {
		return err
	}
	if err := j.dropUntrue(tx); err != nil {
		return err
	}
	interrupted, err := j.recover(tx)
	if err != nil {
		return err
	}
	if err := j.pairFolders(tx); err != nil {
		return err
	}
	settled = settled && !interrupted
	for _, f := range j.folders {
		settled = settled && f.Synced && !f.Relist && f.hold == "" && !f.create
	}
	if settled {
		return errIdle
	}
	return nil
}

// forgetOther drops what was agreed on when one of the stores is not the one
// with which it was.
func (j *job) forgetOther(tx *state.Tx) error {
	if j.side[common].moved != another && j.side[local].moved != another {
		return nil
	}
	for s, st := range j.side {
		if st.replaced {
			j.log.Warn("store is another one than before, or an older state of it: compared as at first contact", "store", sideNames[s])
		}
		st.moved = another
		if err := tx.DropPages(state.Side(s)); err != nil {
			return err
		}
		if err := tx.SetRevisit(state.Side(s), nil); err != nil {
			return err
		}
	}
	folders, err := allFolders(tx)
	if err != nil {
		return err
	}
	for _, f := range folders {
		f.Synced, f.Relist, f.NID = false, false, [2]uint32{}
		if _, err := tx.PutFolder(f); err != nil {
			return err
		}
	}
	return tx.DropItems()
}

func allFolders(tx *state.Tx) ([]state.Folder, error) {
	var all []state.Folder
	for f, err := range tx.Folders() {
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, nil
}
