package mapi_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/pst"
)

const keyCodepage item.Key = "0x3FFD"

func codepage(n int32) pst.Property {
	return prop(0x3FFD, pst.TypeInt32, item.Int32(n).Data...)
}

func requireProp(t *testing.T, want pst.Property, props []pst.Property) {
	t.Helper()
	i := slices.IndexFunc(props, func(p pst.Property) bool { return p.Tag.ID() == want.Tag.ID() })
	require.GreaterOrEqual(t, i, 0, "property %v is there", want.Tag)
	require.Equal(t, want, props[i])
}

// TestToPST_messageCodepage: the strings of a message are in the code page of the
// ANSI store, the message says so, and what its original said comes back.
func TestToPST_messageCodepage(t *testing.T) {
	for _, tt := range []struct {
		name     string
		store    int
		original item.Value // of PidTagMessageCodepage; zero: none
		text     string
		written  pst.Property // zero: none
		bytes    string
	}{
		{"none", 1251, item.Value{}, "Ж", pst.Property{}, "\xC6"},
		{"the same", 1251, item.Int32(1251), "Ж", codepage(1251), "\xC6"},
		{"another", 1251, item.Int32(1252), "Ж", codepage(1251), "\xC6"},
		{"utf-8", 1251, item.Int32(65001), "Ж", codepage(1251), "\xC6"},
		{"utf-16", 1251, item.Int32(1200), "Ж", codepage(1251), "\xC6"},
		{"of another type", 1251, item.String("Ж"), "Ж", text8(0x3FFD, "\xC6"), "\xC6"},
		{"in a store that names none", mapi.UnknownCodePage, item.Int32(1251), "Ж", codepage(1251), "\xC6"},
		{"utf-16 in a store that names none", mapi.UnknownCodePage, item.Int32(1200), "x", codepage(1200), "x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			it := &item.Item{Props: item.Props{item.KeyDisplayName: item.String(tt.text)}}
			if tt.original.Type != 0 {
				it.Props[keyCodepage] = tt.original
			}
			it.Attachments = []item.Attachment{{Embedded: &item.Item{Props: it.Props}}}
			store := ansiStore(tt.store)
			c, err := mapi.ToPST(it, store)
			require.NoError(t, err)
			requireProp(t, text8(0x3001, tt.bytes), c.Props)
			if tt.written.Tag != 0 {
				requireProp(t, tt.written, c.Props)
			}
			back, err := mapi.FromPST(c, store.NameOf, tt.store)
			require.NoError(t, err)
			requireSame(t, it, back, tt.name)
		})
	}
}

// TestToEdit_messageCodepage: a message keeps the code page that its strings are in,
// whatever the changes make of it, and an item reads as it was meant.
func TestToEdit_messageCodepage(t *testing.T) {
	const keep, remove = 0, -1
	for _, tt := range []struct {
		name  string
		store int
		old   int32 // 0: none
		now   int32 // keep, remove, or what it is set to
	}{
		{"kept", 1252, 1251, keep},
		{"set to what it is", 1252, 1251, 1251},
		{"set to that of the store", 1252, 1251, 1252},
		{"set to another", 1252, 1251, 932},
		{"removed, where the store has another", 1252, 1251, remove},
		{"removed, where the store has the same", 1251, 1251, remove},
		{"added", 1251, 0, 1252},
		{"removed where there is none", 1251, 0, remove},
		{"set in a store that names none", mapi.UnknownCodePage, 1251, 1252},
		{"removed in a store that names none", mapi.UnknownCodePage, 1251, remove},
	} {
		t.Run(tt.name, func(t *testing.T) {
			store := ansiStore(tt.store)
			old := pst.Content{Props: []pst.Property{text8(0x3001, "\xC6"), text8(0x3A16, "x")}}
			want := &item.Item{Props: item.Props{item.KeyDisplayName: item.String("Ж"), "0x3A16": item.String("Щ"), keyCodepage: item.Int32(tt.old)}}
			if tt.old != 0 {
				old.Props = append(old.Props, codepage(tt.old))
			} else {
				delete(want.Props, keyCodepage)
			}
			changes := mapi.Changes{Set: item.Props{"0x3A16": item.String("Щ")}}
			switch tt.now {
			case keep:
			case remove:
				changes.Remove = []item.Key{keyCodepage}
				delete(want.Props, keyCodepage)
			default:
				changes.Set[keyCodepage] = item.Int32(tt.now)
				want.Props[keyCodepage] = item.Int32(tt.now)
			}
			once := edited(t, old, changes, store)
			got, err := mapi.FromPST(once, store.NameOf, tt.store)
			require.NoError(t, err)
			requireSame(t, want, got, "after the change")

			twice := edited(t, once, mapi.Changes{Set: item.Props{keyCodepage: item.Int32(1251)}}, store)
			want.Props[keyCodepage] = item.Int32(1251)
			got, err = mapi.FromPST(twice, store.NameOf, tt.store)
			require.NoError(t, err)
			requireSame(t, want, got, "after a second one")
			assert.Len(t, twice.Props, 3, "nothing is kept beside what is the same")
		})
	}
}

// TestToEdit_string8InUnicode: a Unicode store has messages with String8 values too.
func TestToEdit_string8InUnicode(t *testing.T) {
	store := unicodeStore(nameMap{})
	old := pst.Content{Recipients: [][]pst.Property{{text8(0x3001, "\xE4")}}}
	got, err := mapi.FromPST(edited(t, old, mapi.Changes{Set: item.Props{keyCodepage: item.Int32(1251)}}, store), store.NameOf, 1252)
	require.NoError(t, err)
	name, _ := got.Recipients[0].String(item.KeyDisplayName)
	assert.Equal(t, "ä", name)
	assert.Equal(t, item.Int32(1251), got.Props[keyCodepage])

	plain := edited(t, pst.Content{Props: []pst.Property{text(0x3001, "ä")}}, mapi.Changes{Set: item.Props{keyCodepage: item.Int32(1251)}}, store)
	assert.Equal(t, []pst.Property{text(0x3001, "ä"), codepage(1251)}, plain.Props)
}

// edited is a message after changes, as a store would have it.
func edited(t *testing.T, c pst.Content, changes mapi.Changes, to mapi.Target) pst.Content {
	t.Helper()
	e, err := mapi.ToEdit(changes, c, to)
	require.NoError(t, err)
	c.Props = slices.DeleteFunc(slices.Clone(c.Props), func(p pst.Property) bool {
		return slices.Contains(e.Remove, p.Tag.ID()) ||
			slices.ContainsFunc(e.Set, func(s pst.Property) bool { return s.Tag.ID() == p.Tag.ID() })
	})
	c.Props = append(c.Props, e.Set...)
	return c
}

// Every item of every store, through an ANSI store and back. UTF-8 has a character for
// all of them; of the Western code page those that it lacks are refused.
func TestConvert_CorpusThroughANSI(t *testing.T) {
	eachStore(t, func(t *testing.T, f *pst.File) {
		carried, refused := 0, 0
		for m := range messages(t, f) {
			it := toItem(t, f, m.Content)
			for _, cp := range []int{65001, 1252} {
				store := ansiStore(cp)
				content, err := mapi.ToPST(it, store)
				if errors.Is(err, pst.ErrCodePage) && cp == 1252 {
					refused++
					continue
				}
				require.NoError(t, err, m.NID)
				back, err := mapi.FromPST(content, store.NameOf, cp)
				require.NoError(t, err, m.NID)
				requireSame(t, it, back, m.NID)
				carried++
			}
		}
		t.Logf("%d carried, %d refused", carried, refused)
	})
}
