package psttest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// SmallStores are the contents of the corpus stores of up to limit bytes: what fuzzing
// begins with besides stores made for it. A corpus that is there and has none is a
// failure; where there is no corpus, that is said.
func SmallStores(t testing.TB, limit int64) (all [][]byte) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(corpusDir(t), "*.pst"))
	require.NoError(t, err)
	if len(files) == 0 {
		if os.Getenv(EnvRequireCorpus) == "1" || os.Getenv(EnvCorpus) != "" {
			t.Fatal("the corpus has no stores to begin with")
		}
		t.Log("NO CORPUS: fuzzing begins with stores of our own only; set " + EnvCorpus)
	}
	for _, path := range files {
		info, err := os.Stat(path)
		require.NoError(t, err)
		if info.Size() > limit {
			continue
		}
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		all = append(all, b)
	}
	if len(files) > 0 && len(all) == 0 {
		t.Fatalf("no store of the corpus has up to %d bytes", limit)
	}
	return all
}
