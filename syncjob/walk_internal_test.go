package syncjob

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/state"
)

// elsewhere knows every page, at another place than it is.
type elsewhere struct{}

func (elsewhere) Page(_ state.Side, bid uint64) (state.Page, bool, error) {
	return state.Page{BID: bid, IB: 1, Last: 1 << 31}, true, nil
}

// A page under the number of a known one and at another place is of another history of
// the store: nothing that is known proves anything.
func TestWalk_forked(t *testing.T) {
	f := psttest.Open(t, psttest.New(t))
	w, err := walk(elsewhere{}, 0, f)
	require.NoError(t, err)
	assert.True(t, w.forked)
	w, err = walk(nobody{}, 0, f)
	require.NoError(t, err)
	assert.False(t, w.forked)
	assert.NotEmpty(t, w.pages)
}
