package pst_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs/crashfs"
)

// everyChange does one of each change in a transaction.
func everyChange(f *pst.File) error {
	tx, err := f.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // the error that matters is Commit's
	folder, err := f.Default(pst.ClassContact)
	if err != nil {
		return err
	}
	var items []pst.NID
	for row, err := range tx.Items(folder) {
		if err != nil {
			return err
		}
		items = append(items, row.NID)
	}
	c := psttest.Contact("new", "")
	c.Recipients = [][]pst.Property{psttest.Recipient("a", 1)}
	c.Attachments = []pst.Attachment{psttest.FileAttachment("f", psttest.Noise(9000))}
	id, err := tx.PutName(pst.PropName{GUID: testSet, Name: "field"})
	if err != nil {
		return err
	}
	c.Props = append(c.Props, psttest.Text(pst.MakeTag(id, pst.TypeUnicode), "x"))
	sub, err := tx.CreateFolder(folder, "sub", "")
	if err != nil {
		return err
	}
	for _, step := range []func() error{
		func() error { _, err := tx.Create(sub, c); return err },
		func() error {
			return tx.Update(items[0], pst.Edit{Set: []pst.Property{psttest.Text(psttest.TagSubject, "changed")}})
		},
		func() error { return tx.Delete(items[1]) },
		func() error { return tx.MoveToDeletedItems(items[2]) },
		tx.Commit,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// A store of a few contacts, as bytes.
func smallStore(t *testing.T) []byte {
	t.Helper()
	path := psttest.New(t)
	f := psttest.Open(t, path)
	psttest.Edit(t, f, func(tx *pst.Tx) {
		folder, err := tx.Default(pst.ClassContact)
		require.NoError(t, err)
		for range 5 {
			_, err := tx.Create(folder, psttest.Contact("x", "a note"))
			require.NoError(t, err)
		}
	})
	require.NoError(t, f.Close())
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return b
}

const storeName = "x.pst"

func mustOpen(t *testing.T, fsys *crashfs.FS) *pst.File {
	t.Helper()
	f, err := pst.Open(fsys, storeName, pst.Options{})
	require.NoError(t, err)
	return f
}

// digestOf is everything in a store: its items and its folders.
func digestOf(t *testing.T, f *pst.File) any {
	t.Helper()
	var folders []pst.PathFolder
	for folder, err := range f.Walk(f.Root()) {
		require.NoError(t, err)
		folders = append(folders, folder)
	}
	snap := psttest.Snap(t, f)
	for nid := range snap {
		if m, err := f.Message(nid); err == nil {
			subject, _ := m.Prop(psttest.TagSubject.ID())
			snap[nid] = m.Folder.String() + pst.DecodeUTF16(subject.Data) // without times and random keys
		}
	}
	return []any{folders, snap}
}

// Whichever operation fails, and however: the error is the one that was injected,
// and the store is as before or as after.
func TestTx_faults(t *testing.T) {
	store := smallStore(t)
	before, after := outcomes(t, store)
	for name, inject := range map[string]func(fsys *crashfs.FS, i int){
		"read":    func(fsys *crashfs.FS, i int) { fsys.FailReadAt(i) },
		"eio":     func(fsys *crashfs.FS, i int) { fsys.FailAt(i, crashfs.EIO) },
		"no room": func(fsys *crashfs.FS, i int) { fsys.FailFrom(i, crashfs.ENOSPC) },
		"sync":    func(fsys *crashfs.FS, i int) { fsys.FailAt(i, crashfs.FailedSync) },
	} {
		t.Run(name, func(t *testing.T) {
			for i := 0; ; i++ {
				fsys := crashfs.New()
				fsys.Load(storeName, store)
				inject(fsys, i)
				err := changeStore(fsys)
				if !fsys.Fired() {
					require.NoError(t, err)
					require.Greater(t, i, 5, "something was made to fail")
					return
				}
				if err != nil {
					require.ErrorIs(t, err, crashfs.ErrInjected, "operation %d", i)
				}
				fsys.Repair()
				f := mustOpen(t, fsys)
				got := digestOf(t, f)
				require.NoError(t, f.Close())
				if err == nil {
					require.Equal(t, after, got, "operation %d", i)
				} else {
					require.Contains(t, []any{before, after}, got, "operation %d", i)
				}
			}
		})
	}
}

func changeStore(fsys *crashfs.FS) error {
	f, err := pst.Open(fsys, storeName, pst.Options{})
	if err != nil {
		return err
	}
	defer f.Close()
	return everyChange(f)
}

// outcomes are what a store holds before and after everyChange.
func outcomes(t *testing.T, store []byte) (before, after any) {
	t.Helper()
	fsys := crashfs.New()
	fsys.Load(storeName, store)
	f := mustOpen(t, fsys)
	defer f.Close()
	before = digestOf(t, f)
	require.NoError(t, everyChange(f))
	after = digestOf(t, f)
	assert.NotEqual(t, before, after)
	return before, after
}

// A power failure at any moment of a transaction, with any part of what was not
// durable lost: the store is as before or as after, and whole.
func TestTx_crashes(t *testing.T) {
	store := smallStore(t)
	before, after := outcomes(t, store)
	fsys := crashfs.New()
	fsys.Load(storeName, store)
	start := fsys.Ops()
	require.NoError(t, changeStore(fsys))
	for i := start; i <= fsys.Ops(); i++ {
		for k, kept := range []crashfs.Kept{crashfs.None, crashfs.All, crashfs.Seed(1), crashfs.Seed(2)} {
			image := fsys.CrashImage(i, kept)
			f, err := pst.Open(image, storeName, pst.Options{})
			require.NoError(t, err, "operation %d, %d", i, k)
			require.Contains(t, []any{before, after}, digestOf(t, f), "operation %d, %d", i, k)
			for p := range f.Check(t.Context()) {
				require.Equal(t, pst.Warning, p.Severity, "operation %d, %d: %s", i, k, p)
			}
			require.NoError(t, f.Close())
		}
	}
}
