package ltp_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
	"pstsyncd/syncjob/vfs"
)

// traffic is what was read from and written to a file, by block.
type traffic struct {
	vfs.File
	reads, writes         int // of more than a page
	bytesRead, bytesWrote int64
}

func (f *traffic) ReadAt(b []byte, off int64) (int, error) {
	if len(b) > disk.PageSize {
		f.reads++
	}
	f.bytesRead += int64(len(b))
	return f.File.ReadAt(b, off)
}

func (f *traffic) WriteAt(b []byte, off int64) (int, error) {
	if len(b) > disk.PageSize {
		f.writes += (len(b) + disk.MaxBlockSize - 1) / disk.MaxBlockSize
	}
	f.bytesWrote += int64(len(b))
	return f.File.WriteAt(b, off)
}

func (f *traffic) reset() { f.reads, f.writes, f.bytesRead, f.bytesWrote = 0, 0, 0, 0 }

// testStore is a store without a message layer: nodes are what the test puts there.
type testStore struct {
	testing.TB
	*ndb.Store
	file *traffic
	path string
}

func newStore(t testing.TB, f disk.Format) *testStore {
	path := filepath.Join(t.TempDir(), "test.pst")
	file, err := vfs.OS.Create(path)
	require.NoError(t, err)
	s := &testStore{TB: t, file: &traffic{File: file}, path: path}
	s.Store, err = ndb.Create(s.file, f, disk.CryptPermute, ndb.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// reopen opens the file anew, so that nothing is cached.
func (s *testStore) reopen() {
	s.Helper()
	require.NoError(s, s.Close())
	file, err := vfs.OS.OpenWrite(s.path)
	require.NoError(s, err)
	s.file = &traffic{File: file}
	s.Store, err = ndb.Open(s.file, ndb.Options{})
	require.NoError(s, err)
}

// update runs a transaction.
func (s *testStore) update(change func(tx *ndb.Tx)) {
	s.Helper()
	tx, err := s.Begin()
	require.NoError(s, err)
	change(tx)
	require.NoError(s, tx.Commit())
}

// raw reads a node for the verifier.
func raw(t testing.TB, v ndb.View, n ndb.Node) rawNode {
	t.Helper()
	r := rawNode{ansi: v.Format() == disk.ANSI, subs: map[uint32]rawNode{}}
	d, err := v.Data(n.Data)
	require.NoError(t, err)
	for i := range d.Blocks() {
		b, err := d.Block(i)
		require.NoError(t, err)
		r.blocks = append(r.blocks, slices.Clone(b))
	}
	for sub, err := range v.Subnodes(n.Sub) {
		require.NoError(t, err)
		r.subs[uint32(sub.NID)] = raw(t, v, sub)
	}
	return r
}
