package syncjob_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

func classOf(t *testing.T, path, folder string) string {
	t.Helper()
	var class string
	read(t, path, func(f *pst.File) {
		nid, err := f.FolderByPath(folder)
		require.NoError(t, err)
		info, err := f.Folder(nid)
		require.NoError(t, err)
		class = info.Class
	})
	return class
}

// TestRun_CreatesDefaultFolders gives a store that has neither what the other
// has.
func TestRun_CreatesDefaultFolders(t *testing.T) {
	o := newOffice(t, psttest.Corpus(t, "outlook-empty.pst"))
	add(t, o.common, "Contacts", contact("Somebody", nil))
	o.opt.DryRun = true
	assert.Equal(t, "common +0 ~0 -0, local +1 ~0 -0", did(o.sync()))
	o.opt.DryRun = false
	assert.Equal(t, "common +0 ~0 -0, local +1 ~0 -0", did(o.sync()))
	assert.Equal(t, pst.ClassContact, classOf(t, o.local, "Contacts"))
	assert.Equal(t, pst.ClassAppointment, classOf(t, o.local, "Calendar"))
	o.equalMaps()
	o.idle()
}

// TestRun_CreatesMappedFolder makes a folder and those above it.
func TestRun_CreatesMappedFolder(t *testing.T) {
	o := newOffice(t, "")
	o.opt.Maps = []syncjob.FolderMap{{Common: "Office/Sales/Customers", Local: "Contacts"}}
	add(t, o.local, "Contacts", contact("Somebody", nil))
	assert.Equal(t, "common +1 ~0 -0, local +0 ~0 -0", did(o.sync()))
	assert.Equal(t, pst.ClassContact, classOf(t, o.common, "Office/Sales/Customers"))
	o.equalMaps()
	o.idle()
	o.sound()
}

// TestRun_NeitherHasTheFolder says so, and syncs the rest.
func TestRun_NeitherHasTheFolder(t *testing.T) {
	o := newOffice(t, "")
	o.opt.Maps = []syncjob.FolderMap{{Common: "Kontakte", Local: "Kontackte"}, {Common: "Calendar", Local: "Calendar"}}
	add(t, o.local, "Calendar", contact("Somebody", nil))
	r := o.sync()
	assert.Equal(t, "common +1 ~0 -0, local +0 ~0 -0, conflicts 0, held 1, unverified 0, private 0, halts 0", did(r))
	assert.Contains(t, r.Holds[0].Reason, "check the mapping")
	assert.Equal(t, 1, o.sync().Held)
}

// TestRun_MappingChanged forgets what was agreed on in folders that are not
// mapped any more: nothing there counts as deleted, and it can come back.
func TestRun_MappingChanged(t *testing.T) {
	o := people(t, 4)
	o.opt.Maps = []syncjob.FolderMap{{Common: "Team", Local: "Contacts"}}
	assert.Equal(t, "common +4 ~0 -0, local +0 ~0 -0", did(o.sync()))
	assert.Len(t, itemsOf(t, o.common, "Contacts"), 4)
	o.idle()

	o.opt.Maps = nil
	remove(t, o.local, "Contacts", "Person 1")
	assert.Equal(t, "common +0 ~0 -0, local +1 ~0 -0", did(o.sync()))
	o.equalMaps()
	o.idle()
}
