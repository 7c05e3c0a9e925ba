package mapi_test

import (
	"encoding/binary"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/pst"
)

// utf16Of is a string value of these UTF-16 units.
func utf16Of(units ...uint16) item.Value {
	v := item.Value{Type: item.TypeUnicode}
	for _, u := range units {
		v.Data = binary.LittleEndian.AppendUint16(v.Data, u)
	}
	return v
}

func strings8(id uint16, values ...string) pst.Property {
	p := prop(id, pst.TypeString8|pst.TypeMultiple, byte(len(values)), 0, 0, 0)
	offset := 4 + 4*len(values)
	for _, v := range values {
		p.Data = append(p.Data, byte(offset), 0, 0, 0)
		offset += len(v)
	}
	p.Data = append(p.Data, strings.Join(values, "")...)
	return p
}

func text8(id uint16, s string) pst.Property { return prop(id, pst.TypeString8, []byte(s)...) }

// large makes a value one that is not in memory.
func large(v item.Value) item.Value {
	data := string(v.Data)
	return item.Value{Type: v.Type, Large: &item.Large{Size: int64(len(data)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(data)), nil
	}}}
}

// contentOf reads large values of a property into memory.
func contentOf(t *testing.T, p pst.Property) string {
	t.Helper()
	if p.Large == nil {
		return string(p.Data)
	}
	in, err := p.Large.Open()
	require.NoError(t, err)
	defer in.Close()
	b, err := io.ReadAll(in)
	require.NoError(t, err)
	require.Len(t, b, int(p.Large.Size), "the size that was promised")
	return string(b)
}

// TestToPST_ansi: a text is in an ANSI store in the bytes of the code page and comes
// back the same, or is refused by name; as a stream as well as in memory.
func TestToPST_ansi(t *testing.T) {
	const lacks, unknown = "a character that code page", "does not say in which code page"
	for _, tt := range []struct {
		name     string
		codePage int
		value    item.Value
		bytes    string
		refused  string
	}{
		{"ascii", 1252, item.String("Ada"), "Ada", ""},
		{"empty", 1252, item.String(""), "", ""},
		{"western", 1252, item.String("Käse €"), "K\xE4se \x80", ""},
		{"cyrillic", 1251, item.String("Ада"), "\xC0\xE4\xE0", ""},
		{"japanese", 932, item.String("山"), "\x8E\x52", ""},
		{"the mark of a subject", 932, item.String("\x01\x05RE: x"), "\x01\x05RE: x", ""},
		{"utf-8", 65001, item.String("😀"), "😀", ""},
		{"a terminator", 1252, item.String("a\x00"), "a\x00", ""},
		{"cyrillic in a western store", 1252, item.String("Ада"), "", lacks},
		{"one character too many", 1252, item.String(strings.Repeat("x", 70000) + "Ω"), "", lacks},
		{"a control character of Unicode", 1252, item.String("\u0081"), "", lacks},
		{"a character with a look-alike", 932, item.String("¥"), "", lacks},
		{"the replacement character", 65001, item.String("a\uFFFDb"), "", lacks},
		{"half a surrogate pair", 65001, utf16Of('a', 0xD83D), "", lacks},
		{"half a character", 1252, item.Value{Type: item.TypeUnicode, Data: []byte{'a', 0, 'b'}}, "", lacks},
		{"ascii in an unknown code page", mapi.UnknownCodePage, item.String("Ada"), "Ada", ""},
		{"half a character in an unknown code page", mapi.UnknownCodePage, item.Value{Type: item.TypeUnicode, Data: []byte{'a', 0, 'b'}}, "", unknown},
		{"other text in an unknown code page", mapi.UnknownCodePage, item.String("ä"), "", unknown},
		{"a pair in an unknown code page", mapi.UnknownCodePage, item.String("😀"), "", unknown},
	} {
		for where, value := range map[string]item.Value{"in memory": tt.value, "a stream": large(tt.value)} {
			t.Run(tt.name+", "+where, func(t *testing.T) {
				it := &item.Item{Props: item.Props{item.KeyBody: value}}
				c, err := mapi.ToPST(it, ansiStore(tt.codePage))
				if tt.refused != "" {
					require.ErrorIs(t, err, pst.ErrCodePage)
					assert.ErrorContains(t, err, tt.refused)
					assert.ErrorContains(t, err, "property PidTagBody: ")
					return
				}
				require.NoError(t, err)
				require.Len(t, c.Props, 1)
				assert.Equal(t, pst.MakeTag(0x1000, pst.TypeString8), c.Props[0].Tag)
				assert.Equal(t, tt.bytes, contentOf(t, c.Props[0]))
				back, err := mapi.FromPST(c, nameMap{}.NameOf, tt.codePage)
				require.NoError(t, err)
				requireSameValue(t, tt.value, back.Props[item.KeyBody])
			})
		}
	}
}

// TestFromPST_undecodable: bytes that a code page does not define are refused, and
// those that it does are not, whatever they look like.
func TestFromPST_undecodable(t *testing.T) {
	for _, tt := range []struct {
		name     string
		codePage int
		bytes    string
		want     string
		fails    bool
	}{
		{"a gap of the Greek code page", 1253, "\xC1\xD2", "", true},
		{"half a Japanese character", 932, "\x8E", "", true},
		{"a second spelling of one character", 932, "\x87\x90", "≒", false},
		{"damaged utf-8", 65001, "a\xFFb", "", true},
		{"the replacement character itself", 65001, "a\uFFFDb", "", true},
		{"beyond ascii in an unknown code page", mapi.UnknownCodePage, "\xE4", "", true},
		{"ascii in an unknown code page", mapi.UnknownCodePage, "abc", "abc", false},
		{"no utf-8 in an unknown code page", mapi.UnknownCodePage, "a\xFFb", "", true},
	} {
		whole := text8(0x3001, tt.bytes)
		stream := large(item.Value{Data: whole.Data}).Large
		for where, p := range map[string]pst.Property{
			"in memory": whole,
			"a stream":  {Tag: whole.Tag, Large: &pst.Large{Size: stream.Size, Open: stream.Open}},
			"a list":    strings8(0x3001, "", tt.bytes),
		} {
			t.Run(tt.name+", "+where, func(t *testing.T) {
				it, err := mapi.FromPST(pst.Content{Props: []pst.Property{p}}, nameMap{}.NameOf, tt.codePage)
				if tt.fails {
					require.ErrorIs(t, err, pst.ErrCodePage)
					assert.ErrorContains(t, err, "PidTagDisplayName: ")
					assert.NotContains(t, err.Error(), "\x8E")
					return
				}
				require.NoError(t, err)
				if where != "a list" {
					requireSameValue(t, item.String(tt.want), it.Props[item.KeyDisplayName])
				}
			})
		}
	}
}

// TestToPST_ansiParts: all strings of an item are converted, wherever they are, and
// what is no string stays as it is, names of properties among it.
func TestToPST_ansiParts(t *testing.T) {
	names := ansiStore(1252)
	list := item.Value{Type: item.TypeUnicode | item.TypeMulti, Data: []byte{2, 0, 0, 0, 12, 0, 0, 0, 14, 0, 0, 0, 0xE4, 0, 'b', 0}}
	none := item.Value{Type: item.TypeUnicode | item.TypeMulti}
	inBinary := item.Binary(pst.EncodeUTF16("Жанна"))
	it := &item.Item{
		Props: item.Props{
			item.KeyDisplayName: item.String("ä"), "0x3A58": list, "0x3A59": none, item.KeyCreated: item.Value{Type: item.TypeTime, Data: make([]byte, 8)},
			setPublic + "/Ωmega": item.String("ü"),
		},
		Recipients: []item.Props{{item.KeyDisplayName: item.String("ö"), "0x0FFF": inBinary}},
		Attachments: []item.Attachment{{Props: item.Props{"0x3707": item.String("ß.txt")},
			Embedded: &item.Item{Props: item.Props{item.KeySubject: item.String("é")}}}},
	}
	c, err := mapi.ToPST(it, names)
	require.NoError(t, err)
	assert.Equal(t, pst.Content{
		Props: []pst.Property{
			text8(0x3001, "\xE4"), prop(0x3007, pst.TypeTime, make([]byte, 8)...),
			strings8(0x3A58, "\xE4", "b"), prop(0x3A59, pst.TypeString8|pst.TypeMultiple), text8(0x8000, "\xFC"),
		},
		Recipients: [][]pst.Property{{prop(0x0FFF, pst.TypeBinary, inBinary.Data...), text8(0x3001, "\xF6")}},
		Attachments: []pst.Attachment{{Props: []pst.Property{text8(0x3707, "\xDF.txt")},
			Embedded: &pst.Content{Props: []pst.Property{text8(0x0037, "\xE9")}}}},
	}, c)
	back, err := mapi.FromPST(c, names.NameOf, 1252)
	require.NoError(t, err)
	requireSame(t, it, back, "item")

}

// TestToPST_ansiRefusal: the error says where the text is that has no bytes.
func TestToPST_ansiRefusal(t *testing.T) {
	omega := item.String("Ω")
	for where, it := range map[string]*item.Item{
		"recipient 1: property PidTagDisplayName: ":                {Recipients: []item.Props{{item.KeyDisplayName: omega}}},
		"attachment 1: property PidTagAttachLongFilename: ":        {Attachments: []item.Attachment{{Props: item.Props{"0x3707": omega}}}},
		"attachment 1: embedded message: property PidTagSubject: ": {Attachments: []item.Attachment{{Embedded: &item.Item{Props: item.Props{item.KeySubject: omega}}}}},
		"property " + setPublic + "/Field: ":                       {Props: item.Props{setPublic + "/Field": omega}},
	} {
		names := ansiStore(1252)
		_, err := mapi.ToPST(it, names)
		require.ErrorIs(t, err, pst.ErrCodePage, where)
		require.ErrorContains(t, err, where)
		assert.NotContains(t, err.Error(), "Ω", "a text is nobody's business")
		assert.Empty(t, names.nameMap, "a refused value gives the store no name")
	}
}

// TestToPST_ansiListLayout: a list that would come back in another layout is refused.
func TestToPST_ansiListLayout(t *testing.T) {
	gap := item.Value{Type: item.TypeUnicode | item.TypeMulti, Data: []byte{1, 0, 0, 0, 10, 0, 0, 0, 9, 9, 'a', 0}}
	_, err := mapi.ToPST(&item.Item{Props: item.Props{"0x3A58": gap}}, ansiStore(1252))
	require.ErrorIs(t, err, pst.ErrInvalid)
	assert.ErrorContains(t, err, "PidTagChildrensNames")
}
