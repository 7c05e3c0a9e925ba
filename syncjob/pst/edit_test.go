package pst_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs"
)

// writableStores are the real stores that can be changed.
func writableStores(t *testing.T) []string {
	t.Helper()
	return slices.DeleteFunc(psttest.Stores(t), func(path string) bool {
		f, err := pst.Open(vfs.OS, path, pst.Options{ReadOnly: true, Password: psttest.CorpusPassword})
		if err != nil {
			require.ErrorIs(t, err, pst.ErrCorrupt, path)
			return true
		}
		assert.NoError(t, f.Close())
		return false
	})
}

// edits is what editEverything did.
type edits struct {
	folder  pst.NID
	made    []pst.NID
	changed pst.NID // items of the store as it was; 0 in a store without
	moved   pst.NID
	deleted pst.NID
	target  pst.NID // folder of moved
}

func (e edits) touched() []pst.NID {
	return append([]pst.NID{e.changed, e.moved, e.deleted}, e.made...)
}

const changedSubject = "changed by the test, and long enough to need another place in the heap"

// editEverything makes a folder with items, and changes, moves and deletes one
// item each of those that are there, as far as there are any.
func editEverything(t *testing.T, f *pst.File) edits {
	t.Helper()
	old := firstItems(t, f, 3)
	var e edits
	psttest.Edit(t, f, func(tx *pst.Tx) {
		e.folder, e.made = fillSample(t, tx)
		var err error
		e.target, err = tx.DeletedItems()
		require.NoError(t, err)
		if len(old) > 0 {
			e.changed = old[0]
			require.NoError(t, tx.Update(e.changed, psttest.EditIn(t, tx, pst.Edit{
				Set: psttest.PropsIn(t, tx, psttest.Text(psttest.TagSubject, changedSubject)),
			})))
		}
		if len(old) > 1 {
			e.deleted = old[1]
			require.NoError(t, tx.Delete(e.deleted))
		}
		if len(old) > 2 {
			e.moved = old[2]
			require.NoError(t, tx.MoveToDeletedItems(e.moved))
		}
	})
	return e
}

// firstItems are up to n items of a store outside of Deleted Items.
func firstItems(t *testing.T, f *pst.File, n int) []pst.NID {
	t.Helper()
	deleted, err := f.DeletedItems()
	require.NoError(t, err)
	var items []pst.NID
	for folder, err := range f.Walk(f.Root()) {
		require.NoError(t, err)
		for row, err := range f.Items(folder.NID) {
			require.NoError(t, err)
			if len(items) < n && folder.NID != deleted {
				items = append(items, row.NID)
			}
		}
	}
	return items
}

func TestTx_everyStore(t *testing.T) {
	for _, original := range writableStores(t) {
		t.Run(filepath.Base(original), func(t *testing.T) {
			path := psttest.Copy(t, original)
			f := psttest.Open(t, path)
			before := psttest.Snap(t, f)
			e := editEverything(t, f)
			require.NoError(t, f.Close())

			again := openRead(t, path)
			after := psttest.Snap(t, again)
			assert.Equal(t, before.Without(e.touched()...), after.Without(e.touched()...), "what was not touched")
			assertEdits(t, again, e)
			assertCounts(t, again)
		})
	}
}

func assertEdits(t *testing.T, f *pst.File, e edits) {
	t.Helper()
	for _, nid := range e.made {
		m, err := f.Message(nid)
		require.NoError(t, err)
		assert.Equal(t, e.folder, m.Folder)
	}
	if e.changed != 0 {
		m, err := f.Message(e.changed)
		require.NoError(t, err)
		p, _ := m.Prop(psttest.TagSubject.ID())
		assert.Equal(t, changedSubject, psttest.String(t, f, p))
	}
	if e.deleted != 0 {
		_, err := f.Message(e.deleted)
		assert.ErrorIs(t, err, pst.ErrNotFound)
	}
	if e.moved != 0 {
		m, err := f.Message(e.moved)
		require.NoError(t, err)
		assert.Equal(t, e.target, m.Folder)
	}
}

// assertCounts says that the counts of every folder are those of its rows.
func assertCounts(t *testing.T, f *pst.File) {
	t.Helper()
	for folder, err := range f.Walk(f.Root()) {
		require.NoError(t, err)
		items, unread := 0, 0
		for row, err := range f.Items(folder.NID) {
			require.NoError(t, err)
			items++
			flags, _, err := pst.Cell(f, folder.NID, row.NID, pst.PidTagMessageFlags)
			require.NoError(t, err)
			if flags[0]&1 == 0 {
				unread++
			}
		}
		assert.Equal(t, items, folder.Items, "items in %s", folder.Path)
		assert.Equal(t, unread, folder.Unread, "unread items in %s", folder.Path)
	}
}

func TestTx_everyStore_readers(t *testing.T) {
	for _, original := range writableStores(t) {
		t.Run(filepath.Base(original), func(t *testing.T) {
			if filepath.Base(original) == "enron.pst" && os.Getenv(psttest.EnvRequireReaders) != "1" {
				t.Skip("SKIPPED: takes two minutes: set " + psttest.EnvRequireReaders + "=1")
			}
			path := psttest.Copy(t, original)
			f := psttest.Open(t, path)
			e := editEverything(t, f)
			format := f.Format()
			require.NoError(t, f.Close())

			listings := psttest.Interop(t, path, original)
			for _, reader := range psttest.Readers {
				if after, ok := listings[reader.Name]; ok {
					assertReader(t, reader.Name, format, reader.Read(t, original), after, e)
				}
			}
		})
	}
}

// assertReader says that a reader lists what it listed of the original store, but
// for what was done.
func assertReader(t *testing.T, reader string, format pst.Format, before, after psttest.Listing, e edits) {
	t.Helper()
	items := slices.DeleteFunc(listed(before), func(nid pst.NID) bool { return nid == e.deleted })
	assertLists(t, reader, format, after, append(items, e.made...))
	untouched := func(l psttest.Listing) psttest.Listing {
		l.Items = slices.DeleteFunc(slices.Clone(l.Items), func(it psttest.ReadItem) bool {
			return it.NID == 0 || slices.Contains(e.touched(), it.NID)
		})
		return l
	}
	changes := psttest.Changes(untouched(before), untouched(after))
	assert.Empty(t, changes[:min(len(changes), 3)], "%s, of %d changes", reader, len(changes))
}

// Stores whose dwUnique is behind the versions of their rows: a changed row has a
// higher one all the same, by which others notice the change.
func TestUpdate_rowVersion(t *testing.T) {
	for name, original := range map[string]string{
		"72 contacts": psttest.Corpus(t, "outlook-72-contacts-6x12.pst"),
		"support":     psttest.Module(t, "support.pst"),
	} {
		t.Run(name, func(t *testing.T) {
			f := psttest.Open(t, psttest.Copy(t, original))
			before := rowVersions(t, f)
			psttest.Edit(t, f, func(tx *pst.Tx) {
				for nid := range before {
					require.NoError(t, tx.Update(nid, pst.Edit{}))
				}
			})
			require.NotEmpty(t, before)
			for nid, version := range rowVersions(t, f) {
				assert.Greater(t, version, before[nid])
				assert.Less(t, version, f.Token().Unique)
			}
		})
	}
}

func rowVersions(t *testing.T, f *pst.File) map[pst.NID]uint32 {
	t.Helper()
	versions := map[pst.NID]uint32{}
	for folder, err := range f.Walk(f.Root()) {
		require.NoError(t, err)
		for row, err := range f.Items(folder.NID) {
			require.NoError(t, err)
			versions[row.NID] = row.RowVersion
		}
	}
	return versions
}

func TestTx_rollback(t *testing.T) {
	path := psttest.Copy(t, psttest.Corpus(t, "outlook-mixed.pst"))
	f := psttest.Open(t, path)
	before, token := psttest.Snap(t, f), f.Token()

	tx, err := f.Begin()
	require.NoError(t, err)
	fillSample(t, tx)
	require.NoError(t, tx.Rollback())

	assert.Equal(t, before, psttest.Snap(t, f))
	token.Unique = f.Token().Unique // a header that was written and taken back has another
	assert.Equal(t, token, f.Token())
}

func TestTx_nothing(t *testing.T) { eachFormat(t, testTxNothing) }

func testTxNothing(t *testing.T, o pst.CreateOptions) {
	path := psttest.NewAs(t, o)
	var counters vfs.Counters
	f, err := pst.Open(vfs.Count(vfs.OS, &counters), path, pst.Options{})
	require.NoError(t, err)
	defer f.Close()
	token := f.Token()
	psttest.Edit(t, f, func(*pst.Tx) {})
	assert.Zero(t, counters.BytesWritten.Load())
	assert.Equal(t, token, f.Token())
}

func TestTx_seesItself(t *testing.T) { eachFormat(t, testTxSeesItself) }

func testTxSeesItself(t *testing.T, o pst.CreateOptions) {
	f := psttest.Open(t, psttest.NewAs(t, o))
	psttest.Edit(t, f, func(tx *pst.Tx) {
		folder, items := fillSample(t, tx)
		got, err := tx.Folder(folder)
		require.NoError(t, err)
		assert.Equal(t, 5, got.Items)
		assert.Equal(t, 1, got.Associated)
		require.NoError(t, tx.Delete(items[0]))
		there, err := tx.HasRow(folder, items[0])
		require.NoError(t, err)
		assert.False(t, there)
		got, err = tx.Folder(folder)
		require.NoError(t, err)
		assert.Equal(t, 4, got.Items)
		_, err = f.Folder(folder)
		assert.ErrorIs(t, err, pst.ErrNotFound, "the file shows what is committed")
	})
}

func TestTx_goesOnAfterInvalid(t *testing.T) { eachFormat(t, testTxGoesOnAfterInvalid) }

func testTxGoesOnAfterInvalid(t *testing.T, o pst.CreateOptions) {
	f := psttest.Open(t, psttest.NewAs(t, o))
	folder, err := f.Default(pst.ClassContact)
	require.NoError(t, err)
	psttest.Edit(t, f, func(tx *pst.Tx) {
		bad := psttest.Contact("bad", "")
		bad.Props = append(bad.Props, psttest.Bytes(0x3007_0040, []byte{1}))
		_, err := tx.Create(folder, psttest.In(t, tx, bad))
		require.ErrorIs(t, err, pst.ErrInvalid)
		_, err = tx.Create(folder, psttest.In(t, tx, psttest.Contact("good", "")))
		require.NoError(t, err)
	})
	got, err := f.Folder(folder)
	require.NoError(t, err)
	assert.Equal(t, 1, got.Items)
}

// A stream that fails leaves nothing of the item that it was for.
func TestTx_brokenStream(t *testing.T) { eachFormat(t, testTxBrokenStream) }

func testTxBrokenStream(t *testing.T, o pst.CreateOptions) {
	f := psttest.Open(t, psttest.NewAs(t, o))
	folder, err := f.Default(pst.ClassContact)
	require.NoError(t, err)
	boom := errors.New("boom")
	psttest.Edit(t, f, func(tx *pst.Tx) {
		c := psttest.Contact("x", "")
		whole := psttest.Stream(psttest.TagFileData, 3_000_000)
		broken := brokenStream(psttest.TagFileData, 3_000_000, boom)
		c.Attachments = []pst.Attachment{{Props: []pst.Property{whole}}, {Props: []pst.Property{broken}}}
		_, err := tx.Create(folder, psttest.In(t, tx, c))
		require.ErrorIs(t, err, boom)
		_, err = tx.Create(folder, psttest.In(t, tx, psttest.Contact("good", "")))
		require.NoError(t, err)
	})
	got, err := f.Folder(folder)
	require.NoError(t, err)
	assert.Equal(t, 1, got.Items)
}
