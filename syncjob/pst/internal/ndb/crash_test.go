package ndb_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
	"pstsyncd/syncjob/vfs"
	"pstsyncd/syncjob/vfs/crashfs"
)

// populate commits a few random transactions and returns what the store then holds.
func populate(t testing.TB, s *ndb.Store, rnd *rand.Rand, m model, txs int) model {
	t.Helper()
	for range txs {
		tx, err := s.Begin()
		require.NoError(t, err)
		e := &editor{t: t, rnd: rnd, tx: tx, m: m.clone(), max: 40_000}
		for range 15 {
			e.step()
		}
		require.NoError(t, tx.Commit())
		m = e.m
	}
	return m
}

// kept lists what of the writes not synced the crashes of the tests leave behind.
func kept(seed int) map[string]crashfs.Kept {
	return map[string]crashfs.Kept{
		"none":                         crashfs.None,
		"all":                          crashfs.All,
		fmt.Sprintf("some %d", seed):   crashfs.Seed(uint64(seed)),
		fmt.Sprintf("some %d", seed+1): crashfs.Seed(uint64(seed + 1)),
	}
}

// recovered opens the store of a crash image, which recovers it, and returns what it
// holds.
func recovered(t testing.TB, img *crashfs.FS, msg string) model {
	t.Helper()
	f, err := img.OpenWrite(storePath)
	require.NoError(t, err, msg)
	s, err := ndb.Open(f, ndb.Options{Journal: journal(img)})
	require.NoError(t, err, msg)
	defer s.Close()
	requireSound(t, img.Bytes(storePath), 0, msg)
	assert.Equal(t, []string{storePath}, img.Paths(), msg)
	m, err := readModel(s)
	require.NoError(t, err, msg)
	return m
}

// requireEither fails unless m is one of the two.
func requireEither(t testing.TB, before, after, m model, msg string) (isAfter bool) {
	t.Helper()
	if before.diff(m, "") == "" {
		return false
	}
	requireSameModel(t, after, m, msg)
	return true
}

// crashes runs a transaction that makes steps random changes of values of up to max
// bytes, and calls check with an image for every point at which a crash can come.
func crashes(t *testing.T, format disk.Format, steps, max int, check func(img *crashfs.FS, before, after model, committed bool, msg string)) {
	fsys, s := newStore(t, format, disk.CryptPermute)
	rnd := rand.New(rand.NewPCG(7, uint64(max)))
	before := populate(t, s, rnd, model{}, 4)
	first := fsys.Ops()
	tx, err := s.Begin()
	require.NoError(t, err)
	e := &editor{t: t, rnd: rnd, tx: tx, m: before.clone(), max: max}
	for range steps {
		e.step()
	}
	require.NoError(t, tx.Commit())
	require.NoError(t, s.Close())
	last := fsys.Ops()
	for prefix := first; prefix <= last; prefix++ {
		for name, k := range kept(prefix) {
			msg := fmt.Sprintf("crash after operation %d of %d to %d, kept %s", prefix, first, last, name)
			check(fsys.CrashImage(prefix, k), before, e.m, prefix == last, msg)
		}
	}
}

func TestCommit_CrashLeavesStateBeforeOrAfter(t *testing.T) {
	for _, tc := range []struct {
		format     disk.Format
		steps, max int
	}{
		{disk.Unicode, 1, 1000},
		{disk.Unicode, 12, 40_000},
		{disk.Unicode, 6, 900_000}, // the file grows
		{disk.ANSI, 12, 40_000},
	} {
		t.Run(fmt.Sprintf("%v %d %d", tc.format, tc.steps, tc.max), func(t *testing.T) {
			seen := map[bool]int{}
			crashes(t, tc.format, tc.steps, tc.max, func(img *crashfs.FS, before, after model, committed bool, msg string) {
				requireCovered(t, img.Bytes(storePath), msg)
				isAfter := requireEither(t, before, after, recovered(t, img, msg), msg)
				seen[isAfter]++
				require.True(t, isAfter || !committed, msg)
			})
			assert.Positive(t, seen[false], "before")
			assert.Positive(t, seen[true], "after")
		})
	}
}

func TestCommit_CrashIsReadableWithoutRecovery(t *testing.T) {
	crashes(t, disk.Unicode, 8, 20_000, func(img *crashfs.FS, before, after model, _ bool, msg string) {
		f, err := img.Open(storePath)
		require.NoError(t, err)
		s, err := ndb.Open(f, ndb.Options{ReadOnly: true, Journal: journal(img)})
		require.NoError(t, err, msg)
		defer s.Close()
		m, err := readModel(s)
		require.NoError(t, err, msg)
		requireEither(t, before, after, m, msg)
		_, err = s.Begin()
		require.ErrorIs(t, err, ndb.ErrReadOnly)
	})
}

func TestRecovery_CrashWithin(t *testing.T) {
	n := 0
	crashes(t, disk.Unicode, 6, 300_000, func(img *crashfs.FS, before, after model, _ bool, msg string) {
		if n++; n%7 != 0 {
			return
		}
		first := img.Ops()
		want := recovered(t, img, msg)
		for prefix := first; prefix <= img.Ops(); prefix++ {
			for name, k := range kept(prefix) {
				msg := fmt.Sprintf("%s, then after operation %d, kept %s", msg, prefix, name)
				requireSameModel(t, want, recovered(t, img.CrashImage(prefix, k), msg), msg)
			}
		}
	})
}

// Sectors of which only a part was written, as no disk in working order leaves them, cost
// nothing either: the header is the only one that is written where it stands, and what it
// was to be can be told.
func TestCommit_TornSectors(t *testing.T) {
	for _, format := range []disk.Format{disk.Unicode, disk.ANSI} {
		t.Run(format.String(), func(t *testing.T) {
			fsys, s := newStore(t, format, disk.CryptPermute)
			rnd := rand.New(rand.NewPCG(9, 9))
			before := populate(t, s, rnd, model{}, 2)
			first := fsys.Ops()
			after := populate(t, s, rnd, before, 1)
			require.NoError(t, s.Close())
			for prefix := first; prefix <= fsys.Ops(); prefix++ {
				for seed := range 3 {
					msg := fmt.Sprintf("crash after operation %d, seed %d", prefix, seed)
					img := fsys.CrashImage(prefix, crashfs.Torn(uint64(100*prefix+seed)))
					requireEither(t, before, after, recovered(t, img, msg), msg)
				}
			}
		})
	}
}

// TestOpen_HeaderTornAnywhere tears each header that a commit and a rollback write at each
// of its bytes.
func TestOpen_HeaderTornAnywhere(t *testing.T) {
	for _, format := range []disk.Format{disk.Unicode, disk.ANSI} {
		t.Run(format.String(), func(t *testing.T) {
			fsys, s := newStore(t, format, disk.CryptPermute)
			first := fsys.Ops()
			before := model{}
			for _, end := range []func(*ndb.Tx) error{(*ndb.Tx).Rollback, (*ndb.Tx).Commit} {
				tx, err := s.Begin()
				require.NoError(t, err)
				bid, _, err := tx.WriteData(randomReader(1 << 20)) // more than is kept back
				require.NoError(t, err)
				require.NoError(t, tx.PutNode(ndb.Node{NID: tx.NewNID(disk.NIDTypeNormalMessage), Data: bid}))
				require.NoError(t, end(tx))
			}
			after, err := readModel(s)
			require.NoError(t, err)
			require.NoError(t, s.Close())
			torn := tornHeaders(t, fsys, first, func(img *crashfs.FS, msg string) {
				requireEither(t, before, after, recovered(t, img, msg), msg)
			})
			assert.Greater(t, torn, 5*5)
		})
	}
}

// TestOpen_HeaderTornAmidCarry tears headers whose dwUnique is raised with a carry, so that
// a part of it is neither of the two numbers, in stores of each writer's fAMapValid.
func TestOpen_HeaderTornAmidCarry(t *testing.T) {
	for i, last := range []uint32{1<<8 - 1, 1<<16 - 1, 1<<24 - 1, 1<<32 - 1} {
		for _, unique := range []uint32{last - 1, last} {
			fsys, m := smallStore(t)
			patch(t, fsys, func(h *disk.Header, _ []byte) {
				h.Unique = unique
				h.Root.AMapValid = []uint8{disk.AMapValid1, disk.AMapValid2}[i%2]
			})
			s := openStore(t, fsys)
			first := fsys.Ops()
			tx, err := s.Begin()
			require.NoError(t, err)
			_, _, err = tx.WriteData(randomReader(1 << 20)) // more than is kept back
			require.NoError(t, err)
			require.NoError(t, tx.Rollback())
			require.NoError(t, s.Close())
			torn := tornHeaders(t, fsys, first, func(img *crashfs.FS, msg string) {
				requireSameModel(t, m, recovered(t, img, msg), msg)
			})
			assert.Greater(t, torn, 2*5)
		}
	}
}

// withFault runs a transaction of which one operation fails, and returns the file
// system as it is then.
func withFault(t *testing.T, at int, kind crashfs.Fault) (fsys *crashfs.FS, before, after model, fired bool, err error) {
	fsys, s := newStore(t, disk.Unicode, disk.CryptPermute)
	rnd := rand.New(rand.NewPCG(3, 3))
	before = populate(t, s, rnd, model{}, 2)
	tx, berr := s.Begin()
	require.NoError(t, berr)
	e := &editor{t: t, rnd: rnd, tx: tx, m: before.clone(), max: 40_000}
	for range 10 {
		e.step() // small enough to write nothing
	}
	fsys.FailAt(fsys.Ops()+at, kind)
	err = tx.Commit()
	fired = fsys.Fired()
	fsys.Repair()
	if err != nil {
		require.NoError(t, tx.Rollback())
	}
	after = e.m
	if err == nil {
		require.NoError(t, s.Close())
		return fsys, before, after, fired, nil
	}
	requireUsableOrBroken(t, s, err)
	require.NoError(t, s.Close())
	return fsys, before, after, fired, err
}

// requireUsableOrBroken fails unless a store in which a commit failed can be written, or
// says that it has to be opened again.
func requireUsableOrBroken(t *testing.T, s *ndb.Store, cause error) {
	tx, err := s.Begin()
	if err != nil {
		require.ErrorIs(t, err, ndb.ErrBroken)
		require.ErrorIs(t, err, crashfs.ErrInjected)
		return
	}
	bid, _, err := tx.WriteData(randomReader(100))
	require.NoError(t, err)
	require.NoError(t, tx.PutNode(ndb.Node{NID: tx.NewNID(disk.NIDTypeNormalMessage), Data: bid}))
	require.NoError(t, tx.Commit(), "after %v", cause)
	tx, err = s.Begin()
	require.NoError(t, err)
	for n, err := range tx.Nodes(0, 1<<32-1) {
		require.NoError(t, err)
		if n.Data == bid {
			require.NoError(t, tx.DeleteNode(n.NID))
		}
	}
	require.NoError(t, tx.Commit())
}

func TestCommit_FailedOperation(t *testing.T) {
	for name, kind := range map[string]crashfs.Fault{
		"EIO": crashfs.EIO, "ENOSPC": crashfs.ENOSPC, "short write": crashfs.ShortWrite, "failed sync": crashfs.FailedSync,
	} {
		t.Run(name, func(t *testing.T) {
			failed := 0
			for at := 0; ; at++ {
				fsys, before, after, fired, err := withFault(t, at, kind)
				if !fired {
					break
				}
				msg := fmt.Sprintf("operation %d: %v", at, err)
				m := recovered(t, fsys, msg)
				if err == nil {
					requireSameModel(t, after, m, msg)
					continue
				}
				failed++
				require.ErrorIs(t, err, crashfs.ErrInjected, msg)
				requireEither(t, before, after, m, msg)
			}
			assert.Greater(t, failed, 4)
		})
	}
}

// A full disk costs the transaction and nothing else, wherever it strikes: the store
// needs no recovery, and can be written when there is space.
func TestTx_FullDisk(t *testing.T) {
	for _, kind := range []crashfs.Fault{crashfs.ENOSPC, crashfs.ShortWrite} {
		for at := range 30 {
			fsys, s := newStore(t, disk.Unicode, disk.CryptPermute)
			before := populate(t, s, rand.New(rand.NewPCG(4, 4)), model{}, 2)
			size := len(fsys.Bytes(storePath))
			tx, err := s.Begin()
			require.NoError(t, err)
			fsys.FailAt(fsys.Ops()+at, kind)
			_, _, err = tx.WriteData(randomReader(5 << 20))
			require.ErrorIs(t, err, crashfs.ErrInjected)
			require.ErrorIs(t, tx.Commit(), crashfs.ErrInjected)
			require.NoError(t, tx.Rollback())
			requireSound(t, fsys.Bytes(storePath), 0)
			require.Len(t, fsys.Bytes(storePath), size)
			requireModel(t, before, s)
			putNode(t, s, 0, 1000)
			requireSound(t, fsys.Bytes(storePath), 0)
			require.NoError(t, s.Close())
		}
	}
}

// While the disk stays full, not even that much can be undone, and the next Open does it.
func TestTx_DiskStaysFull(t *testing.T) {
	fsys, s := newStore(t, disk.Unicode, disk.CryptPermute)
	before := populate(t, s, rand.New(rand.NewPCG(4, 4)), model{}, 2)
	tx, err := s.Begin()
	require.NoError(t, err)
	fsys.FailFrom(fsys.Ops()+5, crashfs.ENOSPC)
	_, _, err = tx.WriteData(randomReader(5 << 20))
	require.ErrorIs(t, err, crashfs.ErrInjected)
	require.ErrorIs(t, tx.Rollback(), crashfs.ErrInjected)
	_, err = s.Begin()
	require.ErrorIs(t, err, ndb.ErrBroken)
	requireModel(t, before, s, "what was there can be read on")
	require.NoError(t, s.Close())
	fsys.Repair()
	requireSameModel(t, before, recovered(t, fsys, ""))
}

// Without a durable journal there is no commit, and after the rollback no journal.
func TestStore_JournalThatCannotBeWritten(t *testing.T) {
	for name, folder := range map[string]func(*crashfs.FS) vfs.FS{
		"not made":    func(fsys *crashfs.FS) vfs.FS { return noCreate{fsys} },
		"not durable": func(fsys *crashfs.FS) vfs.FS { return noSyncDir{fsys} },
	} {
		t.Run(name, func(t *testing.T) {
			fsys, s := newStore(t, disk.Unicode, disk.CryptPermute)
			require.NoError(t, s.Close())
			f, err := fsys.OpenWrite(storePath)
			require.NoError(t, err)
			s, err = ndb.Open(f, ndb.Options{Journal: ndb.Journal{FS: folder(fsys), Path: journal(fsys).Path}})
			require.NoError(t, err)
			before := fsys.Bytes(storePath)
			tx, err := s.Begin()
			require.NoError(t, err)
			require.NoError(t, tx.PutNode(ndb.Node{NID: 0x21}))
			require.ErrorIs(t, tx.Commit(), errDenied)
			require.NoError(t, tx.Rollback())
			requireSound(t, fsys.Bytes(storePath), 0)
			assert.Len(t, fsys.Bytes(storePath), len(before))
			assert.Equal(t, []string{storePath}, fsys.Paths())
			_, err = s.Begin()
			require.NoError(t, err)
			require.NoError(t, s.Close())
		})
	}
}

var errDenied = errors.New("denied")

type noCreate struct{ *crashfs.FS }

func (noCreate) Create(string) (vfs.File, error) { return nil, errDenied }

type noSyncDir struct{ *crashfs.FS }

func (noSyncDir) SyncDir(string) error { return errDenied }

func TestStore_JournalThatCannotBeRemoved(t *testing.T) {
	fsys, s := newStore(t, disk.Unicode, disk.CryptPermute)
	require.NoError(t, s.Close())
	f, err := fsys.OpenWrite(storePath)
	require.NoError(t, err)
	s, err = ndb.Open(f, ndb.Options{Journal: ndb.Journal{FS: noRemove{fsys}, Path: journal(fsys).Path}})
	require.NoError(t, err)
	fill(t, s, 3)
	fill(t, s, 3)
	require.NoError(t, s.Close())
	requireSound(t, fsys.Bytes(storePath), 0)
	assert.Len(t, fsys.Paths(), 2)
	assert.Len(t, recovered(t, fsys, ""), 6)
}

type noRemove struct{ *crashfs.FS }

func (noRemove) Remove(string) error { return errDenied }
