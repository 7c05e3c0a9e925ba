package disk_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
)

// vector returns one of the dumps in chapter 3 of [MS-PST] and where it was in its file.
func vector(t testing.TB, name string) (ib uint64, b []byte) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "ms-pst", name+".hex"))
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if at, ok := strings.CutPrefix(line, "ib "); ok {
			ib, err = strconv.ParseUint(at, 0, 64)
			require.NoError(t, err)
		} else if !strings.HasPrefix(line, "#") {
			row, err := hex.DecodeString(strings.ReplaceAll(line, " ", ""))
			require.NoError(t, err)
			b = append(b, row...)
		}
	}
	return ib, b
}

func TestVector_Header(t *testing.T) {
	_, b := vector(t, "header")
	f, err := disk.DetectFormat(b)
	require.NoError(t, err)
	require.Equal(t, disk.Unicode, f)
	partial, full, err := disk.CheckHeaderCRC(f, b)
	require.NoError(t, err)
	assert.True(t, partial)
	assert.True(t, full)

	var h disk.Header
	remarshal(t, f, &h, b)
	require.NoError(t, h.Validate())
	assert.EqualValues(t, 0x379AA90E, h.CRCPartial)
	assert.Equal(t, disk.MagicClientPST, h.MagicClient)
	assert.Equal(t, disk.VersionUnicode, h.Version)
	assert.EqualValues(t, 19, h.ClientVersion)
	assert.EqualValues(t, 1, h.PlatformCreate)
	assert.EqualValues(t, 1, h.PlatformAccess)
	assert.EqualValues(t, 0x75C, h.Reserved1)
	assert.EqualValues(t, 0x0B997BD0, h.Reserved2)
	assert.EqualValues(t, 0x100000004, h.BIDUnused)
	assert.EqualValues(t, 0x254, h.NextP)
	assert.EqualValues(t, 0x45, h.Unique)
	assert.EqualValues(t, 0x404, h.RgNID[disk.NIDTypeNormalFolder])
	assert.EqualValues(t, 0x4000, h.RgNID[disk.NIDTypeSearchFolder])
	assert.EqualValues(t, 0x10002, h.RgNID[disk.NIDTypeNormalMessage])
	assert.EqualValues(t, 0x40F, h.RgNID[disk.NIDTypeLTP])
	assert.EqualValues(t, disk.CryptPermute, h.Crypt)
	assert.EqualValues(t, 0x1434, h.NextB)
	assert.EqualValues(t, 0x1FD283D6, h.CRCFull)
	assert.Equal(t, disk.Root{
		FileEOF: 0x9F2400, AMapLast: 0x9B4400, AMapFree: 0x12F240,
		NBT: disk.BREF{BID: 0x24B, IB: 0x905200}, BBT: disk.BREF{BID: 0x253, IB: 0x900A00},
		AMapValid: disk.AMapValid2,
	}, h.Root)
}

func TestVector_BTPages(t *testing.T) {
	tests := []struct {
		name       string
		typ        disk.PageType
		bid        disk.BID
		level      uint8
		entries    int
		max, size  uint8
		first      uint64
		checkEntry func(t *testing.T, p *disk.BTPage)
	}{
		{"bt-inner", disk.PageNBT, 0x206, 1, 3, 0x14, 0x18, 0x21, func(t *testing.T, p *disk.BTPage) {
			assert.Equal(t, disk.BTEntry{Key: 0x60F, Ref: disk.BREF{BID: 0x141, IB: 0x7000}}, p.Inner[1])
		}},
		{"nbt-leaf", disk.PageNBT, 0x6B, 0, 14, 0x0F, 0x20, 0x60F, func(t *testing.T, p *disk.BTPage) {
			assert.Equal(t, disk.NIDAssocContentsTableTemplate, p.NBT[0].NID)
		}},
		// The title in [MS-PST] is Sample Leaf BBT Page, but the level is 1.
		{"bbt-inner", disk.PageBBT, 0x246, 1, 8, 0x14, 0x18, 0x1168, func(t *testing.T, p *disk.BTPage) {
			assert.Equal(t, disk.BTEntry{Key: 0x1168, Ref: disk.BREF{BID: 0x20B, IB: 0x7C2800}}, p.Inner[0])
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ib, b := vector(t, tt.name)
			var p disk.BTPage
			remarshal(t, disk.Unicode, &p, b)
			require.NoError(t, p.Trailer.Check(tt.typ, disk.BREF{BID: tt.bid, IB: ib}))
			require.NoError(t, p.Validate())
			assert.Equal(t, tt.level, p.Level)
			assert.Equal(t, tt.entries, p.Len())
			assert.Equal(t, tt.max, p.MaxEntries)
			assert.Equal(t, tt.size, p.EntrySize)
			assert.Equal(t, tt.first, p.Key(0))
			tt.checkEntry(t, &p)
		})
	}
}

func TestVector_XBlock(t *testing.T) {
	ib, b := vector(t, "xblock")
	var tr disk.BlockTrailer
	require.NoError(t, tr.Unmarshal(disk.Unicode, b))
	require.NoError(t, tr.Check(disk.BREF{BID: 0x162, IB: ib}, 0x1B0))
	var x disk.XBlock
	remarshal(t, disk.Unicode, &x, b[:tr.Size])
	require.NoError(t, x.Validate())
	assert.Equal(t, disk.LevelX, x.Level)
	assert.EqualValues(t, 0x69C49, x.Total)
	require.Len(t, x.BIDs, 0x35)
	assert.Equal(t, disk.BID(0x15C), x.BIDs[0])
	assert.Equal(t, disk.BID(0x230), x.BIDs[0x34])
}

func TestVector_SLBlock(t *testing.T) {
	ib, b := vector(t, "slblock")
	var tr disk.BlockTrailer
	require.NoError(t, tr.Unmarshal(disk.Unicode, b))
	require.NoError(t, tr.Check(disk.BREF{BID: 0x1386, IB: ib}, 0x20))
	var sl disk.SLBlock
	remarshal(t, disk.Unicode, &sl, b[:tr.Size])
	require.NoError(t, sl.Validate())
	assert.Equal(t, []disk.SLEntry{{NID: 0x817F, Data: 0x1380}}, sl.Entries)
}

func TestVector_PropertyContext(t *testing.T) {
	_, b := vector(t, "hn-pc")
	var hdr disk.HNHdr
	remarshal(t, disk.Unicode, &hdr, b[:disk.HNHdrSize])
	assert.Equal(t, disk.HNHdr{PageMap: 0xEC, Client: disk.HNClientPC, UserRoot: 0x20}, hdr)

	var m disk.HNPageMap
	remarshal(t, disk.Unicode, &m, b[hdr.PageMap:])
	require.NoError(t, m.Validate(0, int(hdr.PageMap)))
	assert.Equal(t, []uint16{0x0C, 0x14, 0x6C, 0x7C, 0x8C, 0xA4, 0xBC, 0xD4, 0xEC}, m.Allocs)

	root, err := disk.HNItem(b, hdr.UserRoot.Index())
	require.NoError(t, err)
	var bth disk.BTHHeader
	remarshal(t, disk.Unicode, &bth, root)
	require.NoError(t, bth.Validate())
	assert.Equal(t, disk.BTHHeader{KeySize: 2, DataSize: 6, Root: 0x40}, bth)

	recs, err := disk.HNItem(b, bth.Root.Index())
	require.NoError(t, err)
	require.Len(t, recs, 11*disk.PCRecordSize)
	var name disk.PCRecord
	require.NoError(t, name.Unmarshal(disk.Unicode, recs[3*disk.PCRecordSize:]))
	assert.Equal(t, disk.PCRecord{ID: 0x3001, Type: 0x1F, Value: 0x80}, name)
	value, err := disk.HNItem(b, name.Value.HID().Index())
	require.NoError(t, err)
	assert.Equal(t, "U\x00N\x00I\x00C\x00O\x00D\x00E\x001\x00", string(value))
}

func TestVector_TableContext(t *testing.T) {
	_, b := vector(t, "hn-tc")
	var hdr disk.HNHdr
	remarshal(t, disk.Unicode, &hdr, b[:disk.HNHdrSize])
	assert.Equal(t, disk.HNHdr{PageMap: 0x1BC, Client: disk.HNClientTC, UserRoot: 0x40}, hdr)

	item, err := disk.HNItem(b, hdr.UserRoot.Index())
	require.NoError(t, err)
	var tc disk.TCInfo
	remarshal(t, disk.Unicode, &tc, item)
	require.NoError(t, tc.Validate())
	assert.True(t, tc.Sorted())
	assert.Equal(t, []uint16{0x34, 0x34, 0x35, 0x37}, []uint16{tc.End4, tc.End2, tc.End1, tc.RowSize})
	assert.Equal(t, disk.HID(0x20), tc.RowIndex)
	assert.Equal(t, disk.HNID(0x80), tc.Rows)
	require.Len(t, tc.Columns, 13)
	assert.Equal(t, disk.TCColDesc{Tag: 0x0E300102, Offset: 0x14, Size: 4, Bit: 6}, tc.Columns[0])
	assert.Equal(t, disk.TCColDesc{Tag: disk.TagLTPRowID, Offset: 0, Size: 4, Bit: 0}, tc.Columns[11])
	assert.Equal(t, disk.TCColDesc{Tag: disk.TagLTPRowVer, Offset: 4, Size: 4, Bit: 1}, tc.Columns[12])

	rows, err := disk.HNItem(b, 3) // the leaf of the row index
	require.NoError(t, err)
	var row disk.TCRowID
	remarshal(t, disk.Unicode, &row, rows[16:])
	assert.Equal(t, disk.TCRowID{ID: 0x8042, Index: 1}, row)
}
