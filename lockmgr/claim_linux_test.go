package lockmgr_test

import (
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"pstsyncd/lockmgr"
)

func init() {
	lock := func(take func(fd uintptr) error) func(string) (func(), error) {
		return func(path string) (func(), error) {
			f, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				return nil, err
			}
			return func() { f.Close() }, take(f.Fd())
		}
	}
	holders["flock"] = lock(func(fd uintptr) error { return unix.Flock(int(fd), unix.LOCK_EX) })
	holders["fcntl"] = lock(func(fd uintptr) error {
		return unix.FcntlFlock(fd, unix.F_SETLK, &unix.Flock_t{Type: unix.F_WRLCK, Start: 100, Len: 1})
	})
	holders["ofd"] = lock(func(fd uintptr) error {
		return unix.FcntlFlock(fd, unix.F_OFD_SETLK, &unix.Flock_t{Type: unix.F_WRLCK})
	})
	holders["ofd-read"] = lock(func(fd uintptr) error {
		return unix.FcntlFlock(fd, unix.F_OFD_SETLK, &unix.Flock_t{Type: unix.F_RDLCK})
	})
}

func TestClaim_LocksOfOtherPrograms(t *testing.T) {
	for _, tc := range []struct {
		how  string
		mode lockmgr.Mode
	}{
		{"flock", lockmgr.Write}, {"flock", lockmgr.Read},
		{"fcntl", lockmgr.Write}, {"fcntl", lockmgr.Read},
		{"ofd", lockmgr.Write}, {"ofd", lockmgr.Read},
		{"ofd-read", lockmgr.Write},
	} {
		t.Run(tc.how, func(t *testing.T) {
			path := newStore(t, "outlook.pst")
			h := hold(t, tc.how, path)
			who := requireBusy(t, path, tc.mode)
			assert.Equal(t, h.cmd.Process.Pid, who.PID)
			assert.Equal(t, "lockmgr.test", who.Program)
			h.kill()
			c, err := lockmgr.Acquire(t.Context(), path, tc.mode)
			require.NoError(t, err)
			require.NoError(t, c.Release())
		})
	}
}

// needLease skips where the file system of the tests has no leases.
func needLease(t *testing.T) string {
	t.Helper()
	path := newStore(t, "outlook.pst")
	c := claim(t, path)
	if c.Kind() != lockmgr.Lease {
		t.Skipf("SKIPPED: file leases: there are none in %s, set TMPDIR to a folder on ext4, xfs or tmpfs", os.TempDir())
	}
	require.NoError(t, c.Release())
	return path
}

func TestClaim_AProgramWithoutLocksHasItOpen(t *testing.T) {
	path := needLease(t)
	h := hold(t, "open", path)
	who := requireBusy(t, path, lockmgr.Write)
	assert.Equal(t, h.cmd.Process.Pid, who.PID)
	h.letGo()
	claim(t, path)
}

func TestClaim_WhoeverOpensItWaitsAndDoesNotKillUs(t *testing.T) {
	path := needLease(t)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGIO)
	defer signal.Stop(signals)
	c := claim(t, path)
	h := spawn(t, "open", path)
	require.Eventually(t, c.Contended, patience, time.Millisecond)
	_, err := c.File().WriteAt([]byte("x"), 1)
	require.NoError(t, err, "the claim still works")
	requireBusy(t, path, lockmgr.Write)
	require.NoError(t, c.Release())
	h.awaitHeld()
	require.Empty(t, signals)
	requireBusy(t, path, lockmgr.Write)
}

func TestClaim_AReplacedFileIsAnotherOne(t *testing.T) {
	path := newStore(t, "outlook.pst")
	c := claim(t, path)
	require.NoError(t, os.WriteFile(path+".new", []byte("!BDN"), 0o600))
	require.NoError(t, os.Rename(path+".new", path))
	claim(t, path)
	require.NoError(t, c.Release())
}
