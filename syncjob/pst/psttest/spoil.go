package psttest

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/internal/damage"
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

// Damage changes the store at path as a program of [damage.Store.Run] says, with checksums
// that fit.
func Damage(t testing.TB, path string, program []byte) {
	t.Helper()
	requireTemporary(t, path)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	store, err := damage.New(whole)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, store.Run(program), 0o600))
}

// SpoilData breaks the checksum of the block that the data of a node of the store at path
// begins with, and returns how to undo that.
func SpoilData(t testing.TB, path string, nid pst.NID) (undo func()) {
	t.Helper()
	requireTemporary(t, path)
	f, err := pst.Open(vfs.OS, path, pst.Options{ReadOnly: true})
	require.NoError(t, err)
	n, err := f.Node(nid)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	store, err := damage.New(whole)
	require.NoError(t, err)
	broken, err := store.Spoil(disk.BID(n.Data))
	require.NoError(t, err)
	write := func(b []byte) { require.NoError(t, os.WriteFile(path, b, 0o600)) }
	write(broken)
	return func() { write(whole) }
}

func editNodes(t testing.TB, path string, change func(tx *ndb.Tx)) {
	t.Helper()
	requireTemporary(t, path)
	EditNodes(t, vfs.OS, path, change)
}

// EditNodes commits a change of the nodes of the store at path, which need not agree with
// each other any more, and whose content may be anything.
func EditNodes(t testing.TB, fsys vfs.FS, path string, change func(tx *ndb.Tx)) {
	t.Helper()
	f, err := fsys.OpenWrite(path)
	require.NoError(t, err)
	s, err := ndb.Open(f, ndb.Options{})
	require.NoError(t, err)
	defer s.Close()
	tx, err := s.Begin()
	require.NoError(t, err)
	change(tx)
	require.NoError(t, tx.Commit())
}
