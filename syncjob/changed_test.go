package syncjob_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob"
	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/state"
	"pstsyncd/syncjob/vfs"
)

// meddler lets another program write once a job has both stores open and begins
// to read in one of them.
type meddler struct {
	vfs.FS
	at, last string // the store that is written to, and the one that is opened last
	write    func()
	armed    bool
}

func (m *meddler) OpenWrite(path string) (vfs.File, error) {
	f, err := m.FS.OpenWrite(path)
	m.armed = m.armed || path == m.last
	if path == m.at && err == nil {
		f = meddled{f, m}
	}
	return f, err
}

type meddled struct {
	vfs.File
	m *meddler
}

func (f meddled) ReadAt(b []byte, off int64) (int, error) {
	if write := f.m.write; f.m.armed && write != nil && off != 0 {
		f.m.write = nil
		write()
	}
	return f.File.ReadAt(b, off)
}

// TestRun_StoreChangesMeanwhile does nothing to a store that is not the one any
// more about which it was decided, and sees later what happened to it.
func TestRun_StoreChangesMeanwhile(t *testing.T) {
	o := people(t, 3)
	set(t, o.common, "Contacts", "Person 1", 1, item.Props{phone: item.String("one")})
	set(t, o.local, "Contacts", "Person 2", 1, item.Props{phone: item.String("two")})
	o.opt.FS = &meddler{FS: vfs.OS, at: o.common, last: o.local, write: func() {
		add(t, o.common, "Contacts", contact("From elsewhere", nil))
	}}
	_, err := o.try()
	require.Error(t, err)
	assert.Equal(t, syncjob.Retry, syncjob.Classify(err))
	o.opt.FS = nil
	assert.Equal(t, "common +0 ~1 -0, local +1 ~1 -0", did(o.sync()))
	o.equalMaps()
	o.idle()
	o.sound()
}

// TestRun_Claimed works on files that the caller has open, and leaves them open: with them
// the claim of the stores would go.
func TestRun_Claimed(t *testing.T) {
	o := newOffice(t, "")
	add(t, o.local, "Contacts", contact("Ada", nil))
	var files []vfs.File
	claimed := func(path string) syncjob.Endpoint {
		f, err := vfs.OS.OpenWrite(path)
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, f.Close(), "it is open") })
		files = append(files, f)
		return syncjob.Endpoint{Path: path, File: f}
	}
	db, err := state.Open(filepath.Join(t.TempDir(), "state"), state.Options{})
	require.NoError(t, err)
	defer db.Close()
	r, err := syncjob.Run(t.Context(), syncjob.Options{Common: claimed(o.common), Local: claimed(o.local), State: db})
	require.NoError(t, err)
	assert.Equal(t, "common +1 ~0 -0, local +0 ~0 -0", did(r))
	o.equalMaps()
	for _, f := range files {
		_, err := f.Size()
		assert.NoError(t, err)
	}
}

// TestRun_PrivateLater has an item marked private that common has already.
func TestRun_PrivateLater(t *testing.T) {
	o := people(t, 3)
	set(t, o.local, "Contacts", "Person 1", 1, item.Props{mapi.KeyPrivate: item.Bool(true), phone: item.String("secret")})
	held := ", conflicts 0, held 1, unverified 0, private 0, halts 0"
	assert.Equal(t, "common +0 ~0 -0, local +0 ~0 -0"+held, did(o.sync()))
	add(t, o.common, "Contacts", contact("New", nil))
	set(t, o.common, "Contacts", "Person 1", 2, item.Props{title: item.String("Boss")})
	assert.Equal(t, "common +0 ~0 -0, local +1 ~0 -0"+held, did(o.sync()), "others go on")
	_, there := find(t, o.common, "Contacts", "Person 1")
	number, _ := there.Props.String(phone)
	assert.Equal(t, "1001", number)

	t.Run("and is not any more", func(t *testing.T) {
		set(t, o.local, "Contacts", "Person 1", 3, item.Props{mapi.KeyPrivate: item.Bool(false)})
		assert.Equal(t, "common +0 ~1 -0, local +0 ~1 -0", did(o.sync()))
		o.equalMaps()
		o.idle()
	})
	t.Run("and is deleted there", func(t *testing.T) {
		set(t, o.local, "Contacts", "Person 2", 3, item.Props{item.KeySensitivity: item.Int32(2)})
		assert.Equal(t, 1, o.sync().Held)
		remove(t, o.common, "Contacts", "Person 2")
		r := o.sync()
		assert.Equal(t, 1, r.Private)
		assert.True(t, r.Settled())
		assert.Len(t, itemsOf(t, o.common, "Contacts"), 3)
		assert.Len(t, itemsOf(t, o.local, "Contacts"), 4)
		o.idle()
	})
}

// TestRun_PrivateCopy puts a private copy in the place of a deleted item.
func TestRun_PrivateCopy(t *testing.T) {
	o := people(t, 3)
	nid, it := find(t, o.local, "Contacts", "Person 1")
	it.Props[item.KeySensitivity], it.Props[phone] = item.Int32(2), item.String("secret")
	add(t, o.local, "Contacts", it)
	edit(t, o.local, func(tx *pst.Tx) { require.NoError(t, tx.MoveToDeletedItems(nid)) })
	o.sync()
	_, there := find(t, o.common, "Contacts", "Person 1")
	number, _ := there.Props.String(phone)
	assert.Equal(t, "1001", number)
}
