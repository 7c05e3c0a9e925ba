package pst_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// anyName is name number i: a number or a string, in one of 40 property sets.
func anyName(i int) pst.PropName {
	set := [16]byte{0x5A, byte(i % 40)}
	if i%2 == 0 {
		return pst.PropName{GUID: set, Name: fmt.Sprint("A field of the user, number ", i)}
	}
	return pst.PropName{GUID: set, ID: uint32(i)}
}

// putNames names properties from..to-1 and gives their ids.
func putNames(t *testing.T, tx *pst.Tx, from, to int) (ids []uint16) {
	t.Helper()
	for i := from; i < to; i++ {
		id, err := tx.PutName(anyName(i))
		require.NoError(t, err)
		ids = append(ids, id)
	}
	return ids
}

// TestPutName_thousands: 10,000 names, in streams of many blocks, and items that use all.
func TestPutName_thousands(t *testing.T) {
	const names, each = 10_000, 50
	for format, o := range psttest.Formats {
		t.Run(format, func(t *testing.T) {
			path := psttest.NewAs(t, o)
			f := psttest.Open(t, path)
			folder, err := f.Default(pst.ClassContact)
			require.NoError(t, err)
			var ids []uint16
			var item pst.NID
			psttest.Edit(t, f, func(tx *pst.Tx) {
				ids = putNames(t, tx, 0, names)
				for i := 0; i < names; i += each {
					c := psttest.In(t, tx, psttest.Contact(fmt.Sprint("Contact ", i), ""))
					for k, id := range ids[i : i+each] {
						c.Props = append(c.Props, psttest.Int(pst.MakeTag(id, pst.TypeInt32), int32(k)))
					}
					item, err = tx.Create(folder, c)
					require.NoError(t, err)
				}
			})
			again := openRead(t, path)
			for i, id := range ids {
				name, ok, err := again.NameOf(id)
				require.NoError(t, err)
				require.True(t, ok)
				require.Equal(t, anyName(i), name)
				have, ok, err := again.IDOf(anyName(i))
				require.NoError(t, err)
				require.True(t, ok)
				require.Equal(t, id, have)
			}
			for k, id := range ids[names-each:] {
				p, ok := message(t, again, item).Prop(id)
				require.True(t, ok)
				require.Equal(t, int32(k), int32(p.Data[0]))
			}
		})
	}
}

// TestPutName_cost: one more name costs what it takes to see that it is new, and the end
// of the streams.
func TestPutName_cost(t *testing.T) {
	const names = 10_000
	o := newOffice(t, 100)
	o.edit(t, func(_ *pst.File, tx *pst.Tx) error { putNames(t, tx, 0, names); return nil })
	for i := names; i < names+20; i++ {
		read, written := o.count.BytesRead.Load(), o.count.BytesWritten.Load()
		o.edit(t, func(_ *pst.File, tx *pst.Tx) error { putNames(t, tx, i, i+1); return nil })
		assert.Less(t, o.count.BytesRead.Load()-read, int64(changeReads), "bytes read")
		assert.Less(t, o.count.BytesWritten.Load()-written, int64(changeWrites), "bytes written")
	}
	assert.Empty(t, psttest.Problems(t, o.path))
}

// TestPutName_limit: ids end at 0xFFFD. A name beyond is refused, and all else goes on.
func TestPutName_limit(t *testing.T) {
	f := psttest.Open(t, psttest.New(t))
	folder, err := f.Default(pst.ClassContact)
	require.NoError(t, err)
	last, names := uint16(0), 0
	psttest.Edit(t, f, func(tx *pst.Tx) {
		for ; ; names++ {
			id, err := tx.PutName(anyName(names))
			if err != nil {
				require.ErrorIs(t, err, pst.ErrTooLarge)
				break
			}
			last = id
		}
		_, err = tx.Create(folder, psttest.Contact("after that", ""))
		require.NoError(t, err)
	})
	assert.Equal(t, uint16(0xFFFD), last)
	psttest.Edit(t, f, func(tx *pst.Tx) {
		_, err := tx.PutName(anyName(names))
		require.ErrorIs(t, err, pst.ErrTooLarge)
		id, err := tx.PutName(anyName(names - 1))
		require.NoError(t, err)
		assert.Equal(t, last, id)
	})
}
