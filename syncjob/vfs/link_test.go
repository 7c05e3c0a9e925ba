//go:build unix

package vfs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/vfs"
)

// A link to a file leads to it, also through another link; a link to the folder that a file is in may stay.
func TestOS_RealPath(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	file, link, folder := filepath.Join(dir, "a", "file"), filepath.Join(dir, "link"), filepath.Join(dir, "folder")
	require.NoError(t, os.Mkdir(filepath.Dir(file), 0o700))
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	require.NoError(t, os.Symlink(filepath.Dir(file), folder))
	require.NoError(t, os.Symlink(filepath.Join("folder", "file"), link))
	require.NoError(t, os.Symlink("link", link+"2"))
	for path, want := range map[string]string{
		file: file, link: file, link + "2": file,
		filepath.Join(folder, "file"): filepath.Join(folder, "file"),
	} {
		got, err := vfs.OS.RealPath(path)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	_, err = vfs.OS.RealPath(filepath.Join(dir, "none"))
	require.ErrorIs(t, err, fs.ErrNotExist)
}

// Where the kernel has no rename that replaces nothing, a second name does it; where there
// are no second names, nobody is there who could be replaced.
func TestLinkOrAsk(t *testing.T) {
	for name, link := range map[string]func(from, to string) error{
		"second name":    os.Link,
		"no second name": func(string, string) error { return syscall.EPERM },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
			require.ErrorIs(t, vfs.LinkOrAsk(link, from, to), fs.ErrNotExist)
			require.NoError(t, os.WriteFile(from, nil, 0o600))
			require.NoError(t, os.WriteFile(to, []byte("mine"), 0o600))
			require.ErrorIs(t, vfs.LinkOrAsk(link, from, to), fs.ErrExist)
			kept, err := os.ReadFile(to)
			require.NoError(t, err)
			assert.Equal(t, "mine", string(kept))
			require.ErrorIs(t, vfs.LinkOrAsk(link, from, filepath.Join(to, "below")), syscall.ENOTDIR, "and not that there is something")

			require.NoError(t, os.Remove(to))
			require.NoError(t, vfs.LinkOrAsk(link, from, to))
			entries, err := os.ReadDir(dir)
			require.NoError(t, err)
			require.Len(t, entries, 1)
			assert.Equal(t, "to", entries[0].Name())
		})
	}
}
