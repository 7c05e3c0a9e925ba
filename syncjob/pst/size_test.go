package pst_test

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// PidTagMessageSize follows the content: it is more than that of the values, and grows
// with them byte for byte.
func TestMessage_size(t *testing.T) {
	f := psttest.Open(t, psttest.New(t))
	folder, err := f.Default(pst.ClassContact)
	require.NoError(t, err)
	size := func(nid pst.NID) int {
		m, err := f.Message(nid)
		require.NoError(t, err)
		p, ok := m.Prop(pst.PidTagMessageSize.ID())
		require.True(t, ok)
		return int(binary.LittleEndian.Uint32(p.Data))
	}
	var nids []pst.NID
	psttest.Edit(t, f, func(tx *pst.Tx) {
		for _, n := range []int{0, 5_000, 100_000} {
			c := psttest.Contact("A", "")
			c.Props = append(c.Props, psttest.Bytes(0x66660102, make([]byte, n)))
			nid, err := tx.Create(folder, c)
			require.NoError(t, err)
			nids = append(nids, nid)
		}
	})
	empty := size(nids[0])
	assert.Greater(t, empty, 100)
	assert.InDelta(t, empty+5_000, size(nids[1]), 64)
	assert.Equal(t, 95_000, size(nids[2])-size(nids[1]))

	psttest.Edit(t, f, func(tx *pst.Tx) {
		require.NoError(t, tx.Update(nids[1], pst.Edit{Set: []pst.Property{psttest.Bytes(0x66660102, make([]byte, 7_000))}}))
	})
	assert.InDelta(t, empty+7_000, size(nids[1]), 200, "after a change, which adds properties")
}
