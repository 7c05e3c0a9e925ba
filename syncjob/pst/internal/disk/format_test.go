package disk_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"pstsyncd/syncjob/pst/internal/disk"
)

// TestFormat_Sizes holds the sizes and limits of [MS-PST] for both forms.
func TestFormat_Sizes(t *testing.T) {
	tests := []struct {
		name          string
		size          func(disk.Format) int
		unicode, ansi int
	}{
		{"HEADER", disk.Format.HeaderSize, 564, 512},
		{"BID", disk.Format.BIDSize, 8, 4},
		{"BREF", disk.Format.BREFSize, 16, 8},
		{"PAGETRAILER", disk.Format.PageTrailerSize, 16, 12},
		{"page crc span", disk.Format.PageDataSize, 496, 500},
		{"map bits offset", disk.Format.MapBitsOffset, 0, 4},
		{"BTPAGE.rgentries", disk.Format.BTEntriesSize, 488, 496},
		{"BTENTRY", disk.Format.BTEntrySize, 24, 12},
		{"BBTENTRY", disk.Format.BBTEntrySize, 24, 12},
		{"NBTENTRY", disk.Format.NBTEntrySize, 32, 16},
		{"inner page entries", disk.Format.InnerMax, 20, 41},
		{"bbt leaf entries", disk.Format.BBTLeafMax, 20, 41},
		{"nbt leaf entries", disk.Format.NBTLeafMax, 15, 31},
		{"BLOCKTRAILER", disk.Format.BlockTrailerSize, 16, 12},
		{"block data", disk.Format.MaxBlockData, 8176, 8180},
		{"XBLOCK entries", disk.Format.MaxXBlockEntries, 1021, 2043},
		{"SLENTRY", disk.Format.SLEntrySize, 24, 12},
		{"SIENTRY", disk.Format.SIEntrySize, 16, 8},
		{"SLBLOCK entries", disk.Format.MaxSLEntries, 340, 681},
		{"SIBLOCK entries", disk.Format.MaxSIEntries, 510, 1022},
		{"DLIST entries", disk.Format.DListMax, 119, 120},
		{"TCROWID", disk.Format.TCRowIDSize, 8, 6},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.unicode, tt.size(disk.Unicode))
			assert.Equal(t, tt.ansi, tt.size(disk.ANSI))
		})
	}
}

func TestFormat_BlockSize(t *testing.T) {
	tests := []struct {
		cb            int
		unicode, ansi int
	}{
		{0, 64, 64},
		{1, 64, 64},
		{48, 64, 64},
		{49, 128, 64},
		{52, 128, 64},
		{53, 128, 128},
		{236, 256, 256}, // the example of [MS-PST] 2.2.2.8.2
		{8176, 8192, 8192},
		{8180, 8256, 8192},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.unicode, disk.Unicode.BlockSize(tt.cb), "%d", tt.cb)
		assert.Equal(t, tt.ansi, disk.ANSI.BlockSize(tt.cb), "%d", tt.cb)
	}
}

func TestFormatOf(t *testing.T) {
	tests := []struct {
		ver    uint16
		format disk.Format
		ok     bool
	}{
		{0, disk.Unicode, false},
		{13, disk.Unicode, false},
		{disk.VersionANSI, disk.ANSI, true},
		{disk.VersionANSI15, disk.ANSI, true},
		{16, disk.Unicode, false},
		{disk.VersionUnicode, disk.Unicode, true},
		{disk.VersionOST4K, disk.Unicode, true},
		{disk.VersionWIP, disk.Unicode, true},
	}
	for _, tt := range tests {
		f, ok := disk.FormatOf(tt.ver)
		assert.Equal(t, tt.ok, ok, "%d", tt.ver)
		assert.Equal(t, tt.format, f, "%d", tt.ver)
	}
	assert.Equal(t, "unicode", disk.Unicode.String())
	assert.Equal(t, "ansi", disk.ANSI.String())
}
