package psttest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/psttest"
)

// TestInterop_agrees: the readers that give raw bytes read every real store the
// same, so a disagreement about a store that the engine wrote is the engine's.
func TestInterop_agrees(t *testing.T) {
	items := map[string]int{
		"aspose-9-appointments.pst": 61, "outlook-6-contacts.pst": 6, "outlook-72-contacts-6x12.pst": 72,
		"outlook-empty.pst": 0, "outlook-mail-fai.pst": 27, "outlook-mixed.pst": 12, "outlook-password.pst": 16,
		"outlook97-ansi.pst": 1, "trailing-bytes.pst": 0, "enron.pst": 2178, "support.pst": 17,
	}
	for _, path := range psttest.Stores(t) {
		name := filepath.Base(path)
		want, ok := items[name]
		if !ok {
			continue
		}
		t.Run(name, func(t *testing.T) {
			if name == "enron.pst" && os.Getenv(psttest.EnvRequireReaders) != "1" {
				t.Skip("SKIPPED: it takes pffexport a minute: set " + psttest.EnvRequireReaders + "=1")
			}
			listings := psttest.Interop(t, path, path)
			assert.Len(t, listings[psttest.GoPST.Name].Items, want)
			if l, ok := listings[psttest.PSTExtractor.Name]; ok && l.Cannot == "" {
				assert.LessOrEqual(t, len(l.Items), want)
			}
		})
	}
}

// TestInterop_complains: every reader says so of a store that is damaged.
func TestInterop_complains(t *testing.T) {
	path := psttest.Corpus(t, "damaged-amap-invalid.pst")
	for _, r := range psttest.Readers {
		t.Run(r.Name, func(t *testing.T) {
			assert.NotEmpty(t, r.Read(t, path).Complaints)
		})
	}
}

func TestDisagreements(t *testing.T) {
	store := func(value string, attachments ...psttest.Values) psttest.Listing {
		return psttest.Listing{Items: []psttest.ReadItem{{
			NID: 0x200024, Folder: "Contacts", Props: psttest.Values{0x3001001F: []byte(value)}, Attachments: attachments,
		}}}
	}
	for _, tt := range []struct {
		name string
		a, b psttest.Listing
		want string
	}{
		{name: "equal", a: store("Ann"), b: store("Ann")},
		{name: "only in one", a: store("Ann"), b: psttest.Listing{}},
		{name: "value", a: store("Ann"), b: store("Bob"), want: "item 0x200024 in Contacts property 0x3001001f: 3 bytes 416e6e, 3 bytes 426f62"},
		{name: "attachment lost", a: store("Ann", psttest.Values{}), b: store("Ann"), want: "item 0x200024: 1 attachments, 0 attachments"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found := psttest.Disagreements(tt.a, tt.b)
			if tt.want == "" {
				require.Empty(t, found)
				return
			}
			require.Equal(t, []string{tt.want}, found)
		})
	}
}

func TestChanges(t *testing.T) {
	before := psttest.Listing{Items: []psttest.ReadItem{
		{NID: 0x200024, Folder: "Contacts", Props: psttest.Values{0x3001001F: []byte("Ann")}},
		{NID: 0x200044, Folder: "Contacts"},
		{NID: 0x200064, Folder: "Inbox"},
	}}
	after := psttest.Listing{Items: []psttest.ReadItem{
		{NID: 0x200024, Folder: "Team", Props: psttest.Values{0x3A08001F: []byte("1")}},
		{NID: 0x200064, Folder: "Inbox"},
		{NID: 0x200084, Folder: "Contacts"},
	}}
	assert.Equal(t, []string{
		"item 0x200044 in Contacts is gone",
		"item 0x200024 in Contacts is in Team",
		"item 0x200024 in Contacts property 0x3001001f is gone",
		"item 0x200024 in Contacts property 0x3a08001f is new",
		"item 0x200084 in Contacts is new",
	}, psttest.Changes(before, after))
	assert.Empty(t, psttest.Changes(before.Outside("Contacts"), after.Outside("Contacts", "Team")))
}
