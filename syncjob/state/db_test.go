package state_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/state"
)

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), "pair.state") }

func open(t *testing.T, path string) *state.DB {
	t.Helper()
	db, err := state.Open(path, state.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return db
}

func update(t *testing.T, db *state.DB, f func(tx *state.Tx) error) {
	t.Helper()
	require.NoError(t, db.Update(f))
}

// record makes an item with some properties.
func record(pair uint64, left, right uint32) state.Item {
	return state.Item{
		Pair: pair, Folder: 7,
		Node: [2]state.Node{
			{NID: left, Parent: 0x8082, Data: 1004 + pair, Sub: 1008},
			{NID: right, Parent: 0x8102, Data: 2004 + pair},
		},
		Digests: item.ListDigests(map[item.Key]item.Digest{"0x3001": {byte(pair)}, "0x300B": {2, byte(pair)}}),
	}
}

func TestOpen_KeepsWhatWasUpdated(t *testing.T) {
	path := newPath(t)
	db, err := state.Open(path, state.Options{})
	require.NoError(t, err)
	update(t, db, func(tx *state.Tx) error { return tx.PutItem(record(1, 0x200024, 0x200044)) })
	stop := errors.New("stop")
	require.ErrorIs(t, db.Update(func(tx *state.Tx) error {
		require.NoError(t, tx.PutItem(record(2, 0x200064, 0x200084)))
		return stop
	}), stop)
	require.NoError(t, db.Close())

	db = open(t, path)
	assert.Equal(t, path, db.Path())
	require.NoError(t, db.View(func(tx *state.Tx) error {
		it, ok, err := tx.Item(1)
		assert.True(t, ok)
		assert.Equal(t, record(1, 0x200024, 0x200044), it)
		_, ok, err2 := tx.Item(2)
		assert.False(t, ok, "of an update that failed")
		return errors.Join(err, err2)
	}))
}

func TestOpen_Busy(t *testing.T) {
	path := newPath(t)
	open(t, path)
	_, err := state.Open(path, state.Options{Timeout: 10 * time.Millisecond})
	require.ErrorIs(t, err, state.ErrBusy)
	assert.ErrorContains(t, err, path)
}

func TestOpen_NoFolder(t *testing.T) {
	_, err := state.Open(filepath.Join(t.TempDir(), "no", "pair.state"), state.Options{})
	require.ErrorIs(t, err, fs.ErrNotExist)
}

func TestOpen_NewerVersion(t *testing.T) {
	path := newPath(t)
	require.NoError(t, open(t, path).Close())
	b, err := bbolt.Open(path, 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, b.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("meta")).Put([]byte("version"), binary.BigEndian.AppendUint32(nil, 99))
	}))
	require.NoError(t, b.Close())
	_, err = state.Open(path, state.Options{})
	require.ErrorIs(t, err, state.ErrVersion)
}

func TestOpen_SomethingElse(t *testing.T) {
	for name, content := range map[string][]byte{
		"text":  []byte("this is not a state file"),
		"zeros": make([]byte, 64<<10),
		"long":  []byte(fmt.Sprintf("%0*d", 64<<10, 1)),
	} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			require.NoError(t, os.WriteFile(path, content, 0o600))
			_, err := state.Open(path, state.Options{})
			require.ErrorIs(t, err, state.ErrCorrupt)
			after, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, content, after, "left as it is")
		})
	}
}

// TestOpen_Damaged breaks a file in many ways. Whatever is called afterwards
// returns, and either works or says ErrCorrupt.
func TestOpen_Damaged(t *testing.T) {
	path := newPath(t)
	db, err := state.Open(path, state.Options{})
	require.NoError(t, err)
	update(t, db, func(tx *state.Tx) error {
		for i := range uint64(500) {
			if err := tx.PutItem(record(i+1, uint32(2*i), uint32(2*i))); err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(t, db.Close())
	whole, err := os.ReadFile(path)
	require.NoError(t, err)

	rng := rand.New(rand.NewPCG(7, 7))
	damaged := 0
	for i := range 150 {
		b := append([]byte(nil), whole...)
		if i%3 == 0 {
			b = b[:rng.IntN(len(b))]
		} else {
			at := rng.IntN(len(b) - 64)
			for j := range 64 {
				b[at+j] = byte(rng.Uint32())
			}
		}
		p := filepath.Join(t.TempDir(), fmt.Sprint(i))
		require.NoError(t, os.WriteFile(p, b, 0o600))
		if err := useAll(p); err != nil {
			damaged++
			require.ErrorIs(t, err, state.ErrCorrupt, "case %d", i)
		}
	}
	assert.Greater(t, damaged, 20)
}

// useAll reads everything and writes a little.
func useAll(path string) error {
	db, err := state.Open(path, state.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	err = db.View(func(tx *state.Tx) error {
		for _, err := range tx.Items() {
			if err != nil {
				return err
			}
		}
		for s := range state.Side(2) {
			for _, err := range tx.Refs(s, 0, 1<<31) {
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	return errors.Join(err, db.Update(func(tx *state.Tx) error { return tx.PutItem(record(9999, 1, 1)) }))
}

func TestSetAside(t *testing.T) {
	path := newPath(t)
	require.NoError(t, os.WriteFile(path, []byte("damaged"), 0o600))
	aside, err := state.SetAside(path, time.Date(2021, 2, 3, 4, 5, 6, 0, time.UTC))
	require.NoError(t, err)
	assert.Equal(t, path+".damaged-20210203T040506", aside)
	assert.FileExists(t, aside)
	open(t, path)

	_, err = state.SetAside(filepath.Join(t.TempDir(), "none"), time.Time{})
	require.ErrorIs(t, err, fs.ErrNotExist)
}

func TestDB_PanicOfTheCaller(t *testing.T) {
	db := open(t, newPath(t))
	assert.PanicsWithValue(t, "mine", func() { _ = db.Update(func(*state.Tx) error { panic("mine") }) })
	update(t, db, func(tx *state.Tx) error { return tx.PutItem(record(1, 1, 1)) })
}
