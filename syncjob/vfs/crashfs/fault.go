package crashfs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"syscall"
)

// ErrInjected is matched by every error that a fault caused.
var ErrInjected = errors.New("injected fault")

// Fault is how an operation fails.
type Fault uint8

// The faults. Each fits some operations and leaves the others alone.
const (
	EIO        Fault = iota + 1 // any operation: does nothing, syscall.EIO
	ENOSPC                      // create, write, truncate, rename: does nothing, syscall.ENOSPC
	ShortWrite                  // write of at least 2 bytes: writes the first half, syscall.ENOSPC
	FailedSync                  // sync of a file or directory: makes nothing durable, now or later, syscall.EIO
)

// fault is a Fault that waits for its operation.
type fault struct {
	kind  Fault
	from  int  // position in the log, or for reads the count of reads
	read  bool // of a read
	stays bool // fails every operation that it fits
	fired bool
}

func (k Fault) fits(o opKind, size int) bool {
	switch k {
	case EIO:
		return true
	case ENOSPC:
		return o == opCreate || o == opWrite || o == opTruncate || o == opRename
	case ShortWrite:
		return o == opWrite && size >= 2
	case FailedSync:
		return o == opSync || o == opSyncDir
	default:
		return false
	}
}

func (k Fault) error(o string, path string) error {
	errno, also := error(syscall.EIO), error(nil)
	switch k {
	case ENOSPC:
		errno = syscall.ENOSPC
	case ShortWrite:
		errno, also = syscall.ENOSPC, io.ErrShortWrite
	}
	err := fmt.Errorf("%w: %w", ErrInjected, errno)
	if also != nil {
		err = fmt.Errorf("%w: %w", also, err)
	}
	return &fs.PathError{Op: o, Path: path, Err: err}
}

// FailAt makes operation i, counted as [FS.Ops] does, fail; or if kind does not fit
// it, the first one after it that kind does fit. Everything else works.
func (s *FS) FailAt(i int, kind Fault) { s.addFault(fault{kind: kind, from: i}) }

// FailFrom makes every operation from i on that kind fits fail, as on a disk that is
// full or gone.
func (s *FS) FailFrom(i int, kind Fault) { s.addFault(fault{kind: kind, from: i, stays: true}) }

// FailReadAt makes read i fail with syscall.EIO, counted from 0 as [FS.Reads] does.
func (s *FS) FailReadAt(i int) { s.addFault(fault{kind: EIO, from: i, read: true}) }

func (s *FS) addFault(f fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
}

// Fits reports whether operation i is one that kind can make fail.
func (s *FS) Fits(i int, kind Fault) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return kind.fits(s.log[i].kind, len(s.log[i].data))
}

// Fired reports whether any of the faults has met its operation. A test that tries
// one position after the other is done when none has.
func (s *FS) Fired() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.fired {
			return true
		}
	}
	return false
}

// Repair removes all faults.
func (s *FS) Repair() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// Reads returns the number of reads so far.
func (s *FS) Reads() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reads
}

// next returns the fault that the next operation meets, 0 for none.
func (s *FS) next(o opKind, size int) Fault {
	for i := range s.faults {
		f := &s.faults[i]
		if !f.read && len(s.log) >= f.from && (f.stays || !f.fired) && f.kind.fits(o, size) {
			f.fired = true
			return f.kind
		}
	}
	return 0
}

// fail returns the error that the next operation meets, and records that it did
// nothing.
func (s *FS) fail(o opKind, path string) error {
	kind := s.next(o, 0)
	if kind == 0 {
		return nil
	}
	s.record(op{kind: opFailed, path: path})
	return kind.error(o.String(), path)
}

// failWrite returns how much of a write is done, and its error.
func (s *FS) failWrite(path string, size int) (int, error) {
	switch kind := s.next(opWrite, size); kind {
	case 0:
		return size, nil
	case ShortWrite:
		return size / 2, kind.error("write", path)
	default:
		s.record(op{kind: opFailed, path: path})
		return 0, kind.error("write", path)
	}
}

func (s *FS) failSync(n *node, path string) error {
	kind := s.next(opSync, 0)
	if kind == 0 {
		return nil
	}
	s.record(op{kind: opSync, node: n.id, path: path, lost: true})
	return kind.error("sync", path)
}

func (s *FS) failRead(path string) error {
	i := s.reads
	s.reads++
	for j := range s.faults {
		f := &s.faults[j]
		if f.read && i >= f.from && !f.fired {
			f.fired = true
			return f.kind.error("read", path)
		}
	}
	return nil
}
