package syncjob_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob"
	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/readback"
	"pstsyncd/syncjob/state"
	"pstsyncd/syncjob/vfs"
)

func TestMain(m *testing.M) {
	readback.RunIfChild()
	runIfVictim()
	os.Exit(m.Run())
}

// office is two stores and what a daemon would keep about them.
type office struct {
	t             *testing.T
	common, local string
	state         string
	localCodePage int
	opt           syncjob.Options // what is not set here is set by run
}

// newOffice has a fresh common store, and a local one that is a copy of the file
// at path, or fresh as well when path is empty.
func newOffice(t *testing.T, path string) *office {
	t.Helper()
	dir := t.TempDir()
	o := &office{t: t, common: filepath.Join(dir, "common.pst"), local: filepath.Join(dir, "outlook.pst"), state: filepath.Join(dir, "state")}
	create(t, o.common)
	if path == "" {
		create(t, o.local)
	} else {
		copyFile(t, path, o.local)
	}
	o.opt.Readback = func(ctx context.Context, r io.ReaderAt, size int64, wants iter.Seq[readback.Want]) (readback.Report, error) {
		return readback.Verify(ctx, r, size, wants, readback.Limits{})
	}
	return o
}

func create(t *testing.T, path string) {
	t.Helper()
	f, err := pst.Create(vfs.OS, path, pst.CreateOptions{})
	require.NoError(t, err)
	require.NoError(t, f.Close())
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(to, b, 0o600))
}

// try runs one job.
func (o *office) try() (syncjob.Result, error) {
	o.t.Helper()
	db, err := syncjob.OpenState(syncjob.StatePath(o.state, o.common, o.local), state.Options{}, nil)
	require.NoError(o.t, err)
	defer db.Close()
	opt := o.opt
	opt.Common, opt.Local, opt.State = syncjob.Endpoint{Path: o.common}, syncjob.Endpoint{Path: o.local, CodePage: o.localCodePage}, db
	return syncjob.Run(context.Background(), opt)
}

// sync runs one job, which must not fail.
func (o *office) sync() syncjob.Result {
	o.t.Helper()
	r, err := o.try()
	require.NoError(o.t, err)
	return r
}

// requireFailed holds what a job that failed says: of which class it is, in which store it
// happened, and how the hint for a person begins.
func requireFailed(t *testing.T, err, want error, class syncjob.Class, path, hint string) {
	t.Helper()
	require.ErrorIs(t, err, want)
	assert.Equal(t, class, syncjob.Classify(err))
	var where *syncjob.Error
	require.ErrorAs(t, err, &where)
	assert.Equal(t, path, where.Path)
	assert.True(t, strings.HasPrefix(where.Hint(), hint), where.Hint())
}

// did is what a job did, without what it cost.
func did(r syncjob.Result) string {
	s := fmt.Sprintf("common +%d ~%d -%d, local +%d ~%d -%d", r.Common.Added, r.Common.Changed, r.Common.Deleted,
		r.Local.Added, r.Local.Changed, r.Local.Deleted)
	if r.Conflicts+r.Held+r.Unverified+r.Private+len(r.Halts) > 0 {
		s += fmt.Sprintf(", conflicts %d, held %d, unverified %d, private %d, halts %d",
			r.Conflicts, r.Held, r.Unverified, r.Private, len(r.Halts))
	}
	return s
}

// idle runs one job that must find nothing to do, and write nothing.
func (o *office) idle() {
	o.t.Helper()
	before := [2]string{sum(o.t, o.common), sum(o.t, o.local)}
	r := o.sync()
	assert.Equal(o.t, "common +0 ~0 -0, local +0 ~0 -0", did(r))
	assert.Zero(o.t, r.Common.BytesWritten+r.Local.BytesWritten)
	assert.Zero(o.t, r.Common.Syncs+r.Local.Syncs)
	assert.Equal(o.t, before, [2]string{sum(o.t, o.common), sum(o.t, o.local)})
}

func sum(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	d, err := item.Binary(b).Digest()
	require.NoError(t, err)
	return d.String()
}

// edit changes a store in one transaction.
func edit(t *testing.T, path string, f func(tx *pst.Tx)) {
	t.Helper()
	file, err := pst.Open(vfs.OS, path, pst.Options{})
	require.NoError(t, err)
	defer file.Close()
	tx, err := file.Begin()
	require.NoError(t, err)
	f(tx)
	require.NoError(t, tx.Commit())
}

// read looks at a store.
func read(t *testing.T, path string, f func(file *pst.File)) {
	t.Helper()
	file, err := pst.Open(vfs.OS, path, pst.Options{ReadOnly: true})
	require.NoError(t, err)
	defer file.Close()
	f(file)
}

// itemsOf are the items of a folder by NID.
func itemsOf(t *testing.T, path, folder string) map[pst.NID]*item.Item {
	t.Helper()
	items := map[pst.NID]*item.Item{}
	read(t, path, func(file *pst.File) {
		nid, err := file.FolderByPath(folder)
		require.NoError(t, err)
		for row, err := range file.Items(nid) {
			require.NoError(t, err)
			m, err := file.Message(row.NID)
			require.NoError(t, err)
			it, err := mapi.FromPST(m.Content, file.NameOf, file.CodePage())
			require.NoError(t, err)
			items[row.NID] = it
		}
	})
	return items
}

// contents are the items of a folder in comparable form.
func contents(t *testing.T, path, folder string) []string {
	t.Helper()
	var all []string
	for _, it := range itemsOf(t, path, folder) {
		d, err := it.Digest(mapi.Volatile)
		require.NoError(t, err)
		name, _ := it.Props.String(item.KeyDisplayName)
		subject, _ := it.Props.String(item.KeySubject)
		all = append(all, fmt.Sprint(it.Class, " ", name, subject, " ", d))
	}
	slices.Sort(all)
	return all
}

// equal fails unless both folders hold the same items.
func (o *office) equal(commonFolder, localFolder string) {
	o.t.Helper()
	assert.Equal(o.t, contents(o.t, o.local, localFolder), contents(o.t, o.common, commonFolder))
}

// equalMaps fails unless all mapped folders hold the same items.
func (o *office) equalMaps() {
	o.t.Helper()
	maps := o.opt.Maps
	if len(maps) == 0 {
		maps = []syncjob.FolderMap{{Common: "Contacts", Local: "Contacts"}, {Common: "Calendar", Local: "Calendar"}}
	}
	for _, m := range maps {
		o.equal(m.Common, m.Local)
	}
}

// sound fails if the fresh common store has any finding; the local one may have
// those it came with, and copies lack the properties that their originals lack.
func (o *office) sound() {
	o.t.Helper()
	all := findings(o.t, o.common)
	if slices.ContainsFunc(findings(o.t, o.local), lacksProperty) {
		all = slices.DeleteFunc(all, lacksProperty)
	}
	assert.Empty(o.t, all, "findings in common")
}
