package state

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"pstsyncd/syncjob/vfs"
)

// What a caller decides on.
var (
	// ErrBusy: another process has the file open. There is one daemon for a pair.
	ErrBusy = errors.New("state is in use by another process")
	// ErrCorrupt: the file is damaged. See [SetAside].
	ErrCorrupt = errors.New("state is damaged")
	// ErrVersion: a newer program wrote the file.
	ErrVersion = errors.New("state was written by a newer version")
	// ErrNotFound: there is no such token.
	ErrNotFound = errors.New("not found")
)

// Versions of the schema in the package comment. The oldest one lacks the large values
// of items, and is what a file becomes that has some.
const (
	version       = 2
	oldestVersion = 1
)

// Side is one of the two stores, 0 or 1.
type Side int

// Buckets. Those of a side have its number at the end.
var (
	bucketMeta      = []byte("meta")
	bucketFolders   = []byte("folders")
	bucketItems     = []byte("items")
	bucketCounts    = []byte("counts")
	bucketRefs      = [2][]byte{[]byte("refs0"), []byte("refs1")}
	bucketPages     = [2][]byte{[]byte("pages0"), []byte("pages1")}
	bucketRevisit   = [2][]byte{[]byte("revisit0"), []byte("revisit1")}
	bucketKeys      = []byte("keys")
	bucketHalts     = []byte("halts")
	bucketApprovals = []byte("approvals")
	bucketIntent    = []byte("intent")
	bucketHistory   = []byte("history")
)

func buckets() [][]byte {
	return [][]byte{
		bucketMeta, bucketFolders, bucketItems, bucketCounts, bucketRefs[0], bucketRefs[1], bucketPages[0], bucketPages[1],
		bucketRevisit[0], bucketRevisit[1], bucketKeys, bucketHalts, bucketApprovals, bucketIntent, bucketHistory,
	}
}

var metaVersion = []byte("version")

// DB is an open state file. It is safe for concurrent use; there is one Update
// at a time, and no Update within a View of the same goroutine.
type DB struct {
	bolt *bbolt.DB
	path string
	keys keyTable

	historyBytes uint64
	// damaged is set when bbolt ran into damage: it is not called again, since it
	// may have stopped half way.
	damaged atomic.Bool
}

// Options of [Open].
type Options struct {
	Timeout      time.Duration // how long to wait for another process that has the file open
	HistoryBytes int64         // bound of the history; 0 is DefaultHistoryBytes
}

// Open opens the file at path, or creates it, in a folder that exists; ErrBusy.
// A file of another version or a damaged one is refused and left as it is.
func Open(path string, o Options) (*DB, error) {
	_, err := os.Stat(path)
	created := errors.Is(err, fs.ErrNotExist)
	db := &DB{path: path, historyBytes: uint64(cmp.Or(o.HistoryBytes, DefaultHistoryBytes))}
	err = db.guard(func() (err error) {
		db.bolt, err = bbolt.Open(path, 0o600, &bbolt.Options{
			Timeout:      max(o.Timeout, time.Millisecond), // 0 would wait for ever
			FreelistType: bbolt.FreelistMapType,
		})
		return err
	})
	if err == nil {
		err = db.prepare()
	}
	if err == nil && created {
		err = vfs.OS.SyncDir(filepath.Dir(path))
	}
	if err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("open state %s: %w", path, classify(err))
	}
	return db, nil
}

// classify turns the errors of bbolt into those of this package. What does not
// come from the operating system is about the content of the file.
func classify(err error) error {
	var errno syscall.Errno
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return ErrBusy
	case errors.Is(err, ErrVersion), errors.Is(err, ErrCorrupt), errors.As(err, &errno):
		return err
	default:
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
}

// prepare makes the buckets of a new file, and checks the version of others.
func (db *DB) prepare() error {
	var found uint32
	err := db.View(func(tx *Tx) (err error) {
		if found, err = tx.checkVersion(); err != nil {
			return err
		}
		return db.keys.load(tx)
	})
	created := errors.Is(err, errNew)
	if err != nil && !created || found == version {
		return err
	}
	return db.Update(func(tx *Tx) error {
		if created {
			if err := tx.createBuckets(); err != nil {
				return err
			}
		}
		return tx.put(bucketMeta, metaVersion, binary.BigEndian.AppendUint32(nil, version))
	})
}

func (tx *Tx) createBuckets() error {
	for _, name := range buckets() {
		if _, err := tx.bolt.CreateBucket(name); err != nil {
			return err
		}
	}
	return nil
}

// errNew: the file has nothing in it.
var errNew = errors.New("new state file")

func (tx *Tx) checkVersion() (found uint32, err error) {
	var empty bool
	err = tx.guard(func() error {
		k, _ := tx.bolt.Cursor().First()
		empty = k == nil
		return nil
	})
	if err == nil && empty {
		err = errNew
	}
	if err != nil {
		return 0, err
	}
	v, err := tx.get(bucketMeta, metaVersion)
	if err != nil {
		return 0, err
	}
	if len(v) != 4 {
		return 0, corrupt("no version")
	}
	if found = binary.BigEndian.Uint32(v); found < oldestVersion || found > version {
		return found, fmt.Errorf("version %d, want %d: %w", found, version, ErrVersion)
	}
	for _, name := range buckets() {
		if err := tx.guard(func() error {
			if tx.bolt.Bucket(name) == nil {
				return corrupt("no bucket %s", name)
			}
			return nil
		}); err != nil {
			return found, err
		}
	}
	return found, nil
}

// Close closes the file.
func (db *DB) Close() error {
	if db.bolt == nil {
		return nil
	}
	if db.damaged.Load() {
		// bbolt may hold its own locks for good. The file goes with the process.
		go func() { _ = db.guard(db.bolt.Close) }()
		return nil
	}
	return db.guard(db.bolt.Close)
}

// Path returns the name of the file.
func (db *DB) Path() string { return db.path }

// SetAside renames a damaged file, so that a new one can take its place, and
// returns its new name. The file must not be open.
func SetAside(path string, now time.Time) (string, error) {
	aside := path + ".damaged-" + now.UTC().Format("20060102T150405")
	if err := vfs.OS.Rename(path, aside); err != nil {
		return "", fmt.Errorf("set state aside: %w", err)
	}
	return aside, vfs.OS.SyncDir(filepath.Dir(path))
}
