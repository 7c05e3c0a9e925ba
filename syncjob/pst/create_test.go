package pst_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs"
	"pstsyncd/syncjob/vfs/crashfs"
)

func openRead(t *testing.T, path string) *pst.File {
	t.Helper()
	f, err := pst.Open(vfs.OS, path, pst.Options{ReadOnly: true, Password: psttest.CorpusPassword})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, f.Close()) })
	return f
}

func TestCreate(t *testing.T) {
	for _, kinds := range []map[string]pst.CreateOptions{psttest.Formats, psttest.Encoded} {
		for name, o := range kinds {
			t.Run(name, func(t *testing.T) { testCreate(t, o) })
		}
	}
}

// Of many that create one store at once, one does, and the others leave it alone.
func TestCreate_atOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "Office.pst")
	var g sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		g.Go(func() {
			f, err := pst.Create(vfs.OS, path, pst.CreateOptions{DisplayName: fmt.Sprint("Office ", i)})
			if err == nil {
				err = f.Close()
			}
			errs[i] = err
		})
	}
	g.Wait()
	made := 0
	for _, err := range errs {
		if err == nil {
			made++
			continue
		}
		assert.ErrorIs(t, err, fs.ErrExist)
	}
	assert.Equal(t, 1, made)
	assert.Empty(t, psttest.Problems(t, path))
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	assert.Len(t, left, 1, "nothing else is left")
}

func testCreate(t *testing.T, o pst.CreateOptions) {
	path := filepath.Join(t.TempDir(), "Office.pst")
	f, err := pst.Create(vfs.OS, path, o)
	require.NoError(t, err)
	defer f.Close()
	assert.Equal(t, o.Format, f.Format())

	name, err := f.DisplayName()
	require.NoError(t, err)
	assert.Equal(t, "Office", name)
	for class, want := range map[string]string{pst.ClassContact: "Contacts", pst.ClassAppointment: "Calendar"} {
		nid, err := f.Default(class)
		require.NoError(t, err)
		folder, err := f.Folder(nid)
		require.NoError(t, err)
		assert.Equal(t, want, folder.Name)
		assert.Equal(t, class, folder.Class)
	}
	assert.Empty(t, psttest.Problems(t, path))

	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	assert.Len(t, entries, 1, "no journal and no unfinished file are left")
}

func TestCreate_refuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.pst")
	for want, o := range map[error]pst.CreateOptions{
		pst.ErrInvalid:     {CodePage: 1251},
		pst.ErrUnsupported: {Format: pst.ANSI, CodePage: 7},
		pst.ErrCodePage:    {Format: pst.ANSI, DisplayName: "Ж"},
	} {
		_, err := pst.Create(vfs.OS, path, o)
		assert.ErrorIs(t, err, want)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	assert.Empty(t, entries)

	require.NoError(t, os.WriteFile(path, []byte("mine"), 0o600))
	_, err = pst.Create(vfs.OS, path, pst.CreateOptions{})
	assert.ErrorIs(t, err, fs.ErrExist)
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "mine", string(b))

	_, err = pst.Create(vfs.OS, filepath.Join(t.TempDir(), "nowhere", "x.pst"), pst.CreateOptions{})
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

// The nodes that a new store has beyond those of Outlook's: two folders.
var createdFolders = []pst.NID{0x80A2, 0x80AD, 0x80AE, 0x80AF, 0x80C2, 0x80CD, 0x80CE, 0x80CF}

// Tables to which Outlook adds columns when somebody looks at a folder, which had
// happened in the store that is compared with.
var viewedTables = []pst.NID{0x12F, 0x802D, 0x802E, 0x804D, 0x808F}

// An ANSI store of a new Outlook has the nodes, and the tables their columns in the
// places, of a Unicode store.
func TestCreate_likeOutlook(t *testing.T) { eachFormat(t, testCreateLikeOutlook) }

func testCreateLikeOutlook(t *testing.T, o pst.CreateOptions) {
	want := openRead(t, psttest.Corpus(t, "outlook-empty.pst"))
	got := openRead(t, psttest.NewAs(t, o))

	wantNodes, err := pst.AllNodes(want)
	require.NoError(t, err)
	gotNodes, err := pst.AllNodes(got)
	require.NoError(t, err)
	assert.ElementsMatch(t, append(wantNodes, createdFolders...), gotNodes)

	for _, nid := range wantNodes {
		w, err := want.Node(nid)
		require.NoError(t, err)
		g, err := got.Node(nid)
		require.NoError(t, err)
		assert.Equal(t, w.Parent, g.Parent, "parent of %v", nid)
		assert.Equal(t, w.Sub, g.Sub, "subnodes of %v", nid)
		compareNode(t, want, got, nid)
	}
}

func compareNode(t *testing.T, want, got *pst.File, nid pst.NID) {
	t.Helper()
	switch nid.Type() {
	case disk.NIDTypeHierarchyTable, disk.NIDTypeContentsTable, disk.NIDTypeAssocContentsTable,
		disk.NIDTypeSearchContentsTable, disk.NIDTypeReceiveFolderTable, disk.NIDTypeOutgoingQueueTable,
		disk.NIDTypeAttachmentTable, disk.NIDTypeRecipientTable, 0x16, 0x17, 0x18:
		w, err := pst.NodeColumns(want, nid)
		require.NoError(t, err)
		for i := range w {
			w[i].Tag = psttest.TextTag(got, w[i].Tag)
		}
		g, err := pst.NodeColumns(got, nid)
		require.NoError(t, err)
		if slices.Contains(viewedTables, nid) {
			assert.Subset(t, tagsOf(w), tagsOf(g), "columns of %v", nid)
			return
		}
		assert.Equal(t, w, g, "columns of %v", nid)
	case disk.NIDTypeNormalFolder, disk.NIDTypeSearchFolder, disk.NIDTypeSearchCriteria:
		comparePC(t, want, got, nid)
	case disk.NIDTypeInternal:
		if nid == disk.NIDMessageStore || nid == disk.NIDNameToIDMap {
			comparePC(t, want, got, nid)
			return
		}
		if nid == 0xEE1 || nid == 0xF01 || nid == 0xE01 {
			return // what the indexer of Outlook has seen in that store
		}
		w, err := pst.NodeBytes(want, nid)
		require.NoError(t, err)
		g, err := pst.NodeBytes(got, nid)
		require.NoError(t, err)
		assert.Equal(t, w, g, "data of %v", nid)
	}
}

func tagsOf(cols []ltp.Column) []pst.Tag {
	tags := make([]pst.Tag, len(cols))
	for i, c := range cols {
		tags[i] = c.Tag
	}
	return tags
}

func comparePC(t *testing.T, want, got *pst.File, nid pst.NID) {
	t.Helper()
	w, err := pst.NodeTags(want, nid)
	require.NoError(t, err)
	g, err := pst.NodeTags(got, nid)
	require.NoError(t, err)
	if nid == disk.NIDRootFolder {
		w = append(w, 0x36D00102, 0x36D10102) // the default folders
	}
	assert.Equal(t, tagsIn(got, w...), g, "properties of %v", nid)
}

func TestCreate_readers(t *testing.T) {
	for name, o := range psttest.Formats {
		t.Run(name, func(t *testing.T) { testCreateReaders(t, o) })
	}
}

func testCreateReaders(t *testing.T, o pst.CreateOptions) {
	path := psttest.NewAs(t, o)
	f := psttest.Open(t, path)
	var items []pst.NID
	psttest.Edit(t, f, func(tx *pst.Tx) { _, items = fillSample(t, tx) })
	require.NoError(t, f.Close())
	for reader, l := range psttest.Interop(t, path) {
		assertLists(t, reader, o.Format, l, items)
	}
}

// assertLists says that a reader lists just these items, but for associated ones,
// of which not every reader knows. Readpst gives no ids and is asked for nothing, and
// pst-extractor does not know ANSI stores.
func assertLists(t *testing.T, reader string, format pst.Format, l psttest.Listing, items []pst.NID) {
	t.Helper()
	if format == pst.ANSI && reader == psttest.PSTExtractor.Name {
		assert.NotEmpty(t, l.Cannot, reader)
		return
	}
	if reader == psttest.ReadPST.Name {
		assert.NotZero(t, len(l.Items), reader)
		return
	}
	assert.Equal(t, normalItems(items), normalItems(listed(l)), "items listed by %s", reader)
}

func listed(l psttest.Listing) []pst.NID {
	items := make([]pst.NID, len(l.Items))
	for i, it := range l.Items {
		items[i] = it.NID
	}
	return items
}

// normalItems are the items that are no associated ones, sorted.
func normalItems(items []pst.NID) []pst.NID {
	items = slices.DeleteFunc(slices.Clone(items), func(nid pst.NID) bool {
		return nid.Type() != disk.NIDTypeNormalMessage
	})
	slices.Sort(items)
	return items
}

// What a store of Outlook 97 has, one made here has too: its nodes but for those of
// its own folders, and in the templates its columns in their order.
func TestCreate_likeOutlook97(t *testing.T) {
	want := openRead(t, psttest.Corpus(t, "outlook97-ansi.pst"))
	got := openRead(t, psttest.NewAs(t, pst.CreateOptions{Format: pst.ANSI}))
	nodes, err := pst.AllNodes(want)
	require.NoError(t, err)
	for _, nid := range nodes {
		if nid >= 0x8022 {
			break // folders and what is in them
		}
		w, err := pst.NodeColumns(want, nid)
		if err != nil {
			_, err := got.Node(nid)
			assert.NoError(t, err)
			continue
		}
		g, err := pst.NodeColumns(got, nid)
		require.NoError(t, err)
		assert.Subset(t, tagsOf(g), tagsOf(w), "columns of %v", nid)
	}
}

// A store that cannot be finished leaves nothing behind, its journal neither.
func TestCreate_leavesNothing(t *testing.T) {
	whole := crashfs.New()
	f, err := pst.Create(whole, "/Office.pst", pst.CreateOptions{})
	require.NoError(t, err)
	require.NoError(t, f.Close())
	for _, kind := range []crashfs.Fault{crashfs.ENOSPC, crashfs.ShortWrite, crashfs.FailedSync} {
		for i := range whole.Ops() {
			fsys := crashfs.New()
			fsys.FailFrom(i, kind)
			f, err := pst.Create(fsys, "/Office.pst", pst.CreateOptions{})
			if err == nil {
				require.NoError(t, f.Close())
				continue
			}
			for _, path := range fsys.Paths() {
				require.Equal(t, "/Office.pst", path, "fault %d from %d on: %s", kind, i, whole.Op(i))
			}
		}
	}
}
