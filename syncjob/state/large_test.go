package state_test

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/state"
)

func TestPutItem_large(t *testing.T) {
	db := open(t, newPath(t))
	it := record(1, 10, 20)
	it.Large[0] = []state.Large{{ID: 7, Type: item.TypeBinary, Digest: item.Digest{1}}, {ID: 1 << 63, Type: item.TypeUnicode, Digest: item.Digest{2}}}
	it.Large[1] = []state.Large{{ID: 9, Type: item.TypeObject, Digest: item.Digest{3}}}
	update(t, db, func(tx *state.Tx) error { return tx.PutItem(it) })
	require.NoError(t, db.View(func(tx *state.Tx) error {
		got, ok, err := tx.Item(1)
		assert.True(t, ok)
		assert.Equal(t, it, got)
		return err
	}))
}

// A file from before large values were noted is used, and is one of today then.
func TestOpen_OlderVersion(t *testing.T) {
	path := newPath(t)
	db := open(t, path)
	update(t, db, func(tx *state.Tx) error { return tx.PutItem(record(1, 10, 20)) })
	require.NoError(t, db.Close())
	version := func(set []byte) (was []byte) {
		b, err := bbolt.Open(path, 0o600, nil)
		require.NoError(t, err)
		defer b.Close()
		require.NoError(t, b.Update(func(tx *bbolt.Tx) error {
			meta := tx.Bucket([]byte("meta"))
			was = append(was, meta.Get([]byte("version"))...)
			return meta.Put([]byte("version"), set)
		}))
		return was
	}
	now := version(binary.BigEndian.AppendUint32(nil, 1))
	db = open(t, path)
	require.NoError(t, db.View(func(tx *state.Tx) error {
		_, ok, err := tx.Item(1)
		assert.True(t, ok)
		return err
	}))
	require.NoError(t, db.Close())
	assert.Equal(t, now, version(now))
}
