package syncjob_test

import (
	"context"
	"io"
	"iter"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob"
	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/readback"
	"pstsyncd/syncjob/state"
)

// settled says of both stores whether the state takes them for looked at and equal.
func (o *office) settled() (settled [2]bool) {
	o.t.Helper()
	db, err := state.Open(syncjob.StatePath(o.state, o.common, o.local), state.Options{})
	require.NoError(o.t, err)
	defer db.Close()
	require.NoError(o.t, db.View(func(tx *state.Tx) error {
		for s := range settled {
			st, ok, err := tx.Store(state.Side(s))
			require.NoError(o.t, err)
			settled[s] = ok && st.Settled
		}
		return nil
	}))
	return settled
}

// TestRun_ReadbackDiffers has the independent reader see something else than what was
// written. That is an error, is not copied back, and is looked at again.
func TestRun_ReadbackDiffers(t *testing.T) {
	o := people(t, 3)
	sound := o.opt.Readback
	assert.Equal(t, [2]bool{true, true}, o.settled())
	set(t, o.local, "Contacts", "Person 1", 1, item.Props{phone: item.String("one")})
	items := 0
	o.opt.Readback = func(_ context.Context, _ io.ReaderAt, _ int64, wants iter.Seq[readback.Want]) (readback.Report, error) {
		for range wants {
			items++
		}
		return readback.Report{Items: items, Checked: 1, Mismatched: 1}, nil
	}
	_, err := o.try()
	require.ErrorIs(t, err, readback.ErrMismatch)
	assert.Equal(t, syncjob.Broken, syncjob.Classify(err))
	assert.Equal(t, 1, items)
	assert.Equal(t, [2]bool{}, o.settled())

	o.opt.Readback = sound
	assert.Equal(t, "common +0 ~0 -0, local +0 ~0 -0", did(o.sync()))
	assert.Equal(t, [2]bool{true, true}, o.settled())
	o.equalMaps()
	o.idle()
}

// TestRun_IntentOfAnotherItem finds an intent of which one item is not the one that was
// meant: its job ended before, and somebody else was given the number.
func TestRun_IntentOfAnotherItem(t *testing.T) {
	o := newOffice(t, "")
	ann := add(t, o.common, "Contacts", contact("Ann", nil))[0]
	bob := add(t, o.local, "Contacts", contact("Bob", nil))[0]
	_, it := find(t, o.common, "Contacts", "Ann")
	digests, err := it.Digests(func(item.Key) bool { return false })
	require.NoError(t, err)
	db, err := syncjob.OpenState(syncjob.StatePath(o.state, o.common, o.local), state.Options{}, nil)
	require.NoError(t, err)
	require.NoError(t, db.Update(func(tx *state.Tx) error {
		pair, err := tx.NextPair()
		require.NoError(t, err)
		return tx.AddIntent(state.Item{
			Pair: pair, Digests: item.ListDigests(digests), Node: [2]state.Node{{NID: uint32(ann)}, {NID: uint32(bob)}},
		})
	}))
	require.NoError(t, db.Close())
	assert.Equal(t, "common +1 ~0 -0, local +1 ~0 -0", did(o.sync()))
	o.equalMaps()
	assert.Len(t, itemsOf(t, o.common, "Contacts"), 2)
}
