package watch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// stamp is what a stat tells of a file without opening it. The zero stamp is a missing file.
type stamp struct {
	exists   bool
	size     int64
	modified int64 // Unix nanoseconds
}

// system is what the Watcher asks the file system. Tests replace it.
type system interface {
	stamp(path string) (stamp, error)       // a missing file is no error
	token(path string) (Token, error)       // as ReadToken
	folder(dir string) (fs.FileInfo, error) // identity of a folder
	trust(dir string) (bool, string)        // do events in dir tell of every writer; the file system's name if not
	resolve(path string) string             // where a symbolic link leads, path itself otherwise
}

// notifier is the part of fsnotify.Watcher that is used.
type notifier interface {
	Add(dir string) error
	Remove(dir string) error
	Close() error
	events() <-chan fsnotify.Event
	errors() <-chan error
}

type osSystem struct{}

var _ system = osSystem{}

func (osSystem) stamp(path string) (stamp, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return stamp{}, nil
	}
	if err != nil {
		return stamp{}, err
	}
	return stamp{exists: true, size: info.Size(), modified: info.ModTime().UnixNano()}, nil
}

func (osSystem) token(path string) (Token, error)       { return ReadToken(path) }
func (osSystem) folder(dir string) (fs.FileInfo, error) { return os.Stat(dir) }
func (osSystem) trust(dir string) (bool, string)        { return trustEvents(dir) }

func (osSystem) resolve(path string) string {
	info, err := os.Lstat(path)
	if err != nil || info.Mode()&fs.ModeSymlink == 0 {
		return path
	}
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return path
	}
	if abs, err := filepath.Abs(target); err == nil {
		return abs
	}
	return path
}

type nativeNotifier struct{ *fsnotify.Watcher }

func newNotifier() (notifier, error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	return nativeNotifier{w}, nil
}

func (n nativeNotifier) events() <-chan fsnotify.Event { return n.Events }
func (n nativeNotifier) errors() <-chan error          { return n.Errors }

// sooner returns the earlier of two times, where the zero time means never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
