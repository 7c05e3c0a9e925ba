package check_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/check"
	"pstsyncd/syncjob/pst/internal/disk"
)

// unspecified are the codes of what no specification speaks of.
var unspecified = []string{"read", "interrupted", "entangled"}

// problems runs a check, of whose findings each has all its parts.
func problems(t testing.TB, f *io.SectionReader) (all []check.Problem) {
	seen := make(map[string]int)
	for p := range check.Run(context.Background(), f, f.Size(), check.Options{}) {
		all = append(all, p)
		if seen[p.Code]++; seen[p.Code] > 3 {
			continue
		}
		t.Log(p)
		assert.Contains(t, documented(t), p.Code)
		assert.NotEmpty(t, p.Where, p)
		assert.NotEmpty(t, p.Detail, p)
		if !slices.Contains(unspecified, p.Code) {
			assert.Regexp(t, `^(\d(\.\d+)+|observed)$`, p.Ref, p)
		}
	}
	return all
}

// findings runs a check and counts the findings by their codes.
func findings(t testing.TB, b []byte) map[string]int {
	got := make(map[string]int)
	for _, p := range problems(t, section(b)) {
		got[p.Code]++
	}
	return got
}

// TestRun_Reassembled: a store in another layout, with blocks and pages anywhere,
// is as good as it was.
func TestRun_Reassembled(t *testing.T) {
	for _, name := range []string{"outlook-empty.pst", "outlook-mixed.pst", "outlook-password.pst", "outlook-mail-fai.pst", "outlook97-ansi.pst", ansi} {
		t.Run(name, func(t *testing.T) {
			want := findings(t, open(t, name).b)
			if real, ok := oddities[name]; ok {
				require.Equal(t, real, want)
			}
			assert.Equal(t, want, findings(t, take(t, name).image().b))
			s := take(t, name)
			s.hdr.Crypt = disk.CryptCyclic
			s.inner[disk.PageBBT], s.inner[disk.PageNBT] = 2, 3
			assert.Equal(t, want, findings(t, s.image().b), "cyclic encoding, deep trees")
		})
	}
}

// TestRun_Written: the engine writes stores of every format and encoding without
// anything to be found.
func TestRun_Written(t *testing.T) {
	for name := range written {
		t.Run(name, func(t *testing.T) { assert.Empty(t, findings(t, write(t, name))) })
	}
}

// TestRun_Progress: the reports grow up to the whole file, and are few.
func TestRun_Progress(t *testing.T) {
	b, err := os.ReadFile(realStore(t, mixed))
	require.NoError(t, err)
	size := int64(len(b))
	last, reports := int64(0), 0
	o := check.Options{Progress: func(done, total int64) {
		assert.Equal(t, size, total)
		assert.Greater(t, done, last)
		last = done
		reports++
	}}
	for range check.Run(t.Context(), bytes.NewReader(b), size, o) {
	}
	assert.Equal(t, size, last)
	assert.Less(t, reports, 300)
	assert.Greater(t, reports, 20)
}

// TestRun_Stop: a consumer that has seen enough is left alone.
func TestRun_Stop(t *testing.T) {
	im := take(t, mixed).image()
	im.header(func(h *disk.Header) { h.NextB = 1 })
	seen := 0
	o := check.Options{Progress: func(done, total int64) { assert.Less(t, done, total) }}
	for range check.Run(t.Context(), bytes.NewReader(im.b), int64(len(im.b)), o) {
		if seen++; seen == 3 {
			break
		}
	}
	assert.Equal(t, 3, seen)
}

// countingReader adds up what is read.
type countingReader struct {
	io.ReaderAt
	n int64
}

func (r *countingReader) ReadAt(b []byte, off int64) (int, error) {
	r.n += int64(len(b))
	return r.ReaderAt.ReadAt(b, off)
}

// TestRun_Reads: thousands of messages in large tables are read a few times, not
// once for each row.
func TestRun_Reads(t *testing.T) {
	b, err := os.ReadFile(realStore(t, "enron.pst"))
	require.NoError(t, err)
	r := &countingReader{ReaderAt: bytes.NewReader(b)}
	for p := range check.Run(t.Context(), r, int64(len(b)), check.Options{}) {
		t.Error(p)
	}
	assert.Less(t, r.n, int64(3*len(b)))
}

func BenchmarkRun(b *testing.B) {
	store, err := os.ReadFile(realStore(b, "enron.pst"))
	require.NoError(b, err)
	b.SetBytes(int64(len(store)))
	for b.Loop() {
		for range check.Run(b.Context(), bytes.NewReader(store), int64(len(store)), check.Options{}) {
		}
	}
}
