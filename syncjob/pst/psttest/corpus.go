package psttest

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Environment variables that say where the real stores are, and that a test
// without them has failed and not been skipped.
const (
	EnvCorpus        = "PSTSYNCD_CORPUS"
	EnvRequireCorpus = "PSTSYNCD_REQUIRE_CORPUS"
)

// Corpus is the path of one of the corpus stores. Never write to it: see [Copy].
func Corpus(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(corpusDir(t), name)
	if _, err := os.Stat(path); err != nil {
		absent(t, "corpus store "+name+" is missing: set "+EnvCorpus+" to the folder that has it")
	}
	return path
}

// CorpusFiles are the paths of all stores of the corpus.
func CorpusFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(corpusDir(t), "*.pst"))
	require.NoError(t, err)
	if len(files) == 0 {
		absent(t, "no corpus: set "+EnvCorpus+" to the folder with the real stores")
	}
	return files
}

// Module is the path of a store that comes with the go-pst module: enron.pst,
// support.pst or 32-bit.pst, which the corpus has as outlook97-ansi.pst.
func Module(t testing.TB, name string) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/mooijtech/go-pst/v6").Output()
	dir := strings.TrimSpace(string(out))
	if err != nil || dir == "" {
		absent(t, "the go command does not find the go-pst module: run go mod download")
	}
	return filepath.Join(dir, "data", name)
}

// Stores are all real stores at hand: the corpus and those of the go-pst module.
func Stores(t testing.TB) []string {
	t.Helper()
	return append(CorpusFiles(t), Module(t, "enron.pst"), Module(t, "support.pst"))
}

// Copy is a copy of the store at path that the test may write to.
func Copy(t testing.TB, path string) string {
	t.Helper()
	from, err := os.Open(path)
	require.NoError(t, err)
	defer from.Close()
	to, err := os.Create(filepath.Join(t.TempDir(), filepath.Base(path)))
	require.NoError(t, err)
	_, err = io.Copy(to, from)
	require.NoError(t, err)
	require.NoError(t, to.Close())
	return to.Name()
}

// corpusDir is $PSTSYNCD_CORPUS, or shared/corpus beside the module.
func corpusDir(t testing.TB) string {
	t.Helper()
	if dir := os.Getenv(EnvCorpus); dir != "" {
		return dir
	}
	return filepath.Join(moduleRoot(t), "..", "shared", "corpus")
}

// moduleRoot is the nearest folder above the test with a go.mod.
func moduleRoot(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	require.NoError(t, err)
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		require.NotEqual(t, dir, up, "no go.mod above the test")
		dir = up
	}
}

// absent skips the test, loudly, or fails it where stores are required.
func absent(t testing.TB, reason string) {
	t.Helper()
	if os.Getenv(EnvRequireCorpus) == "1" {
		t.Fatal(reason)
	}
	t.Skip("SKIPPED: " + reason)
}
