package pst

import (
	"errors"
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// What a caller decides on; errors of this package wrap one of these or an
// error of the file system.
var (
	// ErrNotFound: the store has no such node, folder, property or name.
	ErrNotFound = ndb.ErrNotFound
	// ErrCorrupt: the bytes contradict the format. Never repaired on the way.
	ErrCorrupt = disk.ErrCorrupt
	// ErrNotPST: the file is something else.
	ErrNotPST = ndb.ErrNotPST
	// ErrUnsupported: a kind of store, or of object in it, that this package
	// does not handle.
	ErrUnsupported = ndb.ErrUnsupported
	// ErrPassword: the store has a password and the one given is not it.
	ErrPassword = errors.New("password required")
	// ErrReadOnly: a change was asked of a store opened for reading.
	ErrReadOnly = ndb.ErrReadOnly
	// ErrBroken: an earlier write failed and could not be undone, so that nobody knows
	// what is durable. Close the File and open it again, which brings the store back.
	ErrBroken = ndb.ErrBroken
	// ErrTooLarge: a value or a table over what the format can hold.
	ErrTooLarge = ndb.ErrTooLarge
	// ErrFolderFull: a folder of an ANSI store has as many items, or folders, as its
	// table can number. It is an ErrTooLarge.
	ErrFolderFull = fmt.Errorf("folder is full: %w", ErrTooLarge)
	// ErrFull: the format has no room for more in this store, such as beyond the 2 GB
	// of an ANSI store.
	ErrFull = ndb.ErrFull
	// ErrCodePage: a text has a character that the code page of the store lacks.
	ErrCodePage = errors.New("the code page lacks a character")
	// ErrExists: the folder has a folder of that name.
	ErrExists = errors.New("exists already")
	// ErrInvalid: a value that the format cannot hold; the error names the property.
	ErrInvalid = errors.New("invalid value")
)
