package psttest

import (
	"encoding/binary"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/vfs"
)

// Formats are the kinds of stores that people have, by name.
var Formats = map[string]pst.CreateOptions{
	"unicode": {},
	"ansi":    {Format: pst.ANSI},
}

// Encoded are the kinds of stores whose blocks are encoded as Outlook does only for
// those who ask for it.
var Encoded = map[string]pst.CreateOptions{
	"unicode cyclic": {Encoding: pst.EncodingCyclic},
	"ansi cyclic":    {Format: pst.ANSI, Encoding: pst.EncodingCyclic},
	"ansi plain":     {Format: pst.ANSI, Encoding: pst.EncodingNone},
}

// NewAs is the path of a new empty store of a kind.
func NewAs(t testing.TB, o pst.CreateOptions) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "new.pst")
	f, err := pst.Create(vfs.OS, path, o)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	return path
}

// Texts is how a store keeps text: a [pst.File] or a [pst.Tx].
type Texts interface {
	TextType() pst.PropType
	CodePage() int
	EncodeText(s string) ([]byte, error)
}

// In is a content as this store keeps it: strings in UTF-16 become those of an ANSI
// store.
func In(t testing.TB, store Texts, c pst.Content) pst.Content {
	t.Helper()
	c.Props = PropsIn(t, store, c.Props...)
	c.Recipients = slices.Clone(c.Recipients)
	for i, r := range c.Recipients {
		c.Recipients[i] = PropsIn(t, store, r...)
	}
	c.Attachments = slices.Clone(c.Attachments)
	for i, a := range c.Attachments {
		if a.Props != nil {
			c.Attachments[i].Props = PropsIn(t, store, a.Props...)
		}
		if a.Embedded != nil {
			embedded := In(t, store, *a.Embedded)
			c.Attachments[i].Embedded = &embedded
		}
	}
	return c
}

// EditIn is an edit as this store keeps it, see [In].
func EditIn(t testing.TB, store Texts, e pst.Edit) pst.Edit {
	t.Helper()
	c := pst.Content{Props: e.Set}
	if e.Recipients != nil {
		c.Recipients = *e.Recipients
	}
	if e.Attachments != nil {
		c.Attachments = *e.Attachments
	}
	c = In(t, store, c)
	e.Set = c.Props
	if e.Recipients != nil {
		e.Recipients = &c.Recipients
	}
	if e.Attachments != nil {
		e.Attachments = &c.Attachments
	}
	return e
}

// PropsIn are properties as this store keeps them, see [In].
func PropsIn(t testing.TB, store Texts, props ...pst.Property) []pst.Property {
	t.Helper()
	props = slices.Clone(props)
	if store.TextType() == pst.TypeUnicode {
		return props
	}
	for i, p := range props {
		switch p.Tag.Type() {
		case pst.TypeUnicode:
			p.Data = encodeText(t, store, p.Data)
		case pst.TypeUnicode | pst.TypeMultiple:
			p.Data = encodeTexts(t, store, p.Data)
		default:
			continue
		}
		p.Tag = TextTag(store, p.Tag)
		props[i] = p
	}
	return props
}

func encodeText(t testing.TB, store Texts, utf16 []byte) []byte {
	b, err := store.EncodeText(pst.DecodeUTF16(utf16))
	require.NoError(t, err)
	return b
}

// encodeTexts encodes the values of a multi-valued string: a count, that many
// offsets, and the values.
func encodeTexts(t testing.TB, store Texts, b []byte) []byte {
	if len(b) == 0 {
		return b
	}
	n := binary.LittleEndian.Uint32(b)
	offset := func(i uint32) uint32 {
		if i == n {
			return uint32(len(b))
		}
		return binary.LittleEndian.Uint32(b[4+4*i:])
	}
	out := slices.Clone(b[:4+4*n])
	for i := range n {
		binary.LittleEndian.PutUint32(out[4+4*i:], uint32(len(out)))
		out = append(out, encodeText(t, store, b[offset(i):offset(i+1)])...)
	}
	return out
}

// TextTag is the tag that a property has in this store: strings have another one in
// an ANSI store.
func TextTag(store Texts, tag pst.Tag) pst.Tag {
	if multiple := tag.Type() & pst.TypeMultiple; tag.Type() == pst.TypeUnicode|multiple {
		return pst.MakeTag(tag.ID(), store.TextType()|multiple)
	}
	return tag
}

// String is the text of a property of this store.
func String(t testing.TB, store Texts, p pst.Property) string {
	t.Helper()
	if p.Tag.Type() == pst.TypeUnicode {
		return pst.DecodeUTF16(p.Data)
	}
	s, err := pst.DecodeString8(store.CodePage(), p.Data)
	require.NoError(t, err)
	return s
}
