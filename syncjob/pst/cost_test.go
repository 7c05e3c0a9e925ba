package pst_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs"
)

// Many items in one transaction cost in proportion to their number.
func TestTx_linear(t *testing.T) {
	perItem := func(n int) float64 {
		var c vfs.Counters
		f, err := pst.Create(vfs.Count(vfs.OS, &c), t.TempDir()+"/x.pst", pst.CreateOptions{})
		require.NoError(t, err)
		defer f.Close()
		folder, err := f.Default(pst.ClassContact)
		require.NoError(t, err)
		before := c.BytesWritten.Load() + c.BytesRead.Load()
		psttest.Edit(t, f, func(tx *pst.Tx) {
			for i := range n {
				_, err := tx.Create(folder, psttest.Contact(fmt.Sprint("Contact number ", i), "a note"))
				require.NoError(t, err)
			}
		})
		return float64(c.BytesWritten.Load()+c.BytesRead.Load()-before) / float64(n)
	}
	few, many := perItem(1_000), perItem(10_000)
	assert.InEpsilon(t, few, many, 0.3, "bytes an item")
}
