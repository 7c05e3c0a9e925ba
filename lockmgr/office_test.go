package lockmgr_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/lockmgr"
)

func TestOffice_SecondProcessIsNamed(t *testing.T) {
	path := newStore(t, "common.pst")
	h := hold(t, "office", path)

	_, err := lockmgr.AcquireOffice(path)
	require.ErrorIs(t, err, lockmgr.ErrBusy)
	var busy *lockmgr.BusyError
	require.ErrorAs(t, err, &busy)
	host, _ := os.Hostname()
	assert.Equal(t, path, busy.Path)
	assert.Equal(t, h.cmd.Process.Pid, busy.Holder.PID)
	assert.Equal(t, host, busy.Holder.Host)
	assert.NotEmpty(t, busy.Holder.User)
	assert.False(t, busy.Holder.Started.IsZero())
	assert.Equal(t, busy.Holder.Locked, busy.Since)
	assert.Contains(t, err.Error(), "is in use by lockmgr.test of ")

	h.letGo()
	l, err := lockmgr.AcquireOffice(path)
	require.NoError(t, err)
	require.NoError(t, l.Release())
}

func TestOffice_KilledHolderLeavesOnlyHarmlessText(t *testing.T) {
	path := newStore(t, "common.pst")
	h := hold(t, "office", path)
	h.kill()
	stale, ok := lockmgr.OfficeHolder(path)
	require.True(t, ok)
	require.Equal(t, h.cmd.Process.Pid, stale.PID)

	l, err := lockmgr.AcquireOffice(path)
	require.NoError(t, err)
	mine, ok := lockmgr.OfficeHolder(path)
	require.True(t, ok)
	assert.Equal(t, os.Getpid(), mine.PID)
	require.NoError(t, l.Release())
	_, ok = lockmgr.OfficeHolder(path)
	assert.False(t, ok, "a released lock names nobody")
}

func TestOffice_TwiceInOneProcess(t *testing.T) {
	path := newStore(t, "common.pst")
	l, err := lockmgr.AcquireOffice(path)
	require.NoError(t, err)
	_, err = lockmgr.AcquireOffice(path)
	require.ErrorIs(t, err, lockmgr.ErrBusy)
	require.NoError(t, l.Release())
	require.NoError(t, l.Release(), "a second release")
	l, err = lockmgr.AcquireOffice(path)
	require.NoError(t, err)
	require.NoError(t, l.Release())
}

func TestOffice_AliasesShareOneLock(t *testing.T) {
	path := newStore(t, "common.pst")
	alias := filepath.Join(t.TempDir(), "alias.pst")
	symlink(t, path, alias)
	l, err := lockmgr.AcquireOffice(alias)
	require.NoError(t, err)
	defer l.Release()
	_, err = lockmgr.AcquireOffice(path)
	require.ErrorIs(t, err, lockmgr.ErrBusy)
}

func TestOffice_UnreadableTextIsNobody(t *testing.T) {
	for _, tc := range []struct{ name, text string }{
		{"empty", ""}, {"one byte", " "}, {"not JSON", " hello"}, {"cut", ` {"host":"DESK`}, {"wrong type", ` {"pid":"x"}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := newStore(t, "common.pst")
			require.NoError(t, os.WriteFile(path+lockmgr.OfficeSuffix, []byte(tc.text), 0o600))
			_, ok := lockmgr.OfficeHolder(path)
			require.False(t, ok)
			l, err := lockmgr.AcquireOffice(path)
			require.NoError(t, err)
			require.NoError(t, l.Release())
		})
	}
}

func TestOffice_MissingShare(t *testing.T) {
	_, err := lockmgr.AcquireOffice(filepath.Join(t.TempDir(), "share", "common.pst"))
	require.ErrorIs(t, err, fs.ErrNotExist)
	var hinted interface{ Hint() string }
	require.True(t, errors.As(err, &hinted))
	assert.Contains(t, hinted.Hint(), "share")
}
