package syncjob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/readback"
	"pstsyncd/syncjob/state"
)

// What a caller decides on, besides the sentinels of pst, state and readback.
var (
	// ErrOptions: the options contradict themselves or the stores.
	ErrOptions = errors.New("invalid options")
	// ErrSameStore: both paths lead to one file.
	ErrSameStore = errors.New("common and local are the same file")
)

// errChanged: another program wrote to a store during the job. The next one sees
// what it wrote.
var errChanged = errors.New("another program has written to the store")

// Error says in which store a step went wrong.
type Error struct {
	Op    string // what was being done
	Store string // "common" or "local"
	Path  string // of the store
	Err   error
}

// Error names the step, the store with its path, and the cause.
func (e *Error) Error() string {
	return fmt.Sprintf("%s %s store %s: %v", e.Op, e.Store, e.Path, e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint says what a person can do about it, or nothing.
func (e *Error) Hint() string {
	switch {
	case errors.Is(e.Err, pst.ErrPassword):
		return "the store has a password: give it, or remove it in Outlook"
	case errors.Is(e.Err, pst.ErrNotPST):
		return "the file is no Outlook data file: check the path"
	case errors.Is(e.Err, pst.ErrUnsupported):
		return "this kind of store can not be changed: export it to a Unicode PST in Outlook"
	case errors.Is(e.Err, pst.ErrFull):
		return "an ANSI store ends at 2 GB: put a Unicode store in its place, or delete what nobody needs and compact it in Outlook; nothing was lost"
	case errors.Is(e.Err, pst.ErrTooLarge):
		return "the format has no room for it: spread the items over more folders, or use a Unicode store; nothing was lost"
	case errors.Is(e.Err, pst.ErrCorrupt):
		return "run scanpst on a copy of the store; nothing was changed"
	case errors.Is(e.Err, syscall.ENOSPC):
		return "the disk is full: make room; nothing was lost"
	case errors.Is(e.Err, fs.ErrPermission), errors.Is(e.Err, pst.ErrReadOnly), errors.Is(e.Err, syscall.EROFS):
		return "the store can not be written: check its attributes and your rights"
	case errors.Is(e.Err, fs.ErrNotExist):
		return "check the path, and whether the share is there"
	}
	return ""
}

// Class is what an error means for the next try.
type Class uint8

// The classes.
const (
	Retry  Class = iota // may be over by itself: busy, out of reach, no space
	Halt                // a person has to do something first
	Broken              // a store is damaged or none: not to be tried before it changes
)

// classes is read from the top: the first that an error is counts.
var classes = []struct {
	err   error
	class Class
}{
	{context.Canceled, Retry},
	{context.DeadlineExceeded, Retry},
	{state.ErrBusy, Retry},
	{syscall.ENOSPC, Retry},

	{pst.ErrPassword, Halt},
	{pst.ErrReadOnly, Halt},
	{fs.ErrPermission, Halt},
	{syscall.EROFS, Halt},
	{state.ErrVersion, Halt},
	{state.ErrCorrupt, Halt},
	{state.ErrNotFound, Halt},
	{ErrOptions, Halt},
	{ErrSameStore, Halt},
	{pst.ErrTooLarge, Halt},
	{pst.ErrFull, Halt},
	{pst.ErrCodePage, Halt},

	{pst.ErrNotPST, Broken},
	{pst.ErrUnsupported, Broken},
	{pst.ErrCorrupt, Broken},
	{pst.ErrInvalid, Broken},
	{readback.ErrMismatch, Broken},

	{pst.ErrNotFound, Broken}, // a store without something that every store has

	{fs.ErrNotExist, Retry},
}

// Classify says what an error of [Run] or of opening its state means. What it
// does not know may be over by itself.
func Classify(err error) Class {
	for _, c := range classes {
		if errors.Is(err, c.err) {
			return c.class
		}
	}
	return Retry
}

// outOfReach reports whether the error is that of a file that can not be read at
// the moment, and not of what is in it.
func outOfReach(err error) bool {
	var path *fs.PathError
	var errno syscall.Errno
	return errors.As(err, &path) || errors.As(err, &errno) || errors.Is(err, fs.ErrClosed) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
