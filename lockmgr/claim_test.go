package lockmgr_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/lockmgr"
)

// claim takes a store for writing and gives it back when the test ends.
func claim(t *testing.T, path string) *lockmgr.Claim {
	t.Helper()
	c, err := lockmgr.Acquire(t.Context(), path, lockmgr.Write)
	require.NoError(t, err)
	t.Cleanup(func() { c.Release() })
	return c
}

// requireBusy demands that path cannot be claimed, and returns who is said to have it.
func requireBusy(t *testing.T, path string, mode lockmgr.Mode) lockmgr.Holder {
	t.Helper()
	c, err := lockmgr.Acquire(t.Context(), path, mode)
	if err == nil {
		c.Release()
	}
	require.ErrorIs(t, err, lockmgr.ErrBusy)
	var busy *lockmgr.BusyError
	require.ErrorAs(t, err, &busy)
	require.Equal(t, path, busy.Path)
	return busy.Holder
}

func TestClaim_ReadsAndWrites(t *testing.T) {
	path := newStore(t, "outlook.pst")
	c := claim(t, path)
	assert.Equal(t, path, c.Path())
	_, err := c.File().WriteAt([]byte("x"), 1)
	require.NoError(t, err)
	require.NoError(t, c.File().Sync())
	require.False(t, c.Contended())
	require.NoError(t, c.Release())
	require.NoError(t, c.Release(), "a second release")
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "!xDN", string(got))
}

func TestClaim_SecondProcessHoldsIt(t *testing.T) {
	for _, tc := range []struct {
		how      string
		readable bool // may others read meanwhile
	}{
		{how: "claim", readable: false},
		{how: "claim-read", readable: true},
	} {
		t.Run(tc.how, func(t *testing.T) {
			path := newStore(t, "outlook.pst")
			h := hold(t, tc.how, path)
			requireBusy(t, path, lockmgr.Write)
			if tc.readable {
				c, err := lockmgr.Acquire(t.Context(), path, lockmgr.Read)
				require.NoError(t, err)
				require.NoError(t, c.Release())
			} else {
				requireBusy(t, path, lockmgr.Read)
			}
			h.letGo()
			claim(t, path)
		})
	}
}

func TestClaim_KillFreesIt(t *testing.T) {
	path := newStore(t, "outlook.pst")
	h := hold(t, "claim", path)
	requireBusy(t, path, lockmgr.Write)
	h.kill()
	claim(t, path)
}

func TestClaim_TwiceInOneProcess(t *testing.T) {
	path := newStore(t, "outlook.pst")
	c := claim(t, path)
	requireBusy(t, path, lockmgr.Write)
	require.NoError(t, c.Release())
	claim(t, path)
}

func TestClaim_EngineMayCloseTheFile(t *testing.T) {
	path := newStore(t, "outlook.pst")
	c := claim(t, path)
	require.NoError(t, c.File().Close())
	require.NoError(t, c.Release())
	claim(t, path)
}

func TestClaim_ReadOnlyFile(t *testing.T) {
	path := newStore(t, "outlook.pst")
	require.NoError(t, os.Chmod(path, 0o444))
	t.Cleanup(func() { os.Chmod(path, 0o600) })
	_, err := lockmgr.Acquire(t.Context(), path, lockmgr.Write)
	require.ErrorIs(t, err, lockmgr.ErrReadOnlyFile)
	assert.ErrorContains(t, err, path)

	c, err := lockmgr.Acquire(t.Context(), path, lockmgr.Read)
	require.NoError(t, err)
	require.NoError(t, c.Release())
}

func TestClaim_Missing(t *testing.T) {
	dir := t.TempDir()
	for _, tc := range []struct{ name, path, hint string }{
		{"file", filepath.Join(dir, "outlook.pst"), "pstsyncd init"},
		{"folder", filepath.Join(dir, "share", "common.pst"), "share is connected"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := lockmgr.Acquire(t.Context(), tc.path, lockmgr.Write)
			require.ErrorIs(t, err, fs.ErrNotExist)
			require.ErrorContains(t, err, tc.path)
			var hinted interface{ Hint() string }
			require.True(t, errors.As(err, &hinted))
			assert.Contains(t, hinted.Hint(), tc.hint)
		})
	}
}

func TestClaim_AFolderIsNoStore(t *testing.T) {
	for _, mode := range []lockmgr.Mode{lockmgr.Write, lockmgr.Read} {
		_, err := lockmgr.Acquire(t.Context(), t.TempDir(), mode)
		require.Error(t, err)
		require.NotErrorIs(t, err, lockmgr.ErrBusy)
		require.NotErrorIs(t, err, lockmgr.ErrReadOnlyFile)
	}
}

func TestClaim_EndedContext(t *testing.T) {
	path := newStore(t, "outlook.pst")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c, err := lockmgr.Acquire(ctx, path, lockmgr.Write)
	if err == nil { // both were ready
		require.NoError(t, c.Release())
	} else {
		require.ErrorIs(t, err, context.Canceled)
	}
	require.Eventually(t, func() bool {
		c, err := lockmgr.Acquire(t.Context(), path, lockmgr.Write)
		return err == nil && c.Release() == nil
	}, patience, 1000)
}

func TestPair(t *testing.T) {
	common, local := newStore(t, "common.pst"), newStore(t, "outlook.pst")
	p, err := lockmgr.AcquirePair(t.Context(), common, local)
	require.NoError(t, err)
	requireBusy(t, common, lockmgr.Write)
	requireBusy(t, local, lockmgr.Write)
	requireBusy(t, local, lockmgr.Read)
	_, err = lockmgr.AcquireOffice(common)
	require.ErrorIs(t, err, lockmgr.ErrBusy)
	_, err = lockmgr.AcquirePair(t.Context(), common, newStore(t, "outlook.pst"))
	require.ErrorIs(t, err, lockmgr.ErrBusy)
	require.NoError(t, p.Release())
	require.NoError(t, p.Release(), "a second release")
	claim(t, common)
	claim(t, local)
}

func TestPair_AllOrNothing(t *testing.T) {
	common, local := newStore(t, "common.pst"), newStore(t, "outlook.pst")
	h := hold(t, "claim", local)
	_, err := lockmgr.AcquirePair(t.Context(), common, local)
	var busy *lockmgr.BusyError
	require.ErrorAs(t, err, &busy)
	require.Equal(t, local, busy.Path)
	claim(t, common)
	_, held := lockmgr.OfficeHolder(common)
	require.False(t, held)
	h.letGo()
}

func TestPair_OneFileTwice(t *testing.T) {
	path := newStore(t, "common.pst")
	alias := filepath.Join(filepath.Dir(path), ".", "alias.pst")
	require.NoError(t, os.Link(path, alias))
	for _, other := range []string{path, alias} {
		_, err := lockmgr.AcquirePair(t.Context(), path, other)
		require.ErrorIs(t, err, lockmgr.ErrSameFile)
	}
}
