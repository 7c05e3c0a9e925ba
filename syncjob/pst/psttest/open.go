package psttest

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/vfs"
)

// CorpusPassword opens outlook-password.pst: not the words that somebody once
// chose, but some with the same checksum, which is all that a store keeps.
const CorpusPassword = "ithaciqy"

// New is the path of a new empty Unicode store of the test's own.
func New(t testing.TB) string {
	t.Helper()
	return NewAs(t, pst.CreateOptions{})
}

// Enron is a copy of enron.pst: 29 MB, 2,178 messages, written by Outlook 2010.
func Enron(t testing.TB) string {
	t.Helper()
	return Copy(t, Module(t, "enron.pst"))
}

// Open opens a store for writing, and closes and checks it after the test. The
// store has to be in a temporary folder: real ones are shared, and being read-only
// does not protect them from a test that runs as root. See [Copy].
func Open(t testing.TB, path string) *pst.File {
	t.Helper()
	requireTemporary(t, path)
	Guard(t, path)
	f, err := pst.Open(vfs.OS, path, pst.Options{Password: CorpusPassword})
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func requireTemporary(t testing.TB, path string) {
	t.Helper()
	temp, err := filepath.Abs(os.TempDir())
	require.NoError(t, err)
	abs, err := filepath.Abs(path)
	require.NoError(t, err)
	rel, err := filepath.Rel(temp, abs)
	if err != nil || !filepath.IsLocal(rel) {
		t.Fatalf("%s is not in %s: open a copy of it", path, temp)
	}
}

// Guard checks the store at path now and after the test, and fails the test for
// every problem that is new. One whose object only got another id or place is not.
func Guard(t testing.TB, path string) {
	t.Helper()
	before := Problems(t, path)
	t.Cleanup(func() {
		for _, p := range Problems(t, path) {
			assert.Contains(t, before, p, "left in %s", filepath.Base(path))
		}
	})
}

// Problems are the findings of a check, each once, with numbers blanked.
func Problems(t testing.TB, path string) []string {
	t.Helper()
	var all []string
	for p := range pst.Check(context.Background(), vfs.OS, path, nil) {
		all = append(all, blank(p.String()))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Edit runs change in a transaction on the store and commits it.
func Edit(t testing.TB, f *pst.File, change func(tx *pst.Tx)) {
	t.Helper()
	tx, err := f.Begin()
	require.NoError(t, err)
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	change(tx)
	require.NoError(t, tx.Commit())
}
