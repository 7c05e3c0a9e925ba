package crashfs_test

import (
	"io"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/vfs/crashfs"
)

// workload does one operation of each kind and returns the first error.
func workload(s *crashfs.FS) error {
	f, err := s.Create("dir/tmp")
	if err != nil {
		return err
	}
	defer f.Close()
	for _, step := range []func() error{
		func() error { _, err := f.WriteAt([]byte("text"), 0); return err },
		func() error { return f.Truncate(3) },
		f.Sync,
		func() error { return s.Rename("dir/tmp", "dir/a") },
		func() error { return s.SyncDir("dir") },
		func() error { return s.Remove("dir/old") },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func TestFailAt(t *testing.T) {
	tests := []struct {
		name  string
		kind  crashfs.Fault
		fits  int // operations of the workload that it fits
		errno error
	}{
		{"eio", crashfs.EIO, 7, syscall.EIO},
		{"enospc", crashfs.ENOSPC, 4, syscall.ENOSPC},
		{"short write", crashfs.ShortWrite, 1, syscall.ENOSPC},
		{"failed sync", crashfs.FailedSync, 2, syscall.EIO},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			failed := map[string]bool{}
			for i := 1; ; i++ {
				s := crashfs.New()
				s.Load("dir/old", nil)
				s.FailAt(i, tt.kind)
				err := workload(s)
				if !s.Fired() {
					require.NoError(t, err)
					break
				}
				require.ErrorIs(t, err, crashfs.ErrInjected)
				require.ErrorIs(t, err, tt.errno)
				failed[err.Error()] = true
			}
			assert.Len(t, failed, tt.fits)
		})
	}
}

func TestFailAt_ShortWrite(t *testing.T) {
	s := crashfs.New()
	f := create(t, s, "a")
	s.FailAt(0, crashfs.ShortWrite)
	n, err := f.WriteAt([]byte("text"), 0)
	assert.ErrorIs(t, err, io.ErrShortWrite)
	assert.Equal(t, 2, n)
	assert.Equal(t, "te", string(s.Bytes("a")))
	write(t, f, 2, "xt")
	assert.Equal(t, "text", string(s.Bytes("a")))
}

// TestFailAt_FailedSync requires that a sync after one that failed does not make durable
// what that one could not, unless it was written again.
func TestFailAt_FailedSync(t *testing.T) {
	s := crashfs.New()
	s.Load("a", make([]byte, 3*crashfs.SectorSize))
	f, err := s.OpenWrite("a")
	require.NoError(t, err)
	write(t, f, 0, "lost")
	write(t, f, crashfs.SectorSize, "lost")
	s.FailAt(s.Ops(), crashfs.FailedSync)
	require.ErrorIs(t, f.Sync(), crashfs.ErrInjected)
	write(t, f, crashfs.SectorSize, "kept")
	write(t, f, 2*crashfs.SectorSize, "kept")
	require.NoError(t, f.Sync())

	b := s.CrashImage(s.Ops(), crashfs.None).Bytes("a")
	assert.Equal(t, "\x00\x00\x00\x00", string(b[:4]))
	assert.Equal(t, "kept", string(b[crashfs.SectorSize:][:4]))
	assert.Equal(t, "kept", string(b[2*crashfs.SectorSize:][:4]))
	b = s.CrashImage(s.Ops(), crashfs.All).Bytes("a")
	assert.Equal(t, "lost", string(b[:4]))
}

func TestFailAt_FailedSyncLength(t *testing.T) {
	s := crashfs.New()
	s.Load("a", nil)
	f, err := s.OpenWrite("a")
	require.NoError(t, err)
	write(t, f, 0, "lost")
	s.FailAt(s.Ops(), crashfs.FailedSync)
	require.Error(t, f.Sync())
	require.NoError(t, f.Sync())
	assert.Empty(t, s.CrashImage(s.Ops(), crashfs.None).Bytes("a"))
	write(t, f, 4, "+")
	require.NoError(t, f.Sync())
	assert.Equal(t, "lost+", string(s.CrashImage(s.Ops(), crashfs.None).Bytes("a")))
}

func TestFailFrom(t *testing.T) {
	s := crashfs.New()
	f := create(t, s, "a")
	write(t, f, 0, "x")
	s.FailFrom(s.Ops(), crashfs.ENOSPC)
	for range 3 {
		_, err := f.WriteAt([]byte("y"), 1)
		assert.ErrorIs(t, err, syscall.ENOSPC)
	}
	assert.NoError(t, f.Sync())
	assert.Equal(t, "x", string(s.Bytes("a")))
	s.Repair()
	assert.False(t, s.Fired())
	write(t, f, 1, "y")
}

func TestFailReadAt(t *testing.T) {
	s := crashfs.New()
	s.Load("a", []byte("text"))
	f, err := s.Open("a")
	require.NoError(t, err)
	s.FailReadAt(1)
	b := make([]byte, 4)
	_, err = f.ReadAt(b, 0)
	require.NoError(t, err)
	_, err = f.ReadAt(b, 0)
	require.ErrorIs(t, err, crashfs.ErrInjected)
	require.ErrorIs(t, err, syscall.EIO)
	_, err = f.ReadAt(b, 0)
	require.NoError(t, err)
	assert.Equal(t, 3, s.Reads())
	assert.Equal(t, 1, s.Ops(), "a read is no operation of the log")
}
