package syncjob

import (
	"errors"

	"pstsyncd/syncjob/merge"
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

func (i inside) View(f func(*state.Tx) error) error   { return f(i.tx) }
func (i inside) Update(f func(*state.Tx) error) error { return f(i.tx) }

// foretell counts what the plan would do.
func (j *job) foretell(plan merge.Plan) {
	for _, a := range plan.Actions {
		for s := common; s <= local; s++ {
			j.res.counts(s).add(a.Do[s].Op)
		}
	}
}
