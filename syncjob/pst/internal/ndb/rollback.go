package ndb

import (
	"errors"
	"fmt"
)

// Rollback gives the transaction up. The store is then as if it had not begun, and
// can be used on, also when the disk was full. Only when a sync has failed, or a write
// from step 4 of Commit on, or undoing itself fails, nothing more is written, and the
// next Open recovers. After Commit it does nothing.
func (tx *Tx) Rollback() error {
	if tx.done {
		return nil
	}
	err := tx.undo()
	tx.finish()
	tx.s.forget()
	if errors.Is(err, ErrBroken) {
		tx.s.log.Warn("transaction given up after a failed write", "err", err)
		return nil
	}
	if err != nil {
		return fmt.Errorf("roll back: %w", err)
	}
	return nil
}

// undo takes back what has been written, in an order in which the AMaps always
// cover the durable tree.
func (tx *Tx) undo() error {
	switch {
	case tx.switched:
		return ErrBroken
	case !tx.begun:
		return nil
	}
	tx.s.retract()
	if tx.mapped {
		if err := tx.space.restore(); err != nil {
			return err
		}
	}
	if err := tx.shorten(); err != nil {
		return err
	}
	if err := tx.s.sync(); err != nil {
		return err
	}
	h := tx.base
	h.Unique += 2 // begin has raised it by one
	if err := tx.s.writeHeader(h); err != nil {
		return err
	}
	if err := tx.s.sync(); err != nil {
		return err
	}
	tx.s.dropJournal()
	return nil
}

// shorten makes the file as long as it was.
func (tx *Tx) shorten() error {
	size, err := tx.s.f.Size()
	if err != nil || size <= tx.size {
		return err
	}
	return tx.s.truncate(tx.size)
}
