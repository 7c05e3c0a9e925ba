package mapi_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
)

const (
	setAddress     = "{00062004-0000-0000-c000-000000000046}"
	setAppointment = "{00062002-0000-0000-c000-000000000046}"
	setCommon      = "{00062008-0000-0000-c000-000000000046}"
	setMeeting     = "{6ed8da90-450b-101b-98da-00aa003f1305}"
	setTask        = "{00062003-0000-0000-c000-000000000046}"
	setLog         = "{0006200a-0000-0000-c000-000000000046}"
	setNote        = "{0006200e-0000-0000-c000-000000000046}"
	setPublic      = "{00020329-0000-0000-c000-000000000046}"
	setHeaders     = "{00020386-0000-0000-c000-000000000046}"
)

// Entries of [MS-OXPROPS] section 2, of every kind of property.
func TestNames_OfTheSpecification(t *testing.T) {
	const mvUnicode, mvBinary, mvInt32 = item.TypeMulti | item.TypeUnicode, item.TypeMulti | item.TypeBinary, item.TypeMulti | item.TypeInt32
	for _, tt := range []struct {
		name string
		key  item.Key
		typ  item.Type
	}{
		{"PidTagMessageClass", "0x001A", item.TypeUnicode},
		{"PidTagImportance", "0x0017", item.TypeInt32},
		{"PidTagSensitivity", "0x0036", item.TypeInt32},
		{"PidTagSubject", "0x0037", item.TypeUnicode},
		{"PidTagClientSubmitTime", "0x0039", item.TypeTime},
		{"PidTagNormalizedSubject", "0x0E1D", item.TypeUnicode},
		{"PidTagBody", "0x1000", item.TypeUnicode},
		{"PidTagRtfCompressed", "0x1009", item.TypeBinary},
		{"PidTagHtml", "0x1013", item.TypeBinary},
		{"PidTagBodyHtml", "0x1013", item.TypeUnicode},
		{"PidTagDisplayName", "0x3001", item.TypeUnicode},
		{"PidTagCreationTime", "0x3007", item.TypeTime},
		{"PidTagLastModificationTime", "0x3008", item.TypeTime},
		{"PidTagSearchKey", "0x300B", item.TypeBinary},
		{"PidTagAttachDataBinary", "0x3701", item.TypeBinary},
		{"PidTagAttachDataObject", "0x3701", item.TypeObject},
		{"PidTagAttachMethod", "0x3705", item.TypeInt32},
		{"PidTagSurname", "0x3A11", item.TypeUnicode},
		{"PidTagBirthday", "0x3A42", item.TypeTime},
		{"PidTagGender", "0x3A4D", item.TypeInt16},
		{"PidTagChildrensNames", "0x3A58", mvUnicode},
		{"PidTagMessageSize", "0x0E08", item.TypeInt32},
		{"PidTagMessageSizeExtended", "0x0E08", item.TypeInt64},
		{"PidTagAttachmentContactPhoto", "0x7FFF", item.TypeBool},
		{"PidLidFileUnder", setAddress + "/0x8005", item.TypeUnicode},
		{"PidLidHasPicture", setAddress + "/0x8015", item.TypeBool},
		{"PidLidAddressBookProviderEmailList", setAddress + "/0x8028", mvInt32},
		{"PidLidEmail1EmailAddress", setAddress + "/0x8083", item.TypeUnicode},
		{"PidLidEmail1OriginalEntryId", setAddress + "/0x8085", item.TypeBinary},
		{"PidLidDistributionListMembers", setAddress + "/0x8055", mvBinary},
		{"PidLidAppointmentStartWhole", setAppointment + "/0x820D", item.TypeTime},
		{"PidLidAppointmentRecur", setAppointment + "/0x8216", item.TypeBinary},
		{"PidLidPrivate", setCommon + "/0x8506", item.TypeBool},
		{"PidLidReminderDelta", setCommon + "/0x8501", item.TypeInt32},
		{"PidLidPercentComplete", setTask + "/0x8102", item.TypeFloat64},
		{"PidLidTaskRecurrence", setTask + "/0x8116", item.TypeBinary},
		{"PidLidGlobalObjectId", setMeeting + "/0x0003", item.TypeBinary},
		{"PidLidCleanGlobalObjectId", setMeeting + "/0x0023", item.TypeBinary},
		{"PidLidLogType", setLog + "/0x8700", item.TypeUnicode},
		{"PidLidNoteColor", setNote + "/0x8B00", item.TypeInt32},
		{"PidNameKeywords", setPublic + "/Keywords", mvUnicode},
		{"PidNameCalendarUid", setPublic + "/urn:schemas:calendar:uid", item.TypeUnicode},
		{"PidNameContentClass", setHeaders + "/Content-Class", item.TypeUnicode},
		{"PidNamePhishingStamp", setPublic + "/http://schemas.microsoft.com/outlook/phishingstamp", item.TypeInt32},
	} {
		assert.Equal(t, tt.name, mapi.Name(tt.key, tt.typ), tt.key)
		k, typ, err := mapi.ParseName(tt.name)
		require.NoError(t, err)
		assert.Equal(t, tt.key, k, tt.name)
		assert.Equal(t, tt.typ, typ, tt.name)
	}
}

func TestNames_TableIsWhole(t *testing.T) {
	all := mapi.TableNames()
	assert.Greater(t, len(all), 1200)
	for _, name := range all {
		k, typ, err := mapi.ParseName(name)
		require.NoError(t, err, name)
		_, err = k.Parse()
		require.NoError(t, err, name)
		assert.NotZero(t, typ, name)
		again, _, err := mapi.ParseName(mapi.Name(k, typ)) // itself, or the usual one of several names
		require.NoError(t, err, name)
		assert.Equal(t, k, again, name)
	}
}

func TestNames_WithoutAName(t *testing.T) {
	for _, k := range []item.Key{"0x8123", "0x7201", setAddress + "/0x0001", setPublic + "/Customer No", setPublic + "/'0x12"} {
		assert.Equal(t, string(k), mapi.Name(k, item.TypeUnicode))
		back, typ, err := mapi.ParseName(string(k))
		require.NoError(t, err)
		assert.Equal(t, k, back)
		assert.Zero(t, typ)
	}
}

func TestNames_OtherSpellings(t *testing.T) {
	assert.Equal(t, "PidNameKeywords", mapi.Name(setPublic+"/KEYWORDS", 0), "names do not differ by case")
	assert.Equal(t, "PidTagHtml", mapi.Name("0x1013", item.TypeInt32), "an odd type gets a name all the same")
	k, typ, err := mapi.ParseName("0x3001")
	require.NoError(t, err)
	assert.Equal(t, item.KeyDisplayName, k)
	assert.Equal(t, item.TypeUnicode, typ)
	for _, bad := range []string{"", "DisplayName", "0x30", "{x}/y", "pidtagdisplayname"} {
		_, _, err := mapi.ParseName(bad)
		assert.ErrorContains(t, err, "use a name of [MS-OXPROPS]", bad)
	}
}
