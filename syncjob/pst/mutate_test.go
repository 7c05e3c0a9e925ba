package pst_test

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs"
	"pstsyncd/syncjob/vfs/crashfs"
)

var flagMutations = flag.Int("mutations", 0, "damaged copies of stores to open, read and check (default 50000, with -short 2000)")

// Defaults of a run of mutations.
const (
	manyMutations = 50_000
	fewMutations  = 2_000
	mutationSeed  = 1

	changedOf = 16 // so many, one is changed, too
)

// TestMutations opens, reads and checks, and in part changes damaged copies of the small stores of
// the corpus and of stores of our own: whatever is in them, that ends with an error or
// without one, within bounds. Copy number i of a seed is always the same.
func TestMutations(t *testing.T) {
	n, s := *flagMutations, *seed
	switch {
	case n == 0 && testing.Short():
		n = fewMutations
	case n == 0:
		n = manyMutations
	}
	if s == 0 {
		s = mutationSeed
	}
	all := fuzzStores(t)
	began, damaged := time.Now(), 0
	for i := range n {
		r := rand.New(rand.NewPCG(s, uint64(i)))
		b := all[i%len(all)].Run(program(r))
		if r.IntN(changedOf) == 0 {
			survive(t, b)
			psttest.Bounded(t, len(b), func() { mend(t, b) })
		} else {
			psttest.Bounded(t, len(b), func() {
				if readAndCheck(t, readOnly{b: b}) {
					damaged++
				}
			})
		}
		require.False(t, t.Failed(), "mutation %d of seed %d", i, s)
	}
	t.Logf("%d mutations of %d stores, seed %d, %d found damaged: %v", n, len(all), s, damaged, time.Since(began).Round(time.Second))
	assert.Greater(t, damaged, n/3, "copies that are found damaged")
}

// mend has the maps of a store rebuilt. Where that is not refused, nothing is wrong with
// them afterwards.
func mend(t *testing.T, b []byte) {
	fsys := crashfs.New()
	if err := repaired(fsys, b); err != nil {
		requireHostile(t, err)
		return
	}
	for p := range pst.Check(t.Context(), fsys, copyName, nil) {
		assert.NotContains(t, mapCodes, p.Code, p)
	}
}

// mapCodes are the findings that a rebuilt store does not have.
var mapCodes = []string{
	"eof", "amap-last", "amap-free", "amap-valid", "amap-page", "amap-eof", "map-page", "fmap", "fpmap",
	"unallocated", "overlap", "leak", "pmap-free", "pmap-bits", "dlist", "next-bid",
}

// readOnly is a file system of one file, which is not written to.
type readOnly struct {
	vfs.FS // none: what is not below must not happen
	b      []byte
}

func (f readOnly) RealPath(path string) (string, error) { return path, nil }

func (f readOnly) Open(string) (vfs.File, error) {
	return &readOnlyFile{Reader: bytes.NewReader(f.b)}, nil
}

type readOnlyFile struct {
	vfs.File // likewise
	*bytes.Reader
}

func (f *readOnlyFile) ReadAt(b []byte, off int64) (int, error) { return f.Reader.ReadAt(b, off) }

func (f *readOnlyFile) Size() (int64, error) { return f.Reader.Size(), nil }

func (f *readOnlyFile) Close() error { return nil }

// program makes up to eight changes, and in one of eight copies also a cut.
func program(r *rand.Rand) []byte {
	const step, cut = 8, 4
	size := (1 + r.IntN(8)) * step
	if r.IntN(8) == 0 {
		size += cut
	}
	p := make([]byte, size)
	for i := range p {
		p[i] = byte(r.Uint32())
	}
	return p
}
