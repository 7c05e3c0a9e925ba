package cli

import (
	"errors"
	"fmt"
	"time"

	"pstsyncd/syncjob"
	"pstsyncd/syncjob/state"
)

// stateWait is how long a job waits for another process to be done with the state.
const stateWait = 5 * time.Second

func (p *pair) openState() (*state.DB, error) {
	return syncjob.OpenState(p.statePath, state.Options{Timeout: stateWait}, p.log)
}

func (p *pair) view(f func(*state.Tx) error) error {
	db, err := p.openState()
	if err != nil {
		return err
	}
	return errors.Join(db.View(f), db.Close())
}

func (p *pair) update(f func(*state.Tx) error) error {
	db, err := p.openState()
	if err != nil {
		return fmt.Errorf("note in the state: %w", err)
	}
	return errors.Join(db.Update(f), db.Close())
}

// Mark notes in the state that a store has changed; with Pending and Clear it makes a
// pair [daemon.Marks].
func (p *pair) Mark(trigger string, now time.Time) (seq uint64, err error) {
	err = p.update(func(tx *state.Tx) error {
		d, err := tx.MarkDirty(trigger, now)
		seq = d.Seq
		return err
	})
	return seq, err
}

// Pending gives the oldest mark that is left; false when there is none.
func (p *pair) Pending() (trigger string, since time.Time, ok bool, err error) {
	err = p.view(func(tx *state.Tx) error {
		d, dirty, err := tx.Dirty()
		trigger, since, ok = d.Trigger, d.Since, dirty
		return err
	})
	return trigger, since, ok, err
}

// Clear takes back all marks up to seq.
func (p *pair) Clear(seq uint64) error {
	return p.update(func(tx *state.Tx) error {
		_, err := tx.ClearDirty(seq)
		return err
	})
}
