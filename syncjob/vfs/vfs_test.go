package vfs_test

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/vfs"
)

func TestOS_Files(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	_, err := vfs.OS.Open(path)
	assert.ErrorIs(t, err, fs.ErrNotExist)
	_, err = vfs.OS.OpenWrite(path)
	assert.ErrorIs(t, err, fs.ErrNotExist, "it does not create")
	f, err := vfs.OS.Create(path)
	require.NoError(t, err)
	_, err = vfs.OS.Create(path)
	assert.ErrorIs(t, err, fs.ErrExist)

	_, err = f.WriteAt([]byte("text"), 3)
	require.NoError(t, err)
	require.NoError(t, f.Truncate(5))
	require.NoError(t, f.Sync())
	size, err := f.Size()
	require.NoError(t, err)
	assert.EqualValues(t, 5, size)
	require.NoError(t, f.Close())
	require.NoError(t, vfs.OS.SyncDir(dir))

	r, err := vfs.OS.Open(path)
	require.NoError(t, err)
	b := make([]byte, 8)
	n, err := r.ReadAt(b, 0)
	assert.ErrorIs(t, err, io.EOF)
	assert.Equal(t, "\x00\x00\x00te", string(b[:n]))
	_, err = r.WriteAt(b, 0)
	assert.Error(t, err)
	require.NoError(t, r.Close())
}

func TestOS_Names(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	require.NoError(t, os.WriteFile(a, []byte("a"), 0o600))
	require.NoError(t, os.WriteFile(b, []byte("bb"), 0o600))
	was, err := vfs.OS.Stat(a)
	require.NoError(t, err)
	other, err := vfs.OS.Stat(b)
	require.NoError(t, err)
	assert.NotEmpty(t, was.ID)
	assert.NotEqual(t, was.ID, other.ID)

	require.ErrorIs(t, vfs.OS.Rename(a, b), fs.ErrExist, "nothing is replaced")
	kept, err := os.ReadFile(b)
	require.NoError(t, err)
	assert.Equal(t, "bb", string(kept))
	require.NoError(t, vfs.OS.Remove(b))
	require.NoError(t, vfs.OS.Rename(a, b))
	require.ErrorIs(t, vfs.OS.Rename(a, b), fs.ErrNotExist)
	is, err := vfs.OS.Stat(b)
	require.NoError(t, err)
	assert.Equal(t, was.ID, is.ID)
	assert.EqualValues(t, 1, is.Size)
	assert.False(t, is.ReadOnly)
	require.NoError(t, os.Chmod(b, 0o400))
	is, err = vfs.OS.Stat(b)
	require.NoError(t, err)
	assert.True(t, is.ReadOnly)
	require.NoError(t, os.Chmod(b, 0o600))
	require.NoError(t, vfs.OS.Remove(b))
	_, err = vfs.OS.Stat(b)
	assert.ErrorIs(t, err, fs.ErrNotExist)
	if runtime.GOOS != "windows" {
		assert.ErrorIs(t, vfs.OS.SyncDir(filepath.Join(dir, "none")), fs.ErrNotExist)
	}
}

func TestFromOS(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "a"))
	require.NoError(t, err)
	v := vfs.FromOS(f)
	_, err = v.WriteAt([]byte("text"), 0)
	require.NoError(t, err)
	require.NoError(t, v.Close())
	assert.ErrorIs(t, v.Sync(), fs.ErrClosed)
}

func TestCount(t *testing.T) {
	var c vfs.Counters
	dir := t.TempDir()
	counted := vfs.Count(vfs.OS, &c)
	path := filepath.Join(dir, "a")
	f, err := counted.Create(path)
	require.NoError(t, err)
	_, err = f.WriteAt(make([]byte, 100), 0)
	require.NoError(t, err)
	require.NoError(t, f.Sync())
	require.NoError(t, f.Close())
	require.NoError(t, counted.SyncDir(dir))

	f, err = counted.OpenWrite(path)
	require.NoError(t, err)
	_, err = f.WriteAt(make([]byte, 10), 0)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	f, err = counted.Open(path)
	require.NoError(t, err)
	n, err := f.ReadAt(make([]byte, 60), 50)
	require.ErrorIs(t, err, io.EOF)
	require.Equal(t, 50, n)
	require.NoError(t, f.Close())
	_, err = counted.Open(filepath.Join(dir, "none"))
	require.ErrorIs(t, err, fs.ErrNotExist)

	assert.EqualValues(t, 50, c.BytesRead.Load())
	assert.EqualValues(t, 110, c.BytesWritten.Load())
	assert.EqualValues(t, 2, c.Syncs.Load())
}
