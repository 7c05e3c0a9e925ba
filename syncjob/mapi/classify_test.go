package mapi_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/pst"
)

func TestVolatile(t *testing.T) {
	for _, name := range []string{"PidTagMessageSize", "PidTagAttachSize", "PidTagChangeKey", "PidTagPredecessorChangeList", "PidTagHasAttachments"} {
		k, _, err := mapi.ParseName(name)
		require.NoError(t, err)
		assert.True(t, mapi.Volatile(k), name)
		assert.NotEmpty(t, mapi.VolatileReason(k), name)
	}
	for _, name := range []string{
		"PidTagMessageFlags", "PidTagSearchKey", "PidTagCreationTime", "PidTagLastModificationTime", "PidTagDisplayTo",
		"PidTagSentMailEntryId", "PidTagRecipientEntryId", "PidTagEntryId", "PidTagRecordKey", "PidLidGlobalObjectId",
	} {
		k, _, err := mapi.ParseName(name)
		require.NoError(t, err)
		assert.False(t, mapi.Volatile(k), "%s, on a recipient at least, is content", name)
	}
}

func TestNewestWins(t *testing.T) {
	for _, name := range []string{"PidTagLastModificationTime", "PidTagCreationTime", "PidTagMessageFlags", "PidTagSearchKey", "PidLidCurrentVersion"} {
		k, _, err := mapi.ParseName(name)
		require.NoError(t, err)
		assert.True(t, mapi.NewestWins(k), name)
	}
	for _, name := range []string{"PidTagDisplayName", "PidTagSubject", "PidTagBody", "PidTagInternetCodepage", "PidLidAppointmentStartWhole"} {
		k, _, err := mapi.ParseName(name)
		require.NoError(t, err)
		assert.False(t, mapi.NewestWins(k), name)
	}
}

func TestPrivateItem(t *testing.T) {
	for _, tt := range []struct {
		name  string
		props item.Props
		want  bool
	}{
		{"marked", item.Props{mapi.KeyPrivate: item.Bool(true)}, true},
		{"not marked", item.Props{mapi.KeyPrivate: item.Bool(false), item.KeySensitivity: item.Int32(0)}, false},
		{"private", item.Props{item.KeySensitivity: item.Int32(2)}, true},
		{"personal", item.Props{item.KeySensitivity: item.Int32(1)}, false},
		{"confidential", item.Props{item.KeySensitivity: item.Int32(3)}, false},
		{"nothing said", nil, false},
	} {
		assert.Equal(t, tt.want, mapi.PrivateItem(&item.Item{Props: tt.props}), tt.name)
	}
}

// What real items have of the store's own is gone from them.
func TestVolatile_GoneFromCorpusItems(t *testing.T) {
	eachStore(t, func(t *testing.T, f *pst.File) {
		for m := range messages(t, f) {
			it := toItem(t, f, m.Content)
			for k := range it.Props {
				assert.False(t, mapi.Volatile(k), "%s: %s", m.NID, k)
			}
			for _, a := range it.Attachments {
				for k := range a.Props {
					assert.False(t, mapi.Volatile(k), "%s: %s", m.NID, k)
				}
			}
		}
	})
}
