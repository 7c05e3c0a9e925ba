package watch

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/stretchr/testify/require"
)

var errHeld = errors.New("held by somebody")

// fakeSystem is a file system of stamps and tokens.
type fakeSystem struct {
	mu      sync.Mutex
	files   map[string]fakeFile
	folders map[string]fs.FileInfo // by path; a missing key is a missing folder
	remote  bool                   // events cannot be trusted
	opens   int                    // how often a header was read
}

type fakeFile struct {
	stamp stamp
	token Token
	err   error // of reading the header
}

func (s *fakeSystem) stamp(path string) (stamp, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.files[path].stamp, nil
}

func (s *fakeSystem) token(path string) (Token, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opens++
	f, ok := s.files[path]
	if !ok {
		return Missing, nil
	}
	return f.token, f.err
}

func (s *fakeSystem) folder(dir string) (fs.FileInfo, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	info, ok := s.folders[dir]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return info, nil
}

func (s *fakeSystem) trust(string) (bool, string) { return !s.remote, "fake" }
func (s *fakeSystem) resolve(path string) string  { return path }

// write puts version v of a store in place: another time stamp and another header.
func (s *fakeSystem) write(path string, v byte) {
	s.set(path, fakeFile{stamp: stamp{exists: true, size: 1000, modified: time.Now().UnixNano()}, token: version(v)})
}

func (s *fakeSystem) set(path string, f fakeFile) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[path] = f
}

func (s *fakeSystem) remove(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.files, path)
}

func (s *fakeSystem) opened() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opens
}

func version(v byte) Token {
	t := Token{size: 1000}
	t.header[0] = v
	return t
}

// fakeNotifier delivers the events that a test makes.
type fakeNotifier struct {
	ev    chan fsnotify.Event
	er    chan error
	mu    sync.Mutex
	added map[string]int
}

func (n *fakeNotifier) Add(dir string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.added[dir]++
	return nil
}
func (n *fakeNotifier) Remove(string) error           { return nil }
func (n *fakeNotifier) Close() error                  { close(n.ev); close(n.er); return nil }
func (n *fakeNotifier) events() <-chan fsnotify.Event { return n.ev }
func (n *fakeNotifier) errors() <-chan error          { return n.er }

func (n *fakeNotifier) adds(dir string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.added[dir]
}

// scene is one watched file in a bubble of fake time.
type scene struct {
	t      *testing.T
	path   string
	sys    *fakeSystem
	notify *fakeNotifier
	*Watcher
}

// play runs scenario with a store at version 1 and the default times.
func play(t *testing.T, o Options, remote bool, scenario func(s *scene)) {
	t.Helper()
	// SameFile needs the identity of a real folder.
	info, err := os.Stat(".")
	require.NoError(t, err)
	synctest.Test(t, func(t *testing.T) {
		path, err := filepath.Abs(filepath.Join("share", "common.pst"))
		require.NoError(t, err)
		s := &scene{
			t: t, path: path,
			sys: &fakeSystem{
				files:   map[string]fakeFile{},
				folders: map[string]fs.FileInfo{filepath.Dir(path): info},
				remote:  remote,
			},
			notify: &fakeNotifier{ev: make(chan fsnotify.Event), er: make(chan error), added: map[string]int{}},
		}
		s.sys.write(path, 1)
		require.NoError(t, o.complete())
		var n notifier = s.notify
		if o.Mode == Poll {
			n = nil
		}
		s.Watcher, err = newWatcher([]string{path}, o, s.sys, n)
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		go s.Run(ctx)
		time.Sleep(time.Minute + time.Millisecond) // clear of the first looks, and between two
		scenario(s)
		cancel()
		synctest.Wait()
	})
}

// event tells of an operation on the file.
func (s *scene) event(op fsnotify.Op) { s.notify.ev <- fsnotify.Event{Name: s.path, Op: op} }

// signalAfter demands the next signal d from now, as exactly as the phase of the polls allows.
func (s *scene) signalAfter(d time.Duration, want Reason) {
	s.t.Helper()
	start := time.Now()
	select {
	case got := <-s.Signals():
		require.Equal(s.t, want, got.Reason)
		require.Equal(s.t, s.path, got.Path)
		require.InDelta(s.t, d, time.Since(start), float64(5*time.Millisecond), "delay of the signal")
	case <-time.After(d + time.Hour):
		require.Fail(s.t, "no signal")
	}
}

// silentFor demands that nothing is signalled for d.
func (s *scene) silentFor(d time.Duration) {
	s.t.Helper()
	select {
	case got := <-s.Signals():
		require.Fail(s.t, "unexpected signal", "%+v", got)
	case <-time.After(d):
	}
}
