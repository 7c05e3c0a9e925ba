package mapi_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
)

func TestDecoder_Lines(t *testing.T) {
	d := mapi.NewDecoder(strings.NewReader("\n" +
		`{"class":"IPM.Contact","folder":"Contacts","properties":{"PidTagDisplayName":"Ada","PidTagSurname":null}}` + "\n \n" +
		`{"id":"200024","properties":{}}`))
	in, err := d.Decode(nil)
	require.NoError(t, err)
	assert.Equal(t, mapi.Input{Line: 2, Folder: "Contacts", Item: &item.Item{Class: "IPM.Contact", Props: item.Props{
		item.KeyMessageClass: item.String("IPM.Contact"), item.KeyDisplayName: item.String("Ada"),
	}}}, in)

	in, err = d.Decode(func(id string) (*item.Item, error) {
		assert.Equal(t, "200024", id)
		return &item.Item{}, nil
	})
	require.NoError(t, err)
	assert.Equal(t, 4, in.Line)
	assert.True(t, in.Changes.Empty())
	_, err = d.Decode(nil)
	require.ErrorIs(t, err, io.EOF)
}

func TestDecoder_Changes(t *testing.T) {
	old := &item.Item{Class: "IPM.Contact", Props: item.Props{
		item.KeyDisplayName:      item.String("Ada"),
		"0x3A08":                 item.String("1"),
		"0x300B":                 item.Binary([]byte{1}),
		setPublic + "/Owner":     item.String("x"),
		setPublic + "/Since":     {Type: item.TypeTime, Data: make([]byte, 8)},
		item.KeySubject:          item.String("\x01\x05RE: Ada"),
		setAddress + "/0x8005":   item.String("Ada"),
		"0x0E07":                 item.Int32(1),
		setPublic + "/Untouched": item.Int32(1),
		"0x3FFA":                 item.String("me"),
		"0x3A42":                 {Type: item.TypeTime, Data: make([]byte, 8)},
		setCommon + "/0x8506":    item.Bool(false),
		setPublic + "/Keywords":  {Type: item.TypeMulti | item.TypeUnicode},
	}, Recipients: []item.Props{{"0x3001": item.String("Bob")}}}

	line := `{"id":"1","name":1,"modified":null,"properties":{
		"PidTagDisplayName":"Ada","PidTagBusinessTelephoneNumber":"2","PidTagSearchKey":null,"PidTagSurname":null,
		"{00020329-0000-0000-c000-000000000046}/OWNER":"y","{00020329-0000-0000-c000-000000000046}/Since":"1601-01-01T00:00:01Z",
		"PidTagMessageFlags":17,"PidTagMessageSize":5,"PidTagEntryId":null,"PidLidFileUnder":"Ada"},
		"recipients":[{"PidTagDisplayName":"Bob","PidTagRowid":1}],"attachments":[]}`
	in, err := decode(strings.Join(strings.Fields(line), ""), old)
	require.NoError(t, err)
	assert.Equal(t, mapi.Changes{
		Set: item.Props{
			"0x3A08":             item.String("2"),
			setPublic + "/Owner": item.String("y"),                                                     // in the spelling that is there
			setPublic + "/Since": {Type: item.TypeTime, Data: []byte{0x80, 0x96, 0x98, 0, 0, 0, 0, 0}}, // of the type that is there
		},
		Remove:     []item.Key{"0x300B"},
		Recipients: &[]item.Props{{"0x3001": item.String("Bob"), "0x3000": item.Int32(1)}},
	}, in.Changes)

	gone := errors.New("gone")
	_, err = mapi.NewDecoder(strings.NewReader(`{"id":"7"}`)).Decode(func(string) (*item.Item, error) { return nil, gone })
	require.ErrorIs(t, err, gone)
	assert.NotErrorIs(t, err, mapi.ErrInput)
}

func TestDecoder_Subject(t *testing.T) {
	old := &item.Item{Props: item.Props{item.KeySubject: item.String("\x01\x05RE: Ada")}}
	for name, tt := range map[string]struct{ line, want string }{
		"same":                  {`"properties":{"PidTagSubject":"RE: Ada"},"subject_prefix":4`, ""},
		"other text":            {`"properties":{"PidTagSubject":"RE: Bob"},"subject_prefix":4`, "\x01\x05RE: Bob"},
		"other prefix":          {`"properties":{"PidTagSubject":"Party"},"subject_prefix":4`, "\x01\x01Party"},
		"shorter than prefix":   {`"properties":{"PidTagSubject":"P"},"subject_prefix":4`, "\x01\x01P"},
		"nothing said":          {`"properties":{"PidTagSubject":"RE: Bob"}`, "\x01\x05RE: Bob"},
		"nothing said, other":   {`"properties":{"PidTagSubject":"Party"}`, "\x01\x01Party"},
		"nothing said, same":    {`"properties":{"PidTagSubject":"RE: Ada"}`, ""},
		"mark without a text":   {`"properties":{},"subject_prefix":4`, ""},
		"another prefix length": {`"properties":{"PidTagSubject":"FWD: Ada"},"subject_prefix":5`, "\x01\x06FWD: Ada"},
	} {
		t.Run(name, func(t *testing.T) {
			in, err := decode(`{"id":"1",`+tt.line+`}`, old)
			require.NoError(t, err)
			got := in.Changes.Set[item.KeySubject]
			assert.Equal(t, tt.want, item.DecodeUTF16(got.Data))
		})
	}
	plain := &item.Item{Props: item.Props{item.KeySubject: item.String("Ada")}}
	in, err := decode(`{"id":"1","properties":{"PidTagSubject":"Bob"}}`, plain)
	require.NoError(t, err)
	assert.Equal(t, item.String("Bob"), in.Changes.Set[item.KeySubject], "without a mark before")
}

func TestDecoder_Errors(t *testing.T) {
	deep := strings.Repeat(`{"attachments":[{"item":`, 40) + `{}` + strings.Repeat(`}]}`, 40)
	for name, tt := range map[string]struct{ line, want string }{
		"not JSON":              {`hello`, "not an item"},
		"cut short":             {`{"class":`, "not an item"},
		"unknown member":        {`{"propertys":{}}`, `unknown field "propertys"`},
		"two items":             {`{"class":"IPM.Note"}{}`, "more than one item"},
		"no class":              {`{"properties":{"PidTagDisplayName":"Ada"}}`, `give "class"`},
		"unknown name":          {`{"properties":{"PidTagFoo":1}}`, `property "PidTagFoo": unknown property name "PidTagFoo": use a name of [MS-OXPROPS]`},
		"two names of one":      {`{"properties":{"PidTagHtml":"","PidTagBodyHtml":""}}`, `the same as "PidTagBodyHtml"`},
		"wrong kind":            {`{"properties":{"PidTagDisplayName":5}}`, `property "PidTagDisplayName": want a string`},
		"not whole":             {`{"properties":{"PidTagImportance":1.5}}`, "want a whole number of 32 bits"},
		"no number":             {`{"properties":{"PidTagImportance":"1"}}`, "want a whole number"},
		"too big":               {`{"properties":{"PidTagImportance":4294967296}}`, "want a whole number of 32 bits"},
		"no boolean":            {`{"properties":{"PidLidPrivate":1}}`, "want true or false"},
		"no time":               {`{"properties":{"PidTagBirthday":"31.5.2024"}}`, "want a time of RFC 3339"},
		"time before 1601":      {`{"properties":{"PidTagBirthday":"1492-10-12T00:00:00Z"}}`, "after the year 1600"},
		"no base64":             {`{"properties":{"PidTagSearchKey":"?"}}`, "want base64"},
		"no float":              {`{"properties":{"PidLidPercentComplete":"1"}}`, "want a number"},
		"float out of range":    {`{"properties":{"PidLidPercentComplete":1e999}}`, "want a number of 64 bits"},
		"no list":               {`{"properties":{"PidNameKeywords":"red"}}`, "want an array"},
		"wrong kind in list":    {`{"properties":{"PidNameKeywords":["red",1]}}`, "value 2 of the array: want a string"},
		"type not known":        {`{"properties":{"0x7777":1.5}}`, `give {"type"`},
		"mixed list":            {`{"properties":{"0x7777":["a",1]}}`, `give {"type"`},
		"half an object":        {`{"properties":{"0x7777":{"type":"0x0003"}}}`, `want {"type"`},
		"both forms":            {`{"properties":{"0x7777":{"type":"0x0003","raw":"","value":1}}}`, `want {"type"`},
		"another member":        {`{"properties":{"0x7777":{"type":"0x0003","value":1,"x":1}}}`, `want {"type"`},
		"no type":               {`{"properties":{"0x7777":{"type":"int","value":1}}}`, `type "int": want a property type`},
		"8-bit string":          {`{"properties":{"0x7777":{"type":"0x001E","value":"x"}}}`, "strings are 0x001F"},
		"no raw":                {`{"properties":{"0x7777":{"type":"0x0003","raw":1}}}`, `"raw": want base64`},
		"type without a form":   {`{"properties":{"0x7777":{"type":"0x0099","value":"x"}}}`, "has no plain form"},
		"currency too fine":     {`{"properties":{"0x7777":{"type":"0x0006","value":1.23456}}}`, "at most 4 digits"},
		"currency too big":      {`{"properties":{"0x7777":{"type":"0x0006","value":1e30}}}`, "at most 4 digits"},
		"no guid":               {`{"properties":{"0x7777":{"type":"0x0048","value":"x"}}}`, "guid"},
		"in a recipient":        {`{"recipients":[{},{"PidTagFoo":1}]}`, `recipient 2: property "PidTagFoo"`},
		"in an attachment":      {`{"attachments":[{"properties":{"PidTagFoo":1}}]}`, `attachment 1: property "PidTagFoo"`},
		"in an embedded item":   {`{"attachments":[{"item":{"properties":{"PidTagFoo":1}}}]}`, `attachment 1: item: property "PidTagFoo"`},
		"embedded too deep":     {deep, "too deep"},
		"prefix of the subject": {`{"properties":{"PidTagSubject":"x"},"subject_prefix":2}`, `"subject_prefix": 2 characters`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := mapi.NewDecoder(strings.NewReader("\n" + tt.line)).Decode(nil)
			require.ErrorIs(t, err, mapi.ErrInput)
			assert.ErrorContains(t, err, tt.want)
			assert.ErrorContains(t, err, "line 2: ")

			if name != "no class" {
				_, err = decode(strings.Replace(tt.line, "{", `{"id":"1",`, 1), &item.Item{})
				require.ErrorIs(t, err, mapi.ErrInput, "the same of a change")
			}
		})
	}
}

func TestDecoder_ClassOfAnItem(t *testing.T) {
	old := &item.Item{Class: "IPM.Contact", Props: item.Props{item.KeyMessageClass: item.String("IPM.Contact")}}
	in, err := decode(`{"id":"1","class":"IPM.Contact","properties":{}}`, old)
	require.NoError(t, err)
	assert.True(t, in.Changes.Empty())
	_, err = decode(`{"id":"1","class":"IPM.Note","properties":{}}`, old)
	require.ErrorIs(t, err, mapi.ErrInput)
	assert.ErrorContains(t, err, "PidTagMessageClass")
}

func TestDecoder_ByteOrderMark(t *testing.T) {
	in, err := decode("\uFEFF"+`{"class":"IPM.Contact"}`, nil)
	require.NoError(t, err)
	assert.Equal(t, "IPM.Contact", in.Item.Class)
}
