package syncjob

import (
	"errors"
	"fmt"
	"math"

	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/merge"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/state"
)

// dryRun runs the job on the state as it is, and undoes what that changed there.
func dryRun(db *state.DB, j *job) error {
	undo := errors.New("undo")
	err := db.Update(func(tx *state.Tx) error {
		j.state = inside{tx}
		if err := j.run(); err != nil {
			return err
		}
		return undo
	})
	if errors.Is(err, undo) {
		return nil
	}
	return err
}

// inside is a database whose transactions are all one.
type inside struct{ tx *state.Tx }

// View calls f in that transaction.
func (i inside) View(f func(*state.Tx) error) error { return f(i.tx) }

// Update calls f in that transaction: what it changes goes where that goes.
func (i inside) Update(f func(*state.Tx) error) error { return f(i.tx) }

// foretell counts what the plan would do, and holds what a store would refuse for its
// code page.
func (j *job) foretell(plan merge.Plan) error {
	for _, f := range j.folders {
		if err := j.foretellFolder(&plan, f); err != nil {
			return err
		}
	}
	for _, a := range plan.Actions {
		if err := j.ctx.Err(); err != nil {
			return err
		}
		o := newOutcome(a)
		s, err := j.refusal(&o)
		switch {
		case err == nil:
			for s := common; s <= local; s++ {
				j.res.counts(s).add(a.Do[s].Op)
			}
		case ofItem(err):
			j.leave(o, s, err)
		default:
			return j.fail("read items for", s, err)
		}
	}
	return nil
}

// foretellFolder holds a folder that is to be created and cannot have its name.
func (j *job) foretellFolder(plan *merge.Plan, f *folderPair) error {
	for s, nid := range f.nid {
		if !f.create || nid != 0 {
			continue
		}
		path, _, err := j.newFolder(f, merge.Side(s))
		if err != nil {
			return err
		}
		for _, name := range pst.SplitPath(path) {
			if _, err = j.side[s].pst.EncodeText(name); err != nil {
				err = fmt.Errorf("create folder %q: %w", name, err)
				j.holdFolder(plan, f, merge.Side(s), j.notCreated(path, merge.Side(s), err))
				return nil
			}
		}
	}
	return nil
}

// refusal is the error of the side that would not take its part of an action: an ANSI
// store, since all others can have any text.
func (j *job) refusal(o *outcome) (s merge.Side, err error) {
	for s = common; s <= local && err == nil; s++ {
		file := j.side[s].pst
		if file.Format() != pst.ANSI {
			continue
		}
		switch e := o.action.Do[s]; {
		case e.Op == merge.Create:
			_, err = j.copyOf(o, s, nameless{file})
		case e.Op == merge.Update && len(e.Set) > 0:
			_, _, err = j.editOf(o, s, nameless{file})
		}
		if err != nil {
			return s, err
		}
	}
	return s, nil
}

// nameless is a store as a target of conversions of which nothing is written: a name that
// it has not gets an id that stands for any.
type nameless struct{ *pst.File }

// PutName is the id of a name.
func (n nameless) PutName(name pst.PropName) (uint16, error) {
	id, ok, err := n.IDOf(name)
	if !ok {
		id = math.MaxUint16
	}
	return id, err
}

// CodePage is the code page to write in.
func (n nameless) CodePage() int { return mapi.CodePageOf(n.File) }
