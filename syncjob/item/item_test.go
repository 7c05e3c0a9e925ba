package item_test

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/item"
)

func TestProps_Getters(t *testing.T) {
	when := time.Date(2021, 3, 4, 5, 6, 7, 800, time.UTC)
	p := item.Props{
		"0x3001": item.String("Zoë 😀"),
		"0x0017": item.Int32(-2),
		"0x0018": {Type: item.TypeInt16, Data: []byte{0xFE, 0xFF}},
		"0x0019": {Type: item.TypeInt64, Data: []byte{1, 0, 0, 0, 1, 0, 0, 0}},
		"0x000B": item.Bool(true),
		"0x3008": item.Time(when),
		"0x300B": item.Binary([]byte{1, 2}),
		"0x0001": {Type: item.TypeInt32, Data: []byte{1}}, // cut short
	}

	s, ok := p.String("0x3001")
	assert.True(t, ok)
	assert.Equal(t, "Zoë 😀", s)
	for key, want := range map[item.Key]int64{"0x0017": -2, "0x0018": -2, "0x0019": 1<<32 + 1} {
		n, ok := p.Int(key)
		assert.True(t, ok, key)
		assert.Equal(t, want, n, key)
	}
	b, ok := p.Bool("0x000B")
	assert.True(t, b && ok)
	at, ok := p.Time("0x3008")
	assert.True(t, ok)
	assert.Equal(t, when, at)
	bin, ok := p.Binary("0x300B")
	assert.True(t, ok)
	assert.Equal(t, []byte{1, 2}, bin)

	for _, key := range []item.Key{"0x3001", "0x0001", "0x9999"} {
		_, ok := p.Int(key)
		assert.False(t, ok, key)
	}
	_, ok = p.Bool("0x0017")
	assert.False(t, ok)
	_, ok = p.Time("0x300B")
	assert.False(t, ok)
	_, ok = p.String("0x300B")
	assert.False(t, ok)
	_, ok = p.Binary("0x3001")
	assert.False(t, ok)
}

func TestProps_Find(t *testing.T) {
	p := item.Props{item.NameKey(psetidAddress, "Keywords"): item.String("x")}
	spelling, v, ok := p.Find(item.NameKey(psetidAddress, "KEYWORDS"))
	assert.True(t, ok)
	assert.Equal(t, item.NameKey(psetidAddress, "Keywords"), spelling)
	assert.Equal(t, item.String("x"), v)
	_, _, ok = p.Find("0x3001")
	assert.False(t, ok)
}

func TestFileTime(t *testing.T) {
	assert.Zero(t, item.FileTime(time.Date(1601, 1, 1, 0, 0, 0, 0, time.UTC)))
	unix := uint64(116444736000000000)
	assert.Equal(t, unix, item.FileTime(time.Unix(0, 0)))
	assert.Equal(t, time.Unix(0, 0).UTC(), item.FromFileTime(unix))
}

func TestDecodeUTF16(t *testing.T) {
	assert.Equal(t, "a", item.DecodeUTF16([]byte{'a', 0, 0, 0}), "terminator")
	assert.Equal(t, "a", item.DecodeUTF16([]byte{'a', 0, 7}), "odd length")
	assert.Equal(t, "\uFFFD", item.DecodeUTF16([]byte{0, 0xD8}), "half a surrogate pair")
}

func TestKindOf(t *testing.T) {
	for class, want := range map[string]item.Kind{
		"IPM.Contact": item.Contact, "ipm.contact.Custom": item.Contact, "IPM.ContactX": item.Other,
		"IPM.DistList": item.DistList, "IPM.Appointment": item.Appointment,
		"IPM.Appointment.Live Meeting": item.Appointment, "IPM.Task": item.Task,
		"IPM.StickyNote": item.Note, "IPM.Note": item.Other, "": item.Other,
	} {
		assert.Equal(t, want, item.KindOf(class), class)
		assert.Equal(t, want, (&item.Item{Class: class}).Kind(), class)
	}
	assert.Equal(t, "contact", item.Contact.String())
	assert.Equal(t, "other", item.Kind(99).String())
}

func largeOf(b []byte) *item.Large {
	return &item.Large{Size: int64(len(b)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(b)), nil
	}}
}

func TestValue_Digest(t *testing.T) {
	small := item.Binary([]byte("photo"))
	large := item.Value{Type: item.TypeBinary, Large: largeOf([]byte("photo"))}
	a, err := small.Digest()
	require.NoError(t, err)
	b, err := large.Digest()
	require.NoError(t, err)
	assert.Equal(t, a, b, "a value is the same in memory and out of it")
	assert.Equal(t, small.Size(), large.Size())

	other, err := item.Value{Type: item.TypeUnicode, Data: []byte("photo")}.Digest()
	require.NoError(t, err)
	assert.NotEqual(t, a, other, "the type counts")
}

func TestValue_Digest_Unreadable(t *testing.T) {
	gone := errors.New("gone")
	v := item.Value{Type: item.TypeBinary, Large: &item.Large{Size: 1, Open: func() (io.ReadCloser, error) { return nil, gone }}}
	it := &item.Item{Attachments: []item.Attachment{{Props: item.Props{"0x3701": v}}}}
	_, err := it.Digests(nil)
	require.ErrorIs(t, err, gone)

	short := largeOf([]byte("abc"))
	short.Size = 4
	_, err = item.Value{Type: item.TypeBinary, Large: short}.Digest()
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

func TestItem_Digests(t *testing.T) {
	ada, bob := item.Props{"0x3001": item.String("Ada")}, item.Props{"0x3001": item.String("Bob")}
	photo := item.Attachment{Props: item.Props{"0x3701": item.Binary([]byte{1}), "0x0E21": item.Int32(0)}}
	mail := item.Attachment{Props: item.Props{"0x0E21": item.Int32(1)}, Embedded: &item.Item{
		Props: item.Props{"0x0037": item.String("inner"), "0x0E08": item.Int32(9)},
	}}
	volatile := func(k item.Key) bool { return k == "0x0E21" || k == "0x0E08" }
	digests := func(it *item.Item) map[item.Key]item.Digest {
		d, err := it.Digests(volatile)
		require.NoError(t, err)
		return d
	}
	base := &item.Item{
		Props:       item.Props{"0x3001": item.String("x"), "0x0E08": item.Int32(1)},
		Recipients:  []item.Props{ada, bob},
		Attachments: []item.Attachment{photo, mail},
	}
	want := digests(base)
	assert.ElementsMatch(t, []item.Key{"0x3001", item.KeyRecipients, item.KeyAttachments}, keysOf(want))

	tests := []struct {
		name string
		it   *item.Item
		same bool
	}{
		{"lists in another order", &item.Item{Props: base.Props, Recipients: []item.Props{bob, ada}, Attachments: []item.Attachment{mail, photo}}, true},
		{"volatile values differ at every depth", &item.Item{
			Props:      item.Props{"0x3001": item.String("x"), "0x0E08": item.Int32(2)},
			Recipients: base.Recipients,
			Attachments: []item.Attachment{
				{Props: item.Props{"0x3701": item.Binary([]byte{1}), "0x0E21": item.Int32(5)}},
				{Props: item.Props{"0x0E21": item.Int32(6)}, Embedded: &item.Item{Props: item.Props{"0x0037": item.String("inner")}}},
			},
		}, true},
		{"a recipient twice", &item.Item{Props: base.Props, Recipients: []item.Props{ada, bob, bob}, Attachments: base.Attachments}, false},
		{"embedded message changed", &item.Item{Props: base.Props, Recipients: base.Recipients, Attachments: []item.Attachment{
			photo, {Embedded: &item.Item{Props: item.Props{"0x0037": item.String("other")}}},
		}}, false},
		{"embedded message gone", &item.Item{Props: base.Props, Recipients: base.Recipients, Attachments: []item.Attachment{photo, {}}}, false},
		{"no lists", &item.Item{Props: base.Props}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.same {
				assert.Equal(t, want, digests(tt.it))
			} else {
				assert.NotEqual(t, want, digests(tt.it))
			}
			whole, err := tt.it.Digest(volatile)
			require.NoError(t, err)
			assert.Equal(t, tt.same, whole == item.DigestAll(want))
		})
	}
}

func TestItem_Digests_SpellingOfNames(t *testing.T) {
	a := &item.Item{Props: item.Props{item.NameKey(psetidAddress, "Keywords"): item.String("x")}}
	b := &item.Item{Props: item.Props{item.NameKey(psetidAddress, "keywords"): item.String("x")}}
	da, err := a.Digests(nil)
	require.NoError(t, err)
	db, err := b.Digests(nil)
	require.NoError(t, err)
	assert.Equal(t, da, db)
}

func TestItem_Digests_EndlessEmbedding(t *testing.T) {
	it := &item.Item{}
	it.Attachments = []item.Attachment{{Embedded: it}}
	_, err := it.Digests(nil)
	require.Error(t, err)
}

func keysOf(m map[item.Key]item.Digest) []item.Key {
	var keys []item.Key
	for k := range m {
		keys = append(keys, k)
	}
	return keys
}

func TestListDigests(t *testing.T) {
	one, two := item.Digest{1}, item.Digest{2}
	list := item.ListDigests(map[item.Key]item.Digest{"0x3001": two, "0x0037": one})
	assert.Equal(t, item.DigestList{{Key: "0x0037", Digest: one}, {Key: "0x3001", Digest: two}}, list)
	d, ok := list.Get("0x3001")
	assert.True(t, ok)
	assert.Equal(t, two, d)
	_, ok = list.Get("0x1000")
	assert.False(t, ok)
}
