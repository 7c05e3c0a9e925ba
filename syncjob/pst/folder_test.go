package pst_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

func TestPaths(t *testing.T) {
	for _, tc := range []struct {
		path  string
		names []string
	}{
		{"", nil},
		{"Contacts", []string{"Contacts"}},
		{"a/b/c", []string{"a", "b", "c"}},
		{"In%2FOut/x", []string{"In/Out", "x"}},
		{"100%", []string{"100%"}},
		{"%252F", []string{"%2F"}},
		{"%2525", []string{"%25"}},
		{"%252f%2F", []string{"%2f/"}},
	} {
		assert.Equal(t, tc.names, pst.SplitPath(tc.path), tc.path)
		assert.Equal(t, tc.path, pst.JoinPath(tc.names...))
	}
	assert.Equal(t, []string{"a", "b"}, pst.SplitPath("/a//b/"))
}

func FuzzPaths(f *testing.F) {
	for _, s := range []string{"a", "/", "%2F", "%25", "%252F", "%%2F25", "100%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if name == "" {
			return // no folder has no name
		}
		assert.Equal(t, []string{name, name}, pst.SplitPath(pst.JoinPath(name, name)))
	})
}

func TestCreateFolder(t *testing.T) { eachFormat(t, testCreateFolder) }

func testCreateFolder(t *testing.T, o pst.CreateOptions) {
	f := psttest.Open(t, psttest.NewAs(t, o))
	top, err := f.IPMSubtree()
	require.NoError(t, err)
	psttest.Edit(t, f, func(tx *pst.Tx) {
		a, err := tx.CreateFolder(top, "Office/Home", pst.ClassContact)
		require.NoError(t, err)
		_, err = tx.CreateFolder(a, "Team", "")
		require.NoError(t, err)
		_, err = tx.CreateFolder(top, "OFFICE/home", "")
		assert.ErrorIs(t, err, pst.ErrExists)
		for _, name := range []string{"", "a\nb", strings.Repeat("x", 256)} {
			_, err = tx.CreateFolder(top, name, "")
			assert.ErrorIs(t, err, pst.ErrInvalid, "%q", name)
		}
		_, err = tx.CreateFolder(0x7FE2, "x", "")
		assert.ErrorIs(t, err, pst.ErrNotFound)
	})
	nid, err := f.FolderByPath("office%2Fhome/Team")
	require.NoError(t, err)
	path, err := f.FolderPath(nid)
	require.NoError(t, err)
	assert.Equal(t, "Office%2FHome/Team", path)
	parent, err := f.FolderByPath("Office%2FHome")
	require.NoError(t, err)
	folder, err := f.Folder(parent)
	require.NoError(t, err)
	assert.Equal(t, pst.Folder{NID: parent, Parent: top, Name: "Office/Home", Class: pst.ClassContact, HasSubfolders: true}, folder)
	_, err = f.FolderByPath("Office/Home")
	assert.ErrorIs(t, err, pst.ErrNotFound)
	_, err = f.FolderPath(f.Root())
	assert.ErrorIs(t, err, pst.ErrNotFound)
}

func TestDefault_fallback(t *testing.T) {
	f := psttest.Open(t, psttest.Copy(t, psttest.Corpus(t, "outlook-empty.pst")))
	_, err := f.Default(pst.ClassContact)
	require.ErrorIs(t, err, pst.ErrNotFound)
	top, err := f.IPMSubtree()
	require.NoError(t, err)
	for _, step := range []struct{ name, class, want string }{
		{"Suggested", "IPF.Contact.Suggested", "Suggested"}, // derived, for want of better
		{"Addresses", "IPF.Contact", "Addresses"},           // exact
		{"More", "IPF.Contact", "Addresses"},                // the first one
		{"Not", "IPF.ContactsOfMine", "Addresses"},
	} {
		psttest.Edit(t, f, func(tx *pst.Tx) {
			_, err := tx.CreateFolder(top, step.name, step.class)
			require.NoError(t, err)
		})
		nid, err := f.Default(pst.ClassContact)
		require.NoError(t, err)
		folder, err := f.Folder(nid)
		require.NoError(t, err)
		assert.Equal(t, step.want, folder.Name)
	}
}

func TestMove(t *testing.T) { eachFormat(t, testMove) }

func testMove(t *testing.T, o pst.CreateOptions) {
	f := psttest.Open(t, psttest.NewAs(t, o))
	from, err := f.Default(pst.ClassContact)
	require.NoError(t, err)
	to, err := f.DeletedItems()
	require.NoError(t, err)
	var nid pst.NID
	psttest.Edit(t, f, func(tx *pst.Tx) {
		c := psttest.Contact("x", "")
		c.Props = append(c.Props, psttest.Int(pst.PidTagMessageFlags, 0))
		nid, err = tx.Create(from, psttest.In(t, tx, c))
		require.NoError(t, err)
	})
	before := message(t, f, nid)
	for range 2 { // the second time it is there already
		psttest.Edit(t, f, func(tx *pst.Tx) { require.NoError(t, tx.MoveToDeletedItems(nid)) })
		after := message(t, f, nid)
		assert.Equal(t, to, after.Folder)
		assert.Equal(t, before.Props, after.Props)
		for folder, want := range map[pst.NID]int{from: 0, to: 1} {
			got, err := f.Folder(folder)
			require.NoError(t, err)
			assert.Equal(t, want, got.Items)
			assert.Equal(t, want, got.Unread)
			there, err := f.HasRow(folder, nid)
			require.NoError(t, err)
			assert.Equal(t, want == 1, there)
		}
	}
}
