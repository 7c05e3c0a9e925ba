package state_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/state"
)

// FuzzDamaged uses a state file with a few bytes changed, and the file cut to size.
// Whatever is called either works or says ErrCorrupt.
func FuzzDamaged(f *testing.F) {
	path := newPath(f)
	db, err := state.Open(path, state.Options{})
	require.NoError(f, err)
	require.NoError(f, db.Update(func(tx *state.Tx) error {
		for i := range uint64(200) {
			if err := tx.PutItem(record(i+1, uint32(2*i), uint32(2*i))); err != nil {
				return err
			}
		}
		return nil
	}))
	require.NoError(f, db.Close())
	whole, err := os.ReadFile(path)
	require.NoError(f, err)
	for _, at := range []int{0, 16, 4096, 8192, 3 * 4096, len(whole) - 64} {
		f.Add(at, []byte{0xFF, 0xFF, 0xFF, 0xFF}, 0)
		f.Add(at, make([]byte, 32), at)
	}
	f.Fuzz(func(t *testing.T, at int, patch []byte, cut int) {
		if at < 0 || cut < 0 || len(patch) > 256 {
			return // outside of the file
		}
		b := append([]byte(nil), whole...)
		copy(b[at%len(b):], patch)
		b = b[:len(b)-cut%len(b)]
		damaged := filepath.Join(t.TempDir(), "state")
		require.NoError(t, os.WriteFile(damaged, b, 0o600))
		if err := useAll(damaged); err != nil {
			require.ErrorIs(t, err, state.ErrCorrupt)
		}
	})
}
