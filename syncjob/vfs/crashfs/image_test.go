package crashfs_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/vfs/crashfs"
)

func TestCrashImage_ContentNeedsSync(t *testing.T) {
	s := crashfs.New()
	s.Load("a", []byte("old"))
	f, err := s.OpenWrite("a")
	require.NoError(t, err)
	write(t, f, 0, "NEWER")
	assert.Equal(t, "old", string(s.CrashImage(s.Ops(), crashfs.None).Bytes("a")))
	assert.Equal(t, "NEWER", string(s.CrashImage(s.Ops(), crashfs.All).Bytes("a")))
	assert.Equal(t, "old", string(s.CrashImage(1, crashfs.All).Bytes("a")), "before the write")

	require.NoError(t, f.Sync())
	assert.Equal(t, "old", string(s.CrashImage(s.Ops()-1, crashfs.None).Bytes("a")))
	assert.Equal(t, "NEWER", string(s.CrashImage(s.Ops(), crashfs.None).Bytes("a")))

	require.NoError(t, f.Truncate(2))
	assert.Equal(t, "NEWER", string(s.CrashImage(s.Ops(), crashfs.None).Bytes("a")))
	assert.Equal(t, "NE", string(s.CrashImage(s.Ops(), crashfs.All).Bytes("a")))
}

func TestCrashImage_NamesNeedSyncDir(t *testing.T) {
	s := crashfs.New()
	s.Load("dir/old", []byte("old"))
	f := create(t, s, "dir/new")
	write(t, f, 0, "new")
	require.NoError(t, f.Sync())
	require.NoError(t, s.Remove("dir/old"))
	create(t, s, "other/x")

	none := s.CrashImage(s.Ops(), crashfs.None)
	assert.Equal(t, []string{"dir/old"}, none.Paths())
	assert.Equal(t, "old", string(none.Bytes("dir/old")))
	all := s.CrashImage(s.Ops(), crashfs.All)
	assert.Equal(t, []string{"dir/new", "other/x"}, all.Paths())

	require.NoError(t, s.SyncDir("dir/"))
	none = s.CrashImage(s.Ops(), crashfs.None)
	assert.Equal(t, []string{"dir/new"}, none.Paths())
	assert.Equal(t, "new", string(none.Bytes("dir/new")))
}

func TestCrashImage_NameWithoutContent(t *testing.T) {
	s := crashfs.New()
	f := create(t, s, "a")
	write(t, f, 0, "text")
	require.NoError(t, s.SyncDir("."))
	assert.Empty(t, s.CrashImage(s.Ops(), crashfs.None).Bytes("a"))
	assert.Equal(t, []string{"a"}, s.CrashImage(s.Ops(), crashfs.None).Paths())
}

func TestCrashImage_Rename(t *testing.T) {
	s := crashfs.New()
	f := create(t, s, "tmp")
	write(t, f, 0, "new")
	require.NoError(t, f.Sync())
	require.NoError(t, s.SyncDir("."))
	require.NoError(t, s.Rename("tmp", "a"))
	seen := map[string]bool{}
	for seed := range uint64(40) {
		image := s.CrashImage(s.Ops(), crashfs.Seed(seed))
		seen[strings.Join(image.Paths(), " ")+"="+string(image.Bytes("a"))] = true
	}
	assert.Equal(t, map[string]bool{"tmp=": true, "a=new": true}, seen)
}

// TestCrashImage_Sectors requires that every sector of one write goes its own way, and
// that every write to one sector can be the one that is left.
func TestCrashImage_Sectors(t *testing.T) {
	s := crashfs.New()
	s.Load("a", bytes.Repeat([]byte("0"), 3*crashfs.SectorSize))
	f, err := s.OpenWrite("a")
	require.NoError(t, err)
	for _, c := range []string{"1", "2"} {
		write(t, f, crashfs.SectorSize/2, strings.Repeat(c, 2*crashfs.SectorSize))
	}
	seen := map[string]bool{}
	for seed := range uint64(400) {
		b := s.CrashImage(s.Ops(), crashfs.Seed(seed)).Bytes("a")
		require.Len(t, b, 3*crashfs.SectorSize)
		shape := ""
		for i := range 3 {
			sector := b[i*crashfs.SectorSize : (i+1)*crashfs.SectorSize]
			shape += string(sector[0]) + string(sector[crashfs.SectorSize-1]) + " "
			require.LessOrEqual(t, changes(sector), 1, "whole sectors only")
		}
		seen[shape] = true
	}
	assert.Len(t, seen, 27)
	assert.Contains(t, seen, "01 00 20 ")
}

// changes returns how often the content changes from one byte to the next.
func changes(b []byte) int {
	n := 0
	for i := 1; i < len(b); i++ {
		if b[i] != b[i-1] {
			n++
		}
	}
	return n
}

func TestCrashImage_Torn(t *testing.T) {
	s := crashfs.New()
	s.Load("a", bytes.Repeat([]byte("0"), crashfs.SectorSize))
	f, err := s.OpenWrite("a")
	require.NoError(t, err)
	write(t, f, 0, strings.Repeat("1", crashfs.SectorSize))
	torn := 0
	for seed := range uint64(200) {
		b := s.CrashImage(s.Ops(), crashfs.Torn(seed)).Bytes("a")
		if changes(b) == 1 {
			torn++
			assert.Equal(t, "10", string(b[0])+string(b[crashfs.SectorSize-1]))
		}
	}
	assert.Greater(t, torn, 5)
}

func TestCrashImage_Lengths(t *testing.T) {
	s := crashfs.New()
	s.Load("a", []byte("0"))
	f, err := s.OpenWrite("a")
	require.NoError(t, err)
	write(t, f, 2*crashfs.SectorSize, "x")
	require.NoError(t, f.Truncate(3))
	seen := map[int]bool{}
	zeros := false
	for seed := range uint64(100) {
		b := s.CrashImage(s.Ops(), crashfs.Seed(seed)).Bytes("a")
		seen[len(b)] = true
		zeros = zeros || len(b) > 3 && b[len(b)-1] == 0
	}
	assert.Equal(t, map[int]bool{1: true, 3: true, 2*crashfs.SectorSize + 1: true}, seen)
	assert.True(t, zeros, "a length without its content")
}

func TestCrashImage_IsDeterministicAndDurable(t *testing.T) {
	s := crashfs.New()
	s.Load("a", make([]byte, 50*crashfs.SectorSize))
	f, err := s.OpenWrite("a")
	require.NoError(t, err)
	write(t, f, 100, strings.Repeat("x", 40*crashfs.SectorSize))
	image := s.CrashImage(s.Ops(), crashfs.Seed(7))
	again := s.CrashImage(s.Ops(), crashfs.Seed(7))
	assert.Equal(t, image.Bytes("a"), again.Bytes("a"))
	assert.NotEqual(t, image.Bytes("a"), s.CrashImage(s.Ops(), crashfs.Seed(8)).Bytes("a"))
	assert.Equal(t, image.Bytes("a"), image.CrashImage(image.Ops(), crashfs.None).Bytes("a"))
	was, err := s.Stat("a")
	require.NoError(t, err)
	is, err := image.Stat("a")
	require.NoError(t, err)
	assert.Equal(t, was.ID, is.ID)

	g, err := image.OpenWrite("a")
	require.NoError(t, err)
	write(t, g, 0, "only here")
	assert.NotEqual(t, image.Bytes("a"), again.Bytes("a"))
	assert.Equal(t, byte(0), s.Bytes("a")[0])
}
