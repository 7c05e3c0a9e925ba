package pst_test

import (
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// What a store cannot hold is refused by the name of the property, before
// anything is written.
func TestCreate_invalid(t *testing.T) { eachFormat(t, testCreateInvalid) }

func testCreateInvalid(t *testing.T, o pst.CreateOptions) {
	prop := func(p pst.Property) pst.Content { return pst.Content{Props: []pst.Property{p}} }
	raw := func(id uint16, typ pst.PropType, b ...byte) pst.Content {
		return prop(pst.Property{Tag: pst.MakeTag(id, typ), Data: b})
	}
	large := func(typ pst.PropType, size int64) pst.Content {
		open := func() (io.ReadCloser, error) { return nil, errors.New("not to be opened") }
		return prop(pst.Property{Tag: pst.MakeTag(0x6600, typ), Large: &pst.Large{Size: size, Open: open}})
	}
	for _, tc := range []struct {
		name    string
		content pst.Content
		want    error
		says    string
	}{
		{"id 0", raw(0, pst.TypeInt32, 1, 2, 3, 4), pst.ErrInvalid, "0x00000003"},
		{"short int", raw(0x6600, pst.TypeInt32, 1), pst.ErrInvalid, "0x66000003"},
		{"long bool", raw(0x6600, pst.TypeBoolean, 1, 0), pst.ErrInvalid, "0x6600000b"},
		{"odd utf-16", raw(0x6600, pst.TypeUnicode, 1), pst.ErrInvalid, "0x6600001f"},
		{"guid", raw(0x6600, pst.TypeGUID, 1), pst.ErrInvalid, "0x66000048"},
		{"unknown type", raw(0x6600, 0x0099, 1), pst.ErrInvalid, "0x66000099"},
		{"null", raw(0x6600, 0x0001), pst.ErrInvalid, "0x66000001"},
		{"object", raw(0x6600, pst.TypeObject, 1), pst.ErrInvalid, "0x6600000d"},
		{"multi int", raw(0x6600, pst.TypeInt32|pst.TypeMultiple, 1, 2, 3), pst.ErrInvalid, "0x66001003"},
		{"multi bool", raw(0x6600, pst.TypeBoolean|pst.TypeMultiple, 1), pst.ErrInvalid, "0x6600100b"},
		{"multi text", raw(0x6600, pst.TypeUnicode|pst.TypeMultiple, 9, 0, 0, 0), pst.ErrInvalid, "0x6600101f"},
		{"multi offset", raw(0x6600, pst.TypeBinary|pst.TypeMultiple, 1, 0, 0, 0, 9, 0, 0, 0), pst.ErrInvalid, "0x66001102"},
		{"unnamed", raw(0x9000, pst.TypeBinary), pst.ErrInvalid, "0x90000102"},
		{"twice", pst.Content{Props: []pst.Property{psttest.Bytes(0x6600001E, nil), psttest.Bytes(0x66000102, nil)}}, pst.ErrInvalid, "0x66000102"},
		{"too large", large(pst.TypeBinary, 1<<31), pst.ErrTooLarge, "0x66000102"},
		{"large int", large(pst.TypeInt32, 1<<21), pst.ErrTooLarge, "0x66000003"},
		{"negative", large(pst.TypeBinary, -1), pst.ErrInvalid, "0x66000102"},
		{"recipient", pst.Content{Recipients: [][]pst.Property{raw(0x6600, pst.TypeInt32).Props}}, pst.ErrInvalid, "recipient 1: property 0x66000003"},
		{"large recipient", pst.Content{Recipients: [][]pst.Property{large(pst.TypeBinary, 10).Props}}, pst.ErrTooLarge, "recipient 1"},
		{"attachment", pst.Content{Attachments: []pst.Attachment{{Props: raw(0x6600, pst.TypeInt32).Props}}}, pst.ErrInvalid, "attachment 1: property 0x66000003"},
		{"attached object", pst.Content{Attachments: []pst.Attachment{{Props: raw(0x6600, pst.TypeObject).Props}}}, pst.ErrInvalid, "attachment 1: property 0x6600000d"},
		{"kept attachment", pst.Content{Attachments: []pst.Attachment{{Number: 0x8025}}}, pst.ErrInvalid, "attachment 1"},
		{"embedded", pst.Content{Attachments: []pst.Attachment{{Embedded: &pst.Content{Props: raw(0x6600, pst.TypeInt32).Props}}}}, pst.ErrInvalid, "0x66000003"},
		{"too deep", nest(pst.Content{}, 33), pst.ErrInvalid, "messages within messages"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := psttest.Open(t, psttest.NewAs(t, o))
			folder, err := f.Default(pst.ClassContact)
			require.NoError(t, err)
			token := f.Token()
			psttest.Edit(t, f, func(tx *pst.Tx) {
				_, err := tx.Create(folder, tc.content)
				require.ErrorIs(t, err, tc.want)
				assert.ErrorContains(t, err, tc.says)
			})
			assert.Equal(t, token, f.Token())
		})
	}
}

// nest is a message in a message, n times.
func nest(c pst.Content, n int) pst.Content {
	if n == 0 {
		return c
	}
	inner := nest(c, n-1)
	c.Attachments = []pst.Attachment{{Embedded: &inner}}
	return c
}

func TestMessage_nested(t *testing.T) { eachFormat(t, testMessageNested) }

func testMessageNested(t *testing.T, o pst.CreateOptions) {
	_, m := item(t, o, nest(psttest.Contact("x", ""), 20))
	depth := 0
	for c := &m.Content; len(c.Attachments) > 0; c = c.Attachments[0].Embedded {
		depth++
	}
	assert.Equal(t, 20, depth)
}

func TestTx_notFound(t *testing.T) { eachFormat(t, testTxNotFound) }

func testTxNotFound(t *testing.T, o pst.CreateOptions) {
	f := psttest.Open(t, psttest.NewAs(t, o))
	psttest.Edit(t, f, func(tx *pst.Tx) {
		for _, nid := range []pst.NID{0x200024, 0x8022, 0x21, 0} {
			assert.ErrorIs(t, tx.Update(nid, pst.Edit{}), pst.ErrNotFound, nid)
			assert.ErrorIs(t, tx.Delete(nid), pst.ErrNotFound, nid)
			assert.ErrorIs(t, tx.MoveToDeletedItems(nid), pst.ErrNotFound, nid)
			_, err := tx.Message(nid)
			assert.ErrorIs(t, err, pst.ErrNotFound, nid)
		}
		_, err := tx.Create(0x2223, psttest.In(t, tx, psttest.Contact("in a search folder", "")))
		assert.ErrorIs(t, err, pst.ErrNotFound)
	})
}

// A stream that does not have as many bytes as it says is refused, and the transaction goes
// on without it.
func TestTx_streamOfAnotherSize(t *testing.T) { eachFormat(t, testStreamOfAnotherSize) }

func testStreamOfAnotherSize(t *testing.T, o pst.CreateOptions) {
	f := psttest.Open(t, psttest.NewAs(t, o))
	folder, err := f.Default(pst.ClassContact)
	require.NoError(t, err)
	psttest.Edit(t, f, func(tx *pst.Tx) {
		for _, size := range []int64{10, 5000, 20_000} {
			for _, says := range []int64{size - 1, size + 1} {
				p := psttest.Stream(pst.MakeTag(0x6700, pst.TypeBinary), size)
				p.Large.Size = says
				_, err := tx.Create(folder, pst.Content{Props: []pst.Property{p}})
				require.ErrorIs(t, err, pst.ErrInvalid, "%d bytes that say %d", size, says)
			}
		}
		_, err := tx.Create(folder, psttest.In(t, tx, psttest.Contact("Ada", "")))
		require.NoError(t, err)
	})
	got, err := f.Folder(folder)
	require.NoError(t, err)
	assert.Equal(t, 1, got.Items)
}

func TestString8(t *testing.T) {
	for cp, tc := range map[int]struct {
		text  string
		bytes string
	}{
		1252:  {"café €", "caf\xe9 \x80"},
		1251:  {"Привет", "\xcf\xf0\xe8\xe2\xe5\xf2"},
		932:   {"日本", "\x93\xfa\x96{"},
		65001: {"日本", "日本"},
	} {
		got, err := pst.DecodeString8(cp, []byte(tc.bytes))
		require.NoError(t, err)
		assert.Equal(t, tc.text, got)
		back, err := pst.EncodeString8(cp, tc.text)
		require.NoError(t, err)
		assert.Equal(t, tc.bytes, string(back))
	}
	_, err := pst.DecodeString8(99, nil)
	assert.ErrorIs(t, err, pst.ErrUnsupported)
	_, err = pst.EncodeString8(1252, "日本")
	assert.Error(t, err)
}

func TestUTF16(t *testing.T) {
	for _, s := range []string{"", "a", "日本 🎉"} {
		assert.Equal(t, s, pst.DecodeUTF16(pst.EncodeUTF16(s)))
	}
	assert.Equal(t, "a\uFFFD", pst.DecodeUTF16([]byte{'a', 0, 0x00, 0xD8, 1}))

	units := []uint16{'a', 'é', 0x65E5, 0xD83C, 0xDF89, 0xDC00, 0xDBFF, 0xFFFD, 0xFFFF}
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		var u []uint16
		var b []byte
		for range r.IntN(8) {
			u = append(u, units[r.IntN(len(units))])
			b = binary.LittleEndian.AppendUint16(b, u[len(u)-1])
		}
		require.Equal(t, string(utf16.Decode(u)), pst.DecodeUTF16(b), "%x", u)
	}
}
