package ndb

import "errors"

// Errors that a caller decides by, besides [disk.ErrCorrupt].
var (
	// ErrNotFound says that there is no such node or subnode.
	ErrNotFound = errors.New("not found")

	// ErrNotPST says that the file does not begin as a PST does.
	ErrNotPST = errors.New("not a pst file")

	// ErrUnsupported says that the file is a store of a kind that this package
	// does not read (OST, PAB, protected), or does not write (unknown version).
	ErrUnsupported = errors.New("unsupported kind of store")

	// ErrReadOnly says that the store was opened for reading.
	ErrReadOnly = errors.New("store is open for reading only")

	// ErrChanged says that another program wrote to the store while it was being
	// changed. The change was given up.
	ErrChanged = errors.New("another program has written to the store")

	// ErrTxOpen says that the store has a transaction already.
	ErrTxOpen = errors.New("a transaction is open")

	// ErrTxDone says that the transaction has been committed or rolled back.
	ErrTxDone = errors.New("transaction is done")

	// ErrBroken says that an earlier write or sync failed and could not be undone, so
	// that nobody knows what is durable. Close the store and open it again: that verifies
	// and repairs it.
	ErrBroken = errors.New("an earlier write failed, the store has to be opened again")

	// ErrFull says that the format has no room for more: 2 GB of an ANSI file,
	// 65,534 references to one block, or the ids of one type. See [Tx.Room].
	ErrFull = errors.New("store is full")

	// ErrTooLarge says that a value does not fit a data tree or that a node would
	// have more subnodes than a subnode tree holds.
	ErrTooLarge = errors.New("too large")
)
