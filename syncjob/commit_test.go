package syncjob_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/vfs/crashfs"
)

// TestRun_FailedCommitCameAbout fails one operation of a job that adds an item to
// common, be it before or after the point from which on the item is there. The
// original is renamed before the next job, which must know it for the same.
func TestRun_FailedCommitCameAbout(t *testing.T) {
	o := people(t, 3)
	add(t, o.local, "Contacts", contact("New", nil))
	begin := o.onDisks()
	whole := begin()
	from := whole.fs.Ops()
	_, err := whole.run(t)
	require.NoError(t, err)
	for _, kind := range []crashfs.Fault{crashfs.EIO, crashfs.FailedSync, crashfs.ShortWrite} {
		for i := from; i < whole.fs.Ops(); i++ {
			d := begin()
			d.fs.FailAt(i, kind)
			_, _ = d.run(t)
			d.fs.Repair()
			path := filepath.Join(t.TempDir(), "outlook.pst")
			require.NoError(t, os.WriteFile(path, d.fs.Bytes("/outlook.pst"), 0o600))
			set(t, path, "Contacts", "New", 1, item.Props{item.KeyDisplayName: item.String("Renamed")})
			renamed, err := os.ReadFile(path)
			require.NoError(t, err)
			d.fs.Load("/outlook.pst", renamed)

			_, err = d.run(t)
			require.NoError(t, err)
			want := []string{"Person 0 1000", "Person 1 1001", "Person 2 1002", "Renamed "}
			at := fmt.Sprintf("fault %d at %d: %s", kind, i, whole.fs.Op(i))
			require.Equal(t, want, d.names(t, "/common.pst", "Contacts"), at)
			require.Equal(t, want, d.names(t, "/outlook.pst", "Contacts"), at)
		}
	}
}
