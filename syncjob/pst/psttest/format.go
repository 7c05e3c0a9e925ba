package psttest

import (
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

// PropsIn are properties as this store keeps them, see [In].
func PropsIn(t testing.TB, store Texts, props ...pst.Property) []pst.Property {
	t.Helper()
	props = slices.Clone(props)
	for i, p := range props {
		if p.Tag.Type() != pst.TypeUnicode || p.Large != nil {
			continue
		}
		b, err := store.EncodeText(pst.DecodeUTF16(p.Data))
		require.NoError(t, err)
		props[i] = pst.Property{Tag: TextTag(store, p.Tag), Data: b}
	}
	return props
}

// TextTag is the tag of a string property in this store.
func TextTag(store Texts, tag pst.Tag) pst.Tag { return pst.MakeTag(tag.ID(), store.TextType()) }

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
