package mapi_test

import (
	"errors"
	"iter"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs"
)

// eachStore runs the test on every real store that can be opened.
func eachStore(t *testing.T, test func(t *testing.T, f *pst.File)) {
	t.Helper()
	opened := 0
	for _, path := range psttest.Stores(t) {
		f, err := pst.Open(vfs.OS, path, pst.Options{ReadOnly: true})
		if errors.Is(err, pst.ErrPassword) || errors.Is(err, pst.ErrCorrupt) {
			continue // refused, as the tests of package pst say
		}
		require.NoError(t, err, path)
		opened++
		t.Run(filepath.Base(path), func(t *testing.T) { test(t, f) })
		require.NoError(t, f.Close())
	}
	require.GreaterOrEqual(t, opened, 10, "stores that could be opened")
}

// messages are all items of a store that can be read, associated ones included.
func messages(t *testing.T, f *pst.File) iter.Seq[*pst.Message] {
	return func(yield func(*pst.Message) bool) {
		for folder, err := range f.Walk(f.Root()) {
			require.NoError(t, err)
			for _, rows := range []iter.Seq2[pst.Row, error]{f.Items(folder.NID), f.AssociatedItems(folder.NID)} {
				for row, err := range rows {
					require.NoError(t, err, folder.Path)
					m, err := f.Message(row.NID)
					require.NoError(t, err, "%s/%s", folder.Path, row.NID)
					if !yield(m) {
						return
					}
				}
			}
		}
	}
}

func toItem(t *testing.T, f *pst.File, c pst.Content) *item.Item {
	t.Helper()
	it, err := mapi.FromPST(c, f.NameOf, f.CodePage())
	require.NoError(t, err)
	return it
}
