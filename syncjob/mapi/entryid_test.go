package mapi_test

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/pst"
)

func TestEntryID(t *testing.T) {
	id := mapi.EntryID{Store: [16]byte{1, 15: 2}, NID: 0x8042}
	back, err := mapi.ParseEntryID(id.Bytes())
	require.NoError(t, err)
	assert.Equal(t, id, back)
	for _, bad := range [][]byte{nil, make([]byte, 23), append([]byte{1}, make([]byte, 23)...)} {
		_, err := mapi.ParseEntryID(bad)
		require.ErrorIs(t, err, mapi.ErrNotEntryID)
	}
}

func TestEntryID_OfAStore(t *testing.T) {
	eachStore(t, func(t *testing.T, f *pst.File) {
		nid, err := f.IPMSubtree()
		require.NoError(t, err)
		id, err := mapi.ParseEntryID(f.EntryID(nid))
		require.NoError(t, err)
		assert.Equal(t, mapi.EntryID{Store: f.RecordKey(), NID: nid}, id)
	})
}

func TestOneOff(t *testing.T) {
	o := mapi.OneOff{Flags: 0x9001, Name: "Zoë", Type: "SMTP", Address: "z@example.org"}
	back, err := mapi.ParseOneOff(o.Bytes(), 1252)
	require.NoError(t, err)
	assert.Equal(t, o, back)

	head := o.Bytes()[:22]
	back, err = mapi.ParseOneOff(append(append([]byte{}, head...), "\x00\x00Zo\xEB\x00SMTP\x00z@example.org\x00"...), 1252)
	require.NoError(t, err)
	assert.Equal(t, mapi.OneOff{Name: "Zoë", Type: "SMTP", Address: "z@example.org"}, back)

	for name, bad := range map[string][]byte{
		"nothing":          nil,
		"of a store":       mapi.EntryID{}.Bytes(),
		"without an end":   o.Bytes()[:30],
		"8-bit, no end":    append(append([]byte{}, head...), 0, 0, 'a'),
		"another version":  append(append([]byte{}, head[:20]...), 1, 0, 0, 0),
		"odd, without end": o.Bytes()[:len(o.Bytes())-1],
	} {
		_, err := mapi.ParseOneOff(bad, 1252)
		require.ErrorIs(t, err, mapi.ErrNotEntryID, name)
	}
}

// Members of real distribution lists: the entry id of a contact each, and the
// same address as a one-off beside it. Outlook itself leaves the entry ids as
// they are when it copies a list to another store.
func TestWrapped_OfTheCorpus(t *testing.T) {
	const members, oneOffs = setAddress + "/0x8055", setAddress + "/0x8054"
	found := 0
	eachStore(t, func(t *testing.T, f *pst.File) {
		for m := range messages(t, f) {
			it := toItem(t, f, m.Content)
			if it.Kind() != item.DistList {
				continue
			}
			for _, b := range values(it.Props[members].Data) {
				w, err := mapi.ParseWrapped(b)
				if err != nil {
					_, err = mapi.ParseOneOff(b, f.CodePage())
					require.NoError(t, err)
					continue
				}
				require.EqualValues(t, 3, w.Kind&0x0F)
				id, err := mapi.ParseEntryID(w.Inner)
				require.NoError(t, err)
				assert.NotZero(t, id.NID)
				assert.NotEqual(t, f.RecordKey(), id.Store)
				found++
			}
			for _, b := range values(it.Props[oneOffs].Data) {
				o, err := mapi.ParseOneOff(b, f.CodePage())
				require.NoError(t, err)
				assert.NotEmpty(t, o.Name)
			}
		}
	})
	assert.Positive(t, found)
	_, err := mapi.ParseWrapped([]byte{1})
	require.ErrorIs(t, err, mapi.ErrNotEntryID)
}

// values takes a multi-valued binary apart, trusting it.
func values(b []byte) [][]byte {
	if len(b) == 0 {
		return nil
	}
	n := int(binary.LittleEndian.Uint32(b))
	var all [][]byte
	for i := range n {
		start, end := binary.LittleEndian.Uint32(b[4+4*i:]), uint32(len(b))
		if i+1 < n {
			end = binary.LittleEndian.Uint32(b[8+4*i:])
		}
		all = append(all, b[start:end])
	}
	return all
}
