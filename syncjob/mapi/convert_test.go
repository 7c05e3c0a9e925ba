package mapi_test

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/pst"
)

// nameMap is the named properties of a store that exists only in the test.
type nameMap map[uint16]pst.PropName

func (m nameMap) NameOf(id uint16) (pst.PropName, bool, error) {
	n, ok := m[id]
	return n, ok, nil
}

func (m nameMap) IDOf(n pst.PropName) (uint16, bool, error) {
	for _, id := range slices.Sorted(maps.Keys(m)) {
		if have := m[id]; have.GUID == n.GUID && have.ID == n.ID && strings.EqualFold(have.Name, n.Name) {
			return id, true, nil
		}
	}
	return 0, false, nil
}

func (m nameMap) PutName(n pst.PropName) (uint16, error) {
	if id, ok, _ := m.IDOf(n); ok {
		return id, nil
	}
	id := uint16(0x8000 + len(m))
	m[id] = n
	return id, nil
}

// target is a store that items are converted for, made of its names.
type target struct {
	nameMap
	text     pst.PropType
	codePage int
}

func (t target) TextType() pst.PropType { return t.text }
func (t target) CodePage() int          { return t.codePage }

// unicodeStore has these names; String8 values in it are of code page 1252.
func unicodeStore(names nameMap) target { return target{names, pst.TypeUnicode, 1252} }

// ansiStore has no names yet.
func ansiStore(codePage int) target { return target{nameMap{}, pst.TypeString8, codePage} }

func prop(id uint16, t pst.PropType, data ...byte) pst.Property {
	return pst.Property{Tag: pst.MakeTag(id, t), Data: data}
}

func text(id uint16, s string) pst.Property {
	return prop(id, pst.TypeUnicode, pst.EncodeUTF16(s)...)
}

func TestFromPST_String8(t *testing.T) {
	content := pst.Content{Props: []pst.Property{
		prop(0x3001, pst.TypeString8, 0x8C), // Œ in 1252, Њ in 1251
		prop(0x3A58, pst.TypeString8|pst.TypeMultiple, 2, 0, 0, 0, 12, 0, 0, 0, 13, 0, 0, 0, 'a', 0xE4), // a, ä
	}}
	for _, tt := range []struct {
		name        string
		store, item int
		want        string
	}{
		{"by the store", 1252, 0, "Œ"},
		{"by the message", 1252, 1251, "Њ"},
		{"message without a useful code page", 1251, 99999, "Њ"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := content
			if tt.item != 0 {
				c.Props = append(slices.Clone(c.Props), prop(0x3FFD, pst.TypeInt32, item.Int32(int32(tt.item)).Data...))
			}
			it, err := mapi.FromPST(c, nameMap{}.NameOf, tt.store)
			require.NoError(t, err)
			got, ok := it.Props.String(item.KeyDisplayName)
			assert.True(t, ok)
			assert.Equal(t, tt.want, got)
			assert.Equal(t, item.TypeUnicode|item.TypeMulti, it.Props["0x3A58"].Type)
		})
	}
	it, err := mapi.FromPST(content, nameMap{}.NameOf, 1252)
	require.NoError(t, err)
	assert.Equal(t, []byte{2, 0, 0, 0, 12, 0, 0, 0, 14, 0, 0, 0, 'a', 0, 0xE4, 0}, it.Props["0x3A58"].Data)
}

func TestFromPST_Damaged(t *testing.T) {
	for name, p := range map[string]pst.Property{
		"count past the end":    prop(0x3A58, pst.TypeString8|pst.TypeMultiple, 0xFF, 0xFF, 0xFF, 0xFF),
		"offset past the end":   prop(0x3A58, pst.TypeString8|pst.TypeMultiple, 1, 0, 0, 0, 9, 0, 0, 0),
		"offset in the offsets": prop(0x3A58, pst.TypeString8|pst.TypeMultiple, 1, 0, 0, 0, 4, 0, 0, 0),
		"count cut short":       prop(0x3A58, pst.TypeString8|pst.TypeMultiple, 1),
	} {
		_, err := mapi.FromPST(pst.Content{Props: []pst.Property{p}}, nameMap{}.NameOf, 1252)
		require.ErrorIs(t, err, pst.ErrCorrupt, name)
		assert.ErrorContains(t, err, "PidTagChildrensNames", name)
	}
}

func TestFromPST_DropsWhatIsTheStores(t *testing.T) {
	c := pst.Content{
		Props: []pst.Property{
			text(0x001A, "IPM.Contact"), prop(0x0E07, pst.TypeInt32, 0x51, 0, 0, 0), prop(0x0E08, pst.TypeInt32, 1, 2, 3, 4),
			prop(0x0FFF, pst.TypeBinary, 1), prop(0x65E2, pst.TypeBinary, 1),
		},
		Recipients: [][]pst.Property{{prop(0x0FFF, pst.TypeBinary, 2), text(0x3001, "Ada"), prop(0x67F2, pst.TypeInt32, 1, 0, 0, 0)}},
		Attachments: []pst.Attachment{{Number: 0x8025, Props: []pst.Property{prop(0x0E20, pst.TypeInt32, 9, 0, 0, 0), text(0x3707, "a.txt")},
			Embedded: &pst.Content{Props: []pst.Property{text(0x001A, "IPM.Note"), prop(0x0E08, pst.TypeInt32, 1, 0, 0, 0)}}}},
	}
	it, err := mapi.FromPST(c, nameMap{}.NameOf, 1252)
	require.NoError(t, err)
	assert.Equal(t, "IPM.Contact", it.Class)
	assert.Equal(t, item.Props{item.KeyMessageClass: item.String("IPM.Contact"), "0x0E07": item.Int32(1)}, it.Props)
	assert.Equal(t, []item.Props{{"0x0FFF": item.Binary([]byte{2}), item.KeyDisplayName: item.String("Ada")}}, it.Recipients, "an entry id of a person stays")
	require.Len(t, it.Attachments, 1)
	assert.Equal(t, item.Props{"0x3707": item.String("a.txt")}, it.Attachments[0].Props)
	assert.Equal(t, &item.Item{Class: "IPM.Note", Props: item.Props{item.KeyMessageClass: item.String("IPM.Note")}}, it.Attachments[0].Embedded)
}

func TestConvert_NamedProperties(t *testing.T) {
	here := nameMap{
		0x8000: {GUID: item.MustGUID(setAddress), ID: 0x8005},
		0x8001: {GUID: item.MustGUID(setPublic), Name: "Keywords"},
	}
	there := nameMap{0x8000: {GUID: item.MustGUID(setPublic), Name: "keywords"}}
	c := pst.Content{Props: []pst.Property{text(0x8000, "Ada"), text(0x8001, "red"), text(0x8077, "nameless")}}

	it, err := mapi.FromPST(c, here.NameOf, 1252)
	require.NoError(t, err)
	assert.Equal(t, item.Props{
		mapi.KeyFileUnder:       item.String("Ada"),
		setPublic + "/Keywords": item.String("red"),
		"0x8077":                item.String("nameless"),
	}, it.Props)

	out, err := mapi.ToPST(it, unicodeStore(there))
	require.NoError(t, err)
	assert.Equal(t, pst.PropName{GUID: mapi.UnnamedSet, ID: 0x8077}, there[0x8001], "not filed under an id that means something else here")
	assert.Equal(t, pst.PropName{GUID: item.MustGUID(setAddress), ID: 0x8005}, there[0x8002])
	assert.Equal(t, []pst.Property{text(0x8000, "red"), text(0x8001, "nameless"), text(0x8002, "Ada")}, out.Props)

	back, err := mapi.FromPST(out, there.NameOf, 1252)
	require.NoError(t, err)
	want, err := it.Digests(nil)
	require.NoError(t, err)
	got, err := back.Digests(nil)
	require.NoError(t, err)
	assert.Equal(t, want, got)
}

func TestFromPST_NamelessGivesWayToFiled(t *testing.T) {
	names := nameMap{0x8000: {GUID: mapi.UnnamedSet, ID: 0x8123}, 0x8200: {GUID: mapi.UnnamedSet, ID: 0x8124}}
	it, err := mapi.FromPST(pst.Content{Props: []pst.Property{
		text(0x8000, "new"), text(0x8123, "old"), text(0x8124, "old"), text(0x8200, "new"),
	}}, names.NameOf, 1252)
	require.NoError(t, err)
	assert.Equal(t, item.Props{"0x8123": item.String("new"), "0x8124": item.String("new")}, it.Props)
}

func TestFromPST_SeveralIDsOfOneName(t *testing.T) {
	n := pst.PropName{GUID: item.MustGUID(setPublic), Name: "Keywords"}
	names := nameMap{0x8001: n, 0x8002: n, 0x8003: {GUID: n.GUID, Name: "KEYWORDS"}}
	it, err := mapi.FromPST(pst.Content{Props: []pst.Property{text(0x8001, "first"), text(0x8002, "second"), text(0x8003, "third")}}, names.NameOf, 1252)
	require.NoError(t, err)
	assert.Equal(t, item.Props{setPublic + "/Keywords": item.String("first")}, it.Props)
}

func TestFromPST_ErrorOfTheNames(t *testing.T) {
	broken := errors.New("broken")
	_, err := mapi.FromPST(pst.Content{Props: []pst.Property{text(0x8000, "")}},
		func(uint16) (pst.PropName, bool, error) { return pst.PropName{}, false, broken }, 1252)
	require.ErrorIs(t, err, broken)
	assert.ErrorContains(t, err, "0x8000001F")
}

func TestConvert_TooDeep(t *testing.T) {
	c := pst.Content{}
	it := &item.Item{}
	for range 40 {
		inner, innerItem := c, it
		c = pst.Content{Attachments: []pst.Attachment{{Embedded: &inner}}}
		it = &item.Item{Attachments: []item.Attachment{{Embedded: innerItem}}}
	}
	_, err := mapi.FromPST(c, nameMap{}.NameOf, 1252)
	require.ErrorIs(t, err, mapi.ErrTooDeep)
	_, err = mapi.ToPST(it, unicodeStore(nameMap{}))
	require.ErrorIs(t, err, mapi.ErrTooDeep)
}

func TestConvert_LargeValues(t *testing.T) {
	open := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("abc")), nil }
	c := pst.Content{Props: []pst.Property{
		{Tag: pst.MakeTag(0x1000, pst.TypeString8), Large: &pst.Large{Size: 3, Open: open}},
		{Tag: pst.MakeTag(0x3701, pst.TypeBinary), Large: &pst.Large{Size: 3, Open: open}},
	}}
	it, err := mapi.FromPST(c, nameMap{}.NameOf, 1252)
	require.NoError(t, err)
	require.NotNil(t, it.Props[item.KeyBody].Large, "text is decoded on the way")
	requireSameValue(t, item.String("abc"), it.Props[item.KeyBody])
	require.NotNil(t, it.Props["0x3701"].Large, "bytes stay where they are")

	it.Props["0x1009"] = item.Binary(bytes.Repeat([]byte{7}, pst.LargeSize+1))
	out, err := mapi.ToPST(it, unicodeStore(nameMap{}))
	require.NoError(t, err)
	require.Len(t, out.Props, 3)
	require.NotNil(t, out.Props[1].Large, "what is large goes in as a stream")
	in, err := out.Props[1].Large.Open()
	require.NoError(t, err)
	read, err := io.ReadAll(in)
	require.NoError(t, err)
	assert.Equal(t, it.Props["0x1009"].Data, read)
}

func TestToEdit(t *testing.T) {
	names := nameMap{
		0x8000: {GUID: item.MustGUID(setPublic), Name: "Keywords"}, 0x8001: {GUID: mapi.UnnamedSet, ID: 0x8077},
		0x8002: {GUID: item.MustGUID(setAddress), ID: 0x8005}, 0x8003: {GUID: item.MustGUID(setAddress), ID: 0x8005},
		0x8004: {GUID: item.MustGUID(setPublic), Name: "KEYWORDS"},
	}
	old := []pst.Property{
		text(0x3001, "Ada"), text(0x3002, "SMTP"), prop(0x65E2, pst.TypeBinary, 1), text(0x8000, "x"), text(0x8001, "x"),
		text(0x8002, "x"), text(0x8003, "x"), text(0x8004, "x"), text(0x8077, "x"), text(0x8099, "x"), prop(0x0FFF, pst.TypeBinary, 1),
	}
	edit, err := mapi.ToEdit(mapi.Changes{
		Set:         item.Props{setPublic + "/KeyWords": item.String("x"), "0x8099": item.String("y"), "0x0E08": item.Int32(1)},
		Remove:      []item.Key{setPublic + "/Keywords", "0x3001", "0x8077", setAddress + "/0x8005", "0x0FFF", "0x3A00"},
		Recipients:  &[]item.Props{{"0x3001": item.String("Ada")}},
		Attachments: &[]item.Attachment{},
	}, pst.Content{Props: old}, unicodeStore(names))
	require.NoError(t, err)
	assert.Equal(t, []pst.Property{text(0x8000, "x"), text(0x8005, "y")}, edit.Set, "what has no name is filed under one")
	assert.Equal(t, []uint16{0x3001, 0x65E2, 0x8001, 0x8002, 0x8003, 0x8004, 0x8077, 0x8099}, edit.Remove,
		"all ids of a name but the one that is set; change keys of a server; not what is the store's own")
	assert.Equal(t, &[][]pst.Property{{text(0x3001, "Ada")}}, edit.Recipients)
	require.NotNil(t, edit.Attachments)
	assert.Empty(t, *edit.Attachments)

	edit, err = mapi.ToEdit(mapi.Changes{}, pst.Content{Props: old}, unicodeStore(names))
	require.NoError(t, err)
	assert.Equal(t, pst.Edit{Set: []pst.Property{}}, edit)
	_, err = mapi.ToEdit(mapi.Changes{Remove: []item.Key{"nonsense"}}, pst.Content{Props: old}, unicodeStore(names))
	assert.ErrorContains(t, err, "nonsense")
}

// Every item of every store, through the names of another store and back.
func TestConvert_CorpusRoundTrip(t *testing.T) {
	eachStore(t, func(t *testing.T, f *pst.File) {
		other := nameMap{0x8000: {GUID: item.MustGUID(setLog), ID: 1}}
		for m := range messages(t, f) {
			it := toItem(t, f, m.Content)
			content, err := mapi.ToPST(it, unicodeStore(other))
			require.NoError(t, err, m.NID)
			back, err := mapi.FromPST(content, other.NameOf, 1252)
			require.NoError(t, err, m.NID)
			requireSame(t, it, back, m.NID)
		}
	})
}

func requireSameValue(t *testing.T, want, got item.Value) {
	t.Helper()
	require.Equal(t, want.Size(), got.Size())
	a, err := want.Digest()
	require.NoError(t, err)
	b, err := got.Digest()
	require.NoError(t, err)
	require.Equal(t, a, b)
}

func requireSame(t *testing.T, want, got *item.Item, about any) {
	t.Helper()
	a, err := want.Digests(nil)
	require.NoError(t, err)
	b, err := got.Digests(nil)
	require.NoError(t, err)
	require.Equal(t, a, b, about)
	require.Equal(t, want.Class, got.Class, about)
}
