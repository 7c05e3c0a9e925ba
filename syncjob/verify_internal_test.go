package syncjob

import (
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/merge"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/readback"
)

// An item that is not what both sides agreed on is found out before another program is
// asked.
func TestVerify_notWhatWasMeant(t *testing.T) {
	f := psttest.Open(t, psttest.New(t))
	folder, err := f.Default(pst.ClassContact)
	require.NoError(t, err)
	o := outcome{}
	psttest.Edit(t, f, func(tx *pst.Tx) {
		nid, err := tx.Create(folder, psttest.Contact("Ann", ""))
		require.NoError(t, err)
		o.nid[local] = uint32(nid)
	})
	j := &job{side: [2]*store{local: {pst: f, values: newValues()}}}
	it, err := j.side[local].item(o.nid[local])
	require.NoError(t, err)
	digests, err := it.Digests(j.opt.policy().Volatile)
	require.NoError(t, err)
	o.action = merge.Action{Agreed: item.ListDigests(digests)}
	_, err = j.want(local, &o)
	require.NoError(t, err)
	for name, agreed := range map[string]item.DigestList{
		"one less":  o.action.Agreed[1:],
		"one more":  append(o.action.Agreed[:len(o.action.Agreed):len(o.action.Agreed)], item.KeyDigest{Key: "0x7777"}),
		"different": append(item.DigestList{{Key: o.action.Agreed[0].Key}}, o.action.Agreed[1:]...),
	} {
		t.Run(name, func(t *testing.T) {
			other := o
			other.action.Agreed = agreed
			_, err = j.want(local, &other)
			require.ErrorIs(t, err, readback.ErrMismatch)
		})
	}
}
