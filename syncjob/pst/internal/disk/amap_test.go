package disk_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
)

// slots is an AMap as plain as can be, to compare with.
type slots [disk.AMapSlots]bool

func (s *slots) free() int {
	free := 0
	for _, used := range s {
		if !used {
			free++
		}
	}
	return free
}

func (s *slots) find(from, n, align int) (int, bool) {
	for slot := from; slot+n <= len(s); slot++ {
		if slot%align == 0 && s.is(slot, n, false) {
			return slot, true
		}
	}
	return 0, false
}

func (s *slots) is(slot, n int, used bool) bool {
	for _, u := range s[slot : slot+n] {
		if u != used {
			return false
		}
	}
	return true
}

func TestAMap_AgainstPlainSlots(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 60 {
		m, plain := disk.AMap{}, slots{}
		for range rng.IntN(300) {
			slot, n, set := rng.IntN(disk.AMapSlots), rng.IntN(140), rng.IntN(3) > 0
			n = min(n, disk.AMapSlots-slot)
			if set {
				m.Set(slot, n)
			} else {
				m.Clear(slot, n)
			}
			for i := slot; i < slot+n; i++ {
				plain[i] = set
			}
		}
		require.Equal(t, plain.free(), m.FreeSlots())
		for range 100 {
			compareSearch(t, rng, &m, &plain)
		}
	}
}

func compareSearch(t *testing.T, rng *rand.Rand, m *disk.AMap, plain *slots) {
	t.Helper()
	from, n, align := rng.IntN(disk.AMapSlots), 1+rng.IntN(130), []int{1, disk.SlotsPerPage}[rng.IntN(2)]
	want, wantOK := plain.find(from, n, align)
	got, ok := m.FindFree(from, n, align)
	require.Equal(t, wantOK, ok)
	require.Equal(t, want, got)
	n = min(n, disk.AMapSlots-from)
	require.Equal(t, plain.is(from, n, true), m.Allocated(from, n))
	require.Equal(t, plain.is(from, n, false), m.Free(from, n))
}

func TestAMap_Edges(t *testing.T) {
	var m disk.AMap
	assert.Equal(t, disk.AMapSlots, m.FreeSlots())
	slot, ok := m.FindFree(0, disk.AMapSlots, 1)
	assert.True(t, ok)
	assert.Zero(t, slot)
	_, ok = m.FindFree(0, disk.AMapSlots+1, 1)
	assert.False(t, ok)
	_, ok = m.FindFree(disk.AMapSlots, 1, 1)
	assert.False(t, ok)
	assert.False(t, m.Free(disk.AMapSlots-1, 2), "beyond the section")

	m.Set(0, disk.AMapSlots)
	assert.Zero(t, m.FreeSlots())
	assert.True(t, m.Allocated(0, disk.AMapSlots))
	_, ok = m.FindFree(0, 1, 1)
	assert.False(t, ok)

	m.Clear(1, 1)
	assert.Equal(t, byte(0xBF), m.Bits[0], "slots count from the most significant bit")
}

func TestAMap_LongestRun(t *testing.T) {
	var m disk.AMap
	assert.Equal(t, disk.AMapSlots, m.LongestRun())
	m.Set(100, 1)
	assert.Equal(t, disk.AMapSlots-101, m.LongestRun())
	m.Set(0, disk.AMapSlots)
	assert.Zero(t, m.LongestRun())
	m.Clear(0, 3)
	m.Clear(60, 10)
	m.Clear(disk.AMapSlots-5, 5)
	assert.Equal(t, 10, m.LongestRun())
	m.Clear(disk.AMapSlots-11, 11)
	assert.Equal(t, 11, m.LongestRun())
}

func TestFMapPlace(t *testing.T) {
	_, _, ok := disk.FMapPlace(127)
	assert.False(t, ok)
	for section, want := range map[int64][2]int64{128: {128, 0}, 129: {128, 1}, 623: {128, 495}, 624: {624, 0}, 8192: {8064, 128}} {
		at, index, ok := disk.FMapPlace(section)
		assert.True(t, ok)
		assert.Equal(t, want, [2]int64{at, int64(index)})
		_, fmap, _ := disk.MapPagesAt(at)
		assert.True(t, fmap)
		m := disk.NewFMap(at)
		m.SetRun(index, 254)
		assert.Equal(t, byte(254), m.Bits[index])
		m.SetRun(index, 3000)
		assert.Equal(t, byte(255), m.Bits[index])
	}
}

func TestNewMapPages(t *testing.T) {
	tests := []struct {
		section int64
		pages   int
	}{{0, 2}, {1, 1}, {7, 1}, {8, 2}, {128, 3}, {8192, 3}}
	for _, tt := range tests {
		m := disk.NewAMap(tt.section)
		require.NoError(t, m.Validate(tt.section))
		assert.Equal(t, disk.AMapSlots-8*tt.pages, m.FreeSlots(), "%d", tt.section)
		at := uint64(disk.SectionOffset(tt.section))
		assert.NoError(t, m.Trailer.Check(disk.PageAMap, disk.BREF{IB: at}))

		p := disk.NewPMap(tt.section)
		assert.NoError(t, p.Trailer.Check(disk.PagePMap, disk.BREF{IB: at + 512}))
		assert.Equal(t, byte(0xFF), p.Bits[0])
		assert.Equal(t, byte(0xFF), p.Bits[disk.MapBytes-1])

		f := disk.NewFMap(tt.section)
		assert.NoError(t, f.Trailer.Check(disk.PageFMap, disk.BREF{IB: at + 1024}))
		assert.Equal(t, byte(0xFF), f.Bits[0])
		fp := disk.NewFPMap(tt.section)
		assert.NoError(t, fp.Trailer.Check(disk.PageFPMap, disk.BREF{IB: at + 1024}))
		assert.Equal(t, byte(0xFF), fp.Bits[disk.MapBytes-1])

		m.Clear(7, 1)
		assert.ErrorIs(t, m.Validate(tt.section), disk.ErrCorrupt)
	}
}
