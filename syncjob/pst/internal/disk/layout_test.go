package disk_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"pstsyncd/syncjob/pst/internal/disk"
)

func TestMapPagesAt(t *testing.T) {
	tests := []struct {
		section           int64
		pmap, fmap, fpmap bool
	}{
		{0, true, false, false},
		{1, false, false, false},
		{8, true, false, false},
		{120, true, false, false},
		{127, false, false, false},
		{128, true, true, false},
		{129, false, false, false},
		{128 + 496, true, true, false},
		{128 + 2*496, true, true, false},
		{8191, false, false, false},
		{8192, true, false, true},
		{8192 + 496, true, false, false},
		{8192 + 31744, true, false, true},
	}
	for _, tt := range tests {
		pmap, fmap, fpmap := disk.MapPagesAt(tt.section)
		assert.Equal(t, tt.pmap, pmap, "pmap %d", tt.section)
		assert.Equal(t, tt.fmap, fmap, "fmap %d", tt.section)
		assert.Equal(t, tt.fpmap, fpmap, "fpmap %d", tt.section)
	}
}

// TestMapPagesAt_Apart holds what the equal offsets of FMap and FPMap rely on, over
// 64 GB.
func TestMapPagesAt_Apart(t *testing.T) {
	for section := range int64(64 << 30 / disk.AMapInterval) {
		pmap, fmap, fpmap := disk.MapPagesAt(section)
		if fmap && fpmap || (fmap || fpmap) && !pmap {
			t.Fatalf("section %d: pmap %v, fmap %v, fpmap %v", section, pmap, fmap, fpmap)
		}
	}
}

// What an ANSI file may have at most is what the FPMap of its header reaches: registry
// settings of Outlook go up to the same number.
func TestANSIEnd(t *testing.T) {
	assert.EqualValues(t, 0x7C004400, disk.ANSIEnd)
	for section := range int64((disk.ANSIEnd - disk.FirstAMap) / disk.AMapInterval) {
		_, _, fpmap := disk.MapPagesAt(section)
		assert.False(t, fpmap, section)
	}
}

func TestSectionOf(t *testing.T) {
	assert.EqualValues(t, 253952, disk.AMapInterval)
	assert.EqualValues(t, 0x4400, disk.SectionOffset(0))
	tests := []struct {
		ib, section int64
		slot        int
		ok          bool
	}{
		{0x43FF, 0, 0, false},
		{0x4400, 0, 0, true},
		{0x4440, 0, 1, true},
		{0x4400 + 253952 - 1, 0, disk.AMapSlots - 1, true},
		{0x4400 + 253952, 1, 0, true},
	}
	for _, tt := range tests {
		section, slot, ok := disk.SectionOf(tt.ib)
		assert.Equal(t, tt.section, section)
		assert.Equal(t, tt.slot, slot)
		assert.Equal(t, tt.ok, ok)
	}
	assert.Equal(t, 1, disk.SlotsOf(64))
	assert.Equal(t, 2, disk.SlotsOf(65))
}
