//go:build unix

package lockmgr

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A file that is replaced between open and lock is not the one at the path any more.
func TestClaim_stillThere(t *testing.T) {
	dir := t.TempDir()
	path, other := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	require.NoError(t, os.WriteFile(other, nil, 0o600))
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	require.NoError(t, stillThere(f, path))
	require.NoError(t, os.Rename(other, path))
	require.ErrorIs(t, stillThere(f, path), ErrBusy)
	require.NoError(t, os.Remove(path))
	var missing *MissingError
	require.ErrorAs(t, stillThere(f, path), &missing)
}
