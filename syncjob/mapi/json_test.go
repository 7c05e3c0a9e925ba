package mapi_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/pst"
)

func encode(t *testing.T, e mapi.Entry) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, mapi.NewEncoder(&b).Encode(e))
	require.True(t, json.Valid(b.Bytes()), b.String())
	return b.String()
}

// decode reads one line, the id of which, if any, is that of old.
func decode(line string, old *item.Item) (mapi.Input, error) {
	return mapi.NewDecoder(strings.NewReader(line)).Decode(func(string) (*item.Item, error) { return old, nil })
}

func withoutID(line, id string) string { return strings.Replace(line, `"id":"`+id+`",`, "", 1) }

// Every item of every store: as a new line it is an equal item, and as a change
// of itself it changes nothing.
func TestJSON_CorpusRoundTrip(t *testing.T) {
	eachStore(t, func(t *testing.T, f *pst.File) {
		for m := range messages(t, f) {
			it := toItem(t, f, m.Content)
			if it.Class == "" {
				continue // nothing that could be put
			}
			line := encode(t, mapi.Entry{ID: "200024", Folder: "Contacts", Item: it})
			in, err := decode(withoutID(line, "200024"), nil)
			require.NoError(t, err, m.NID)
			requireSame(t, it, in.Item, m.NID)
			in, err = decode(line, it)
			require.NoError(t, err, m.NID)
			require.True(t, in.Changes.Empty(), "%s: %v", m.NID, in.Changes)
		}
	})
}

func TestEncoder_Line(t *testing.T) {
	it := &item.Item{
		Class: "IPM.Contact",
		Props: item.Props{
			item.KeyMessageClass: item.String("IPM.Contact"),
			item.KeySubject:      item.String("\x01\x05RE: Ada <&>"),
			item.KeyModified:     item.Time(time.Date(2024, 5, 31, 14, 0, 0, 123456700, time.UTC)),
			mapi.KeyFileUnder:    item.String("Lovelace, Ada"),
			setPublic + "/Room":  item.String("7"),
		},
		Recipients: []item.Props{{item.KeyDisplayName: item.String("Bob")}},
		Attachments: []item.Attachment{
			{Props: item.Props{"0x3701": item.Binary([]byte{0, 1, 2})}},
			{Props: item.Props{"0x3705": item.Int32(5)}, Embedded: &item.Item{Props: item.Props{item.KeyBody: item.String("x")}}},
		},
	}
	assert.Equal(t, `{"id":"200024","folder":"Contacts/Team","class":"IPM.Contact","name":"RE: Ada <&>","modified":"2024-05-31T14:00:00.1234567Z",`+
		`"properties":{"PidTagMessageClass":"IPM.Contact","PidTagSubject":"RE: Ada <&>","PidTagLastModificationTime":"2024-05-31T14:00:00.1234567Z",`+
		`"`+setPublic+`/Room":"7","PidLidFileUnder":"Lovelace, Ada"},"subject_prefix":4,`+
		`"recipients":[{"PidTagDisplayName":"Bob"}],`+
		`"attachments":[{"properties":{"PidTagAttachDataBinary":"AAEC"}},{"properties":{"PidTagAttachMethod":5},"item":{"properties":{"PidTagBody":"x"}}}]}`+"\n",
		encode(t, mapi.Entry{ID: "200024", Folder: "Contacts/Team", Item: it}))
}

func TestJSON_Values(t *testing.T) {
	le := func(n uint64, size int) []byte {
		b := make([]byte, 8)
		for i := range b {
			b[i] = byte(n >> (8 * i))
		}
		return b[:size]
	}
	const named = setPublic + "/x"
	for _, tt := range []struct {
		name  string
		key   item.Key
		value item.Value
		want  string
	}{
		{"string", "0x3001", item.String("é 😀"), `"PidTagDisplayName":"é 😀"`},
		{"string with a terminator", "0x3001", item.String("a\x00"), `"PidTagDisplayName":"a\u0000"`},
		{"half a surrogate pair", "0x3001", item.Value{Type: item.TypeUnicode, Data: []byte{0, 0xD8}}, `"PidTagDisplayName":{"type":"0x001F","raw":"ANg="}`},
		{"string of another type", "0x3001", item.Int32(5), `"PidTagDisplayName":{"type":"0x0003","value":5}`},
		{"int16", "0x3A4D", item.Value{Type: item.TypeInt16, Data: le(0xFFFE, 2)}, `"PidTagGender":-2`},
		{"int32", "0x0017", item.Int32(math.MinInt32), `"PidTagImportance":-2147483648`},
		{"int64 beyond doubles", "0x0E08", item.Value{Type: item.TypeInt64, Data: le(1<<53+1, 8)}, ``},
		{"int64", named, item.Value{Type: item.TypeInt64, Data: le(1<<53+1, 8)}, `"` + named + `":{"type":"0x0014","value":9007199254740993}`},
		{"currency", named, item.Value{Type: item.TypeCurrency, Data: le(12345, 8)}, `"` + named + `":{"type":"0x0006","value":1.2345}`},
		{"currency, whole", named, item.Value{Type: item.TypeCurrency, Data: le(50000, 8)}, `"` + named + `":{"type":"0x0006","value":5}`},
		{"currency, least", named, item.Value{Type: item.TypeCurrency, Data: le(1<<63, 8)}, `"` + named + `":{"type":"0x0006","value":-922337203685477.5808}`},
		{"currency, small and negative", named, item.Value{Type: item.TypeCurrency, Data: le(math.MaxUint64, 8)}, `"` + named + `":{"type":"0x0006","value":-0.0001}`},
		{"float32", named, item.Value{Type: item.TypeFloat32, Data: le(uint64(math.Float32bits(0.1)), 4)}, `"` + named + `":{"type":"0x0004","value":0.1}`},
		{"float64", setTask + "/0x8102", item.Value{Type: item.TypeFloat64, Data: le(math.Float64bits(0.5), 8)}, `"PidLidPercentComplete":0.5`},
		{"float64 of no number", setTask + "/0x8102", item.Value{Type: item.TypeFloat64, Data: le(math.Float64bits(math.NaN()), 8)}, `"PidLidPercentComplete":{"type":"0x0005","raw":"AQAAAAAA+H8="}`},
		{"app time", named, item.Value{Type: item.TypeAppTime, Data: le(math.Float64bits(45443.5), 8)}, `"` + named + `":{"type":"0x0007","value":45443.5}`},
		{"boolean", mapi.KeyPrivate, item.Bool(true), `"PidLidPrivate":true`},
		{"boolean that is neither", mapi.KeyPrivate, item.Value{Type: item.TypeBool, Data: []byte{2}}, `"PidLidPrivate":{"type":"0x000B","raw":"Ag=="}`},
		{"error", named, item.Value{Type: item.TypeError, Data: le(0x8004010F, 4)}, `"` + named + `":{"type":"0x000A","value":-2147221233}`},
		{"time to 100 ns", "0x3008", item.Time(time.Date(2024, 2, 29, 1, 2, 3, 100, time.UTC)), `"PidTagLastModificationTime":"2024-02-29T01:02:03.0000001Z"`},
		{"time without end", "0x3008", item.Time(time.Date(4501, 1, 1, 0, 0, 0, 0, time.UTC)), `"PidTagLastModificationTime":"4501-01-01T00:00:00Z"`},
		{"time zero", "0x3008", item.Value{Type: item.TypeTime, Data: le(0, 8)}, `"PidTagLastModificationTime":"1601-01-01T00:00:00Z"`},
		{"time past the year 9999", "0x3008", item.Value{Type: item.TypeTime, Data: le(math.MaxInt64, 8)}, `"PidTagLastModificationTime":{"type":"0x0040","raw":"/////////38="}`},
		{"time cut short", "0x3008", item.Value{Type: item.TypeTime, Data: le(1, 4)}, `"PidTagLastModificationTime":{"type":"0x0040","raw":"AQAAAA=="}`},
		{"guid", named, item.Value{Type: item.TypeGUID, Data: bytes.Repeat([]byte{0xAB}, 16)}, `"` + named + `":{"type":"0x0048","value":"{abababab-abab-abab-abab-abababababab}"}`},
		{"binary", "0x300B", item.Binary([]byte{1}), `"PidTagSearchKey":"AQ=="`},
		{"empty binary", "0x300B", item.Binary(nil), `"PidTagSearchKey":""`},
		{"binary without a name", "0x7777", item.Binary([]byte{1}), `"0x7777":{"type":"0x0102","value":"AQ=="}`},
		{"object", "0x3701", item.Value{Type: item.TypeObject, Data: []byte{1}}, `"PidTagAttachDataObject":"AQ=="`},
		{"restriction", named, item.Value{Type: 0x00FD, Data: []byte{1}}, `"` + named + `":{"type":"0x00FD","value":"AQ=="}`},
		{"type that nobody knows", named, item.Value{Type: 0x0099, Data: []byte{1}}, `"` + named + `":{"type":"0x0099","raw":"AQ=="}`},
		{"string without a name", named, item.String("x"), `"` + named + `":"x"`},
		{"boolean without a name", named, item.Bool(false), `"` + named + `":false`},
		{"number without a name", named, item.Int32(7), `"` + named + `":7`},
		{"strings", setPublic + "/Keywords", item.Value{Type: item.TypeMulti | item.TypeUnicode, Data: []byte{2, 0, 0, 0, 12, 0, 0, 0, 14, 0, 0, 0, 'a', 0, 'b', 0}}, `"PidNameKeywords":["a","b"]`},
		{"no strings", setPublic + "/Keywords", item.Value{Type: item.TypeMulti | item.TypeUnicode}, `"PidNameKeywords":[]`},
		{"strings in another layout", setPublic + "/Keywords", item.Value{Type: item.TypeMulti | item.TypeUnicode, Data: []byte{0, 0, 0, 0}}, `"PidNameKeywords":{"type":"0x101F","raw":"AAAAAA=="}`},
		{"numbers", setAddress + "/0x8028", item.Value{Type: item.TypeMulti | item.TypeInt32, Data: []byte{1, 0, 0, 0, 2, 0, 0, 0}}, `"PidLidAddressBookProviderEmailList":[1,2]`},
		{"binaries", setAddress + "/0x8055", item.Value{Type: item.TypeMulti | item.TypeBinary, Data: []byte{1, 0, 0, 0, 8, 0, 0, 0, 9}}, `"PidLidDistributionListMembers":["CQ=="]`},
		{"times without a name", named, item.Value{Type: item.TypeMulti | item.TypeTime, Data: le(0, 8)}, `"` + named + `":{"type":"0x1040","value":["1601-01-01T00:00:00Z"]}`},
		{"key like a number", setPublic + "/'0x12", item.String("x"), `"` + setPublic + `/'0x12":"x"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			it := &item.Item{Class: "IPM.Note", Props: item.Props{tt.key: tt.value, item.KeyMessageClass: item.String("IPM.Note")}}
			line := encode(t, mapi.Entry{ID: "1", Item: it})
			assert.Contains(t, line, tt.want)
			in, err := decode(withoutID(line, "1"), nil)
			require.NoError(t, err)
			if mapi.Volatile(tt.key) {
				assert.NotContains(t, in.Item.Props, tt.key)
				return
			}
			requireSame(t, it, in.Item, tt.name)
		})
	}
}

func TestEncoder_LargeValues(t *testing.T) {
	data := strings.Repeat("x", 100_000)
	large := func(s string) *item.Large {
		return &item.Large{Size: int64(len(s)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(s)), nil }}
	}
	it := &item.Item{Class: "IPM.Note", Props: item.Props{
		item.KeyMessageClass: item.String("IPM.Note"),
		"0x3701":             {Type: item.TypeBinary, Large: large(data)},
		"0x7777":             {Type: item.TypeBinary, Large: large(data)},
		"0x1000":             {Type: item.TypeUnicode, Large: large(data)},
	}}
	in, err := decode(withoutID(encode(t, mapi.Entry{ID: "1", Item: it}), "1"), nil)
	require.NoError(t, err)
	requireSame(t, it, in.Item, "large values")

	gone := errors.New("gone")
	for name, broken := range map[string]item.Large{
		"cannot be opened": {Size: 1, Open: func() (io.ReadCloser, error) { return nil, gone }},
		"too short":        {Size: 2, Open: large("x").Open},
	} {
		it.Props["0x3701"] = item.Value{Type: item.TypeBinary, Large: &broken}
		err := mapi.NewEncoder(io.Discard).Encode(mapi.Entry{ID: "200024", Item: it})
		require.Error(t, err, name)
		assert.ErrorContains(t, err, "write item 200024: property PidTagAttachDataBinary", name)
	}
}

func TestDisplayName(t *testing.T) {
	for want, props := range map[string]item.Props{
		"Ada":  {item.KeyDisplayName: item.String("Ada"), item.KeySubject: item.String("x")},
		"Plan": {item.KeyDisplayName: item.String(" "), item.KeySubject: item.String("\x01\x01Plan")},
		"Bob":  {item.KeySubject: item.String("\x01\x01"), mapi.KeyFileUnder: item.String("Bob")},
		"":     {},
	} {
		assert.Equal(t, want, mapi.DisplayName(&item.Item{Props: props}))
	}
}

// What can be read at all is written so that it is read the same.
func FuzzDecoder(f *testing.F) {
	f.Add(`{"class":"IPM.Note","properties":{"PidTagSubject":"RE: a","PidNameKeywords":["a"],"0x7777":{"type":"0x0006","value":-1.5}},"subject_prefix":4,` +
		`"recipients":[{"PidTagDisplayName":"Bob"}],"attachments":[{"properties":{"PidTagAttachDataBinary":"AAEC"},"item":{"properties":{"PidTagBirthday":"2000-02-29T00:00:00+01:00"}}}]}`)
	f.Add(`{"class":"IPM.Note","properties":{"0x8123":{"type":"0x1040","raw":"AA=="},"{00020329-0000-0000-c000-000000000046}/x":true}}`)
	f.Fuzz(func(t *testing.T, line string) {
		first, err := mapi.NewDecoder(strings.NewReader(line)).Decode(func(string) (*item.Item, error) { return &item.Item{}, nil })
		if err != nil || first.Item == nil {
			return
		}
		again, err := decode(withoutID(encode(t, mapi.Entry{ID: "1", Item: first.Item}), "1"), nil)
		require.NoError(t, err)
		requireSame(t, first.Item, again.Item, line)
	})
}

func TestCheckSubject(t *testing.T) {
	mark := "\x01\x05"
	for _, tt := range []struct{ name, subject, want string }{
		{"none", "", ""},
		{"longest", strings.Repeat("x", 255), ""},
		{"longest, with the mark of a prefix", mark + strings.Repeat("x", 255), ""},
		{"too long", strings.Repeat("x", 256), "PidTagSubject: 256 characters, and Outlook cuts it at 255"},
		{"too long, by pairs of surrogates", strings.Repeat("😀", 128), "PidTagSubject: 256 characters"},
		{"a line break", mark + "RE: ä\nb", "PidTagSubject: a control character, which Outlook strips, after 5 characters"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := mapi.CheckSubject(item.Props{item.KeySubject: item.String(tt.subject)})
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, mapi.ErrInput)
			assert.ErrorContains(t, err, tt.want)
		})
	}
}
