package pst_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs/crashfs"
)

const journalName = storeName + ".pstsyncd-journal"

// tornHeaders calls visit with the disk as it is when the power fails amid each write of
// the header, at each byte that makes a difference.
func (rec *recorded) tornHeaders(visit func(img *crashfs.FS, op int)) {
	t := rec.t
	t.Helper()
	const sector = crashfs.SectorSize
	for op := rec.first; op < rec.fsys.Ops(); op++ {
		was := rec.fsys.CrashImage(op, crashfs.All).Bytes(storeName)[:sector]
		is := rec.fsys.CrashImage(op+1, crashfs.All).Bytes(storeName)[:sector]
		for at := 1; at < sector; at++ {
			if is[at-1] == was[at-1] || slices.Equal(is[at:], was[at:]) {
				continue
			}
			img := rec.fsys.CrashImage(op, crashfs.All)
			f, err := img.OpenWrite(storeName)
			require.NoError(t, err)
			_, err = f.WriteAt(is[:at], 0)
			require.NoError(t, err)
			require.NoError(t, f.Close())
			visit(img, op)
		}
	}
}

// journals are those that were there during a run, in their order.
func (rec *recorded) journals() [][]byte {
	var all [][]byte
	for op := rec.first; op < rec.fsys.Ops(); op++ {
		if b := rec.fsys.CrashImage(op, crashfs.All).Bytes(journalName); len(b) > 0 {
			all = append(all, b)
		}
	}
	return slices.CompactFunc(all, slices.Equal[[]byte])
}

// A header that was torn is made whole with the journal of its own commit. With none, or
// with any other, the store is brought back rightly or it is refused, and stays as it is.
func TestJournal(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: every torn header with every journal: run without -short")
	}
	kind := crashKind{run: transaction((*scene).add, (*scene).change, (*scene).grow)}
	for format, o := range psttest.Formats {
		t.Run(format, func(t *testing.T) {
			rec := kind.record(t, crashStore(t, o, 0), o, true)
			twin := kind.record(t, crashStore(t, o, 0), o, true)
			older := rec.journals()
			require.Len(t, older, 3)
			refused, restored := 0, 0
			rec.tornHeaders(func(img *crashfs.FS, op int) {
				own := img.Bytes(journalName)
				done := rec.done(op)
				for name, journal := range map[string][]byte{
					"own":           own,
					"lost":          nil,
					"of the first":  older[0],
					"of the second": older[1],
					"of the third":  older[2],
					"of a twin":     twin.journals()[min(done, 2)],
					"cut":           own[:len(own)*2/3],
					"damaged":       damaged(own),
				} {
					disk := crashfs.New()
					disk.Load(storeName, img.Bytes(storeName))
					if journal != nil {
						disk.Load(journalName, journal)
					}
					f, err := pst.Open(disk, storeName, pst.Options{})
					if err != nil {
						require.NotEqual(t, "own", name, "%v: %v", rec.fsys.Op(op), err)
						require.ErrorIs(t, err, pst.ErrCorrupt)
						require.ErrorContains(t, err, storeName)
						require.True(t, bytes.Equal(img.Bytes(storeName), disk.Bytes(storeName)), "%s, %v, %v", name, rec.fsys.Op(op), err)
						refused++
						continue
					}
					require.NoError(t, f.Close())
					restored++
					require.Contains(t, rec.states[done:min(done+2, len(rec.states))], broughtBack(t, disk, true, name), name)
				}
			})
			t.Logf("%d refused, %d restored", refused, restored)
			assert.Greater(t, refused, 100)
			assert.Greater(t, restored, 100)
		})
	}
}

func damaged(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	b = slices.Clone(b)
	b[len(b)/2] ^= 1
	return b
}

// A journal that was left beside a store that somebody else has changed since is of no use
// to anyone, and goes.
func TestJournal_leftOver(t *testing.T) {
	kind := crashKind{run: transaction((*scene).add)}
	for format, o := range psttest.Formats {
		t.Run(format, func(t *testing.T) {
			rec := kind.record(t, crashStore(t, o, 0), o, true)
			for i, img := range []*crashfs.FS{
				rec.fsys.CrashImage(rec.first, crashfs.All), // as if it had been brought back
				rec.fsys.CrashImage(rec.fsys.Ops(), crashfs.All),
			} {
				other, err := img.OpenWrite(storeName)
				require.NoError(t, err)
				f, err := pst.OpenFile(img, other, "elsewhere", pst.Options{})
				require.NoError(t, err)
				require.NoError(t, inScene(t, f, (*scene).everything, (*pst.Tx).Commit))
				require.NoError(t, f.Close())
				want := contents(t, img, true)
				require.NotContains(t, rec.states, want)
				img.Load(journalName, rec.journals()[0])
				assert.Equal(t, want, broughtBack(t, img, true, ""), i)
			}
		})
	}
}
