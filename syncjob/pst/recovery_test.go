package pst_test

import (
	"bytes"
	"encoding/binary"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs/crashfs"
)

// remains is a store whose last writer was cut off, in pieces that can be damaged.
type remains struct {
	t       testing.TB
	format  disk.Format
	header  disk.Header
	b       []byte
	journal []byte
}

func newRemains(t testing.TB, b []byte) *remains {
	t.Helper()
	r := &remains{t: t, b: slices.Clone(b)}
	var err error
	r.format, err = disk.DetectFormat(b)
	require.NoError(t, err)
	require.NoError(t, r.header.Unmarshal(r.format, b))
	return r
}

// seal writes the header, with its checksums.
func (r *remains) seal() { require.NoError(r.t, r.header.Marshal(r.format, r.b)) }

// distrust is what a writer that was cut off leaves behind: AMaps that are not valid.
func (r *remains) distrust() {
	r.header.Root.AMapValid = disk.AMapInvalid
	r.seal()
}

// amaps replaces the AMaps.
func (r *remains) amaps(edit func(m *disk.AMap)) {
	for i := int64(0); disk.SectionOffset(i) <= int64(r.header.Root.AMapLast); i++ {
		m := disk.NewAMap(i)
		edit(&m)
		require.NoError(r.t, m.Marshal(r.format, r.b[disk.SectionOffset(i):]))
	}
}

func (r *remains) disk() *crashfs.FS {
	fsys := crashfs.New()
	fsys.Load(storeName, r.b)
	if r.journal != nil {
		fsys.Load(journalName, r.journal)
	}
	return fsys
}

// recoveries are what writers leave behind, and what is to become of it.
var recoveries = []struct {
	name    string
	damage  func(r *remains)
	refused string // words of the reason; "" when the store is to be brought back
	sound   bool   // there is nothing to be brought back
}{
	{name: "amaps not valid", damage: (*remains).distrust},
	{name: "amaps that are all free", damage: func(r *remains) {
		r.amaps(func(*disk.AMap) {})
		r.distrust()
	}},
	{name: "amaps that are all taken", damage: func(r *remains) {
		r.amaps(func(m *disk.AMap) { m.Set(0, disk.AMapSlots) })
		r.distrust()
	}},
	{name: "amap torn", damage: func(r *remains) {
		clear(r.b[disk.FirstAMap+disk.PageSize/2:][:disk.PageSize/2])
		r.distrust()
	}},
	{name: "free space wrong", damage: func(r *remains) {
		r.header.Root.AMapFree, r.header.Root.PMapFree = 1<<20, 512
		r.distrust()
	}},
	{name: "counters behind", damage: func(r *remains) {
		r.header.NextB, r.header.NextP = disk.BlockIDStep, 1
		r.distrust()
	}},
	{name: "tail, amaps not valid", damage: func(r *remains) {
		r.b = append(r.b, psttest.Noise(70_000)...)
		r.distrust()
	}},
	{name: "tail", damage: func(r *remains) { r.b = append(r.b, psttest.Noise(300_000)...) }},
	{name: "tail of a byte", damage: func(r *remains) { r.b = append(r.b, 0) }},
	{name: "amaps of the oldest kind of valid", sound: true, damage: func(r *remains) {
		r.header.Root.AMapValid = disk.AMapValid1
		r.seal()
	}},
	{name: "journal of nobody", damage: func(r *remains) {
		r.journal = psttest.Noise(2_000)
		r.distrust()
	}},
	{name: "header written, journal left", sound: true, damage: func(r *remains) { r.journal = psttest.Noise(100) }},
	{name: "header torn when writing began", damage: func(r *remains) {
		after := newRemains(r.t, r.b)
		after.header.Unique++
		after.distrust()
		copy(r.b[:100], after.b)
	}},
	{name: "header torn after its first half", damage: func(r *remains) {
		if r.format == disk.Unicode {
			r.b[disk.Unicode.HeaderSize()-38]++ // dwCRCFull is in the second
		} else {
			r.distrust() // there is no second half
		}
	}},
	{name: "header torn by somebody else", refused: "crc", damage: func(r *remains) {
		binary.LittleEndian.PutUint32(r.b[200:], 0xDEADBEEF)
	}},
	{name: "header of zeros", refused: "not a pst", damage: func(r *remains) { clear(r.b[:disk.PageSize]) }},
	{name: "end missing", refused: "truncated", damage: func(r *remains) { r.b = r.b[:r.header.Root.FileEOF-1] }},
	{name: "only a header", refused: "truncated", damage: func(r *remains) { r.b = r.b[:300] }},
	{name: "tree torn", refused: "corrupt", damage: func(r *remains) {
		clear(r.b[r.header.Root.BBT.IB+256:][:256])
		r.distrust()
	}},
	{name: "tree among the amaps", refused: "corrupt", damage: func(r *remains) {
		copy(r.b[disk.FirstAMap:], r.b[r.header.Root.NBT.IB:][:disk.PageSize])
		r.header.Root.NBT.IB = disk.FirstAMap
		r.distrust()
	}},
}

// recoverables are stores of every origin, by name; with -short only new ones.
func recoverables(t *testing.T) map[string][]byte {
	t.Helper()
	stores := map[string][]byte{}
	for name, o := range psttest.Formats {
		stores[name] = crashStore(t, o, 0).Bytes(storeName)
	}
	if testing.Short() {
		return stores
	}
	for _, path := range psttest.CorpusFiles(t) {
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		if name := filepath.Base(path); name != "damaged-amap-invalid.pst" {
			stores[name] = b[:newRemains(t, b).header.Root.FileEOF] // trailing-bytes.pst goes on after it
		}
	}
	return stores
}

// What any program that was cut off leaves behind is brought back by the next Open for
// writing, or it is refused with the reason and stays as it is. Opened for reading it
// stays as it is in any case, and the log says that something is to be done.
func TestRecovery(t *testing.T) {
	for store, b := range recoverables(t) {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			sound := newRemains(t, b).disk()
			want, known := contents(t, sound, true), problemsOf(t, sound)
			for _, tc := range recoveries {
				t.Run(tc.name, func(t *testing.T) {
					r := newRemains(t, b)
					tc.damage(r)
					fsys := r.disk()
					if tc.refused != "" {
						requireRefused(t, fsys, tc.refused)
						return
					}
					says := openedReadOnly(t, fsys)
					assert.Equal(t, tc.sound, says == "", says)
					assert.NotContains(t, says, "restored")
					require.Equal(t, want, contents(t, fsys, true), "for reading only")
					require.Equal(t, r.disk().Bytes(storeName), fsys.Bytes(storeName))
					openAndChange(t, fsys, nil)
					require.Equal(t, want, contents(t, fsys, true))
					require.Subset(t, known, problemsOf(t, fsys))
					require.Equal(t, []string{storeName}, fsys.Paths())
					openAndChange(t, fsys, addBelow)
					require.Subset(t, contents(t, fsys, true), itemLines(want))
					require.Subset(t, known, problemsOf(t, fsys))
				})
			}
		})
	}
}

// AMaps that are said to be valid and do not know of the last that was written, as
// programs that never look at fAMapValid may leave them, are rebuilt before anything is
// put where they say that there is room.
func TestRecovery_staleMaps(t *testing.T) {
	for store, b := range recoverables(t) {
		t.Run(store, func(t *testing.T) {
			sound := newRemains(t, b).disk()
			want, known := contents(t, sound, true), problemsOf(t, sound)
			for name, root := range map[string]func(r *disk.Root) disk.BREF{
				"nodes":  func(r *disk.Root) disk.BREF { return r.NBT },
				"blocks": func(r *disk.Root) disk.BREF { return r.BBT },
			} {
				r := newRemains(t, b)
				index, slot, ok := disk.SectionOf(int64(root(&r.header.Root).IB))
				require.True(t, ok)
				page := r.b[disk.SectionOffset(index):][:disk.PageSize]
				var m disk.AMap
				require.NoError(t, m.Unmarshal(r.format, page))
				m.Clear(slot, disk.SlotsPerPage)
				require.NoError(t, m.Marshal(r.format, page))
				fsys := r.disk()
				require.NotEqual(t, known, problemsOf(t, fsys), name)
				openAndChange(t, fsys, addBelow)
				require.Subset(t, contents(t, fsys, true), itemLines(want), name)
				require.Subset(t, known, problemsOf(t, fsys), name)
			}
		})
	}
}

func TestRecovery_damagedTree(t *testing.T) {
	b, err := os.ReadFile(psttest.Corpus(t, "damaged-amap-invalid.pst"))
	require.NoError(t, err)
	requireRefused(t, newRemains(t, b).disk(), "corrupt")
}

// requireRefused fails unless a store is refused for a reason, and left as it is.
func requireRefused(t *testing.T, fsys *crashfs.FS, reason string) {
	t.Helper()
	before := fsys.Bytes(storeName)
	_, err := pst.Open(fsys, storeName, pst.Options{Password: psttest.CorpusPassword})
	require.ErrorContains(t, err, reason)
	require.ErrorContains(t, err, storeName)
	require.True(t, bytes.Equal(before, fsys.Bytes(storeName)), "nothing was written")
}

// openedReadOnly opens a store for reading and returns what the log says.
func openedReadOnly(t *testing.T, fsys *crashfs.FS) string {
	t.Helper()
	var said bytes.Buffer
	f, err := pst.Open(fsys, storeName, pst.Options{
		ReadOnly: true, Password: psttest.CorpusPassword, Logger: slog.New(slog.NewTextHandler(&said, nil)),
	})
	require.NoError(t, err)
	_, err = f.Begin()
	require.ErrorIs(t, err, pst.ErrReadOnly)
	require.NoError(t, f.Close())
	return said.String()
}

func openAndChange(t *testing.T, fsys *crashfs.FS, change func(t *testing.T, tx *pst.Tx)) {
	t.Helper()
	f, err := pst.Open(fsys, storeName, pst.Options{Password: psttest.CorpusPassword})
	require.NoError(t, err)
	if change != nil {
		psttest.Edit(t, f, func(tx *pst.Tx) { change(t, tx) })
	}
	require.NoError(t, f.Close())
}

// addBelow adds a folder with an item for which the file has to grow.
func addBelow(t *testing.T, tx *pst.Tx) {
	top, err := tx.IPMSubtree()
	require.NoError(t, err)
	folder, err := tx.CreateFolder(top, "afterwards", "")
	require.NoError(t, err)
	s := scene{t: t, tx: tx}
	c := psttest.Contact("file", "")
	c.Attachments = []pst.Attachment{psttest.FileAttachment("f", psttest.Noise(300_000))}
	require.NoError(t, s.create(folder, c))
}

// problemsOf are the findings of a check.
func problemsOf(t *testing.T, fsys *crashfs.FS) []string {
	t.Helper()
	all := []string{}
	for p := range pst.Check(t.Context(), fsys, storeName, nil) {
		all = append(all, p.String())
	}
	return all
}
