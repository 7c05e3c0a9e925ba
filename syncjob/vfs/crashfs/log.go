package crashfs

import "fmt"

// opKind is what an operation does.
type opKind uint8

const (
	opLoad opKind = iota
	opCreate
	opWrite
	opTruncate
	opSync
	opRename
	opRemove
	opSyncDir
	opFailed // did nothing
)

var opNames = [...]string{"load", "create", "write", "truncate", "sync", "rename", "remove", "syncdir", "failed"}

func (k opKind) String() string { return opNames[k] }

// op is an operation that changed something, or should have.
type op struct {
	kind   opKind
	node   int     // id of the file
	path   string  // of the file or directory, for opFailed too
	to     string  // new name of a rename
	off    int64   // of a write, or the length of a truncate
	data   []byte  // of a write
	loaded content // of a load
	lost   bool    // a sync that failed: what is pending will not be durable by a later one
}

func (s *FS) record(o op) { s.log = append(s.log, o) }

// Ops returns the number of operations so far: loads, creations, writes, truncates,
// syncs, renames, removes and directory syncs, failed ones included.
func (s *FS) Ops() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.log)
}

// Op describes operation i, for the message of a test that fails.
func (s *FS) Op(i int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.log[i]
	switch o.kind {
	case opWrite:
		return fmt.Sprintf("%d: write %s, %d bytes at %#x", i, o.path, len(o.data), o.off)
	case opTruncate:
		return fmt.Sprintf("%d: truncate %s to %#x", i, o.path, o.off)
	case opRename:
		return fmt.Sprintf("%d: rename %s to %s", i, o.path, o.to)
	case opSync:
		if o.lost {
			return fmt.Sprintf("%d: sync %s, in vain", i, o.path)
		}
	}
	return fmt.Sprintf("%d: %v %s", i, o.kind, o.path)
}
