package pst_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
)

// shape is what a file consists of, seen from its structures alone.
type shape struct {
	nbt, bbt      int // levels of the B-trees, the leaves included
	x, xx, sl, si int // blocks of each kind
}

// shapeOf reads the B-trees of the store at path, and every internal block.
func shapeOf(t *testing.T, path string) shape {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	s := shaper{t: t, f: f}
	b := s.read(0, disk.HeaderEnd)
	s.format, err = disk.DetectFormat(b)
	require.NoError(t, err)
	var h disk.Header
	require.NoError(t, h.Unmarshal(s.format, b))
	s.found.nbt = s.page(h.Root.NBT)
	s.found.bbt = s.page(h.Root.BBT)
	return s.found
}

type shaper struct {
	t      *testing.T
	f      *os.File
	format disk.Format
	found  shape
}

func (s *shaper) read(off int64, n int) []byte {
	b := make([]byte, n)
	_, err := s.f.ReadAt(b, off)
	require.NoError(s.t, err)
	return b
}

// page visits a page and what is below it, and returns the levels of that.
func (s *shaper) page(ref disk.BREF) int {
	var p disk.BTPage
	require.NoError(s.t, p.Unmarshal(s.format, s.read(int64(ref.IB), disk.PageSize)))
	for _, e := range p.Inner {
		s.page(e.Ref)
	}
	for _, e := range p.BBT {
		if e.Ref.BID.Internal() {
			s.block(s.read(int64(e.Ref.IB), 2))
		}
	}
	return int(p.Level) + 1
}

// block counts an internal block by its btype and cLevel ([MS-PST] 2.2.2.8.3).
func (s *shaper) block(head []byte) {
	count := map[[2]byte]*int{
		{1, 1}: &s.found.x, {1, 2}: &s.found.xx, {2, 0}: &s.found.sl, {2, 1}: &s.found.si,
	}[[2]byte(head)]
	require.NotNil(s.t, count, "block of type and level %v", head)
	*count++
}
