package watch_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/watch"
)

// quick are times for tests on real files.
var quick = watch.Options{Quiet: 50 * time.Millisecond, Ceiling: time.Second, Poll: 50 * time.Millisecond, Safety: 100 * time.Millisecond}

const patience = 10 * time.Second

// start watches path until the test ends.
func start(t *testing.T, path string, o watch.Options) *watch.Watcher {
	t.Helper()
	w, err := watch.New([]string{path}, o)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); w.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return w
}

func next(t *testing.T, w *watch.Watcher) watch.Signal {
	t.Helper()
	select {
	case s := <-w.Signals():
		return s
	case <-time.After(patience):
		require.Fail(t, "no signal")
		return watch.Signal{}
	}
}

// store makes a file that looks like version v of a store.
func store(t *testing.T, path string, v byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, bytes.Repeat([]byte{v}, 4096), 0o600))
}

// edit writes version v into the header in place.
func edit(t *testing.T, path string, v byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	_, err = f.WriteAt([]byte{v}, 100)
	require.NoError(t, err)
	require.NoError(t, f.Close())
}

// everyWay runs test with events, with polling and with both.
func everyWay(t *testing.T, test func(t *testing.T, o watch.Options)) {
	for _, mode := range []watch.Mode{watch.Auto, watch.Events, watch.Poll} {
		t.Run(string(mode), func(t *testing.T) {
			o := quick
			o.Mode = mode
			if mode == watch.Events {
				o.Safety = time.Hour // events alone must do
			}
			test(t, o)
		})
	}
}

func TestFiles_WriteInPlace(t *testing.T) {
	everyWay(t, func(t *testing.T, o watch.Options) {
		path := filepath.Join(t.TempDir(), "common.pst")
		store(t, path, 1)
		w := start(t, path, o)
		edit(t, path, 2)
		s := next(t, w)
		assert.Equal(t, path, s.Path)
		assert.Equal(t, watch.Changed, s.Reason)
		assert.GreaterOrEqual(t, s.Settled.Sub(s.First), o.Quiet)
	})
}

func TestFiles_RenameReplaceTwice(t *testing.T) {
	everyWay(t, func(t *testing.T, o watch.Options) {
		path := filepath.Join(t.TempDir(), "common.pst")
		store(t, path, 1)
		w := start(t, path, o)
		for v := byte(2); v < 4; v++ {
			store(t, path+".new", v)
			require.NoError(t, os.Rename(path+".new", path))
			assert.Equal(t, watch.Changed, next(t, w).Reason)
		}
	})
}

func TestFiles_DeleteAndMakeAgain(t *testing.T) {
	everyWay(t, func(t *testing.T, o watch.Options) {
		path := filepath.Join(t.TempDir(), "common.pst")
		store(t, path, 1)
		w := start(t, path, o)
		require.NoError(t, os.Remove(path))
		assert.Equal(t, watch.Vanished, next(t, w).Reason)
		store(t, path, 1)
		assert.Equal(t, watch.Appeared, next(t, w).Reason)
		edit(t, path, 2)
		assert.Equal(t, watch.Changed, next(t, w).Reason)
	})
}

func TestFiles_MissingFolderThatComesAndGoes(t *testing.T) {
	everyWay(t, func(t *testing.T, o watch.Options) {
		if o.Mode != watch.Poll && onWine() {
			t.Skip("SKIPPED: a removed folder, which Wine does not let go of: run on Windows")
		}
		dir := filepath.Join(t.TempDir(), "share")
		path := filepath.Join(dir, "common.pst")
		w := start(t, path, o)
		for v := byte(1); v < 3; v++ {
			// On Windows the name is free only when the watcher has noticed and let go.
			require.Eventually(t, func() bool { return os.Mkdir(dir, 0o700) == nil }, patience, time.Millisecond)
			store(t, path, v)
			assert.Equal(t, watch.Appeared, next(t, w).Reason)
			edit(t, path, 10+v)
			assert.Equal(t, watch.Changed, next(t, w).Reason)
			require.NoError(t, os.RemoveAll(dir))
			assert.Equal(t, watch.Vanished, next(t, w).Reason)
		}
	})
}

func TestFiles_FolderReplacedByAnother(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("SKIPPED: a watched folder is replaced, which Windows does not let happen: run on Linux or macOS")
	}
	everyWay(t, func(t *testing.T, o watch.Options) {
		root := t.TempDir()
		dir := filepath.Join(root, "share")
		path := filepath.Join(dir, "common.pst")
		require.NoError(t, os.Mkdir(dir, 0o700))
		store(t, path, 1)
		w := start(t, path, o)
		require.NoError(t, os.Mkdir(filepath.Join(root, "other"), 0o700))
		store(t, filepath.Join(root, "other", "common.pst"), 2)
		require.NoError(t, os.Rename(dir, filepath.Join(root, "old")))
		require.NoError(t, os.Rename(filepath.Join(root, "other"), dir))
		require.Eventually(t, func() bool {
			s := next(t, w)
			return s.Reason == watch.Changed || s.Reason == watch.Appeared
		}, patience, time.Millisecond)
		edit(t, path, 3)
		assert.Equal(t, watch.Changed, next(t, w).Reason)
	})
}

func TestFiles_SymbolicLinkToTheStore(t *testing.T) {
	everyWay(t, func(t *testing.T, o watch.Options) {
		target := filepath.Join(t.TempDir(), "real.pst")
		path := filepath.Join(t.TempDir(), "common.pst")
		store(t, target, 1)
		err := os.Symlink(target, path)
		if got, evalErr := filepath.EvalSymlinks(path); err != nil || evalErr != nil || got == path {
			t.Skipf("SKIPPED: symbolic links: none can be made here, on Windows turn on developer mode: %v", err)
		}
		w := start(t, path, o)
		edit(t, target, 2)
		assert.Equal(t, watch.Changed, next(t, w).Reason)
	})
}

func TestFiles_OwnCommitIsSilentAndTheNextForeignOneIsNot(t *testing.T) {
	everyWay(t, func(t *testing.T, o watch.Options) {
		path := filepath.Join(t.TempDir(), "common.pst")
		store(t, path, 1)
		w := start(t, path, o)

		w.Hold(path)
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		require.NoError(t, err)
		_, err = f.WriteAt([]byte{2}, 100)
		require.NoError(t, err)
		token, err := watch.TokenOf(f)
		require.NoError(t, err)
		require.NoError(t, f.Close())
		w.Known(path, token)
		w.Resume(path)

		edit(t, path, 3)
		s := next(t, w)
		assert.Equal(t, watch.Changed, s.Reason)
		select {
		case s := <-w.Signals():
			require.Fail(t, "a second signal", "%+v", s)
		case <-time.After(5 * o.Quiet):
		}
	})
}

func TestToken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "common.pst")
	token := func() watch.Token {
		got, err := watch.ReadToken(path)
		require.NoError(t, err)
		return got
	}
	assert.Equal(t, watch.Missing, token())

	require.NoError(t, os.WriteFile(path, nil, 0o600))
	empty := token()
	assert.NotEqual(t, watch.Missing, empty)
	assert.True(t, empty.IsKnown())

	store(t, path, 1)
	one := token()
	assert.NotEqual(t, empty, one)
	edit(t, path, 2)
	two := token()
	assert.NotEqual(t, one, two, "a changed header")

	f, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	defer f.Close()
	_, err = f.WriteAt([]byte{9}, 600)
	require.NoError(t, err)
	assert.Equal(t, two, token(), "what lies behind the header does not count")
	_, err = f.WriteAt([]byte{9}, 5000)
	require.NoError(t, err)
	assert.NotEqual(t, two, token(), "the size does")

	held, err := watch.TokenOf(f)
	require.NoError(t, err)
	assert.Equal(t, held, token())

	_, err = watch.ReadToken(t.TempDir())
	require.Error(t, err, "a folder is no store")
	assert.False(t, watch.Token{}.IsKnown())
}

func TestOptions(t *testing.T) {
	for _, tc := range []struct {
		name string
		o    watch.Options
		want string
	}{
		{"mode", watch.Options{Mode: "sometimes"}, "want auto, events or poll"},
		{"negative", watch.Options{Poll: -1}, "negative"},
		{"ceiling", watch.Options{Quiet: 10 * time.Second, Ceiling: time.Second}, "below the quiet period"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := watch.New(nil, tc.o)
			require.ErrorContains(t, err, tc.want)
		})
	}
}
