package syncjob_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"pstsyncd/syncjob"
	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/pst/psttest"
)

// TestRun_FullCopy copies the contacts and calendars of real stores into a fresh
// common store.
func TestRun_FullCopy(t *testing.T) {
	tests := []struct {
		file   string
		module bool
		maps   []syncjob.FolderMap // empty: the default folders
		want   string
	}{
		{file: "outlook-6-contacts.pst", want: "common +6 ~0 -0, local +0 ~0 -0"},
		{file: "outlook-mixed.pst", want: "common +4 ~0 -0, local +0 ~0 -0"},
		{file: "outlook-mail-fai.pst", want: "common +2 ~0 -0, local +0 ~0 -0"},
		{file: "aspose-9-appointments.pst", want: "common +30 ~0 -0, local +0 ~0 -0"},
		{
			file: "outlook-72-contacts-6x12.pst", want: "common +72 ~0 -0, local +0 ~0 -0",
			maps: []syncjob.FolderMap{{Common: "Contacts", Local: "myInbox"}},
		},
		{
			file: "enron.pst", module: true, want: "common +801 ~0 -0, local +0 ~0 -0",
			maps: []syncjob.FolderMap{
				{Common: "Contacts", Local: "bailey-s/Contacts"},
				{Common: "Calendar", Local: "bailey-s/Calendar"},
			},
		},
		{
			file: "outlook-mixed.pst", want: "common +10 ~0 -0, local +0 ~0 -0",
			maps: []syncjob.FolderMap{
				{Common: "Office/Tasks", Local: "Tasks"}, {Common: "Office/Notes", Local: "Notes"},
				{Common: "Contacts", Local: "Contacts"}, {Common: "Mail", Local: "Inbox"},
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			find := psttest.Corpus
			if tt.module {
				find = psttest.Module
			}
			o := newOffice(t, find(t, tt.file))
			o.opt.Maps = tt.maps
			assert.Equal(t, tt.want, did(o.sync()))
			o.equalMaps()
			o.idle()
			o.sound()
		})
	}
}

// TestRun_NamelessProperties adds names to a store that has properties without
// names: these must not be called by the new ones.
func TestRun_NamelessProperties(t *testing.T) {
	o := newOffice(t, psttest.Corpus(t, "aspose-9-appointments.pst"))
	o.sync()
	add(t, o.common, "Contacts", contact("New", item.Props{
		item.NameKey(mapi.UnnamedSet, "Colour"): item.String("blue"),
		item.NameKey(mapi.UnnamedSet, "Shape"):  item.String("round"),
	}))
	before := contents(t, o.local, "Contacts")
	assert.Equal(t, "common +0 ~0 -0, local +1 ~0 -0", did(o.sync()))
	assert.Subset(t, contents(t, o.local, "Contacts"), before)
	o.equalMaps()
	o.idle()
}
