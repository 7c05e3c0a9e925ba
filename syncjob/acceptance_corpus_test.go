package syncjob_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"pstsyncd/syncjob"
)

// TestAcceptance brings the folders of real stores to a new common store, and
// then changes of all kinds from each side to the other.
func TestAcceptance(t *testing.T) {
	for _, tt := range []struct {
		local string
		maps  []syncjob.FolderMap
		pairs []syncjob.FolderMap // when the default folders are called something else
		want  string              // of the first job
	}{
		{local: "outlook-empty.pst", want: "common 0/0/0, local 0/0/0"},
		{local: "outlook-mixed.pst", want: "common 4/0/0, local 0/0/0"},
		{local: "outlook-6-contacts.pst", want: "common 6/0/0, local 0/0/0"},
		{local: "outlook-72-contacts-6x12.pst", maps: []syncjob.FolderMap{{Common: "Contacts", Local: "myInbox"}}, want: "common 72/0/0, local 0/0/0"},
		{local: "outlook-mail-fai.pst", want: "common 2/0/0, local 0/0/0"},
		{local: "outlook-password.pst", want: "common 2/0/0, local 0/0/0"},
		{local: "aspose-9-appointments.pst", want: "common 30/0/0, local 0/0/0"},
		{local: "trailing-bytes.pst", want: "common 0/0/0, local 0/0/0"},
		{local: "support.pst", pairs: []syncjob.FolderMap{{Common: "Contacts", Local: "Contatti"}, {Common: "Calendar", Local: "Calendario"}}, want: "common 0/0/0, local 0/0/0"},
		{local: "enron.pst", maps: []syncjob.FolderMap{
			{Common: "Contacts", Local: "bailey-s/Contacts"}, {Common: "Calendar", Local: "bailey-s/Calendar"},
		}, want: "common 801/0/0, local 0/0/0"},
	} {
		t.Run(tt.local, func(t *testing.T) {
			inShare(t, tt.local == "outlook-mixed.pst" || tt.local == "outlook-password.pst")
			d := newDesk(t, "", original(t, tt.local), tt.maps...)
			if tt.pairs != nil {
				d.pairs = tt.pairs
			}
			r := d.sync()
			assert.Equal(t, tt.want, tally(r))
			t.Logf("copied in %v", r.Took)
			d.exercise()
			assert.Empty(t, d.journals())
		})
	}
}
