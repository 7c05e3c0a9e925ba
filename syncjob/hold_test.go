package syncjob_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob"
	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/state"
)

// TestRun_UnreadableItem holds the folder of an item that can not be read, until
// it can.
func TestRun_UnreadableItem(t *testing.T) {
	o := people(t, 6)
	set(t, o.local, "Contacts", "Person 1", 1, item.Props{phone: item.String("one")})
	set(t, o.local, "Contacts", "Person 2", 1, item.Props{phone: item.String("two")})
	remove(t, o.common, "Contacts", "Person 3")
	add(t, o.common, "Contacts", contact("New", nil))
	add(t, o.local, "Calendar", contact("Elsewhere", nil))
	nid, _ := find(t, o.local, "Contacts", "Person 1")
	undo := psttest.SpoilData(t, o.local, nid)

	r := o.sync()
	assert.Equal(t, "common +1 ~0 -0, local +0 ~0 -0, conflicts 0, held 4, unverified 0, private 0, halts 0", did(r))
	assert.False(t, r.Settled())
	var reasons []string
	for _, h := range r.Holds {
		reasons = append(reasons, h.Store+" "+h.Folder+": "+h.Reason)
	}
	assert.Contains(t, reasons[0]+reasons[1]+reasons[2]+reasons[3], "local Contacts: item can not be read: ")
	assert.Contains(t, reasons, "common Contacts: folder is held")

	again := o.sync()
	assert.Equal(t, 4, again.Held, "it stays held")
	assert.Zero(t, again.Common.BytesWritten+again.Local.BytesWritten)

	undo()
	// What the held folder did not get, it gets now.
	assert.Equal(t, "common +0 ~2 -0, local +1 ~0 -1", did(o.sync()))
	o.equalMaps()
	o.idle()
}

// TestRun_UnreadableAtFirstContact copies nothing of a folder before all of it
// can be read: the item may be the counterpart of any other.
func TestRun_UnreadableAtFirstContact(t *testing.T) {
	o := newOffice(t, "")
	nids := add(t, o.local, "Contacts", contact("A", nil), contact("B", nil), contact("C", nil))
	add(t, o.common, "Contacts", contact("B", item.Props{title: item.String("Countess")}))
	undo := psttest.SpoilData(t, o.local, nids[0])
	for range 2 {
		r := o.sync()
		assert.Equal(t, 0, r.Common.Added)
		assert.Equal(t, 4, r.Held)
	}
	undo()
	// It is a first contact still, at which equal names are one person.
	assert.Equal(t, "common +2 ~0 -0, local +0 ~1 -0", did(o.sync()))
	o.equalMaps()
}

// TestRun_FolderGone holds a pair of folders of which one has disappeared.
func TestRun_FolderGone(t *testing.T) {
	o := people(t, 4)
	lose := func(nid uint32) (was uint32) {
		db, err := state.Open(syncjob.StatePath(o.state, o.common, o.local), state.Options{})
		require.NoError(t, err)
		defer db.Close()
		require.NoError(t, db.Update(func(tx *state.Tx) error {
			var contacts state.Folder
			for f, err := range tx.Folders() {
				require.NoError(t, err)
				if f.Key == pst.ClassContact {
					contacts = f
				}
			}
			was, contacts.NID[1] = contacts.NID[1], nid
			_, err := tx.PutFolder(contacts)
			return err
		}))
		return was
	}
	// The folder that was kept in step is one that is not there.
	was := lose(0x12342)
	set(t, o.common, "Contacts", "Person 1", 1, item.Props{phone: item.String("one")})
	add(t, o.common, "Calendar", contact("Elsewhere", nil))
	r := o.sync()
	assert.Equal(t, "common +0 ~0 -0, local +1 ~0 -0, conflicts 0, held 1, unverified 0, private 0, halts 0", did(r))
	assert.Equal(t, syncjob.Hold{Store: "local", Folder: "Contacts", Reason: r.Holds[0].Reason}, r.Holds[0])
	assert.Contains(t, r.Holds[0].Reason, "gone")
	assert.Equal(t, 1, o.sync().Held, "it stays held")

	lose(was)
	assert.Equal(t, "common +0 ~0 -0, local +0 ~1 -0", did(o.sync()))
	o.equalMaps()
	o.idle()
}

// TestRun_RestoredBackup takes an older state of a store for what it is: nobody
// deleted what it lacks.
func TestRun_RestoredBackup(t *testing.T) {
	o := people(t, 4)
	backup, err := os.ReadFile(o.local)
	require.NoError(t, err)
	add(t, o.local, "Contacts", contact("Later", nil))
	set(t, o.common, "Contacts", "Person 1", 1, item.Props{phone: item.String("one")})
	o.sync()
	require.NoError(t, os.WriteFile(o.local, backup, 0o600))

	assert.Equal(t, "common +0 ~0 -0, local +1 ~1 -0, conflicts 1, held 0, unverified 0, private 0, halts 0", did(o.sync()))
	_, it := find(t, o.local, "Contacts", "Person 1")
	got, _ := it.Props.String(phone)
	assert.Equal(t, "one", got, "the newer value")
	o.equalMaps()
	o.idle()
}

// TestRun_RestoredAndChanged has an older state of a store changed more often
// than the one that was recorded, in the same file.
func TestRun_RestoredAndChanged(t *testing.T) {
	o := people(t, 40)
	backup, err := os.ReadFile(o.local)
	require.NoError(t, err)
	set(t, o.local, "Contacts", "Person 1", 1, item.Props{phone: item.String("one")})
	o.sync()
	require.NoError(t, os.WriteFile(o.local, backup, 0o600))
	for i := range 6 {
		add(t, o.local, "Contacts", contact("Later", item.Props{phone: item.String(string(rune('a' + i)))}))
	}
	o.sync()
	o.equalMaps()
	assert.Len(t, itemsOf(t, o.common, "Contacts"), 46)
}

// TestRun_AnotherStore has an empty store put in place of the local one. It must
// not empty common.
func TestRun_AnotherStore(t *testing.T) {
	o := people(t, 4)
	require.NoError(t, os.Remove(o.local))
	create(t, o.local)
	assert.Equal(t, "common +0 ~0 -0, local +4 ~0 -0", did(o.sync()))
	o.equalMaps()
	o.idle()
}

// TestRun_CopiedFile has the store in another file than before, and changed.
func TestRun_CopiedFile(t *testing.T) {
	o := people(t, 6)
	copyFile(t, o.local, o.local+".copy")
	require.NoError(t, os.Remove(o.local))
	require.NoError(t, os.Rename(o.local+".copy", o.local))
	o.idle()

	copyFile(t, o.local, o.local+".copy")
	require.NoError(t, os.Rename(o.local+".copy", o.local))
	set(t, o.local, "Contacts", "Person 1", 1, item.Props{phone: item.String("one")})
	remove(t, o.local, "Contacts", "Person 2")
	assert.Equal(t, "common +0 ~1 -1, local +0 ~0 -0", did(o.sync()))
	o.equalMaps()
	o.idle()
}

// TestRun_UnreadableTable holds a folder whose table turns out to be damaged when it
// is to be written, and syncs the rest.
func TestRun_UnreadableTable(t *testing.T) {
	o := people(t, 6)
	var table pst.NID
	read(t, o.local, func(f *pst.File) {
		folder, err := f.Default(pst.ClassContact)
		require.NoError(t, err)
		table = folder&^0x1F | 0x0E
	})
	undo := psttest.SpoilData(t, o.local, table)
	add(t, o.common, "Contacts", contact("New", nil))
	add(t, o.common, "Calendar", contact("Elsewhere", nil))

	r := o.sync()
	assert.Equal(t, 1, r.Local.Added)
	assert.False(t, r.Settled())
	o.equal("Calendar", "Calendar")

	whole, err := os.ReadFile(o.local)
	require.NoError(t, err)
	undo()
	// What was written meanwhile is lost with the undoing; the damage alone is mended.
	mended, err := os.ReadFile(o.local)
	require.NoError(t, err)
	require.NotEqual(t, whole, mended)
	o.sync()
	o.equal("Contacts", "Contacts")
	o.equal("Calendar", "Calendar")
	o.sound()
}

// TestRun_UnreadableBin fails, since where deleted items go is damaged, which no
// listing of a mapped folder finds: not the first attempt, and not the one that looks
// at everything. What the first did for the other store is reported and stays.
func TestRun_UnreadableBin(t *testing.T) {
	o := people(t, 6)
	var table pst.NID
	read(t, o.local, func(f *pst.File) {
		bin, err := f.DeletedItems()
		require.NoError(t, err)
		table = bin&^0x1F | 0x0E
	})
	remove(t, o.common, "Contacts", "Person 1")
	set(t, o.common, "Contacts", "Person 2", 1, item.Props{phone: item.String("two")})
	add(t, o.local, "Contacts", contact("New", nil))
	undo := psttest.SpoilData(t, o.local, table)
	before := sum(t, o.local)

	r, err := o.try()
	requireFailed(t, err, pst.ErrCorrupt, syncjob.Broken, o.local, "run scanpst on a copy")
	assert.Equal(t, 1, r.Common.Added, "what the first attempt has done")
	assert.Zero(t, r.Local.Added+r.Local.Changed+r.Local.Deleted)
	assert.Equal(t, before, sum(t, o.local), "nothing was written to the damaged store")
	find(t, o.common, "Contacts", "New")

	undo()
	assert.Equal(t, "common +0 ~0 -0, local +0 ~1 -1", did(o.sync()))
	o.equalMaps()
	o.idle()
	o.sound()
}
