package state

import (
	"fmt"
	"runtime/debug"

	"go.etcd.io/bbolt"
)

// Tx is a transaction; it ends with the function that it was given to. It is for
// one goroutine. While it yields entries it is not to be changed.
type Tx struct {
	db   *DB
	bolt *bbolt.Tx
	keys keyTable // those that the transaction adds
}

// View runs f on the state as the last Update left it.
func (db *DB) View(f func(*Tx) error) error { return db.run(false, f) }

// Update runs f and makes what it changed durable, or undoes all of it when f
// returns an error.
func (db *DB) Update(f func(*Tx) error) error { return db.run(true, f) }

func (db *DB) run(writable bool, f func(*Tx) error) error {
	tx := &Tx{db: db}
	err := db.guard(func() (err error) {
		tx.bolt, err = db.bolt.Begin(writable)
		return err
	})
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	done := false
	defer func() {
		if !done {
			_ = db.guard(tx.bolt.Rollback)
		}
	}()
	if err := f(tx); err != nil {
		return err
	}
	if !writable {
		return nil
	}
	done = true
	if err := db.guard(tx.bolt.Commit); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	db.keys.merge(&tx.keys)
	return nil
}

// guard calls bbolt. On a damaged file bbolt panics, or reads beyond the end of
// the file, which is a fault: both become ErrCorrupt.
func (db *DB) guard(call func() error) (err error) {
	if db.damaged.Load() {
		return ErrCorrupt
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			db.damaged.Store(true)
			err = corrupt("%v", r)
		}
	}()
	return call()
}

func (tx *Tx) guard(call func() error) error { return tx.db.guard(call) }

func corrupt(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrCorrupt, fmt.Sprintf(format, args...))
}
