package crashfs_test

import (
	"hash/maphash"
	"io"
	"io/fs"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/vfs"
	"pstsyncd/syncjob/vfs/crashfs"
)

func create(t testing.TB, s vfs.FS, path string) vfs.File {
	t.Helper()
	f, err := s.Create(path)
	require.NoError(t, err)
	return f
}

func write(t testing.TB, f vfs.File, off int64, text string) {
	t.Helper()
	n, err := f.WriteAt([]byte(text), off)
	require.NoError(t, err)
	require.Equal(t, len(text), n)
}

func TestFS_Files(t *testing.T) {
	s := crashfs.New()
	f := create(t, s, "dir/a")
	write(t, f, 3, "xyz")
	write(t, f, 4, "Y")
	assert.Equal(t, "\x00\x00\x00xYz", string(s.Bytes("dir/a")))

	b := make([]byte, 10)
	n, err := f.ReadAt(b, 2)
	assert.ErrorIs(t, err, io.EOF)
	assert.Equal(t, "\x00xYz", string(b[:n]))
	n, err = f.ReadAt(b, 6)
	assert.ErrorIs(t, err, io.EOF)
	assert.Zero(t, n)

	require.NoError(t, f.Truncate(4))
	require.NoError(t, f.Truncate(6))
	assert.Equal(t, "\x00\x00\x00x\x00\x00", string(s.Bytes("./dir/a")))
	size, err := f.Size()
	require.NoError(t, err)
	assert.EqualValues(t, 6, size)
	require.NoError(t, f.Close())
	assert.ErrorIs(t, f.Close(), fs.ErrClosed)
	_, err = f.WriteAt(b, 0)
	assert.ErrorIs(t, err, fs.ErrClosed)
}

func TestFS_Names(t *testing.T) {
	s := crashfs.New()
	_, err := s.Open("a")
	assert.ErrorIs(t, err, fs.ErrNotExist)
	_, err = s.Stat("a")
	assert.ErrorIs(t, err, fs.ErrNotExist)
	assert.ErrorIs(t, s.Remove("a"), fs.ErrNotExist)
	assert.ErrorIs(t, s.Rename("a", "b"), fs.ErrNotExist)
	assert.Nil(t, s.Bytes("a"))

	f := create(t, s, "a")
	_, err = s.Create("a")
	assert.ErrorIs(t, err, fs.ErrExist)
	s.Load("b", []byte("old"))
	before, err := s.Stat("a")
	require.NoError(t, err)
	require.ErrorIs(t, s.Rename("a", "b"), fs.ErrExist)
	require.NoError(t, s.Remove("b"))
	require.NoError(t, s.Rename("a", "b"))
	after, err := s.Stat("b")
	require.NoError(t, err)
	assert.Equal(t, before.ID, after.ID)
	write(t, f, 0, "new")
	assert.Equal(t, "new", string(s.Bytes("b")))
	assert.Equal(t, []string{"b"}, s.Paths())
	assert.ErrorIs(t, s.Rename("b", "dir/b"), fs.ErrInvalid)

	r, err := s.Open("b")
	require.NoError(t, err)
	_, err = r.WriteAt([]byte("x"), 0)
	assert.ErrorIs(t, err, fs.ErrPermission)
	require.NoError(t, s.Remove("b"))
	b := make([]byte, 3)
	_, err = r.ReadAt(b, 0)
	require.NoError(t, err)
	assert.Equal(t, "new", string(b))
	assert.NotNil(t, create(t, s, "b"))
	assert.NotNil(t, s.Bytes("b"))
}

// TestFS_AgainstBytes compares random writes and truncates with a plain slice.
func TestFS_AgainstBytes(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	s := crashfs.New()
	f := create(t, s, "a")
	plain := []byte{}
	for range 500 {
		off, n := rng.IntN(3000), rng.IntN(1500)
		if rng.IntN(4) == 0 {
			require.NoError(t, f.Truncate(int64(off)))
			plain = append(plain, make([]byte, 3000)...)[:off]
			plain = append([]byte{}, plain...)
		} else {
			b := make([]byte, n)
			for i := range b {
				b[i] = byte(rng.Uint32())
			}
			write(t, f, int64(off), string(b))
			if n > 0 && off+n > len(plain) {
				plain = append(plain, make([]byte, off+n-len(plain))...)
			}
			copy(plain[min(off, len(plain)):], b)
		}
		require.Equal(t, plain, s.Bytes("a"))
	}
	require.NoError(t, f.Sync())
	require.NoError(t, s.SyncDir("."))
	assert.Equal(t, plain, s.CrashImage(s.Ops(), crashfs.None).Bytes("a"))
}

func TestFS_Op(t *testing.T) {
	s := crashfs.New()
	s.Load("dir/a", nil)
	f := create(t, s, "dir/b")
	write(t, f, 512, "text")
	require.NoError(t, f.Truncate(16))
	require.NoError(t, f.Sync())
	require.NoError(t, s.Rename("dir/b", "dir/c"))
	require.NoError(t, s.SyncDir("dir"))
	require.NoError(t, s.Remove("dir/c"))
	want := []string{
		"0: load dir/a", "1: create dir/b", "2: write dir/b, 4 bytes at 0x200", "3: truncate dir/b to 0x10",
		"4: sync dir/b", "5: rename dir/b to dir/c", "6: syncdir dir", "7: remove dir/c",
	}
	require.Equal(t, len(want), s.Ops())
	for i := range want {
		assert.Equal(t, want[i], s.Op(i))
	}
}

func TestFS_Hash(t *testing.T) {
	seed := maphash.MakeSeed()
	make := func(path, content string) *crashfs.FS {
		s := crashfs.New()
		s.Load(path, []byte(content))
		return s
	}
	hash := make("a", "text").Hash(seed)
	assert.Equal(t, hash, make("a", "text").Hash(seed))
	assert.NotEqual(t, hash, make("b", "text").Hash(seed))
	assert.NotEqual(t, hash, make("a", "test").Hash(seed))
	assert.NotEqual(t, hash, make("a", "text\x00").Hash(seed))
}
