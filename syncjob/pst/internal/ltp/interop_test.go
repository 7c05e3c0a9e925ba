package ltp_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/psttest"
)

// TestInterop_Table has outside readers read a table with an index of two levels,
// a heap with a second map of fill levels and rows in many blocks, after rows were
// changed and deleted in it.
func TestInterop_Table(t *testing.T) {
	path := psttest.New(t)
	f := psttest.Open(t, path)
	folder, err := f.Default("IPF.Contact")
	require.NoError(t, err)
	var ids []pst.NID
	psttest.Edit(t, f, func(tx *pst.Tx) {
		for i := range 1200 {
			id, err := tx.Create(folder, psttest.Contact(fmt.Sprintf("Person %04d", i), "note"))
			require.NoError(t, err)
			ids = append(ids, id)
		}
	})
	psttest.Edit(t, f, func(tx *pst.Tx) {
		for i := 0; i < len(ids); i += 7 {
			require.NoError(t, tx.Delete(ids[i]))
		}
		for i := 1; i < len(ids); i += 7 {
			require.NoError(t, tx.Update(ids[i], pst.Edit{Set: []pst.Property{psttest.Text(pst.PidTagSubject, fmt.Sprintf("Renamed %0*d", 1+i%90, i))}}))
		}
	})

	s := openStore(t, path)
	n, err := s.Node(disk.NID(folder).WithType(disk.NIDTypeContentsTable))
	require.NoError(t, err)
	r := raw(t, s, n)
	table, problems := verifyTC(r)
	assert.Empty(t, problems)
	assert.Greater(t, len(r.blocks), 8, "blocks of the table's heap")
	assert.Greater(t, len(table.rows), 447, "rows, for an index of two levels")
	for reader, l := range psttest.Interop(t, path) {
		assert.Equal(t, len(table.rows), len(l.Items), reader)
	}
}

// TestInterop_Properties has those outside readers that know of them read a
// property context with an index of two levels.
func TestInterop_Properties(t *testing.T) {
	path := psttest.New(t)
	f := psttest.Open(t, path)
	folder, err := f.Default("IPF.Contact")
	require.NoError(t, err)
	var id pst.NID
	psttest.Edit(t, f, func(tx *pst.Tx) {
		c := psttest.Contact("Ann", "note")
		c.Props = append(c.Props, manyProps(tx, t, 700)...)
		id, err = tx.Create(folder, c)
		require.NoError(t, err)
	})
	s := openStore(t, path)
	n, err := s.Node(disk.NID(id))
	require.NoError(t, err)
	props, problems := verifyPC(raw(t, s, n))
	assert.Empty(t, problems)

	l := psttest.PFFExport.Read(t, path)
	assert.Empty(t, l.Complaints)
	require.Len(t, l.Items, 1)
	read := 0
	for tag, want := range props {
		if got := l.Items[0].Props[pst.Tag(tag)]; got != nil {
			assert.Equal(t, want, got, "%08x", tag)
			read++
		}
	}
	assert.Greater(t, read, 700)
}

// manyProps returns numbers under so many names.
func manyProps(tx *pst.Tx, t *testing.T, n int) []pst.Property {
	props := make([]pst.Property, n)
	for i := range props {
		id, err := tx.PutName(pst.PropName{GUID: [16]byte{1}, ID: uint32(0x9000 + i)})
		require.NoError(t, err)
		props[i] = psttest.Int(pst.MakeTag(id, pst.TypeInt32), int32(i))
	}
	return props
}
