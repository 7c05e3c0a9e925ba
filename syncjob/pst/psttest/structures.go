package psttest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
)

// Structure is an item that needs what everyday items have no use for. Each exceeds
// the limits of both formats ([MS-PST] 2.2.2.8.3 and 2.3).
type Structure struct {
	Name    string
	Content func(t testing.TB, tx *pst.Tx) pst.Content // strings in UTF-16, see [In]
}

// Structures are items with, in turn: a property context of two BTH levels (over 447
// records), a heap with one bitmap page and one with two (over 8 and 136 blocks), a
// subnode tree with an SIBLOCK (over 681 subnodes) because of its values and one because
// of its attachments, a value beneath an XXBLOCK (over 2,043 blocks), and a recipient
// table whose row index has two levels and whose rows are in a subnode.
var Structures = []Structure{
	{"two-level bth", func(t testing.TB, tx *pst.Tx) pst.Content {
		c := Contact("Two-level BTH", "")
		for i := range 1_000 {
			c.Props = append(c.Props, Int(numbered(t, tx, i, pst.TypeInt32), int32(i)))
		}
		return c
	}},
	{"heap bitmap page", func(t testing.TB, tx *pst.Tx) pst.Content {
		c := Contact("Heap with a bitmap page", "")
		for i := range 400 {
			c.Props = append(c.Props, Bytes(numbered(t, tx, i, pst.TypeBinary), Noise(900+i%100)))
		}
		return c
	}},
	{"heap bitmap pages", func(t testing.TB, tx *pst.Tx) pst.Content {
		c := Contact("Heap with bitmap pages", "")
		for i := range 1_300 {
			c.Props = append(c.Props, Bytes(numbered(t, tx, i, pst.TypeBinary), Noise(900+i%100)))
		}
		return c
	}},
	{"siblock of values", func(t testing.TB, tx *pst.Tx) pst.Content {
		c := Contact("Many values in subnodes", "")
		for i := range 800 {
			c.Props = append(c.Props, Bytes(numbered(t, tx, i, pst.TypeBinary), Noise(1_100+i)))
		}
		return c
	}},
	{"siblock of attachments", func(testing.TB, *pst.Tx) pst.Content {
		c := Contact("Many attachments", "")
		for i := range 800 {
			c.Attachments = append(c.Attachments, FileAttachment(fmt.Sprintf("%d.bin", i), Noise(10+i)))
		}
		return c
	}},
	{"xxblock", func(testing.TB, *pst.Tx) pst.Content {
		c := Contact("A large attachment", "")
		const size = 2_100 * 8_180 // bytes, and so many blocks at least
		c.Attachments = []pst.Attachment{{Props: []pst.Property{
			Text(TagFileName, "large.bin"), Text(TagLongName, "large.bin"), Stream(TagFileData, size),
		}}}
		return c
	}},
	{"two-level row index", func(testing.TB, *pst.Tx) pst.Content {
		c := Contact("Many recipients", "")
		for i := range 1_500 {
			c.Recipients = append(c.Recipients, Recipient(fmt.Sprint("Recipient ", i), 1))
		}
		return c
	}},
}

// numbered is the tag of a named property of the test's own.
func numbered(t testing.TB, tx *pst.Tx, i int, kind pst.PropType) pst.Tag {
	t.Helper()
	id, err := tx.PutName(pst.PropName{GUID: propertySet(0x7F), ID: uint32(i)})
	require.NoError(t, err)
	return pst.MakeTag(id, kind)
}
