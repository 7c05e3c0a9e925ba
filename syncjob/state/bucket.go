package state

import (
	"bytes"
	"encoding/binary"

	"go.etcd.io/bbolt"
)

// get returns a value, nil when there is none. It is a copy: touching the file
// itself is safe only under guard.
func (tx *Tx) get(bucket, key []byte) (value []byte, err error) {
	err = tx.guard(func() error {
		value = bytes.Clone(tx.bolt.Bucket(bucket).Get(key))
		return nil
	})
	return value, err
}

// fillPercent is how full pages are left when they are split. Nearly all keys are added
// in ascending order, and what is put again has the size that it had.
const fillPercent = 0.9

func (tx *Tx) put(bucket, key, value []byte) error {
	return tx.guard(func() error {
		b := tx.bolt.Bucket(bucket)
		b.FillPercent = fillPercent
		return b.Put(key, value)
	})
}

func (tx *Tx) delete(bucket, key []byte) error {
	return tx.guard(func() error { return tx.bolt.Bucket(bucket).Delete(key) })
}

// empty drops everything in a bucket.
func (tx *Tx) empty(bucket []byte) error {
	return tx.guard(func() error {
		if k, _ := tx.bolt.Bucket(bucket).Cursor().First(); k == nil {
			return nil
		}
		if err := tx.bolt.DeleteBucket(bucket); err != nil {
			return err
		}
		_, err := tx.bolt.CreateBucket(bucket)
		return err
	})
}

// scan calls f for copies of the entries from the key on, in order, until it
// returns false.
func (tx *Tx) scan(bucket, from []byte, f func(k, v []byte) bool) error {
	var c *bbolt.Cursor
	var k, v []byte
	err := tx.guard(func() error {
		c = tx.bolt.Bucket(bucket).Cursor()
		k, v = c.Seek(from)
		k, v = bytes.Clone(k), bytes.Clone(v)
		return nil
	})
	for err == nil && k != nil && f(k, v) {
		err = tx.guard(func() error {
			k, v = c.Next()
			k, v = bytes.Clone(k), bytes.Clone(v)
			return nil
		})
	}
	return err
}

func key32(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }
func key64(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
