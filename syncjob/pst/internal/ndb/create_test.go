package ndb_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
	"pstsyncd/syncjob/vfs/crashfs"
)

const storePath = "dir/store.pst"

var journal = func(fsys *crashfs.FS) ndb.Journal {
	return ndb.Journal{FS: fsys, Path: storePath + ndb.JournalSuffix}
}

// newStore creates an empty store in memory.
func newStore(t testing.TB, format disk.Format, crypt uint8) (*crashfs.FS, *ndb.Store) {
	t.Helper()
	fsys := crashfs.New()
	f, err := fsys.Create(storePath)
	require.NoError(t, err)
	s, err := ndb.Create(f, format, crypt, ndb.Options{Journal: journal(fsys)})
	require.NoError(t, err)
	require.NoError(t, fsys.SyncDir("dir"))
	return fsys, s
}

// reopen closes a store and opens it again.
func reopen(t testing.TB, fsys *crashfs.FS, s *ndb.Store) *ndb.Store {
	t.Helper()
	require.NoError(t, s.Close())
	return openStore(t, fsys)
}

func openStore(t testing.TB, fsys *crashfs.FS) *ndb.Store {
	t.Helper()
	f, err := fsys.OpenWrite(storePath)
	require.NoError(t, err)
	s, err := ndb.Open(f, ndb.Options{Journal: journal(fsys)})
	require.NoError(t, err)
	return s
}

func TestCreate(t *testing.T) {
	for _, format := range []disk.Format{disk.Unicode, disk.ANSI} {
		t.Run(format.String(), func(t *testing.T) {
			fsys, s := newStore(t, format, disk.CryptPermute)
			requireSound(t, fsys.Bytes(storePath), 0)
			s = reopen(t, fsys, s)
			defer s.Close()
			nodes, _ := readAll(t, s)
			assert.Zero(t, nodes)
			tx, err := s.Begin()
			require.NoError(t, err)
			ops := fsys.Ops()
			require.NoError(t, tx.Commit())
			assert.Equal(t, ops, fsys.Ops(), "nothing changed, nothing written")
		})
	}
}

func TestCreate_RefusesFileWithContent(t *testing.T) {
	fsys := crashfs.New()
	fsys.Load(storePath, []byte("precious"))
	f, err := fsys.OpenWrite(storePath)
	require.NoError(t, err)
	_, err = ndb.Create(f, disk.Unicode, disk.CryptPermute, ndb.Options{})
	require.Error(t, err)
	assert.Equal(t, "precious", string(fsys.Bytes(storePath)))
}

// loadCorpus returns a file system with a store of the corpus.
func loadCorpus(t testing.TB, path string) *crashfs.FS {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	fsys := crashfs.New()
	fsys.Load(storePath, b)
	return fsys
}
