package pst_test

import (
	"io"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs/crashfs"
)

const storeName = "x.pst"

// crashStore is a disk with a small store: five contacts, the last of them with a file.
func crashStore(t *testing.T, o pst.CreateOptions, _ uint64) *crashfs.FS {
	t.Helper()
	fsys := crashfs.New()
	f, err := pst.Create(fsys, storeName, o)
	require.NoError(t, err)
	require.NoError(t, inScene(t, f, func(s *scene) error {
		for range 4 {
			require.NoError(t, s.create(s.folder, psttest.Contact("x", "a note")))
		}
		c := psttest.Contact("x", "")
		c.Attachments = []pst.Attachment{psttest.FileAttachment("f", psttest.Noise(20_000))}
		return s.create(s.folder, c)
	}, (*pst.Tx).Commit))
	require.NoError(t, f.Close())
	return durable(fsys)
}

// durable is a copy of a disk, without what happened to it before.
func durable(fsys *crashfs.FS) *crashfs.FS { return fsys.CrashImage(fsys.Ops(), crashfs.All) }

func noStore(*testing.T, pst.CreateOptions, uint64) *crashfs.FS { return crashfs.New() }

// tailed is a crashStore whose file is longer than it says.
func tailed(t *testing.T, o pst.CreateOptions, draw uint64) *crashfs.FS {
	t.Helper()
	fsys := crashStore(t, o, draw)
	fsys.Load(storeName, append(fsys.Bytes(storeName), psttest.Noise(100_000)...))
	return fsys
}

// inflated is a crashStore that has that many sections, of which only the first has
// room: the next one gets the map pages that are due there.
func inflated(sections int64) func(*testing.T, pst.CreateOptions, uint64) *crashfs.FS {
	return func(t *testing.T, o pst.CreateOptions, draw uint64) *crashfs.FS {
		t.Helper()
		small := crashStore(t, o, draw).Bytes(storeName)
		path := t.TempDir() + "/" + storeName
		require.NoError(t, os.WriteFile(path, small, 0o600))
		psttest.Inflate(t, path, sections, func(int64, int) bool { return true })
		from, err := os.Open(path)
		require.NoError(t, err)
		defer from.Close()

		fsys := crashfs.New()
		to, err := fsys.Create(storeName)
		require.NoError(t, err)
		copyPart := func(off, n int64) {
			b := make([]byte, n)
			_, err := from.ReadAt(b, off)
			require.NoError(t, err)
			_, err = to.WriteAt(b, off)
			require.NoError(t, err)
		}
		copyPart(0, int64(len(small)))
		for s := int64(1); s < sections; s++ {
			copyPart(disk.SectionOffset(s), 4*disk.PageSize)
		}
		size, err := from.Seek(0, io.SeekEnd)
		require.NoError(t, err)
		require.NoError(t, to.Truncate(size))
		require.NoError(t, to.Close())
		return durable(fsys)
	}
}

// crashed is a disk whose power failed at a moment of chance during two transactions.
func crashed(t *testing.T, o pst.CreateOptions, draw uint64) *crashfs.FS {
	t.Helper()
	fsys := crashStore(t, o, draw)
	first := fsys.Ops()
	r := &crashRun{t: t, fsys: fsys, options: o, committed: func() {}}
	require.NoError(t, transaction((*scene).everything, (*scene).grow)(r))
	rng := rand.New(rand.NewPCG(crashSeed(), draw))
	return fsys.CrashImage(first+1+rng.IntN(fsys.Ops()-first), crashfs.Torn(rng.Uint64()))
}
