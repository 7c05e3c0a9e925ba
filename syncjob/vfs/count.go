package vfs

import "sync/atomic"

// Counters is what has passed through the files and file systems that share it.
type Counters struct {
	BytesRead    atomic.Int64 // by ReadAt
	BytesWritten atomic.Int64 // by WriteAt
	Syncs        atomic.Int64 // calls of Sync and SyncDir
}

// Count returns fsys with everything that passes through its files added to c.
func Count(fsys FS, c *Counters) FS { return countFS{fsys, c} }

// CountFile returns f with everything that passes through it added to c.
func CountFile(f File, c *Counters) File { return countFile{f, c} }

type countFS struct {
	FS
	c *Counters
}

func (s countFS) Open(path string) (File, error)      { return s.wrap(s.FS.Open(path)) }
func (s countFS) OpenWrite(path string) (File, error) { return s.wrap(s.FS.OpenWrite(path)) }
func (s countFS) Create(path string) (File, error)    { return s.wrap(s.FS.Create(path)) }

func (s countFS) SyncDir(dir string) error {
	s.c.Syncs.Add(1)
	return s.FS.SyncDir(dir)
}

func (s countFS) wrap(f File, err error) (File, error) {
	if err != nil {
		return nil, err
	}
	return CountFile(f, s.c), nil
}

type countFile struct {
	File
	c *Counters
}

func (f countFile) ReadAt(p []byte, off int64) (int, error) {
	n, err := f.File.ReadAt(p, off)
	f.c.BytesRead.Add(int64(n))
	return n, err
}

func (f countFile) WriteAt(p []byte, off int64) (int, error) {
	n, err := f.File.WriteAt(p, off)
	f.c.BytesWritten.Add(int64(n))
	return n, err
}

func (f countFile) Sync() error {
	f.c.Syncs.Add(1)
	return f.File.Sync()
}
