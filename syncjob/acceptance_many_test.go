package syncjob_test

import (
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob"
	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// TestAcceptance_allFolders maps folders of every class, mail with recipients and
// attachments too.
func TestAcceptance_allFolders(t *testing.T) {
	for _, tt := range []struct {
		local   string
		folders []string
		items   int
	}{
		{"outlook-mixed.pst", []string{"Contacts", "Calendar", "Tasks", "Notes", "Drafts", "Inbox"}, 12},
		{"outlook-mail-fai.pst", []string{"Contacts", "Calendar", "Inbox", "Sent Items"}, 16},
		{"aspose-9-appointments.pst", []string{"Contacts", "Calendar", "Sent Items"}, 61},
		{"support.pst", []string{"Drafts", "Sent Messages"}, 17},
		{"enron.pst", []string{"bailey-s/Drafts", "bailey-s/Sent", "bailey-s/Notes inbox"}, 71},
	} {
		t.Run(tt.local, func(t *testing.T) {
			inShare(t, tt.local == "outlook-mail-fai.pst")
			var maps []syncjob.FolderMap
			for _, path := range tt.folders {
				maps = append(maps, syncjob.FolderMap{Common: "Office/" + path, Local: path})
			}
			d := newDesk(t, "", original(t, tt.local), maps...)
			assert.Equal(t, tt.items, d.sync().Common.Added)
			d.exercise()
		})
	}
}

// meeting is two stores that meet for the first time, by what storeOf calls them, and what
// the first job does then.
type meeting struct{ name, common, local, want string }

// meet has stores meet and then be edited; with -short only those of the meeting share.
func meet(t *testing.T, share string, all []meeting) {
	t.Helper()
	for _, tt := range all {
		t.Run(tt.name, func(t *testing.T) {
			inShare(t, tt.name == share)
			d := newDesk(t, storeOf(t, tt.common), storeOf(t, tt.local))
			assert.Equal(t, tt.want, tally(d.sync()))
			d.exercise()
		})
	}
}

// TestAcceptance_meet lets two stores that both hold items meet for the first
// time.
func TestAcceptance_meet(t *testing.T) {
	meet(t, "strangers", []meeting{
		{"strangers", "outlook-mixed.pst", "outlook-mail-fai.pst", "common 2/0/0, local 4/0/0"},
		{"with a password", "outlook-password.pst", "outlook-mixed.pst", "common 4/0/0, local 2/0/0"},
		{"of two makes", "aspose-9-appointments.pst", "outlook-mixed.pst", "common 4/0/0, local 30/0/0"},
		{"twins", "outlook-mixed.pst", "outlook-mixed.pst", "common 0/0/0, local 0/0/0"},
		{"twins with equal items", "aspose-9-appointments.pst", "aspose-9-appointments.pst", "common 0/0/0, local 0/0/0"},
	})
}

// TestAcceptance_lostState takes away what the stores agreed on, before and
// after changes.
func TestAcceptance_lostState(t *testing.T) {
	d := newDesk(t, "", original(t, "outlook-mail-fai.pst"))
	d.sync()
	d.exercise()
	before := d.bytes()
	require.NoError(t, os.Remove(d.statePath()))
	d.count(atCommon)
	d.count(atLocal)
	assert.Equal(t, "common 0/0/0, local 0/0/0", tally(d.sync()))
	assert.Equal(t, before, d.bytes(), "a job that only learns writes nothing")
	d.exercise()
}

// TestAcceptance_office has two desks around one common store, of each format. What
// happens at one is at the other when each has had its turn.
func TestAcceptance_office(t *testing.T) {
	for name, common := range psttest.Formats {
		t.Run(name, func(t *testing.T) {
			inShare(t, name == "ansi")
			testOffice(t, psttest.NewAs(t, common))
		})
	}
}

func testOffice(t *testing.T, common string) {
	a := newDesk(t, common, original(t, "outlook-mixed.pst"))
	b := newDesk(t, "", original(t, "outlook-6-contacts.pst"))
	b.path[atCommon] = a.path[atCommon]
	round := func() {
		t.Helper()
		for _, d := range []*desk{a, b, a} {
			d.count(atCommon)
			d.count(atLocal)
			d.sync()
		}
		for _, pair := range a.pairs {
			equalLines(t, a.items(atLocal, pair.Local), b.items(atLocal, pair.Local), "folder %s", pair.Local)
		}
	}
	round()
	assert.Len(t, b.items(atLocal, "Contacts"), 9)

	a.edit(atLocal, func(f *pst.File, tx *pst.Tx) {
		c := newChanger(a, atLocal, "Contacts", f, tx)
		c.add("From A")
		c.change(c.named("Sebastian Wright"))
	})
	b.edit(atLocal, func(f *pst.File, tx *pst.Tx) {
		c := newChanger(b, atLocal, "Contacts", f, tx)
		c.add("From B")
		c.discard(c.named("Wichert Kroos"))
	})
	round()
	assert.Len(t, a.items(atLocal, "Contacts"), 10)
	b.rest()
}

// named is the item with a display name.
func (c *changer) named(name string) pst.NID {
	for _, nids := range c.before {
		m, err := c.tx.Message(nids[0])
		require.NoError(c.t, err)
		if p, ok := m.Prop(pst.PidTagDisplayName.ID()); ok && psttest.String(c.t, c.tx, p) == name {
			return nids[0]
		}
	}
	require.Fail(c.t, "no such item", name)
	return 0
}

// TestAcceptance_refused names stores that are not to be touched.
func TestAcceptance_refused(t *testing.T) {
	for _, tt := range []struct {
		name, local string
		spoil       func(b []byte) []byte
		class       syncjob.Class
		says        string
	}{
		{"damaged", "damaged-amap-invalid.pst", nil, syncjob.Broken, "corrupt"},
		{"cut short", "outlook-mixed.pst", func(b []byte) []byte { return b[:len(b)/2] }, syncjob.Broken, ""},
		{"empty", "outlook-mixed.pst", func([]byte) []byte { return nil }, syncjob.Broken, ""},
		{"text", "outlook-mixed.pst", func(b []byte) []byte { return slices.Repeat([]byte("text "), 4000) }, syncjob.Broken, ""},
		{"offline store", "outlook-mixed.pst", func(b []byte) []byte { b[8], b[9] = 'S', 'O'; return b }, syncjob.Broken, ""},
		{"4k pages", "outlook-mixed.pst", func(b []byte) []byte { b[10] = 36; return b }, syncjob.Broken, ""},
		{"protected", "outlook-mixed.pst", func(b []byte) []byte { b[10] = 37; return b }, syncjob.Broken, ""},
		{"unknown version", "outlook-mixed.pst", func(b []byte) []byte { b[10] = 99; return b }, syncjob.Broken, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &desk{t: t, state: t.TempDir()}
			d.path = [2]string{psttest.New(t), psttest.Copy(t, original(t, tt.local))}
			if tt.spoil != nil {
				b, err := os.ReadFile(d.path[atLocal])
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(d.path[atLocal], tt.spoil(b), 0o600))
			}
			before := d.bytes()
			_, err := d.try()
			require.Error(t, err)
			t.Log(err)
			assert.Equal(t, tt.class, syncjob.Classify(err), "%v", err)
			assert.ErrorContains(t, err, d.path[atLocal], "the message names the file")
			assert.ErrorContains(t, err, tt.says)
			assert.Equal(t, before, d.bytes())
			assert.Empty(t, d.journals())
			var hint interface{ Hint() string }
			require.ErrorAs(t, err, &hint)
			assert.NotEmpty(t, hint.Hint())
		})
	}
}

// TestAcceptance_fidelity compares copies with their originals by digests, which
// cover what a listing leaves out.
func TestAcceptance_fidelity(t *testing.T) {
	for _, name := range []string{"outlook-mixed.pst", "outlook-mail-fai.pst", "outlook-password.pst", "aspose-9-appointments.pst"} {
		t.Run(name, func(t *testing.T) {
			inShare(t, name == "outlook-mixed.pst")
			d := newDesk(t, "", original(t, name))
			d.sync()
			for _, pair := range d.pairs {
				assert.Equal(t, d.digests(atLocal, pair.Local), d.digests(atCommon, pair.Common))
			}
		})
	}
}

func (d *desk) digests(s int, folder string) []item.Digest {
	f := d.look(s)
	defer f.Close()
	nid, err := f.FolderByPath(folder)
	require.NoError(d.t, err)
	var all []item.Digest
	for row, err := range f.Items(nid) {
		require.NoError(d.t, err)
		m, err := f.Message(row.NID)
		require.NoError(d.t, err)
		it, err := mapi.FromPST(m.Content, f.NameOf, f.CodePage())
		require.NoError(d.t, err)
		sum, err := it.Digest(nil)
		require.NoError(d.t, err)
		all = append(all, sum)
	}
	slices.SortFunc(all, func(a, b item.Digest) int { return slices.Compare(a[:], b[:]) })
	return all
}
