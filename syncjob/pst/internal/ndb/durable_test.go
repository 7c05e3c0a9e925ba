package ndb_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
	"pstsyncd/syncjob/vfs"
	"pstsyncd/syncjob/vfs/crashfs"
)

// tornHeaders tears each header that was written since operation first at each of its
// bytes, all writes before it being durable, and returns how many times.
func tornHeaders(t *testing.T, fsys *crashfs.FS, first int, check func(img *crashfs.FS, msg string)) (torn int) {
	t.Helper()
	for i := first; i < fsys.Ops(); i++ {
		was := fsys.CrashImage(i, crashfs.All).Bytes(storePath)[:512]
		is := fsys.CrashImage(i+1, crashfs.All).Bytes(storePath)[:512]
		if string(was) == string(is) {
			continue
		}
		for at := range len(is) {
			if at > 0 && is[at-1] == was[at-1] {
				continue // as at the byte before
			}
			img := fsys.CrashImage(i, crashfs.None)
			f, err := img.OpenWrite(storePath)
			require.NoError(t, err)
			_, err = f.WriteAt(is[:at], 0)
			require.NoError(t, err)
			require.NoError(t, f.Sync())
			require.NoError(t, f.Close())
			check(img, fmt.Sprintf("%s, torn at %d", fsys.Op(i), at))
			torn++
		}
	}
	return torn
}

// When a commit has returned, a crash finds nothing to be recovered, nor does one after
// a recovery.
func TestCommit_LeavesNothingToRecover(t *testing.T) {
	fsys, s := newStore(t, disk.Unicode, disk.CryptPermute)
	fill(t, s, 20)
	requireSound(t, fsys.CrashImage(fsys.Ops(), crashfs.None).Bytes(storePath), 0)
	first := fsys.Ops()
	fill(t, s, 20)
	assert.Equal(t, []string{storePath}, fsys.Paths(), "no journal is left")
	require.NoError(t, s.Close())
	recoveries := 0
	for prefix := first; prefix <= fsys.Ops(); prefix++ {
		img := fsys.CrashImage(prefix, crashfs.None)
		if len(verify(img.Bytes(storePath)).problems) > 0 {
			recoveries++
		}
		require.NoError(t, openStore(t, img).Close())
		requireSound(t, img.CrashImage(img.Ops(), crashfs.None).Bytes(storePath), 0, fmt.Sprintf("after operation %d", prefix))
	}
	assert.Greater(t, recoveries, 3)
}

// A header that calls the AMaps valid is never on the disk before the maps are that
// recovery has rebuilt.
func TestRecovery_MapsBeforeHeader(t *testing.T) {
	fsys, _ := smallStore(t)
	patch(t, fsys, func(h *disk.Header, b []byte) {
		h.Root.AMapValid = disk.AMapInvalid
		all := disk.NewAMap(0)
		all.Set(0, disk.AMapSlots)
		require.NoError(t, all.Marshal(disk.Unicode, b[disk.FirstAMap:]))
	})
	first := fsys.Ops()
	require.NoError(t, openStore(t, fsys).Close())
	requireMapsBeforeHeader(t, fsys, first)
}

// Nor is it before the maps, and the end of the file, are as they were before a
// transaction that is rolled back.
func TestRollback_MapsBeforeHeader(t *testing.T) {
	for _, size := range []int64{1000, 2 * disk.AMapInterval} {
		fsys, s := newStore(t, disk.Unicode, disk.CryptPermute)
		fill(t, s, 20)
		require.NoError(t, s.Close())
		f, err := fsys.OpenWrite(storePath)
		require.NoError(t, err)
		s, err = ndb.Open(f, ndb.Options{Journal: ndb.Journal{FS: noCreate{fsys}, Path: journal(fsys).Path}})
		require.NoError(t, err)
		tx, err := s.Begin()
		require.NoError(t, err)
		bid, _, err := tx.WriteData(randomReader(size))
		require.NoError(t, err)
		require.NoError(t, tx.PutNode(ndb.Node{NID: 0x21, Data: bid}))
		require.ErrorIs(t, tx.Commit(), errDenied)
		first := fsys.Ops()
		require.NoError(t, tx.Rollback())
		requireMapsBeforeHeader(t, fsys, first)
		require.NoError(t, s.Close())
	}
}

// AMaps that were believed are not rebuilt before the header says that they are not to be:
// a crash amid that leaves all of them as they were, or it is seen.
func TestRecovery_FlagBeforeMaps(t *testing.T) {
	fsys, s := newStore(t, disk.Unicode, disk.CryptPermute)
	putNode(t, s, 0, 2*disk.AMapInterval)
	require.NoError(t, s.Close())
	pages := []int64{disk.SectionOffset(0), disk.SectionOffset(1)}
	patch(t, fsys, func(_ *disk.Header, b []byte) {
		for _, off := range pages {
			var amap disk.AMap
			require.NoError(t, amap.Unmarshal(disk.Unicode, b[off:off+disk.PageSize]))
			require.True(t, amap.Allocated(1000, 100))
			amap.Clear(1000, 100)
			require.NoError(t, amap.Marshal(disk.Unicode, b[off:]))
		}
	})
	stale, first := fsys.Bytes(storePath), fsys.Ops()
	s = openStore(t, fsys)
	_, err := s.Begin()
	require.NoError(t, err)
	require.NoError(t, s.Close())
	believed := 0
	eachWholeHeader(t, fsys, first, func(h *disk.Header, b []byte, msg string) {
		rebuilt := false
		for _, off := range pages {
			rebuilt = rebuilt || !bytes.Equal(stale[off:off+disk.PageSize], b[off:off+disk.PageSize])
		}
		if h.Root.AMapValid != disk.AMapInvalid {
			believed++
			if rebuilt {
				requireSound(t, b, 0, msg)
			}
		}
	})
	assert.Positive(t, believed)
}

// requireMapsBeforeHeader fails if a crash after the operations from first on can leave a
// header that calls the AMaps valid, and a store that is not as it says.
func requireMapsBeforeHeader(t *testing.T, fsys *crashfs.FS, first int) {
	t.Helper()
	valid := 0
	eachWholeHeader(t, fsys, first, func(h *disk.Header, b []byte, msg string) {
		if h.Root.AMapValid != disk.AMapInvalid {
			valid++
			requireSound(t, b, 0, msg)
		}
	})
	assert.Positive(t, valid)
}

// eachWholeHeader looks at what crashes after the operations from first on leave, where
// the header is not torn.
func eachWholeHeader(t *testing.T, fsys *crashfs.FS, first int, look func(h *disk.Header, b []byte, msg string)) {
	t.Helper()
	for prefix := first; prefix <= fsys.Ops(); prefix++ {
		for seed := range uint64(16) {
			b := fsys.CrashImage(prefix, crashfs.Seed(seed)).Bytes(storePath)
			var h disk.Header
			require.NoError(t, h.Unmarshal(disk.Unicode, b))
			_, whole, err := disk.CheckHeaderCRC(disk.Unicode, b)
			require.NoError(t, err)
			if whole {
				look(&h, b, fmt.Sprintf("crash after operation %d, seed %d", prefix, seed))
			}
		}
	}
}

// A header that recovery writes can be torn as well, also where recovery began with a
// torn one.
func TestRecovery_TornWithin(t *testing.T) {
	fsys, s := newStore(t, disk.Unicode, disk.CryptPermute)
	fill(t, s, 20)
	first := fsys.Ops()
	fill(t, s, 20)
	require.NoError(t, s.Close())
	var images []*crashfs.FS
	for prefix := first; prefix <= fsys.Ops(); prefix += 3 {
		images = append(images, fsys.CrashImage(prefix, crashfs.All))
	}
	n := 0
	tornHeaders(t, fsys, first, func(img *crashfs.FS, _ string) {
		if n++; n%5 == 0 {
			images = append(images, img)
		}
	})
	stale, _ := smallStore(t) // left by a program that keeps numbers of its own
	patch(t, stale, func(h *disk.Header, _ []byte) {
		h.Root.AMapValid, h.Root.AMapFree, h.Root.PMapFree = disk.AMapInvalid, 64, 512
	})
	images = append(images, stale)
	torn := 0
	for i, img := range images {
		first := img.Ops()
		want := recovered(t, img, fmt.Sprintf("image %d", i))
		torn += tornHeaders(t, img, first, func(again *crashfs.FS, msg string) {
			msg = fmt.Sprintf("image %d, %s", i, msg)
			requireSameModel(t, want, recovered(t, again, msg), msg)
		})
	}
	assert.Greater(t, torn, 100)
}

// syncFails is a file whose sync fails when it is called once more than left says, as
// one on a disk that cannot keep what it took.
type syncFails struct {
	vfs.File
	left  int
	later int // writes after that
}

var errSync = errors.New("sync failed")

func (f *syncFails) Sync() error {
	if f.left--; f.left < 0 {
		return errSync
	}
	return f.File.Sync()
}

func (f *syncFails) WriteAt(b []byte, off int64) (int, error) {
	if f.left < 0 {
		f.later++
	}
	return f.File.WriteAt(b, off)
}

// After a sync that failed nobody knows what the disk has. Nothing more is written, not
// even to undo what was, until the store is opened again.
func TestCommit_FailedSyncEndsAllWriting(t *testing.T) {
	failed := 0
	for at := 0; ; at++ {
		fsys, s := newStore(t, disk.Unicode, disk.CryptPermute)
		fill(t, s, 20)
		before, err := readModel(s)
		require.NoError(t, err)
		require.NoError(t, s.Close())
		f, err := fsys.OpenWrite(storePath)
		require.NoError(t, err)
		broken := &syncFails{File: f, left: at}
		s, err = ndb.Open(broken, ndb.Options{Journal: journal(fsys)})
		require.NoError(t, err)
		tx, err := s.Begin()
		require.NoError(t, err)
		require.NoError(t, tx.DeleteNode(before.ids()[3]))
		if err := tx.Commit(); err == nil {
			require.NoError(t, s.Close())
			break
		} else {
			require.ErrorIs(t, err, errSync)
		}
		failed++
		require.NoError(t, tx.Rollback())
		_, err = s.Begin()
		require.ErrorIs(t, err, ndb.ErrBroken)
		require.ErrorIs(t, err, errSync)
		assert.Zero(t, broken.later, "writes after sync %d failed", at)
		require.NoError(t, s.Close())
		m := recovered(t, fsys, fmt.Sprintf("sync %d failed", at))
		after := before.clone()
		delete(after, before.ids()[3])
		requireEither(t, before, after, m, "")
	}
	assert.Equal(t, 5, failed, "steps 1, 3, 4, 5 and 6")
}
