package ltp_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/ndb"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs"
)

// corpusFile returns the path of a real store.
func corpusFile(t testing.TB, name string) string {
	t.Helper()
	if name == "enron.pst" || name == "support.pst" {
		return psttest.Module(t, name)
	}
	return psttest.Corpus(t, name)
}

// openStore opens the nodes of a store.
func openStore(t testing.TB, path string) *ndb.Store {
	t.Helper()
	file, err := vfs.OS.Open(path)
	require.NoError(t, err)
	s, err := ndb.Open(file, ndb.Options{ReadOnly: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func openCorpus(t testing.TB, name string) *ndb.Store {
	t.Helper()
	return openStore(t, corpusFile(t, name))
}
