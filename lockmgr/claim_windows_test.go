package lockmgr_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/lockmgr"
)

func TestClaim_AnyOpenIsInTheWay(t *testing.T) {
	path := newStore(t, "outlook.pst")
	h := hold(t, "open", path)
	requireBusy(t, path, lockmgr.Write)
	requireBusy(t, path, lockmgr.Read)
	h.letGo()

	c := claim(t, path)
	assert.Equal(t, lockmgr.ShareMode, c.Kind())
	_, err := os.Open(path)
	require.Error(t, err)
	require.Error(t, os.Rename(path, path+".old"))
	require.NoError(t, c.Release())
}
