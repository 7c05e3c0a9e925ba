package syncjob

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/merge"
	"pstsyncd/syncjob/state"
)

// What a job of many large changes replaces does not pile up in memory.
func TestSpillHistory(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: 8 MB go through the history: run without -short")
	}
	db, err := state.Open(filepath.Join(t.TempDir(), "state"), state.Options{})
	require.NoError(t, err)
	defer db.Close()
	j := &job{state: db, side: [2]*store{{}, {}}}
	for i, size := range []int{maxHistoryHeld / 2, maxHistoryHeld / 2, 1, 1} {
		photo := item.Props{"0x3701": item.Binary(make([]byte, size))}
		j.took(state.Entry{NID: uint32(i + 1), Before: item.Item{Attachments: []item.Attachment{{Props: photo}}}})
		j.done = append(j.done, outcome{nid: [2]uint32{uint32(i + 1), uint32(i + 1)}})
		require.NoError(t, j.spillHistory())
		assert.LessOrEqual(t, j.historyHeld, int64(maxHistoryHeld))
	}
	assert.Len(t, j.history, 1, "all before were saved")
	require.NoError(t, j.saveHistory())
	require.NoError(t, db.View(func(tx *state.Tx) error {
		n := uint32(0)
		for e, err := range tx.History(0) {
			require.NoError(t, err)
			n++
			assert.Equal(t, n, e.NID)
			assert.NotZero(t, e.Pair, "the pair has its name before the entry is saved")
		}
		assert.EqualValues(t, 4, n)
		d, ok, err := tx.Doubt()
		assert.True(t, ok)
		assert.EqualValues(t, 1, d.From, "all of them are in doubt")
		return err
	}))
}

// One entry holds so much and no more: what is beyond is named, and a loser of a conflict
// is not overwritten.
func TestReplaced_bounded(t *testing.T) {
	var all []item.Attachment
	photo := item.Binary(make([]byte, 8<<20))
	for range maxEntry/len(photo.Data) + 1 {
		all = append(all, item.Attachment{Props: item.Props{"0x3701": photo}})
	}
	it := &item.Item{Props: item.Props{item.KeyDisplayName: item.String("Ada")}, Attachments: all}
	j := &job{}
	o := outcome{}
	o.action.Do[local] = merge.Edit{Op: merge.Update, Set: []item.Key{item.KeyAttachments, item.KeyDisplayName}}
	entries, err := j.replaced(&o, local, it)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	assert.Equal(t, []item.Key{item.KeyAttachments}, entries[0].Omitted)
	assert.Empty(t, entries[0].Before.Attachments)
	assert.Equal(t, item.String("Ada"), entries[0].Before.Props[item.KeyDisplayName], "what is small is kept")

	o.action.Conflicts = []merge.Conflict{{Key: item.KeyAttachments, Winner: common}}
	_, err = j.replaced(&o, local, it)
	require.ErrorIs(t, err, item.ErrTooLarge)

	it.Attachments = all[1:]
	entries, err = j.replaced(&o, local, it)
	require.NoError(t, err)
	require.Len(t, entries, 2)
	assert.Equal(t, state.Conflict, entries[0].Reason)
	assert.Len(t, entries[0].Before.Attachments, len(all)-1)

	guest := item.Props{item.KeyDisplayName: item.Binary(make([]byte, item.MaxJSONValue+1))}
	it.Recipients = []item.Props{guest}
	o.action.Do[local].Set = []item.Key{item.KeyRecipients}
	entries, err = j.replaced(&o, local, it)
	require.NoError(t, err)
	assert.Equal(t, []item.Key{item.KeyRecipients}, entries[0].Omitted, "what the history can not hold")
	assert.Equal(t, []item.Key{item.KeyRecipients, item.KeyAttachments}, j.deleted(&o, local, it).Omitted)
}
