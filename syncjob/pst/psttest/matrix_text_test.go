package psttest_test

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"io"
	"maps"
	"slices"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"

	"pstsyncd/syncjob/pst"
)

// merged are the properties after a change.
func merged(old, set []pst.Property, remove []uint16) []pst.Property {
	by := map[uint16]pst.Property{}
	for _, p := range old {
		by[p.Tag.ID()] = p
	}
	for _, id := range remove {
		delete(by, id)
	}
	for _, p := range set {
		by[p.Tag.ID()] = p
	}
	return slices.SortedFunc(maps.Values(by), func(a, b pst.Property) int { return cmp.Compare(a.Tag, b.Tag) })
}

// stored is a content with the text of the builders as the store has to keep it. It
// is not the engine that says how: the test does, by the standard library.
func (s *scene) stored(c pst.Content) pst.Content {
	c.Props = s.props(c.Props)
	c.Recipients = slices.Clone(c.Recipients)
	for i, r := range c.Recipients {
		c.Recipients[i] = s.props(r)
	}
	c.Attachments = slices.Clone(c.Attachments)
	for i, a := range c.Attachments {
		c.Attachments[i].Props = s.props(a.Props)
		if a.Embedded != nil {
			embedded := s.stored(*a.Embedded)
			c.Attachments[i].Embedded = &embedded
		}
	}
	return c
}

func (s *scene) props(all []pst.Property) []pst.Property {
	all = slices.Clone(all)
	if !s.format.ansi() {
		return all
	}
	for i, p := range all {
		switch {
		case p.Large != nil:
		case p.Tag.Type() == pst.TypeUnicode:
			all[i] = pst.Property{Tag: pst.MakeTag(p.Tag.ID(), pst.TypeString8), Data: s.western(p.Data)}
		case p.Tag.Type() == pst.TypeUnicode|pst.TypeMultiple:
			values := split(p.Data)
			for j, v := range values {
				values[j] = s.western(v)
			}
			all[i] = pst.Property{Tag: pst.MakeTag(p.Tag.ID(), pst.TypeString8|pst.TypeMultiple), Data: multi(values...)}
		}
	}
	return all
}

// western is UTF-16 in code page 1252.
func (s *scene) western(b []byte) []byte {
	s.Helper()
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	text, err := charmap.Windows1252.NewEncoder().String(string(utf16.Decode(units)))
	require.NoError(s, err)
	return []byte(text)
}

// multi is a multi-valued property of values of any length. [MS-PST] 2.3.3.4.2.
func multi(values ...[]byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(values)))
	at := 4 + 4*len(values)
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, uint32(at))
		at += len(v)
	}
	return append(b, bytes.Join(values, nil)...)
}

// split is the reverse of multi.
func split(b []byte) [][]byte {
	values := make([][]byte, binary.LittleEndian.Uint32(b))
	for i := range values {
		end := uint32(len(b))
		if i+1 < len(values) {
			end = binary.LittleEndian.Uint32(b[8+4*i:])
		}
		values[i] = b[binary.LittleEndian.Uint32(b[4+4*i:]):end]
	}
	return values
}

// value is all bytes of a property.
func value(t testing.TB, p pst.Property) []byte {
	t.Helper()
	if p.Large == nil {
		return p.Data
	}
	r, err := p.Large.Open()
	require.NoError(t, err)
	defer r.Close()
	b, err := io.ReadAll(r)
	require.NoError(t, err)
	return b
}
