// Package crashfs is a file system in memory for tests of what survives a crash.
//
// [FS] implements [vfs.FS] and records every operation that changes something.
// [FS.CrashImage] then yields the file system as a power failure after any of them
// could have left it: what was synced is there, of the rest all, nothing, or some
// sectors of [SectorSize] bytes, whole or torn. [FS.FailAt] makes one operation fail.
//
// The model is strict where file systems differ. A name is durable only when its
// directory was synced, and content only when the file was. Sectors of one write reach
// the disk in any order. A length reaches the disk apart from the content, and what
// was not written before it reads as zeros. After a Sync that failed, what it was to
// make durable stays in doubt for good unless it is written again. Only the order of
// the names in one directory is kept.
//
// There are no directories to be made: every directory exists. There are no
// permissions and no locks.
package crashfs

import (
	"fmt"
	"hash/maphash"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"pstsyncd/syncjob/vfs"
)

// FS is a file system in memory. Start with [New] and [FS.Load]. Its methods may be
// called from many goroutines.
type FS struct {
	mu     sync.Mutex
	nextID int
	names  map[string]*node // as the program sees them
	log    []op
	faults []fault
	reads  int

	replayed *state // what CrashImage came to last
}

var _ vfs.FS = (*FS)(nil)

// node is a file, which outlives its name.
type node struct {
	id      int
	content content
	written int // position in the log of the last write
}

// New returns an empty file system.
func New() *FS { return &FS{names: map[string]*node{}} }

// Load puts a durable file with content b at path, in place of what is there. It is
// an operation of the log, too.
func (s *FS) Load(path string, b []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.newNode()
	n.content.write(0, b)
	s.load(filepath.Clean(path), n)
}

func (s *FS) load(path string, n *node) {
	s.names[path] = n
	s.record(op{kind: opLoad, node: n.id, path: path, loaded: n.content.clone()})
}

// Bytes returns the content of the file at path as the program sees it, nil if
// there is none.
func (s *FS) Bytes(path string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, ok := s.names[filepath.Clean(path)]
	if !ok {
		return nil
	}
	b := make([]byte, n.content.size)
	n.content.read(0, b)
	return b
}

// Hash digests the names and contents of all files as the program sees them. File
// systems that differ in nothing else have the same hash under the same seed; so that
// holes cost nothing, zeros that were written count as other than those that were not.
func (s *FS) Hash(seed maphash.Seed) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	var h maphash.Hash
	h.SetSeed(seed)
	for _, path := range slices.Sorted(maps.Keys(s.names)) {
		c := &s.names[path].content
		fmt.Fprintf(&h, "%d %s %d ", len(path), path, c.size)
		for at, sectors := range c.chunks {
			if sectors == nil {
				continue
			}
			for i, sector := range sectors {
				if sector != nil {
					maphash.WriteComparable(&h, at*chunkSectors+i)
					h.Write(sector[:])
				}
			}
		}
	}
	return h.Sum64()
}

// Paths returns the names of all files as the program sees them, sorted.
func (s *FS) Paths() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.names))
}

// Open opens an existing file for reading.
func (s *FS) Open(path string) (vfs.File, error) { return s.open(path, false) }

// OpenWrite opens an existing file for reading and writing.
func (s *FS) OpenWrite(path string) (vfs.File, error) { return s.open(path, true) }

func (s *FS) open(path string, write bool) (vfs.File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path = filepath.Clean(path)
	n, ok := s.names[path]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	return &file{s: s, n: n, path: path, write: write}, nil
}

// Create creates a file.
func (s *FS) Create(path string) (vfs.File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path = filepath.Clean(path)
	if _, ok := s.names[path]; ok {
		return nil, &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
	}
	if err := s.fail(opCreate, path); err != nil {
		return nil, err
	}
	n := s.newNode()
	s.names[path] = n
	s.record(op{kind: opCreate, node: n.id, path: path})
	return &file{s: s, n: n, path: path, write: true}, nil
}

// Remove removes a file. Who has it open keeps it.
func (s *FS) Remove(path string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	path = filepath.Clean(path)
	if _, ok := s.names[path]; !ok {
		return &fs.PathError{Op: "remove", Path: path, Err: fs.ErrNotExist}
	}
	if err := s.fail(opRemove, path); err != nil {
		return err
	}
	delete(s.names, path)
	s.record(op{kind: opRemove, path: path})
	return nil
}

// Rename gives a file another name in the same directory.
func (s *FS) Rename(from, to string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	from, to = filepath.Clean(from), filepath.Clean(to)
	n, ok := s.names[from]
	if !ok {
		return &fs.PathError{Op: "rename", Path: from, Err: fs.ErrNotExist}
	}
	if filepath.Dir(from) != filepath.Dir(to) {
		return &fs.PathError{Op: "rename", Path: to, Err: fs.ErrInvalid}
	}
	if _, taken := s.names[to]; taken {
		return &fs.PathError{Op: "rename", Path: to, Err: fs.ErrExist}
	}
	if err := s.fail(opRename, from); err != nil {
		return err
	}
	delete(s.names, from)
	s.names[to] = n
	s.record(op{kind: opRename, node: n.id, path: from, to: to})
	return nil
}

// SyncDir makes the names in a directory durable.
func (s *FS) SyncDir(dir string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	dir = filepath.Clean(dir)
	if err := s.fail(opSyncDir, dir); err != nil {
		return err
	}
	s.record(op{kind: opSyncDir, path: dir})
	return nil
}

// RealPath returns the path: there are no links.
func (s *FS) RealPath(path string) (string, error) { return filepath.Clean(path), nil }

// Stat describes a file. Its time is a count of operations since 1970, in seconds.
func (s *FS) Stat(path string) (vfs.Info, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path = filepath.Clean(path)
	n, ok := s.names[path]
	if !ok {
		return vfs.Info{}, &fs.PathError{Op: "stat", Path: path, Err: fs.ErrNotExist}
	}
	return vfs.Info{
		Size:    n.content.size,
		ModTime: time.Unix(int64(n.written), 0),
		ID:      fmt.Sprintf("mem:%d", n.id),
	}, nil
}

func (s *FS) newNode() *node {
	n := &node{id: s.nextID, written: len(s.log)}
	s.nextID++
	return n
}
