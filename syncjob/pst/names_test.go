package pst_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

var testSet = [16]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}

func TestNames_corpus(t *testing.T) {
	for name, want := range map[string]int{"outlook-empty.pst": 35, "outlook-mixed.pst": 360, "outlook97-ansi.pst": 162} {
		f := openRead(t, psttest.Corpus(t, name))
		n := 0
		for id := uint16(0x8000); ; id++ {
			got, ok, err := f.NameOf(id)
			require.NoError(t, err)
			if !ok {
				break
			}
			n++
			back, ok, err := f.IDOf(got)
			require.NoError(t, err)
			assert.True(t, ok)
			assert.Equal(t, id, back, got.String())
		}
		assert.Equal(t, want, n, name)
	}
}

func TestPutName(t *testing.T) { eachFormat(t, testPutName) }

func testPutName(t *testing.T, o pst.CreateOptions) {
	f := psttest.Open(t, psttest.NewAs(t, o))
	names := []pst.PropName{
		{GUID: testSet, ID: 1},
		{GUID: testSet, Name: "Straße"},
		{GUID: [16]byte{}, ID: 2},
		{GUID: testSet, Name: "a"}, // 2 bytes, which the stream pads
		{GUID: testSet, Name: "bc"},
		{GUID: [16]byte{0x29, 3, 2, 8: 0xC0, 15: 0x46}, Name: "Keywords"}, // there from the start
	}
	ids := map[pst.PropName]uint16{}
	for _, n := range names { // each in a transaction of its own
		psttest.Edit(t, f, func(tx *pst.Tx) {
			var err error
			ids[n], err = tx.PutName(n)
			require.NoError(t, err)
			got, ok, err := tx.NameOf(ids[n])
			require.NoError(t, err)
			assert.True(t, ok)
			assert.Equal(t, n, got)
		})
	}
	psttest.Edit(t, f, func(tx *pst.Tx) { // all are there
		token := f.Token()
		for _, n := range names {
			id, err := tx.PutName(n)
			require.NoError(t, err)
			assert.Equal(t, ids[n], id)
		}
		assert.Equal(t, token, f.Token())
	})
	for n, id := range ids {
		got, ok, err := f.NameOf(id)
		require.NoError(t, err)
		assert.True(t, ok)
		assert.Equal(t, n, got)
	}
	_, ok, err := f.NameOf(0x8FFF)
	require.NoError(t, err)
	assert.False(t, ok)

	strings, err := pst.NameStrings(f)
	require.NoError(t, err)
	assert.Equal(t, []byte{2, 0, 0, 0, 'a', 0, 0, 0, 4, 0, 0, 0, 'b', 0, 'c', 0}, strings[len(strings)-16:])
}

// A name begins at a multiple of 4. Nothing follows the last one, as in stores of
// Outlook.
func TestPutName_strings(t *testing.T) { eachFormat(t, testPutNameStrings) }

func testPutNameStrings(t *testing.T, o pst.CreateOptions) {
	f := psttest.Open(t, psttest.NewAs(t, o))
	for range 2 {
		psttest.Edit(t, f, func(tx *pst.Tx) {
			_, err := tx.PutName(pst.PropName{GUID: testSet, Name: "odd"})
			require.NoError(t, err)
		})
	}
	strings, err := pst.NameStrings(f)
	require.NoError(t, err)
	assert.Equal(t, []byte{6, 0, 0, 0, 'o', 0, 'd', 0, 'd', 0}, strings[len(strings)-10:])
	assert.Zero(t, (len(strings)-10)%4)
}

// Stores tell string names apart regardless of case; two spellings in one map
// count as damage.
func TestPutName_case(t *testing.T) { eachFormat(t, testPutNameCase) }

func testPutNameCase(t *testing.T, o pst.CreateOptions) {
	f := psttest.Open(t, psttest.NewAs(t, o))
	var first uint16
	for i, spelling := range []string{"MyField", "myfield", "MYFIELD"} {
		psttest.Edit(t, f, func(tx *pst.Tx) {
			id, err := tx.PutName(pst.PropName{GUID: testSet, Name: spelling})
			require.NoError(t, err)
			if i == 0 {
				first = id
				id, err = tx.PutName(pst.PropName{GUID: testSet, Name: "mYfIELD"})
				require.NoError(t, err)
			}
			assert.Equal(t, first, id)
		})
	}
}

func TestPutName_many(t *testing.T) {
	f := psttest.Open(t, psttest.Copy(t, psttest.Corpus(t, "outlook-mixed.pst")))
	name := func(i int) pst.PropName {
		if i%3 == 0 {
			return pst.PropName{GUID: testSet, ID: uint32(i)}
		}
		return pst.PropName{GUID: testSet, Name: fmt.Sprintf("a name of some length %d", i)}
	}
	const n = 2000
	psttest.Edit(t, f, func(tx *pst.Tx) {
		for i := range n {
			_, err := tx.PutName(name(i))
			require.NoError(t, err)
		}
	})
	for i := range n {
		id, ok, err := f.IDOf(name(i))
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, uint16(0x8000+360+i), id)
	}
}

// The Aspose store has items with ids that its map ends before. A new name must not
// get one of them.
func TestTx_PutName_unnamedIDs(t *testing.T) {
	f := psttest.Open(t, psttest.Copy(t, psttest.Corpus(t, "aspose-9-appointments.pst")))
	used := make(map[uint16]bool)
	for nid := pst.NID(0x200024); nid < 0x200904; nid += 0x20 {
		m, err := f.Message(nid)
		if errors.Is(err, pst.ErrNotFound) {
			continue
		}
		require.NoError(t, err)
		for _, p := range m.Props {
			_, ok, err := f.NameOf(p.Tag.ID())
			require.NoError(t, err)
			if p.Tag.ID() >= 0x8000 && !ok {
				used[p.Tag.ID()] = true
			}
		}
	}
	require.NotEmpty(t, used)
	psttest.Edit(t, f, func(tx *pst.Tx) {
		id, err := tx.PutName(pst.PropName{GUID: [16]byte{1}, Name: "New"})
		require.NoError(t, err)
		require.NotContains(t, used, id)
	})
	for id := range used {
		name, ok, err := f.NameOf(id)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, pst.PropName{GUID: pst.UnnamedSet, ID: uint32(id)}, name)
	}
}
