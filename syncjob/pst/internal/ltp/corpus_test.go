package ltp_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/ndb"
	"pstsyncd/syncjob/vfs"
)

// corpusFile returns the path of a store of the corpus or of go-pst's test data,
// and skips the test when it is not there.
func corpusFile(t testing.TB, name string) string {
	t.Helper()
	if name == "enron.pst" || name == "support.pst" {
		out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/mooijtech/go-pst/v6").Output()
		require.NoError(t, err, "where is go-pst?")
		return filepath.Join(strings.TrimSpace(string(out)), "data", name)
	}
	dir := os.Getenv("PSTSYNCD_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "..", "shared", "corpus")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no %s: set PSTSYNCD_CORPUS to the folder of test stores, or put it in ../shared/corpus beside the module", name)
	}
	return path
}

func openCorpus(t testing.TB, name string) *ndb.Store {
	t.Helper()
	f, err := vfs.OS.Open(corpusFile(t, name))
	require.NoError(t, err)
	s, err := ndb.Open(f, ndb.Options{ReadOnly: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}
