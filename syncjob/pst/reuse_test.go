package pst_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs"
)

// unsynced is a file system that promises nothing, for tests of space and not of
// durability.
type unsynced struct{ vfs.FS }

type unsyncedFile struct{ vfs.File }

func (unsyncedFile) Sync() error { return nil }

func (unsynced) SyncDir(string) error { return nil }

func (u unsynced) Create(path string) (vfs.File, error) {
	f, err := u.FS.Create(path)
	return unsyncedFile{f}, err
}

func (u unsynced) OpenWrite(path string) (vfs.File, error) {
	f, err := u.FS.OpenWrite(path)
	return unsyncedFile{f}, err
}

// TestUpdate_spaceIsReused: 10,000 corrections of one contact grow a file by at most
// 1 MiB. What is freed by one is used by those after the next; the first 1,000 show it.
func TestUpdate_spaceIsReused(t *testing.T) {
	corrections := 1_000
	if *huge {
		corrections = 10_000
	}
	for format, o := range psttest.Formats {
		t.Run(format, func(t *testing.T) {
			if testing.Short() && format != "unicode" {
				t.Skip("SKIPPED: the other format: run without -short")
			}
			path := psttest.NewAs(t, o)
			items := fillSome(t, vfs.OS, path, 300)
			before := fileSize(t, path)
			for i := range corrections {
				f, err := pst.Open(unsynced{vfs.OS}, path, pst.Options{})
				require.NoError(t, err)
				phone := psttest.PropsIn(t, f, psttest.Text(0x3A1C001F, fmt.Sprint("+43 664 ", i)))
				note := psttest.Bytes(0x10090102, psttest.Noise(1_000+i*7919%9_000))
				psttest.Edit(t, f, func(tx *pst.Tx) {
					require.NoError(t, tx.Update(items[100], pst.Edit{Set: append(phone, note)}))
				})
				require.NoError(t, f.Close())
			}
			grown := fileSize(t, path) - before
			t.Logf("%d corrections grew the file by %d bytes", corrections, grown)
			assert.LessOrEqual(t, grown, int64(1<<20))
			assert.Empty(t, psttest.Problems(t, path))
		})
	}
}

// fillSome adds plain contacts to a store of any format.
func fillSome(t *testing.T, fsys vfs.FS, path string, n int) (items []pst.NID) {
	t.Helper()
	f, err := pst.Open(fsys, path, pst.Options{})
	require.NoError(t, err)
	defer f.Close()
	folder, err := f.Default(pst.ClassContact)
	require.NoError(t, err)
	psttest.Edit(t, f, func(tx *pst.Tx) {
		for i := range n {
			nid, err := tx.Create(folder, psttest.In(t, tx, psttest.Contact(fmt.Sprint("Contact ", i), "a note")))
			require.NoError(t, err)
			items = append(items, nid)
		}
	})
	return items
}

func fileSize(t *testing.T, path string) int64 {
	t.Helper()
	info, err := vfs.OS.Stat(path)
	require.NoError(t, err)
	return info.Size
}
