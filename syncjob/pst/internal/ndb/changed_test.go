package ndb_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// TestTx_AnotherProgramWrites has a second program commit while a transaction is
// open, as two computers can where locks do not reach. What it wrote stays.
func TestTx_AnotherProgramWrites(t *testing.T) {
	fsys, s := newStore(t, disk.Unicode, disk.CryptPermute)
	ids := fill(t, s, 20)
	tx, err := s.Begin()
	require.NoError(t, err)
	require.NoError(t, tx.DeleteNode(ids[3]))

	other := openStore(t, fsys)
	fill(t, other, 5)
	want, err := readModel(other)
	require.NoError(t, err)
	require.NoError(t, other.Close())

	require.ErrorIs(t, tx.Commit(), ndb.ErrChanged)
	require.NoError(t, tx.Rollback())
	_, err = s.Begin()
	require.ErrorIs(t, err, ndb.ErrBroken)
	require.NoError(t, s.Close())

	s = openStore(t, fsys)
	requireModel(t, want, s)
	require.NoError(t, s.Close())
	requireSound(t, fsys.Bytes(storePath), 0)
}

// TestTx_AnotherProgramWritesAmid has it commit when the transaction has begun to write:
// its header stays, and with it what it says of the AMaps.
func TestTx_AnotherProgramWritesAmid(t *testing.T) {
	fsys, s := newStore(t, disk.Unicode, disk.CryptPermute)
	fill(t, s, 20)
	tx, err := s.Begin()
	require.NoError(t, err)
	bid, _, err := tx.WriteData(randomReader(2 << 20))
	require.NoError(t, err)
	require.NoError(t, tx.PutNode(ndb.Node{NID: 0x7FE4, Data: bid}))
	require.Positive(t, tx.Size())

	other := openStore(t, fsys)
	fill(t, other, 5)
	require.NoError(t, other.Close())
	want := fsys.Bytes(storePath)[:disk.Unicode.HeaderSize()]

	require.ErrorIs(t, tx.Commit(), ndb.ErrChanged)
	require.NoError(t, tx.Rollback())
	require.Equal(t, want, fsys.Bytes(storePath)[:disk.Unicode.HeaderSize()])
	require.NoError(t, s.Close())
}
