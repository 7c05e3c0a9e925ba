package pst_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/internal/damage"
	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs"
	"pstsyncd/syncjob/vfs/crashfs"
)

const copyName = "/copy.pst"

// mapDamage breaks what a store says of its space.
var mapDamage = map[string]func(t *testing.T, c *damage.Copy) []byte{
	"nothing": func(_ *testing.T, c *damage.Copy) []byte { return c.Bytes() },
	"amap of zeros": func(_ *testing.T, c *damage.Copy) []byte {
		clear(c.Bytes()[disk.FirstAMap:][:disk.PageSize])
		return c.Bytes()
	},
	"pmap of noise": func(_ *testing.T, c *damage.Copy) []byte {
		copy(c.Bytes()[disk.FirstAMap+disk.PMapOffset:], psttest.Noise(disk.PageSize))
		return c.Bytes()
	},
	"all free": func(t *testing.T, c *damage.Copy) []byte {
		return writeAMap(t, c, func(m *disk.AMap) { m.Clear(0, disk.AMapSlots) })
	},
	"all taken": func(t *testing.T, c *damage.Copy) []byte {
		return writeAMap(t, c, func(m *disk.AMap) { m.Set(0, disk.AMapSlots) })
	},
	"maps not valid":      header(func(h *disk.Header) { h.Root.AMapValid = disk.AMapInvalid }),
	"maps of no validity": header(func(h *disk.Header) { h.Root.AMapValid = 77 }),
	"sums":                header(func(h *disk.Header) { h.Root.AMapFree, h.Root.PMapFree = 1, 512 }),
	"last amap":           header(func(h *disk.Header) { h.Root.AMapLast = 0 }),
	"end beyond the file": header(func(h *disk.Header) { h.Root.FileEOF += disk.AMapInterval }),
	"end before the maps": header(func(h *disk.Header) { h.Root.FileEOF = 64 }),
	"next ids":            header(func(h *disk.Header) { h.NextB, h.NextP = 4, 4 }),
	"end of file cut off": func(_ *testing.T, c *damage.Copy) []byte { return c.Bytes()[:len(c.Bytes())-1000] },
	"second crc, if it is": func(_ *testing.T, c *damage.Copy) []byte {
		binary.LittleEndian.PutUint32(c.Bytes()[524:], 1)
		return c.Bytes()
	},
}

func header(change func(h *disk.Header)) func(t *testing.T, c *damage.Copy) []byte {
	return func(t *testing.T, c *damage.Copy) []byte {
		require.NoError(t, c.Header(change))
		return c.Bytes()
	}
}

// lastIDs gives out all ids that there are.
func lastIDs(h *disk.Header) {
	if h.NextP = 1<<32 - 1; h.Version == disk.VersionUnicode {
		h.NextB = 1<<64 - 1
	}
}

func writeAMap(t *testing.T, c *damage.Copy, change func(m *disk.AMap)) []byte {
	b := c.Bytes()
	f, err := disk.DetectFormat(b)
	require.NoError(t, err)
	var m disk.AMap
	require.NoError(t, m.Unmarshal(f, b[disk.FirstAMap:]))
	change(&m)
	require.NoError(t, m.Marshal(f, b[disk.FirstAMap:]))
	return b
}

// repaired copies a store and has the maps of the copy rebuilt.
func repaired(fsys *crashfs.FS, b []byte) error {
	fsys.Load(storeName, b)
	from, err := fsys.Open(storeName)
	if err != nil {
		return err
	}
	return errors.Join(pst.RepairMaps(context.Background(), fsys, from, storeName, copyName, nil), from.Close())
}

// Whatever the maps say, they are right in the copy; and the original is as it was.
func TestRepairMaps(t *testing.T) {
	for kind, o := range psttest.Formats {
		sound, err := damage.New(richStore(t, o))
		require.NoError(t, err)
		for name, break_ := range mapDamage {
			t.Run(kind+"/"+name, func(t *testing.T) {
				b := break_(t, sound.Copy())
				fsys := crashfs.New()
				require.NoError(t, repaired(fsys, b))
				assert.Equal(t, b, fsys.Bytes(storeName))
				assert.Equal(t, []string{copyName, storeName}, fsys.Paths())
				for p := range pst.Check(t.Context(), fsys, copyName, nil) {
					assert.Fail(t, p.String())
				}
				items, errs := readWhole(at(fsys, copyName))
				require.NoError(t, errors.Join(errs...))
				assert.Equal(t, 22, items)
			})
		}
	}
}

// at is a file system in which the store is the file of that name.
func at(fsys *crashfs.FS, name string) vfs.FS { return readOnly{b: fsys.Bytes(name)} }

// Real stores have the same in the copy as in the original, and no other findings but
// for those that maps have.
func TestRepairMaps_real(t *testing.T) {
	for _, path := range psttest.Stores(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			from, err := vfs.OS.Open(path)
			require.NoError(t, err)
			defer from.Close()
			size, err := from.Size()
			require.NoError(t, err)
			if testing.Short() && size > 4<<20 {
				t.Skip("SKIPPED: a copy of a large store: run without -short")
			}
			to := filepath.Join(t.TempDir(), "copy.pst")
			err = pst.RepairMaps(t.Context(), vfs.OS, from, path, to, nil)
			if errors.Is(err, pst.ErrCorrupt) {
				assert.Equal(t, "damaged-amap-invalid.pst", filepath.Base(path), err)
				return
			}
			require.NoError(t, err)
			assert.Subset(t, psttest.Problems(t, path), psttest.Problems(t, to))
			assert.Equal(t, snapOf(t, path), snapOf(t, to))
		})
	}
}

func snapOf(t *testing.T, path string) psttest.Snapshot {
	f, err := pst.Open(vfs.OS, path, pst.Options{ReadOnly: true, Password: psttest.CorpusPassword})
	require.NoError(t, err)
	defer f.Close()
	return psttest.Snap(t, f)
}

// What maps cannot be made from is refused, with nothing left behind.
func TestRepairMaps_refuses(t *testing.T) {
	for kind, o := range psttest.Formats {
		sound, err := damage.New(richStore(t, o))
		require.NoError(t, err)
		for name, tt := range map[string]struct {
			break_ func(t *testing.T, c *damage.Copy) []byte
			want   error
		}{
			"no store":         {func(*testing.T, *damage.Copy) []byte { return psttest.Noise(100_000) }, pst.ErrNotPST},
			"cut to pieces":    {func(_ *testing.T, c *damage.Copy) []byte { return c.Bytes()[:disk.FirstAMap] }, pst.ErrCorrupt},
			"wrong header":     {func(_ *testing.T, c *damage.Copy) []byte { c.Bytes()[200] ^= 1; return c.Bytes() }, pst.ErrCorrupt},
			"protected":        {header(func(h *disk.Header) { h.Crypt = disk.CryptWIP }), pst.ErrUnsupported},
			"no more ids":      {header(lastIDs), pst.ErrFull},
			"root beyond":      {header(func(h *disk.Header) { h.Root.NBT.IB = h.Root.FileEOF }), pst.ErrCorrupt},
			"trees that share": {header(func(h *disk.Header) { h.Root.BBT = h.Root.NBT }), pst.ErrCorrupt},
			"blocks that overlap": {func(t *testing.T, c *damage.Copy) []byte {
				require.NoError(t, c.Page(disk.PageBBT, func(_ disk.BREF, p *disk.BTPage) bool {
					if p.Level == 0 {
						p.BBT[0].Ref.IB = p.BBT[1].Ref.IB
					}
					return p.Level == 0
				}))
				return c.Bytes()
			}, pst.ErrCorrupt},
		} {
			t.Run(kind+"/"+name, func(t *testing.T) {
				fsys := crashfs.New()
				err := repaired(fsys, tt.break_(t, sound.Copy()))
				require.ErrorIs(t, err, tt.want)
				assert.Equal(t, []string{storeName}, fsys.Paths())
			})
		}
	}
}

// A copy of a store whose header was torn has the header that its journal shows, and the
// store and the journal stay as they are.
func TestRepairMaps_journal(t *testing.T) {
	kind := crashKind{run: transaction((*scene).add)}
	for format, o := range psttest.Formats {
		t.Run(format, func(t *testing.T) {
			n := 0
			kind.record(t, crashStore(t, o, 0), o, true).tornHeaders(func(img *crashfs.FS, op int) {
				if n++; n%10 != 1 {
					return // of the many that are much the same
				}
				store, journal := img.Bytes(storeName), img.Bytes(journalName)
				from, err := img.Open(storeName)
				require.NoError(t, err)
				require.NoError(t, pst.RepairMaps(t.Context(), linkFS{img}, from, "link.pst", copyName, nil))
				require.NoError(t, from.Close())
				assert.Equal(t, store, img.Bytes(storeName))
				assert.Equal(t, journal, img.Bytes(journalName))
				assert.NoError(t, readDamageAt(img, copyName), "operation %d", op)
			})
			assert.Greater(t, n, 20, "torn headers")
		})
	}
}

// linkFS is a file system in which every path is a link to the store.
type linkFS struct{ vfs.FS }

func (linkFS) RealPath(string) (string, error) { return storeName, nil }

func TestRepairMaps_exists(t *testing.T) {
	fsys := crashfs.New()
	fsys.Load(copyName, []byte("precious"))
	require.ErrorIs(t, repaired(fsys, richStore(t, pst.CreateOptions{})), fs.ErrExist)
	assert.Equal(t, "precious", string(fsys.Bytes(copyName)))
}

func TestRepairMaps_cancelled(t *testing.T) {
	fsys := crashfs.New()
	fsys.Load(storeName, richStore(t, pst.CreateOptions{}))
	from, err := fsys.Open(storeName)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, pst.RepairMaps(ctx, fsys, from, storeName, copyName, nil), context.Canceled)
	assert.Equal(t, []string{storeName}, fsys.Paths())
}

// A disk that fails or is full at any moment leaves a whole copy or none.
func TestRepairMaps_fault(t *testing.T) {
	b := richStore(t, pst.CreateOptions{})
	for _, kind := range []crashfs.Fault{crashfs.EIO, crashfs.ENOSPC, crashfs.ShortWrite, crashfs.FailedSync} {
		for i := 0; ; i++ {
			fsys := crashfs.New()
			fsys.FailAt(i, kind)
			err := repaired(fsys, b)
			if !fsys.Fired() {
				require.NoError(t, err)
				assert.Greater(t, i, 5, "operations")
				break
			}
			if _, there := fsys.Stat(copyName); there == nil {
				require.NoError(t, readDamageAt(fsys, copyName), "operation %d", i)
				continue
			}
			require.Error(t, err, "operation %d", i)
			if kind == crashfs.ENOSPC {
				require.ErrorIs(t, err, syscall.ENOSPC)
			}
		}
	}
}

func readDamageAt(fsys *crashfs.FS, path string) error {
	var errs []error
	for p := range pst.Check(context.Background(), fsys, path, nil) {
		errs = append(errs, errors.New(p.String()))
	}
	return errors.Join(errs...)
}

// cutFile ends before its size says, as a file that another program cuts.
type cutFile struct{ vfs.File }

func (f cutFile) Size() (int64, error) {
	size, err := f.File.Size()
	return size + 1, err
}

// What is not whole is no copy.
func TestRepairMaps_cutMeanwhile(t *testing.T) {
	fsys := crashfs.New()
	fsys.Load(storeName, richStore(t, pst.CreateOptions{}))
	from, err := fsys.Open(storeName)
	require.NoError(t, err)
	err = pst.RepairMaps(t.Context(), fsys, cutFile{from}, storeName, copyName, nil)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.Equal(t, []string{storeName}, fsys.Paths())
}

// The maps that only large files have are rebuilt, too; the copy of a sparse file is sparse.
func TestRepairMaps_large(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: a copy of 2 GB: run without -short")
	}
	path := psttest.New(t)
	const sections = 8193
	psttest.Inflate(t, path, sections, func(int64, int) bool { return false })
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	for _, off := range []int64{
		disk.SectionOffset(128) + disk.FMapOffset, disk.SectionOffset(624) + disk.FMapOffset + 100,
		disk.SectionOffset(8192) + disk.FPMapOffset + 3, disk.SectionOffset(4000), disk.SectionOffset(4000) + disk.PMapOffset,
	} {
		_, err := f.WriteAt([]byte{0x55}, off)
		require.NoError(t, err)
	}
	require.NoError(t, f.Close())
	codes := map[string]int{}
	for p := range pst.Check(t.Context(), vfs.OS, path, nil) {
		codes[p.Code]++
	}
	assert.Equal(t, map[string]int{"amap-page": 1, "map-page": 4}, codes)

	from, err := vfs.OS.Open(path)
	require.NoError(t, err)
	defer from.Close()
	to := filepath.Join(t.TempDir(), "copy.pst")
	last := int64(0)
	require.NoError(t, pst.RepairMaps(t.Context(), vfs.OS, from, path, to, func(done, total int64) {
		assert.Equal(t, disk.SectionOffset(sections), total)
		assert.Greater(t, done, last)
		last = done
	}))
	assert.Equal(t, disk.SectionOffset(sections), last)
	assert.Empty(t, psttest.Problems(t, to))
}
