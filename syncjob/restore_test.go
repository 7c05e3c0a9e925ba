package syncjob_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob"
	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/state"
)

// restored puts an entry back into common and returns what leads back from there.
func (o *office) restored(e state.Entry) (pst.NID, state.Entry) {
	o.t.Helper()
	var nid pst.NID
	var undo state.Entry
	edit(o.t, o.common, func(tx *pst.Tx) {
		var err error
		nid, undo, err = syncjob.Restore(tx, e)
		require.NoError(o.t, err)
	})
	return nid, undo
}

// TestRestore puts back all that a job replaced: values, recipients and attachments,
// and what it replaces in turn, until both stores are as they were.
func TestRestore(t *testing.T) {
	for name, kind := range psttest.Formats {
		t.Run(name, func(t *testing.T) {
			kind.CodePage = map[pst.Format]int{pst.ANSI: 1252}[kind.Format]
			o := newOffice(t, "")
			o.common = psttest.NewAs(t, kind)
			ada := contact("Ada", item.Props{phone: item.String("1"), title: item.String("Gräfin")})
			ada.Recipients = []item.Props{{item.KeyDisplayName: item.String("Bob"), "0x0C15": item.Int32(1)}}
			ada.Attachments = []item.Attachment{{Props: item.Props{"0x3707": item.String("a.txt"), "0x3701": item.Binary([]byte("a"))}}}
			add(t, o.local, "Contacts", ada)
			o.sync()
			_, was := find(t, o.common, "Contacts", "Ada")

			nid, _ := find(t, o.local, "Contacts", "Ada")
			edit(t, o.local, func(tx *pst.Tx) {
				e := pst.Edit{
					Set:        []pst.Property{psttest.Text(0x3A1C001F, "2")},
					Remove:     []uint16{0x3A17},
					Recipients: &[][]pst.Property{}, Attachments: &[]pst.Attachment{},
				}
				require.NoError(t, tx.Update(nid, e))
			})
			o.sync()
			history := o.history()
			require.Len(t, history, 1)

			_, undo := o.restored(history[0])
			_, now := find(t, o.common, "Contacts", "Ada")
			assert.Equal(t, was.Props[phone], now.Props[phone])
			assert.Equal(t, was.Props[title], now.Props[title])
			assert.Len(t, now.Recipients, 1)
			assert.Len(t, now.Attachments, 1)
			assert.NotEqual(t, was.Props[item.KeyModified], now.Props[item.KeyModified], "it is a change of now")
			assert.Equal(t, state.Replaced, undo.Reason)
			assert.Equal(t, item.String("2"), undo.Before.Props[phone])
			assert.Equal(t, "common +0 ~0 -0, local +0 ~1 -0", did(o.sync()), "the other store gets it")
			o.equalMaps()

			o.restored(undo)
			assert.Equal(t, "common +0 ~0 -0, local +0 ~1 -0", did(o.sync()))
			_, now = find(t, o.local, "Contacts", "Ada")
			assert.Equal(t, item.String("2"), now.Props[phone])
			o.equalMaps()
			o.sound()
		})
	}
}

// TestRestore_deleted has a deleted item come back, from Deleted Items or from what the
// history has of it.
func TestRestore_deleted(t *testing.T) {
	o := people(t, 3)
	remove(t, o.local, "Contacts", "Person 1")
	o.sync()
	entry := o.history()[0]
	nid, undo := o.restored(entry)
	assert.Equal(t, pst.NID(entry.NID), nid)
	assert.Empty(t, undo.Reason)
	assert.Equal(t, "common +0 ~0 -0, local +1 ~0 -0", did(o.sync()))
	o.equalMaps()

	edit(t, o.common, func(tx *pst.Tx) {
		_, _, err := syncjob.Restore(tx, entry)
		require.ErrorIs(t, err, syncjob.ErrNotDeleted)
		require.NoError(t, tx.Delete(nid))
	})
	o.sync()
	o.restored(entry)
	_, back := find(t, o.common, "Contacts", "Person 1")
	assert.Equal(t, item.String("1001"), back.Props[phone])
	assert.Equal(t, "common +0 ~0 -0, local +1 ~0 -0", did(o.sync()))
	o.equalMaps()
	o.sound()
}

// TestRestore_impossible changes nothing.
func TestRestore_impossible(t *testing.T) {
	o := people(t, 1)
	nid, _ := find(t, o.common, "Contacts", "Person 0")
	edit(t, o.common, func(tx *pst.Tx) {
		for name, tt := range map[string]struct {
			entry state.Entry
			want  error
		}{
			"the item is gone":   {state.Entry{NID: uint32(nid) + 0x2000, Reason: state.Conflict}, pst.ErrNotFound},
			"so is its folder":   {state.Entry{NID: uint32(nid) + 0x2000, Reason: state.Deleted, Folder: "Nowhere"}, pst.ErrNotFound},
			"it was not deleted": {state.Entry{NID: uint32(nid), Reason: state.Deleted, Folder: "Contacts"}, syncjob.ErrNotDeleted},
			"a property that is none": {state.Entry{NID: uint32(nid), Reason: state.Replaced,
				Before: item.Item{Props: item.Props{"no key": item.String("x")}}}, nil},
		} {
			_, _, err := syncjob.Restore(tx, tt.entry)
			require.Error(t, err, name)
			if tt.want != nil {
				require.ErrorIs(t, err, tt.want, name)
			}
		}
	})
	o.idle()
}
