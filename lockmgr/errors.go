package lockmgr

import (
	"errors"
	"fmt"
	"io/fs"
	"time"
)

var (
	// ErrBusy: somebody holds the store or the office lock. Try again later. Always a *BusyError.
	ErrBusy = errors.New("busy")
	// ErrReadOnlyFile: the store, its folder or its file system does not allow writing. Always a *ReadOnlyError.
	ErrReadOnlyFile = errors.New("read-only")
	// ErrUnreachable: the network or the device failed; the store may be fine. Try again later.
	ErrUnreachable = errors.New("cannot be reached")
	// ErrSameFile: both stores of a pair are one file.
	ErrSameFile = errors.New("both stores are the same file")
)

// BusyError says who holds Path.
type BusyError struct {
	Path   string
	Holder Holder
	Since  time.Time // when the holder took it, zero when not known
}

// Error names the file, who has it and since when.
func (e *BusyError) Error() string {
	s := fmt.Sprintf("%s is in use by %s", e.Path, e.Holder)
	if !e.Since.IsZero() {
		s += " since " + e.Since.Local().Format(time.DateTime)
	}
	return s
}

// Is makes a BusyError match ErrBusy.
func (e *BusyError) Is(target error) bool { return target == ErrBusy }

// Hint says what a person can do.
func (e *BusyError) Hint() string {
	return "close the program that has the store open, or wait"
}

// ReadOnlyError says what cannot be written.
type ReadOnlyError struct {
	Path string
	Err  error // what the system said, nil when the file is marked read-only
}

// Error names the file and what the system said.
func (e *ReadOnlyError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("%s is marked read-only", e.Path)
	}
	return fmt.Sprintf("%s cannot be written: %v", e.Path, e.Err)
}

// Is makes a ReadOnlyError match ErrReadOnlyFile.
func (e *ReadOnlyError) Is(target error) bool { return target == ErrReadOnlyFile }

// Unwrap is the error of the system, nil for a file that is marked read-only.
func (e *ReadOnlyError) Unwrap() error { return e.Err }

// Hint says what a person can do.
func (e *ReadOnlyError) Hint() string {
	return "give this user the right to write the file and its folder, and clear its read-only mark"
}

// MissingError says that there is no such store, or not even its folder. It matches fs.ErrNotExist.
type MissingError struct {
	Path   string
	Folder bool // the folder is missing too
}

// Error names the file, and says whether its folder is missing too.
func (e *MissingError) Error() string {
	if e.Folder {
		return fmt.Sprintf("%s is missing, and so is its folder", e.Path)
	}
	return fmt.Sprintf("%s is missing", e.Path)
}

// Is makes a MissingError match fs.ErrNotExist.
func (e *MissingError) Is(target error) bool { return target == fs.ErrNotExist }

// Hint says what a person can do.
func (e *MissingError) Hint() string {
	if e.Folder {
		return "check that the share is connected and the path is spelled right"
	}
	return "check the name of the file, or make a new store with 'pstsyncd init'"
}
