package disk_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
)

func TestHNHeaderSize(t *testing.T) {
	tests := []struct{ block, size, levelsAt, index int }{
		{0, 12, 0, 0},
		{1, 2, 0, 1},
		{7, 2, 0, 7},
		{8, 66, 8, 0},
		{9, 2, 8, 1},
		{135, 2, 8, 127},
		{136, 66, 136, 0},
		{264, 66, 264, 0},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.size, disk.HNHeaderSize(tt.block), "%d", tt.block)
		at, index := disk.FillLevelPlace(tt.block)
		assert.Equal(t, tt.levelsAt, at, "%d", tt.block)
		assert.Equal(t, tt.index, index, "%d", tt.block)
	}
}

func TestFillLevels(t *testing.T) {
	b := make([]byte, 4)
	levels := disk.FillLevels(b)
	for i := range 8 {
		levels.Set(i, uint8(15-i))
	}
	for i := range 8 {
		assert.EqualValues(t, 15-i, levels.Get(i))
	}
	assert.Equal(t, []byte{0xEF, 0xCD, 0xAB, 0x89}, b)
	levels.Set(1, 0)
	assert.Equal(t, []byte{0x0F, 0xCD, 0xAB, 0x89}, b)
}

// TestFillLevelOf holds the table of [MS-PST] 2.3.1.2.
func TestFillLevelOf(t *testing.T) {
	tests := []struct {
		free  int
		level uint8
	}{
		{8176, 0}, {3584, 0}, {3583, 1}, {2560, 1}, {2559, 2}, {2048, 2}, {1792, 3}, {1536, 4}, {1280, 5}, {1024, 6},
		{768, 7}, {512, 8}, {256, 9}, {128, 10}, {64, 11}, {32, 12}, {16, 13}, {8, 14}, {7, 15}, {0, 15}, {-1, 15},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.level, disk.FillLevelOf(tt.free), "%d", tt.free)
	}
	for level := range uint8(15) {
		assert.Equal(t, level, disk.FillLevelOf(disk.FillLevelFree(level)))
	}
}

func TestHNHdr_Validate(t *testing.T) {
	assert.NoError(t, (&disk.HNHdr{Client: disk.HNClientPC}).Validate())
	assert.NoError(t, (&disk.HNHdr{Client: disk.HNClientIDMap}).Validate())
	assert.ErrorIs(t, (&disk.HNHdr{Client: 1}).Validate(), disk.ErrCorrupt)
}

func TestHNPageMap_Validate(t *testing.T) {
	tests := []struct {
		name   string
		allocs []uint16
		block  int
		at     int
		ok     bool
	}{
		{"packed", []uint16{12, 20, 20, 30}, 0, 30, true},
		{"gap of 1", []uint16{12, 20, 29}, 0, 30, true},
		{"no items", []uint16{2}, 1, 2, true},
		{"bitmap header", []uint16{66, 70}, 8, 70, true},
		{"largest item", []uint16{12, 12 + 3580}, 0, 3592, true},
		{"gap of 2", []uint16{12, 20, 28}, 0, 30, false},
		{"map at an odd offset", []uint16{12, 21}, 0, 21, false},
		{"items beyond the map", []uint16{12, 32}, 0, 30, false},
		{"items out of order", []uint16{12, 30, 20, 30}, 0, 30, false},
		{"too large", []uint16{12, 12 + 3582}, 0, 3594, false},
		{"wrong header", []uint16{12, 30}, 1, 30, false},
		{"nothing", nil, 0, 12, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := disk.HNPageMap{Allocs: tt.allocs}
			if tt.ok {
				assert.NoError(t, m.Validate(tt.block, tt.at))
			} else {
				assert.ErrorIs(t, m.Validate(tt.block, tt.at), disk.ErrCorrupt)
			}
		})
	}
}

func TestHNItem(t *testing.T) {
	block := []byte{
		12, 0, 0xEC, 0xBC, 0x20, 0, 0, 0, 'a', 'b', 'c', 'd',
		3, 0, 1, 0, 8, 0, 10, 0, 10, 0, 12, 0,
	}
	for i, want := range []string{"ab", "", "cd"} {
		got, err := disk.HNItem(block, i+1)
		require.NoError(t, err)
		assert.Equal(t, want, string(got))
		assert.Equal(t, len(got), cap(got), "appending must not reach the next item")
	}
	for _, index := range []int{-1, 0, 4} {
		_, err := disk.HNItem(block, index)
		assert.ErrorIs(t, err, disk.ErrCorrupt, "%d", index)
	}
	for n := range len(block) {
		_, err := disk.HNItem(block[:n], 3)
		assert.ErrorIs(t, err, disk.ErrCorrupt, "%d", n)
	}
	block[16] = 11
	_, err := disk.HNItem(block, 1)
	assert.ErrorIs(t, err, disk.ErrCorrupt, "ends before it begins")
	block[22] = 13
	_, err = disk.HNItem(block, 3)
	assert.ErrorIs(t, err, disk.ErrCorrupt, "ends in the map")
}

func TestHNPageMap_Empty(t *testing.T) {
	var m disk.HNPageMap
	b := make([]byte, m.Size())
	require.NoError(t, m.Marshal(disk.Unicode, b))
	assert.Equal(t, make([]byte, 6), b)
	require.NoError(t, m.Unmarshal(disk.Unicode, b))
	assert.Zero(t, m.Len())
}

func TestBTHHeader_Validate(t *testing.T) {
	good := disk.BTHHeader{KeySize: 2, DataSize: 6, Levels: 1}
	assert.NoError(t, good.Validate())
	for _, spoil := range []func(h *disk.BTHHeader){
		func(h *disk.BTHHeader) { h.KeySize = 0 },
		func(h *disk.BTHHeader) { h.KeySize = 3 },
		func(h *disk.BTHHeader) { h.DataSize = 0 },
		func(h *disk.BTHHeader) { h.DataSize = 33 },
		func(h *disk.BTHHeader) { h.Levels = disk.MaxBTHLevels + 1 },
	} {
		h := good
		spoil(&h)
		assert.ErrorIs(t, h.Validate(), disk.ErrCorrupt)
	}
}

func TestTCInfo_Validate(t *testing.T) {
	good := func() disk.TCInfo {
		return disk.TCInfo{End4: 8, End2: 10, End1: 11, RowSize: 12, Columns: []disk.TCColDesc{
			{Tag: 0x0E07000B, Offset: 10, Size: 1, Bit: 2},
			{Tag: disk.TagLTPRowID, Offset: 0, Size: 4, Bit: 0},
			{Tag: disk.TagLTPRowVer, Offset: 4, Size: 4, Bit: 7},
		}}
	}
	tc := good()
	assert.NoError(t, tc.Validate())
	assert.True(t, tc.Sorted())
	assert.Equal(t, 1, tc.BitmapSize())
	tc.Columns[0], tc.Columns[1] = tc.Columns[1], tc.Columns[0]
	assert.NoError(t, tc.Validate())
	assert.False(t, tc.Sorted())
	for name, spoil := range map[string]func(tc *disk.TCInfo){
		"groups out of order":     func(tc *disk.TCInfo) { tc.End2 = 7 },
		"row without bitmap":      func(tc *disk.TCInfo) { tc.RowSize = 10 },
		"cell in the bitmap":      func(tc *disk.TCInfo) { tc.Columns[0].Size = 2 },
		"bit behind the bitmap":   func(tc *disk.TCInfo) { tc.Columns[0].Bit = 8 },
		"cell at the last offset": func(tc *disk.TCInfo) { tc.Columns[0].Offset = 0xFFFF },
	} {
		tc := good()
		spoil(&tc)
		assert.ErrorIs(t, tc.Validate(), disk.ErrCorrupt, name)
	}
}

func TestNameID_Bucket(t *testing.T) {
	n := disk.NameID{ID: 0x8005, GUID: disk.NameIDGUIDFirst}
	assert.EqualValues(t, (0x8005^6)%251, n.Bucket(251))
	n.IsString = true
	assert.EqualValues(t, (0x8005^7)%251, n.Bucket(251))
}
