package disk_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
)

// TestEncodings_ReadByOthers stores the same content in each of the encodings, by
// rewriting every block and the header of a real store in place, and requires that
// pffexport reads the same items from all of them. No known store is cyclic.
func TestEncodings_ReadByOthers(t *testing.T) {
	exe, err := exec.LookPath("pffexport")
	if err != nil {
		t.Skip("pffexport is not installed: apt-get install pff-tools")
	}
	for _, s := range corpus(t) {
		if s.name != "outlook-mixed.pst" && s.name != "outlook97-ansi.pst" {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			want := exported(t, exe, s.b)
			require.NotEmpty(t, want)
			for _, method := range []uint8{disk.CryptNone, disk.CryptPermute, disk.CryptCyclic} {
				assert.Equal(t, want, exported(t, exe, recoded(t, s, method)), "method %d", method)
			}
		})
	}
}

// recoded returns the store in another encoding.
func recoded(t *testing.T, s store, method uint8) []byte {
	t.Helper()
	s.b = bytes.Clone(s.b)
	im := openImage(t, s)
	for bid, e := range im.blocks {
		block := im.block(e)
		require.True(t, disk.Decode(im.h.Crypt, bid, block[:e.Size]))
		require.True(t, disk.Encode(method, bid, block[:e.Size]))
		tr := disk.NewBlockTrailer(e.Ref, int(e.Size))
		require.NoError(t, tr.Marshal(im.f, block))
	}
	im.h.Crypt = method
	require.NoError(t, im.h.Marshal(im.f, s.b))
	return s.b
}

// exported returns the files that pffexport makes of a store, by name.
func exported(t *testing.T, exe string, b []byte) map[string]string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "store.pst")
	require.NoError(t, os.WriteFile(path, b, 0o600))
	cmd := exec.Command(exe, "-q", "-m", "items", "-t", filepath.Join(dir, "out"), path)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	files := map[string]string{}
	root := filepath.Join(dir, "out.export")
	err = filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(p)
		rel, _ := filepath.Rel(root, p)
		files[rel] = string(content)
		return err
	})
	require.NoError(t, err)
	return files
}
