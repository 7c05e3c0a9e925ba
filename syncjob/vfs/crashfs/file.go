package crashfs

import (
	"fmt"
	"io"
	"io/fs"
	"slices"

	"pstsyncd/syncjob/vfs"
)

// file is an open file.
type file struct {
	s      *FS
	n      *node
	path   string // when it was opened
	write  bool
	closed bool
}

var _ vfs.File = (*file)(nil)

func (f *file) err(op string, err error) error {
	return &fs.PathError{Op: op, Path: f.path, Err: err}
}

// check returns why the file cannot be used, if it cannot.
func (f *file) check(op string, write bool) error {
	switch {
	case f.closed:
		return f.err(op, fs.ErrClosed)
	case write && !f.write:
		return f.err(op, fs.ErrPermission)
	default:
		return nil
	}
}

func (f *file) ReadAt(p []byte, off int64) (int, error) {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	if err := f.check("read", false); err != nil {
		return 0, err
	}
	if off < 0 {
		return 0, f.err("read", fs.ErrInvalid)
	}
	if err := f.s.failRead(f.path); err != nil {
		return 0, err
	}
	n := f.n.content.read(off, p)
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (f *file) WriteAt(p []byte, off int64) (int, error) {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	if err := f.check("write", true); err != nil {
		return 0, err
	}
	if off < 0 {
		return 0, f.err("write", fs.ErrInvalid)
	}
	n, err := f.s.failWrite(f.path, len(p))
	if err != nil && n == 0 {
		return 0, err
	}
	f.n.content.write(off, p[:n])
	f.s.record(op{kind: opWrite, node: f.n.id, path: f.path, off: off, data: slices.Clone(p[:n])})
	f.n.written = len(f.s.log)
	return n, err
}

func (f *file) Size() (int64, error) {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	if err := f.check("stat", false); err != nil {
		return 0, err
	}
	return f.n.content.size, nil
}

func (f *file) Truncate(size int64) error {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	if err := f.check("truncate", true); err != nil {
		return err
	}
	if size < 0 {
		return f.err("truncate", fmt.Errorf("size %d: %w", size, fs.ErrInvalid))
	}
	if err := f.s.fail(opTruncate, f.path); err != nil {
		return err
	}
	f.n.content.truncate(size)
	f.s.record(op{kind: opTruncate, node: f.n.id, path: f.path, off: size})
	f.n.written = len(f.s.log)
	return nil
}

func (f *file) Sync() error {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	if err := f.check("sync", false); err != nil {
		return err
	}
	if err := f.s.failSync(f.n, f.path); err != nil {
		return err
	}
	f.s.record(op{kind: opSync, node: f.n.id, path: f.path})
	return nil
}

func (f *file) Close() error {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	if err := f.check("close", false); err != nil {
		return err
	}
	f.closed = true
	return nil
}
