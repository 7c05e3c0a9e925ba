package check_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/check"
	"pstsyncd/syncjob/pst/internal/disk"
)

// TestRun_Codes breaks a store in one place for each code and demands that code,
// in its place, and no more than follows from it.
func TestRun_Codes(t *testing.T) {
	for _, tt := range breakages {
		t.Run(tt.code, func(t *testing.T) { tt.demand(t, problems(t, tt.broken(t))) })
	}
}

// TestRun_ANSIEnd: an ANSI store has no FPMap pages, and ends where the first would be.
// The page that is kept for it belongs to nobody.
func TestRun_ANSIEnd(t *testing.T) {
	for sections, want := range map[int64][]string{8191: nil, 8192: nil, 8193: {"eof", "leak"}} {
		var codes []string
		for _, p := range problems(t, extend(open(t, ansi), sections).file()) {
			codes = append(codes, p.Code)
		}
		assert.Equal(t, want, codes, sections)
	}
}

// TestRun_CodesANSI breaks an ANSI store in the same ways.
func TestRun_CodesANSI(t *testing.T) {
	for _, tt := range breakages {
		if tt.unicode || tt.on != empty && tt.on != mixed {
			continue
		}
		tt.on = ansi
		tt.n = cmp.Or(tt.nANSI, tt.n)
		t.Run(tt.code, func(t *testing.T) { tt.demand(t, problems(t, tt.broken(t))) })
	}
}

// demand wants the findings that the breakage leads to, and no other.
func (b *breakage) demand(t *testing.T, got []check.Problem) {
	codes, n := make(map[string]bool), 0
	for _, p := range got {
		codes[p.Code] = true
		if p.Code != b.code {
			continue
		}
		if n++; n == 1 {
			assert.Equal(t, b.where, reference.ReplaceAllString(p.Where, "@"))
			assert.Equal(t, b.warn, p.Severity == check.Warning, p.Severity)
		}
	}
	assert.Equal(t, max(b.n, 1), n, "findings of %s", b.code)
	assert.ElementsMatch(t, append(b.also, b.code), slices.Collect(maps.Keys(codes)))
}

// reference is an id with its offset.
var reference = regexp.MustCompile(`0x[0-9a-f]+@0x[0-9a-f]+`)

// broken gives the broken store.
func (b *breakage) broken(t *testing.T) *io.SectionReader {
	var im *image
	if b.store == nil {
		im = open(t, b.on)
	} else {
		s := take(t, b.on)
		b.store(s)
		im = s.image()
	}
	if b.file != nil {
		b.file(im)
	}
	if b.sections == 0 {
		return section(im.b)
	}
	e := extend(im, b.sections)
	b.far(e)
	return e.file()
}

// section is bytes to be checked.
func section(b []byte) *io.SectionReader {
	return io.NewSectionReader(bytes.NewReader(b), 0, int64(len(b)))
}

// brokenDisk is a file with a bad sector.
type brokenDisk struct {
	io.ReaderAt
	bad int64
}

var errSector = errors.New("bad sector")

func (d brokenDisk) ReadAt(b []byte, off int64) (int, error) {
	if off <= d.bad && d.bad < off+int64(len(b)) {
		return 0, errSector
	}
	return d.ReaderAt.ReadAt(b, off)
}

func TestRun_ReadError(t *testing.T) {
	im := take(t, empty).image()
	d := brokenDisk{strings.NewReader(string(im.b)), disk.FirstAMap + disk.PMapOffset}
	got := slices.Collect(check.Run(t.Context(), d, int64(len(im.b)), check.Options{}))
	require.Len(t, got, 1)
	assert.Equal(t, "read", got[0].Code)
	assert.Contains(t, got[0].Detail, errSector.Error())
}

func TestRun_Interrupted(t *testing.T) {
	im := take(t, empty).image()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got := slices.Collect(check.Run(ctx, strings.NewReader(string(im.b)), int64(len(im.b)), check.Options{}))
	require.Len(t, got, 1)
	assert.Equal(t, "interrupted", got[0].Code)
}
