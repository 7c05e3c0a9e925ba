package state_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/state"
)

var now = time.Date(2021, 2, 3, 4, 5, 6, 0, time.UTC)

// collect drains a sequence.
func collect[T any](t *testing.T, seq func(func(T, error) bool)) []T {
	t.Helper()
	all := []T{}
	for v, err := range seq {
		require.NoError(t, err)
		all = append(all, v)
	}
	return all
}

func TestItems(t *testing.T) {
	db := open(t, newPath(t))
	update(t, db, func(tx *state.Tx) error {
		for _, r := range [][3]uint64{{1, 0x200024, 0x200044}, {2, 0x2000A4, 0x2000C4}, {3, 0x200064, 0x200084}} {
			require.NoError(t, tx.PutItem(record(r[0], uint32(r[1]), uint32(r[2]))))
		}
		assert.Len(t, collect(t, tx.Items()), 3)
		assert.Equal(t, []state.Ref{{NID: 0x200024, Pair: 1}, {NID: 0x200064, Pair: 3}, {NID: 0x2000A4, Pair: 2}},
			collect(t, tx.Refs(0, 0, 1<<31)))
		assert.Equal(t, []state.Ref{{NID: 0x200084, Pair: 3}}, collect(t, tx.Refs(1, 0x200045, 0x2000C3)))
		for range tx.Refs(1, 0, 1<<31) {
			break
		}

		// The item gets another node on the right.
		moved := record(1, 0x200024, 0x200104)
		require.NoError(t, tx.PutItem(moved))
		got, ok, err := tx.Item(1)
		require.NoError(t, err)
		assert.True(t, ok)
		assert.Equal(t, moved, got)
		_, ok, err = tx.PairOf(1, 0x200044)
		require.NoError(t, err)
		assert.False(t, ok, "the old node belongs to nobody")
		pair, ok, err := tx.PairOf(1, 0x200104)
		require.NoError(t, err)
		assert.True(t, ok)
		assert.EqualValues(t, 1, pair)

		count := func(folder uint32) int {
			n, err := tx.Count(folder)
			require.NoError(t, err)
			return n
		}
		assert.Equal(t, 3, count(7))
		elsewhere := record(3, 0x200064, 0x200084)
		elsewhere.Folder = 8
		require.NoError(t, tx.PutItem(elsewhere))
		assert.Equal(t, 2, count(7))
		assert.Equal(t, 1, count(8))

		require.NoError(t, tx.DeleteItem(1))
		require.NoError(t, tx.DeleteItem(1), "again")
		assert.Equal(t, 1, count(7))
		_, ok, err = tx.PairOf(0, 0x200024)
		require.NoError(t, err)
		assert.False(t, ok)
		return nil
	})
}

// TestItems_NodeTakenOver: a node that was one item's becomes another's before
// the first is forgotten.
func TestItems_NodeTakenOver(t *testing.T) {
	db := open(t, newPath(t))
	update(t, db, func(tx *state.Tx) error {
		require.NoError(t, tx.PutItem(record(1, 10, 20)))
		require.NoError(t, tx.PutItem(record(2, 10, 30)))
		require.NoError(t, tx.DeleteItem(1))
		pair, ok, err := tx.PairOf(0, 10)
		assert.True(t, ok)
		assert.EqualValues(t, 2, pair)
		return err
	})
}

func TestNextPair_IsNeverGivenTwice(t *testing.T) {
	db := open(t, newPath(t))
	update(t, db, func(tx *state.Tx) error {
		for want := uint64(1); want <= 3; want++ {
			n, err := tx.NextPair()
			require.NoError(t, err)
			assert.Equal(t, want, n)
			require.NoError(t, tx.PutItem(record(n, uint32(n), uint32(n))))
		}
		require.NoError(t, tx.DropItems())
		assert.Empty(t, collect(t, tx.Items()))
		assert.Empty(t, collect(t, tx.Refs(0, 0, 1<<31)))
		left, err := tx.Count(7)
		require.NoError(t, err)
		assert.Zero(t, left)
		n, err := tx.NextPair()
		assert.EqualValues(t, 4, n)
		return err
	})
}

func TestKeys_OfAnUpdateThatFailed(t *testing.T) {
	db := open(t, newPath(t))
	odd := record(1, 1, 1)
	odd.Digests = item.ListDigests(map[item.Key]item.Digest{"0x7777": {1}})
	require.Error(t, db.Update(func(tx *state.Tx) error {
		require.NoError(t, tx.PutItem(odd))
		return assert.AnError
	}))
	// The number that 0x7777 had goes to another key.
	other := record(2, 2, 2)
	other.Digests = item.ListDigests(map[item.Key]item.Digest{"0x8888": {2}})
	update(t, db, func(tx *state.Tx) error { return tx.PutItem(other) })
	update(t, db, func(tx *state.Tx) error { return tx.PutItem(odd) })
	require.NoError(t, db.View(func(tx *state.Tx) error {
		for _, want := range []state.Item{odd, other} {
			got, _, err := tx.Item(want.Pair)
			require.NoError(t, err)
			assert.Equal(t, want, got)
		}
		return nil
	}))
}

func TestIntent(t *testing.T) {
	path := newPath(t)
	db, err := state.Open(path, state.Options{})
	require.NoError(t, err)
	update(t, db, func(tx *state.Tx) error { return tx.AddIntent(record(1, 1, 2), record(2, 3, 4)) })
	require.NoError(t, db.Close())

	db = open(t, path)
	update(t, db, func(tx *state.Tx) error {
		assert.Equal(t, []state.Item{record(1, 1, 2), record(2, 3, 4)}, collect(t, tx.Intent()))
		assert.Empty(t, collect(t, tx.Items()), "not recorded yet")
		require.NoError(t, tx.ClearIntent())
		require.NoError(t, tx.ClearIntent(), "again")
		assert.Empty(t, collect(t, tx.Intent()))
		return nil
	})
}

func TestPages(t *testing.T) {
	db := open(t, newPath(t))
	page := state.Page{BID: 77, IB: 0x4A00, First: 0x21, Last: 0x200024}
	update(t, db, func(tx *state.Tx) error {
		require.NoError(t, tx.PutPage(1, page))
		got, ok, err := tx.Page(1, 77)
		require.NoError(t, err)
		assert.True(t, ok)
		assert.Equal(t, page, got)
		_, ok, err = tx.Page(0, 77)
		require.NoError(t, err)
		assert.False(t, ok, "of the other side")
		n, err := tx.PagesPut(1)
		require.NoError(t, err)
		assert.EqualValues(t, 1, n)
		require.NoError(t, tx.DropPages(1))
		_, ok, err = tx.Page(1, 77)
		require.NoError(t, err)
		assert.False(t, ok)
		n, err = tx.PagesPut(1)
		assert.Zero(t, n)
		return err
	})
}

func TestStoresAndFolders(t *testing.T) {
	db := open(t, newPath(t))
	store := state.Store{Path: "common.pst", FileID: "1:2", RecordKey: []byte{1, 2}, Token: json.RawMessage(`{"unique":7}`)}
	update(t, db, func(tx *state.Tx) error {
		_, ok, err := tx.Store(0)
		require.NoError(t, err)
		assert.False(t, ok)
		require.NoError(t, tx.PutStore(1, store))
		got, ok, err := tx.Store(1)
		require.NoError(t, err)
		assert.True(t, ok)
		assert.Equal(t, store, got)

		f := state.Folder{Key: "IPF.Contact", Path: [2]string{"Contacts", "Kontakte"}, NID: [2]uint32{0x8082, 0x8102}}
		f.ID, err = tx.PutFolder(f)
		require.NoError(t, err)
		assert.EqualValues(t, 1, f.ID)
		f.Synced, f.Relist = true, true
		again, err := tx.PutFolder(f)
		require.NoError(t, err)
		assert.Equal(t, f.ID, again)
		second, err := tx.PutFolder(state.Folder{})
		require.NoError(t, err)
		assert.Equal(t, []state.Folder{f, {ID: second}}, collect(t, tx.Folders()))
		mine, other := record(1, 1, 1), record(2, 2, 2)
		other.Folder = second
		require.NoError(t, errors.Join(tx.PutItem(mine), tx.PutItem(other)))
		require.NoError(t, tx.DeleteFolder(second))
		assert.Equal(t, []state.Item{mine}, collect(t, tx.Items()))
		third, err := tx.PutFolder(state.Folder{})
		assert.Greater(t, third, second, "ids are not given out twice")
		return err
	})
}

func TestDirty(t *testing.T) {
	db := open(t, newPath(t))
	update(t, db, func(tx *state.Tx) error {
		_, dirty, err := tx.Dirty()
		require.NoError(t, err)
		assert.False(t, dirty)

		first, err := tx.MarkDirty("common.pst", now)
		require.NoError(t, err)
		second, err := tx.MarkDirty("outlook.pst", now.Add(time.Minute))
		require.NoError(t, err)
		assert.Equal(t, state.Dirty{Seq: first.Seq + 1, Since: now, Trigger: "common.pst"}, second)

		clean, err := tx.ClearDirty(first.Seq)
		require.NoError(t, err)
		assert.False(t, clean, "something was marked since the job began")
		clean, err = tx.ClearDirty(second.Seq)
		require.NoError(t, err)
		assert.True(t, clean)
		clean, err = tx.ClearDirty(second.Seq)
		require.NoError(t, err)
		assert.True(t, clean, "again")

		third, err := tx.MarkDirty("start", now.Add(time.Hour))
		assert.Equal(t, state.Dirty{Seq: second.Seq + 1, Since: now.Add(time.Hour), Trigger: "start"}, third)
		return err
	})
}

func TestRevisit(t *testing.T) {
	db := open(t, newPath(t))
	update(t, db, func(tx *state.Tx) error {
		require.NoError(t, tx.SetRevisit(0, []state.Visit{{NID: 9, Folder: 1}, {NID: 3, Folder: 2}}))
		assert.Equal(t, []state.Visit{{NID: 3, Folder: 2}, {NID: 9, Folder: 1}}, collect(t, tx.Revisit(0)))
		assert.Empty(t, collect(t, tx.Revisit(1)))
		require.NoError(t, tx.SetRevisit(0, nil))
		assert.Empty(t, collect(t, tx.Revisit(0)))
		return nil
	})
}

func TestApprovals(t *testing.T) {
	db := open(t, newPath(t))
	a := state.Halt{Token: "aaa", Folder: "Contacts", Side: 1, Deletions: 40, Of: 100, Since: now}
	b := state.Halt{Token: "bbb", Folder: "Calendar", Deletions: 11, Of: 11, Since: now}
	update(t, db, func(tx *state.Tx) error {
		require.ErrorIs(t, tx.Approve("aaa", now), state.ErrNotFound)
		require.NoError(t, tx.SetHalts([]state.Halt{a, b}))
		require.NoError(t, tx.Approve("aaa", now))
		for token, want := range map[string]bool{"aaa": true, "bbb": false, "ccc": false} {
			ok, err := tx.Approved(token)
			require.NoError(t, err)
			assert.Equal(t, want, ok, token)
		}

		// Still there an hour later: since when, and that it is approved, stays.
		later := a
		later.Since = now.Add(time.Hour)
		require.NoError(t, tx.SetHalts([]state.Halt{later}))
		halts, err := tx.Halts()
		require.NoError(t, err)
		assert.Equal(t, []state.Halt{a}, halts)
		ok, err := tx.Approved("aaa")
		require.NoError(t, err)
		assert.True(t, ok)

		// Carried out: an approval is for once.
		require.NoError(t, tx.SetHalts(nil))
		ok, err = tx.Approved("aaa")
		assert.False(t, ok)
		return err
	})
}

func TestHistory(t *testing.T) {
	db := open(t, newPath(t))
	e := state.Entry{
		Time: now, Job: "j1", Pair: 5, Folder: "Contacts", Side: 1, NID: 0x200024, Reason: state.Conflict,
		Before:  item.Item{Class: "IPM.Contact", Props: item.Props{"0x3A1C": item.String("+41")}},
		Omitted: []item.Key{item.KeyAttachments},
	}
	update(t, db, func(tx *state.Tx) error {
		first, err := tx.AddHistory(e)
		require.NoError(t, err)
		second, err := tx.AddHistory(e)
		require.NoError(t, err)
		all := collect(t, tx.History(0))
		require.Len(t, all, 2)
		e.Number = first
		assert.Equal(t, e, all[0])
		assert.Equal(t, second, collect(t, tx.History(second))[0].Number)
		return nil
	})
}

// What turns out not to have been done is taken out, of one side, and no longer counts.
func TestDropHistory(t *testing.T) {
	db, err := state.Open(newPath(t), state.Options{HistoryBytes: 1 << 20})
	require.NoError(t, err)
	defer db.Close()
	big := func(side state.Side) state.Entry {
		return state.Entry{Side: side, Before: item.Item{Props: item.Props{"0x1000": item.Binary(make([]byte, 300<<10))}}}
	}
	update(t, db, func(tx *state.Tx) error {
		_, ok, err := tx.Doubt()
		require.NoError(t, err)
		assert.False(t, ok)
		first, err := tx.AddHistory(big(1))
		require.NoError(t, err)
		for range 10 { // each failed job's entry would push out the first one
			n, err := tx.AddHistory(big(1))
			require.NoError(t, err)
			want := state.Doubt{From: n, Trees: [2]string{"a", "b"}}
			require.NoError(t, tx.SetDoubt(want))
			d, ok, err := tx.Doubt()
			require.NoError(t, err)
			assert.True(t, ok)
			assert.Equal(t, want, d)
			require.NoError(t, tx.DropHistory(d.From, 0))
			require.Len(t, collect(t, tx.History(0)), 2, "nothing of the other side goes")
			require.NoError(t, tx.DropHistory(d.From, 1))
			require.NoError(t, tx.ClearDoubt())
		}
		all := collect(t, tx.History(0))
		require.Len(t, all, 1)
		assert.Equal(t, first, all[0].Number)
		return nil
	})
}

func TestHistory_IsBounded(t *testing.T) {
	db, err := state.Open(newPath(t), state.Options{HistoryBytes: 1 << 20})
	require.NoError(t, err)
	defer db.Close()
	// 8 KiB are 10.7 KiB of JSON and a little more, of which 95 fit.
	big := state.Entry{Before: item.Item{Props: item.Props{"0x1000": item.Binary(make([]byte, 8<<10))}}}
	for range 10 {
		update(t, db, func(tx *state.Tx) error {
			for range 10 {
				if _, err := tx.AddHistory(big); err != nil {
					return err
				}
			}
			return nil
		})
	}
	require.NoError(t, db.View(func(tx *state.Tx) error {
		all := collect(t, tx.History(0))
		assert.Less(t, len(all), 100)
		assert.Greater(t, len(all), 90)
		assert.EqualValues(t, 100, all[len(all)-1].Number, "the newest stays")
		return nil
	}))
}

// TestUpdate_CostsWhatItTouches: the file of 20,000 items hardly grows, and the
// memory in use neither, when one of them changes.
func TestUpdate_CostsWhatItTouches(t *testing.T) {
	path := newPath(t)
	db := open(t, path)
	update(t, db, func(tx *state.Tx) error {
		for i := range uint32(20_000) {
			if err := tx.PutItem(record(uint64(i)+1, i, i)); err != nil {
				return err
			}
		}
		return nil
	})
	before, err := os.Stat(path)
	require.NoError(t, err)
	allocs := testing.AllocsPerRun(1, func() {
		for range 20 {
			update(t, db, func(tx *state.Tx) error { return tx.PutItem(record(10_000, 9999, 9999)) })
		}
	})
	after, err := os.Stat(path)
	require.NoError(t, err)
	assert.LessOrEqual(t, after.Size()-before.Size(), int64(256<<10))
	assert.Less(t, allocs, 20*1000.0, fmt.Sprint(allocs))
}

// TestKeys_Concurrent reads items whose keys another goroutine is just making
// known.
func TestKeys_Concurrent(t *testing.T) {
	db := open(t, newPath(t))
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range uint64(200) {
			r := record(i+1, uint32(i), uint32(i))
			r.Digests = item.ListDigests(map[item.Key]item.Digest{item.TagKey(uint16(i)): {1}})
			assert.NoError(t, db.Update(func(tx *state.Tx) error { return tx.PutItem(r) }))
		}
	}()
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		require.NoError(t, db.View(func(tx *state.Tx) error {
			for _, err := range tx.Items() {
				if err != nil {
					return err
				}
			}
			return nil
		}))
	}
}
