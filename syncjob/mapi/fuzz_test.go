package mapi_test

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/pst"
)

// bag makes properties of any bytes: a tag, a length of two bytes and so many bytes, for
// each.
func bag(b []byte) (props []pst.Property) {
	for len(b) >= 6 && len(props) < 50 {
		tag, n := pst.Tag(binary.LittleEndian.Uint32(b)), int(binary.LittleEndian.Uint16(b[4:]))
		b = b[6:]
		n = min(n, len(b))
		props = append(props, pst.Property{Tag: tag, Data: b[:n:n]})
		b = b[n:]
	}
	return props
}

// unbag is the reverse of bag.
func unbag(props ...pst.Property) (b []byte) {
	for _, p := range props {
		b = binary.LittleEndian.AppendUint32(b, uint32(p.Tag))
		b = binary.LittleEndian.AppendUint16(b, uint16(len(p.Data)))
		b = append(b, p.Data...)
	}
	return b
}

// FuzzFromPST makes items of properties with any bytes. An item that comes of them can
// be written as JSON, and as what a store of either format keeps or a refusal.
func FuzzFromPST(f *testing.F) {
	f.Add(uint16(1252), unbag(text(0x001A, "IPM.Contact"), text(0x0037, "\x01\x04RE: a"), prop(0x8000, pst.TypeBinary, unhex(f, weekly)...)), unbag(text(0x3001, "Ada")))
	f.Add(uint16(932), unbag(prop(0x0037, pst.TypeString8, 0x83, 0x65, 0x83), prop(0x8001, pst.TypeMultiple|pst.TypeUnicode, 2, 0, 0, 0, 12, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF)), []byte(nil))
	f.Add(uint16(0), unbag(prop(0x3A58, pst.TypeMultiple|pst.TypeString8, 0xFF, 0xFF, 0xFF, 0xFF, 4, 0), prop(0x0FFF, pst.TypeBinary, 1), prop(0x3FF8, pst.TypeTime, 1, 2, 3)), []byte(nil))
	names := nameMap{0x8000: {GUID: [16]byte{2, 0x20, 6}, ID: 0x8216}, 0x8001: {Name: "Keywords"}}
	f.Fuzz(func(t *testing.T, codePage uint16, message, recipient []byte) {
		c := pst.Content{Props: bag(message), Recipients: [][]pst.Property{bag(recipient)}}
		c.Attachments = []pst.Attachment{{Props: bag(recipient), Embedded: &pst.Content{Props: bag(message)}}}
		it, err := mapi.FromPST(c, names.NameOf, int(codePage))
		if err != nil {
			return
		}
		_, err = it.Digests(func(item.Key) bool { return false })
		require.NoError(t, err)
		encode(t, mapi.Entry{ID: "1", Item: it})
		for _, to := range []target{unicodeStore(nameMap{}), ansiStore(1252)} {
			back, err := mapi.ToPST(it, to)
			if err != nil {
				continue
			}
			_, err = mapi.FromPST(back, to.NameOf, to.codePage)
			require.NoError(t, err)
		}
	})
}
