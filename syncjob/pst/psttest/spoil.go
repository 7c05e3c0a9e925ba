package psttest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/internal/ndb"
	"pstsyncd/syncjob/vfs"
)

// DropNode takes an item out of the store at path, and leaves the row that its folder has
// of it: what a program that was cut off amid its work may do.
func DropNode(t testing.TB, path string, item pst.NID) {
	t.Helper()
	editNodes(t, path, func(tx *ndb.Tx) { require.NoError(t, tx.DeleteNode(item)) })
}

// DropRow takes the row that a folder has of an item out of the store at path, and leaves
// the item.
func DropRow(t testing.TB, path string, folder, item pst.NID) {
	t.Helper()
	editNodes(t, path, func(tx *ndb.Tx) {
		n, err := tx.Node(folder.WithType(disk.NIDTypeContentsTable))
		require.NoError(t, err)
		table, err := ltp.EditTC(tx, n)
		require.NoError(t, err)
		require.NoError(t, table.Delete(uint32(item)))
		n, err = table.Flush()
		require.NoError(t, err)
		require.NoError(t, tx.PutNode(n))
	})
}

// editNodes commits a change of nodes, which need not agree with each other any more.
func editNodes(t testing.TB, path string, change func(tx *ndb.Tx)) {
	t.Helper()
	requireTemporary(t, path)
	f, err := vfs.OS.OpenWrite(path)
	require.NoError(t, err)
	s, err := ndb.Open(f, ndb.Options{})
	require.NoError(t, err)
	defer s.Close()
	tx, err := s.Begin()
	require.NoError(t, err)
	change(tx)
	require.NoError(t, tx.Commit())
}
