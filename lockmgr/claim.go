package lockmgr

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// Mode says what a claim is for.
type Mode uint8

const (
	Write Mode = iota // nobody else may read or write
	Read              // others may read
)

// Kind says what protects a claim.
type Kind string

const (
	ShareMode Kind = "share mode"  // Windows: nobody else can open the file
	Lease     Kind = "lease"       // Linux: nobody else has it open, and whoever opens it waits
	Locks     Kind = "locks"       // only programs that use locks are kept away, on this computer and its file server
	LocalOnly Kind = "local locks" // a FUSE mount: only programs on this computer are kept away
)

// Claim is a store that is ours until Release.
type Claim struct {
	path    string
	file    *os.File
	kind    Kind
	leased  bool // there is a lease to be broken
	release func() error
}

// Acquire tries once to claim the store at path. Errors: *BusyError, *ReadOnlyError (Write only), *MissingError,
// ErrUnreachable, or one of the system. When ctx ends while the system hangs in the open (a dead share), Acquire
// returns, and the claim is dropped whenever the system answers.
func Acquire(ctx context.Context, path string, mode Mode) (*Claim, error) {
	c, err := abandonable(ctx, func() (*Claim, error) { return acquire(path, mode) })
	if err != nil {
		return nil, fmt.Errorf("claim store: %w", err)
	}
	return c, nil
}

// abandonable calls acquire and waits for it or for the end of ctx. What comes too late is released.
func abandonable[T interface{ Release() error }](ctx context.Context, acquire func() (T, error)) (T, error) {
	type result struct {
		held T
		err  error
	}
	done := make(chan result)
	go func() {
		held, err := acquire()
		select {
		case done <- result{held, err}:
		case <-ctx.Done():
			if err == nil {
				held.Release()
			}
		}
	}()
	select {
	case r := <-done:
		return r.held, r.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}

func acquire(path string, mode Mode) (*Claim, error) {
	f, err := open(path, mode)
	if err != nil {
		return nil, err
	}
	kind, leased, err := protect(f, path, mode)
	if err == nil {
		err = stillThere(f, path)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	c := &Claim{path: path, file: f, kind: kind, leased: leased}
	c.release = sync.OnceValue(c.drop)
	return c, nil
}

// stillThere: between open and lock the file may have been replaced by a rename; then we hold the old one.
func stillThere(f *os.File, path string) error {
	ours, err := f.Stat()
	if err != nil {
		return err
	}
	if !ours.Mode().IsRegular() {
		return fmt.Errorf("%s is not a regular file", path)
	}
	if !replaceable {
		return nil
	}
	there, err := os.Stat(path)
	if err != nil {
		return explain(path, err)
	}
	if !os.SameFile(ours, there) {
		return &BusyError{Path: path, Holder: Holder{Program: "a program that has just replaced the file"}}
	}
	return nil
}

// Path is the claimed path as given to Acquire.
func (c *Claim) Path() string { return c.path }

// File is the claimed descriptor, for reading, and in mode Write for writing. All input and output must go through it.
// The Claim owns it; closing it ends the claim.
func (c *Claim) File() *os.File { return c.file }

// Kind says how far the claim reaches.
func (c *Claim) Kind() Kind { return c.kind }

// Contended says whether somebody on this computer waits for us to finish. It is known on Linux only, where there are
// leases.
func (c *Claim) Contended() bool { return c.leased && leaseBroken(c.file) }

// Release ends the claim and closes the descriptor. A second call does nothing more.
func (c *Claim) Release() error { return c.release() }

func (c *Claim) drop() error {
	unprotect(c.file)
	if err := c.file.Close(); err != nil && !errors.Is(err, fs.ErrClosed) {
		return fmt.Errorf("release %s: %w", c.path, err)
	}
	return nil
}

// explain turns what the system said about path into an error that a caller can act on.
func explain(path string, err error) error {
	switch {
	case isBusy(err):
		return &BusyError{Path: path, Holder: whoHas(path)}
	case errors.Is(err, fs.ErrNotExist) || isMissing(err):
		_, folderErr := os.Stat(filepath.Dir(path))
		return &MissingError{Path: path, Folder: folderErr != nil}
	case isReadOnly(err):
		return &ReadOnlyError{Path: path, Err: err}
	case isUnreachable(err):
		return fmt.Errorf("%s %w: %w", path, ErrUnreachable, err)
	}
	return err
}
