package syncjob_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob"
	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/state"
)

// noon is when the contacts of these tests were last modified.
var noon = time.Date(2024, 5, 6, 12, 0, 0, 0, time.UTC)

// contact makes an item.
func contact(name string, more item.Props) *item.Item {
	it := &item.Item{Class: "IPM.Contact", Props: item.Props{
		item.KeyMessageClass: item.String("IPM.Contact"),
		item.KeyDisplayName:  item.String(name),
		item.KeyCreated:      item.Time(noon),
		item.KeyModified:     item.Time(noon),
	}}
	for k, v := range more {
		it.Props[k] = v
	}
	return it
}

const (
	phone item.Key = "0x3A1C"
	title item.Key = "0x3A17"
)

// add creates items in a folder.
func add(t *testing.T, path, folder string, items ...*item.Item) []pst.NID {
	t.Helper()
	var nids []pst.NID
	edit(t, path, func(tx *pst.Tx) {
		into, err := tx.FolderByPath(folder)
		require.NoError(t, err)
		for _, it := range items {
			c, err := mapi.ToPST(it, tx)
			require.NoError(t, err)
			nid, err := tx.Create(into, c)
			require.NoError(t, err)
			nids = append(nids, nid)
		}
	})
	return nids
}

// find is the item of that name.
func find(t *testing.T, path, folder, name string) (pst.NID, *item.Item) {
	t.Helper()
	for nid, it := range itemsOf(t, path, folder) {
		if n, _ := it.Props.String(item.KeyDisplayName); n == name {
			return nid, it
		}
	}
	require.Fail(t, "no item", "%s in %s of %s", name, folder, path)
	return 0, nil
}

// set changes properties of an item, some time after noon.
func set(t *testing.T, path, folder, name string, minutes int, props item.Props, remove ...item.Key) {
	t.Helper()
	nid, _ := find(t, path, folder, name)
	edit(t, path, func(tx *pst.Tx) {
		m, err := tx.Message(nid)
		require.NoError(t, err)
		c := mapi.Changes{Set: item.Props{item.KeyModified: item.Time(noon.Add(time.Duration(minutes) * time.Minute))}, Remove: remove}
		for k, v := range props {
			c.Set[k] = v
		}
		e, err := mapi.ToEdit(c, m.Content, tx)
		require.NoError(t, err)
		require.NoError(t, tx.Update(nid, e))
	})
}

func remove(t *testing.T, path, folder string, names ...string) {
	t.Helper()
	var nids []pst.NID
	for _, n := range names {
		nid, _ := find(t, path, folder, n)
		nids = append(nids, nid)
	}
	edit(t, path, func(tx *pst.Tx) {
		for _, nid := range nids {
			require.NoError(t, tx.MoveToDeletedItems(nid))
		}
	})
}

// people has an office with n contacts on both sides.
func people(t *testing.T, n int) *office {
	t.Helper()
	o := newOffice(t, "")
	var all []*item.Item
	for i := range n {
		all = append(all, contact(fmt.Sprintf("Person %d", i), item.Props{phone: item.String(fmt.Sprint(1000 + i))}))
	}
	add(t, o.local, "Contacts", all...)
	assert.Equal(t, fmt.Sprintf("common +%d ~0 -0, local +0 ~0 -0", n), did(o.sync()))
	o.idle()
	return o
}

func (o *office) history() []state.Entry {
	o.t.Helper()
	return historyOf(o.t, syncjob.StatePath(o.state, o.common, o.local))
}

// historyOf is the history in a state file.
func historyOf(t *testing.T, path string) []state.Entry {
	t.Helper()
	db, err := state.Open(path, state.Options{})
	require.NoError(t, err)
	defer db.Close()
	var all []state.Entry
	require.NoError(t, db.View(func(tx *state.Tx) error {
		for e, err := range tx.History(0) {
			if err != nil {
				return err
			}
			all = append(all, e)
		}
		return nil
	}))
	return all
}

// TestRun_BothWays has one thing happen on each side.
func TestRun_BothWays(t *testing.T) {
	o := people(t, 10)

	add(t, o.common, "Contacts", contact("New in common", nil))
	add(t, o.local, "Calendar", &item.Item{Class: "IPM.Appointment", Props: item.Props{
		item.KeyMessageClass: item.String("IPM.Appointment"), item.KeySubject: item.String("New in local"),
		mapi.KeyStart: item.Time(noon), mapi.KeyEnd: item.Time(noon.Add(time.Hour)),
	}})
	set(t, o.common, "Contacts", "Person 1", 5, item.Props{phone: item.String("one, from common")})
	set(t, o.local, "Contacts", "Person 2", 5, item.Props{title: item.String("Boss")}, phone)
	set(t, o.common, "Contacts", "Person 3", 6, item.Props{phone: item.String("three")})
	set(t, o.local, "Contacts", "Person 3", 5, item.Props{title: item.String("Clerk")})
	remove(t, o.common, "Contacts", "Person 4")
	remove(t, o.local, "Contacts", "Person 5", "Person 6")

	assert.Equal(t, "common +1 ~2 -2, local +1 ~2 -1", did(o.sync()))
	o.equalMaps()
	o.idle()
	o.sound()

	_, three := find(t, o.local, "Contacts", "Person 3")
	got, _ := three.Props.String(phone)
	assert.Equal(t, "three", got)
	got, _ = three.Props.String(title)
	assert.Equal(t, "Clerk", got)
	modified, _ := three.Props.Time(item.KeyModified)
	assert.Equal(t, noon.Add(6*time.Minute), modified)
	assert.Len(t, itemsOf(t, o.common, "Contacts"), 8)
	assert.Len(t, itemsOf(t, o.common, "Deleted Items"), 3, "one by hand, two by the job")

	var reasons []state.Reason
	for _, e := range o.history() {
		reasons = append(reasons, e.Reason)
		assert.Equal(t, "Contacts", e.Folder)
	}
	assert.ElementsMatch(t, []state.Reason{
		state.Replaced, state.Replaced, state.Replaced, // persons 1, 2, and 3 in local
		state.Deleted, state.Deleted, state.Deleted,
	}, reasons)
}

func TestRun_Conflict(t *testing.T) {
	o := people(t, 3)
	set(t, o.common, "Contacts", "Person 1", 1, item.Props{phone: item.String("older")})
	set(t, o.local, "Contacts", "Person 1", 2, item.Props{phone: item.String("newer")})

	r := o.sync()
	assert.Equal(t, "common +0 ~1 -0, local +0 ~0 -0, conflicts 1, held 0, unverified 0, private 0, halts 0", did(r))
	assert.False(t, r.Settled())
	_, it := find(t, o.common, "Contacts", "Person 1")
	got, _ := it.Props.String(phone)
	assert.Equal(t, "newer", got)
	o.equalMaps()

	entries := o.history()
	require.Len(t, entries, 2)
	assert.Equal(t, state.Conflict, entries[0].Reason)
	lost, _ := entries[0].Before.Props.String(phone)
	assert.Equal(t, "older", lost)
	o.idle()
}

// TestRun_DeletedAndChanged keeps the content.
func TestRun_DeletedAndChanged(t *testing.T) {
	o := people(t, 3)
	remove(t, o.common, "Contacts", "Person 1")
	set(t, o.local, "Contacts", "Person 1", 1, item.Props{phone: item.String("still here")})
	assert.Equal(t, "common +1 ~0 -0, local +0 ~0 -0", did(o.sync()))
	o.equalMaps()
	o.idle()
}

// TestRun_Moved follows an item from one folder that is kept in step to another.
func TestRun_Moved(t *testing.T) {
	o := people(t, 3)
	nid, _ := find(t, o.local, "Contacts", "Person 1")
	edit(t, o.local, func(tx *pst.Tx) {
		to, err := tx.FolderByPath("Calendar")
		require.NoError(t, err)
		require.NoError(t, tx.Move(nid, to))
	})
	was, _ := find(t, o.common, "Contacts", "Person 1")
	assert.Equal(t, "common +0 ~1 -0, local +0 ~0 -0", did(o.sync()))
	now, _ := find(t, o.common, "Calendar", "Person 1")
	assert.Equal(t, was, now, "the very item")
	o.equalMaps()
	o.idle()
	o.sound()
}

func TestRun_DryRun(t *testing.T) {
	o := people(t, 3)
	add(t, o.local, "Contacts", contact("New", nil))
	remove(t, o.local, "Contacts", "Person 1")
	set(t, o.common, "Contacts", "Person 2", 1, item.Props{phone: item.String("x")})
	before := [2]string{sum(t, o.common), sum(t, o.local)}

	o.opt.DryRun = true
	want := "common +1 ~0 -1, local +0 ~1 -0"
	assert.Equal(t, want, did(o.sync()))
	assert.Equal(t, before, [2]string{sum(t, o.common), sum(t, o.local)})
	o.opt.DryRun = false
	assert.Equal(t, want, did(o.sync()), "the dry run took nothing away")
}

func TestRun_MassDeletion(t *testing.T) {
	o := people(t, 20)
	var names []string
	for i := range 12 {
		names = append(names, fmt.Sprintf("Person %d", i))
	}
	remove(t, o.local, "Contacts", names...)
	add(t, o.local, "Contacts", contact("New", nil))

	r := o.sync()
	assert.Equal(t, "common +1 ~0 -0, local +0 ~0 -0, conflicts 0, held 12, unverified 0, private 0, halts 1", did(r))
	halt := r.Halts[0]
	assert.Equal(t, syncjob.Halted{Store: "common", Folder: "Contacts", Deletions: 12, Of: 20, Token: halt.Token}, halt)
	assert.Len(t, itemsOf(t, o.common, "Contacts"), 21)

	again := o.sync()
	assert.Equal(t, "common +0 ~0 -0, local +0 ~0 -0, conflicts 0, held 12, unverified 0, private 0, halts 1", did(again), "it stays halted")
	assert.Zero(t, again.Common.BytesWritten+again.Local.BytesWritten)

	o.opt.Approve = []string{"something else"}
	other := o.sync()
	assert.Len(t, other.Halts, 1)
	assert.Equal(t, o.opt.Approve, other.Unknown)
	o.opt.Approve = []string{halt.Token}
	approved := o.sync()
	assert.Equal(t, "common +0 ~0 -12, local +0 ~0 -0", did(approved))
	assert.Empty(t, approved.Unknown)
	o.opt.Approve = nil
	o.equalMaps()
	o.idle()
}

// TestRun_Private keeps private items here, and out of common.
func TestRun_Private(t *testing.T) {
	private := item.Props{mapi.KeyPrivate: item.Bool(true)}
	o := people(t, 2)
	add(t, o.local, "Contacts", contact("Doctor", private))
	add(t, o.common, "Contacts", contact("Lawyer", private))
	r := o.sync()
	assert.Equal(t, "common +0 ~0 -0, local +1 ~0 -0, conflicts 0, held 0, unverified 0, private 1, halts 0", did(r))
	assert.True(t, r.Settled())
	assert.Len(t, itemsOf(t, o.common, "Contacts"), 3)
	assert.Len(t, itemsOf(t, o.local, "Contacts"), 4)
	o.idle()

	o.opt.Private = true
	assert.Equal(t, "common +1 ~0 -0, local +0 ~0 -0", did(o.sync()))
	o.equalMaps()
	o.idle()
}

// TestRun_LostState starts over without what was agreed on: nothing is lost,
// nothing is twice, and equal items are left alone.
func TestRun_LostState(t *testing.T) {
	o := people(t, 20)
	same := contact("Twin", nil)
	add(t, o.local, "Contacts", same, same, same)
	o.sync()
	o.state += "2"
	assert.Equal(t, "common +0 ~0 -0, local +0 ~0 -0", did(o.sync()))
	o.idle()

	o.state += "3"
	set(t, o.local, "Contacts", "Person 1", 1, item.Props{title: item.String("Boss")})
	remove(t, o.local, "Contacts", "Person 2")
	assert.Equal(t, "common +0 ~1 -0, local +1 ~0 -0", did(o.sync()), "who deleted is not known any more")
	o.equalMaps()
	o.idle()
}
