package syncjob_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob"
	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/vfs"
)

// fill puts n contacts into a store, with some thirty properties each.
func fill(t testing.TB, path string, n int) {
	t.Helper()
	file, err := pst.Open(vfs.OS, path, pst.Options{})
	require.NoError(t, err)
	defer file.Close()
	tx, err := file.Begin()
	require.NoError(t, err)
	folder, err := tx.FolderByPath("Contacts")
	require.NoError(t, err)
	for i := range n {
		c, err := mapi.ToPST(fullContact(i), tx)
		require.NoError(t, err)
		_, err = tx.Create(folder, c)
		require.NoError(t, err)
	}
	require.NoError(t, tx.Commit())
}

// fullContact is a contact as Outlook writes them.
func fullContact(i int) *item.Item {
	it := contact(fmt.Sprintf("Person %d", i), nil)
	for id := uint16(0x3A05); id < 0x3A1E; id++ {
		it.Props[item.TagKey(id)] = item.String(fmt.Sprintf("value %x of %d", id, i))
	}
	it.Props[mapi.KeyEmail1] = item.String(fmt.Sprintf("person%d@example.com", i))
	it.Props[mapi.KeyFileUnder] = item.String(fmt.Sprintf("%d, Person", i))
	it.Props[item.KeySearchKey] = item.Binary(fmt.Appendf(nil, "%016d", i))
	return it
}

// TestRun_CostsWhatChanged has one contact of many changed: what is read and
// written depends little on how many there are.
func TestRun_CostsWhatChanged(t *testing.T) {
	var costs []syncjob.Result
	for _, n := range []int{500, 3000} {
		o := newOffice(t, "")
		fill(t, o.local, n)
		first := o.sync()
		assert.Equal(t, n, first.Common.Added)
		set(t, o.local, "Contacts", fmt.Sprintf("Person %d", n/2), 1, item.Props{phone: item.String("changed")})
		r := o.sync()
		assert.Equal(t, "common +0 ~1 -0, local +0 ~0 -0", did(r))
		for _, c := range []syncjob.Counts{r.Common, r.Local} {
			assert.LessOrEqual(t, c.BytesRead, int64(1<<20))
			assert.LessOrEqual(t, c.BytesWritten, int64(128<<10))
		}
		costs = append(costs, r)
		t.Logf("%d: first %+v, change %+v", n, first, r)
	}
	few, many := costs[0], costs[1]
	assert.Less(t, many.Common.BytesRead, 2*few.Common.BytesRead)
	assert.Less(t, many.Local.BytesRead, 2*few.Local.BytesRead)
	assert.Less(t, many.Common.BytesWritten, 2*few.Common.BytesWritten)
}
