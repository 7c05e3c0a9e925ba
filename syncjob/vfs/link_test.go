//go:build unix

package vfs_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/vfs"
)

func TestOS_RealPath(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	file, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	require.NoError(t, os.Symlink(file, link))
	for _, path := range []string{file, link} {
		got, err := vfs.OS.RealPath(path)
		require.NoError(t, err)
		assert.Equal(t, file, got)
	}
}
