package disk_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
)

func TestDetectFormat(t *testing.T) {
	head := func(magic string, ver uint16) []byte {
		return binary.LittleEndian.AppendUint16(append([]byte(magic), 0, 0, 0, 0, 'S', 'M'), ver)
	}
	tests := []struct {
		name   string
		b      []byte
		format disk.Format
		ok     bool
	}{
		{"unicode", head("!BDN", 23), disk.Unicode, true},
		{"ansi", head("!BDN", 14), disk.ANSI, true},
		{"other magic", head("!BDM", 23), 0, false},
		{"unknown version", head("!BDN", 3), 0, false},
		{"short", head("!BDN", 23)[:11], 0, false},
		{"empty", nil, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := disk.DetectFormat(tt.b)
			if !tt.ok {
				assert.ErrorIs(t, err, disk.ErrCorrupt)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.format, f)
		})
	}
}

func TestHeader_WrongFormat(t *testing.T) {
	b := make([]byte, disk.Unicode.HeaderSize())
	require.NoError(t, header(disk.ANSI).Marshal(disk.ANSI, b))
	assert.ErrorIs(t, new(disk.Header).Unmarshal(disk.Unicode, b), disk.ErrCorrupt)
}

// TestCheckHeaderCRC holds what tells recovery how far a torn write came.
func TestCheckHeaderCRC(t *testing.T) {
	tests := []struct {
		name          string
		f             disk.Format
		offset        int // of a byte that changed
		partial, full bool
	}{
		{"unicode, root", disk.Unicode, 200, false, false},
		{"unicode, last byte of partial", disk.Unicode, 8 + 470, false, false},
		{"unicode, first byte after partial", disk.Unicode, 8 + 471, true, false},
		{"unicode, next block id", disk.Unicode, 516, true, false},
		{"unicode, after full", disk.Unicode, 528, true, true},
		{"unicode, magic", disk.Unicode, 0, true, true},
		{"ansi, root", disk.ANSI, 200, false, false},
		{"ansi, last byte of partial", disk.ANSI, 8 + 470, false, false},
		{"ansi, after partial", disk.ANSI, 8 + 471, true, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := make([]byte, tt.f.HeaderSize())
			require.NoError(t, header(tt.f).Marshal(tt.f, b))
			b[tt.offset] ^= 1
			partial, full, err := disk.CheckHeaderCRC(tt.f, b)
			require.NoError(t, err)
			assert.Equal(t, tt.partial, partial)
			assert.Equal(t, tt.full, full)
		})
	}
	_, _, err := disk.CheckHeaderCRC(disk.Unicode, make([]byte, 512))
	assert.ErrorIs(t, err, disk.ErrCorrupt)
}

// goodHeader returns a header without a fault: that of the example in [MS-PST] 3.2.
func goodHeader(t *testing.T) disk.Header {
	t.Helper()
	_, b := vector(t, "header")
	var h disk.Header
	require.NoError(t, h.Unmarshal(disk.Unicode, b))
	return h
}

func TestHeader_Validate(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(h *disk.Header)
		ok    bool
	}{
		{"as it is", func(*disk.Header) {}, true},
		{"ost", func(h *disk.Header) { h.MagicClient = disk.MagicClientOST }, true},
		{"wip", func(h *disk.Header) { h.Crypt = disk.CryptWIP }, true},
		{"client magic", func(h *disk.Header) { h.MagicClient = 1 }, false},
		{"sentinel", func(h *disk.Header) { h.Sentinel = 0 }, false},
		{"crypt method", func(h *disk.Header) { h.Crypt = 3 }, false},
		{"nbt root below the first section", func(h *disk.Header) { h.Root.NBT.IB = disk.FirstAMap - 512 }, false},
		{"nbt root between pages", func(h *disk.Header) { h.Root.NBT.IB++ }, false},
		{"bbt root at the end", func(h *disk.Header) { h.Root.BBT.IB = h.Root.FileEOF }, false},
		{"last page of the file", func(h *disk.Header) { h.Root.BBT.IB = h.Root.FileEOF - 512 }, true},
		{"empty file", func(h *disk.Header) { h.Root.FileEOF = 0 }, false},
		{"last amap off the grid", func(h *disk.Header) { h.Root.AMapLast += 512 }, false},
		{"last amap beyond the end", func(h *disk.Header) { h.Root.AMapLast += 10 * disk.AMapInterval }, false},
		{"last amap at 0", func(h *disk.Header) { h.Root.AMapLast = 0 }, false},
		{"amap state", func(h *disk.Header) { h.Root.AMapValid = 3 }, false},
		{"invalid amaps", func(h *disk.Header) { h.Root.AMapValid = disk.AMapInvalid }, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := goodHeader(t)
			tt.spoil(&h)
			if tt.ok {
				assert.NoError(t, h.Validate())
			} else {
				assert.ErrorIs(t, h.Validate(), disk.ErrCorrupt)
			}
		})
	}
}

// TestMarshal_ErrRange holds that what ANSI files cannot hold is refused, not cut.
func TestMarshal_ErrRange(t *testing.T) {
	const large = 1 << 32
	tests := []struct {
		name string
		f    disk.Format
		c    codec
	}{
		{"header, next block", disk.ANSI, &disk.Header{NextB: large}},
		{"header, eof", disk.ANSI, &disk.Header{Root: disk.Root{FileEOF: large}}},
		{"btpage, key", disk.ANSI, &disk.BTPage{Level: 1, Inner: []disk.BTEntry{{Key: large}}}},
		{"btpage, offset", disk.ANSI, &disk.BTPage{BBT: []disk.BBTEntry{{Ref: disk.BREF{IB: large}}}}},
		{"btpage, trailer", disk.ANSI, &disk.BTPage{Trailer: disk.PageTrailer{BID: large}}},
		{"btpage, entries", disk.Unicode, &disk.BTPage{BBT: make([]disk.BBTEntry, disk.Unicode.BBTLeafMax()+1)}},
		{"xblock, bid", disk.ANSI, &disk.XBlock{BIDs: []disk.BID{large}}},
		{"xblock, entries", disk.Unicode, &disk.XBlock{BIDs: make([]disk.BID, disk.Unicode.MaxXBlockEntries()+1)}},
		{"slblock, bid", disk.ANSI, &disk.SLBlock{Entries: []disk.SLEntry{{Sub: large}}}},
		{"slblock, entries", disk.Unicode, &disk.SLBlock{Entries: make([]disk.SLEntry, disk.Unicode.MaxSLEntries()+1)}},
		{"siblock, bid", disk.ANSI, &disk.SIBlock{Entries: []disk.SIEntry{{BID: large}}}},
		{"siblock, entries", disk.Unicode, &disk.SIBlock{Entries: make([]disk.SIEntry, disk.Unicode.MaxSIEntries()+1)}},
		{"dlist, entries", disk.Unicode, &disk.DList{Entries: make([]disk.DListEntry, disk.Unicode.DListMax()+1)}},
		{"dlist, page", disk.Unicode, &disk.DList{Entries: []disk.DListEntry{{Page: 1 << 20}}}},
		{"dlist, free", disk.Unicode, &disk.DList{Entries: []disk.DListEntry{{Free: 1 << 12}}}},
		{"tcinfo, columns", disk.Unicode, &disk.TCInfo{Columns: make([]disk.TCColDesc, 256)}},
		{"tcrowid, row", disk.ANSI, &disk.TCRowID{Index: 1 << 16}},
		{"nameid, guid", disk.Unicode, &disk.NameID{GUID: 1 << 15}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.ErrorIs(t, tt.c.Marshal(tt.f, make([]byte, 2*disk.MaxBlockSize)), disk.ErrRange)
		})
	}
}

// TestMarshal_FullStructures holds that as many entries as the format allows do fit.
func TestMarshal_FullStructures(t *testing.T) {
	for _, f := range []disk.Format{disk.Unicode, disk.ANSI} {
		block, page := make([]byte, f.MaxBlockData()), make([]byte, disk.PageSize)
		assert.NoError(t, (&disk.XBlock{Level: 1, BIDs: make([]disk.BID, f.MaxXBlockEntries())}).Marshal(f, block))
		assert.NoError(t, (&disk.SLBlock{Entries: make([]disk.SLEntry, f.MaxSLEntries())}).Marshal(f, block))
		assert.NoError(t, (&disk.SIBlock{Entries: make([]disk.SIEntry, f.MaxSIEntries())}).Marshal(f, block))
		assert.NoError(t, (&disk.BTPage{Level: 1, Inner: make([]disk.BTEntry, f.InnerMax())}).Marshal(f, page))
		assert.NoError(t, (&disk.BTPage{BBT: make([]disk.BBTEntry, f.BBTLeafMax())}).Marshal(f, page))
		leaf := &disk.BTPage{NBT: make([]disk.NBTEntry, f.NBTLeafMax())}
		leaf.Trailer.Type = disk.PageNBT
		assert.NoError(t, leaf.Marshal(f, page))
		assert.NoError(t, (&disk.DList{Entries: make([]disk.DListEntry, f.DListMax())}).Marshal(f, page))
	}
}

// TestBTPage_New holds the fields that a new page leaves to Marshal, and that entries
// added to an old page displace its slack.
func TestBTPage_New(t *testing.T) {
	ref := disk.BREF{BID: 0x77, IB: 0x4A00}
	b := bytes.Repeat([]byte{0xA5}, disk.PageSize)
	p := disk.BTPage{NBT: []disk.NBTEntry{{NID: 0x21, Data: 4}}, Trailer: disk.NewPageTrailer(disk.PageNBT, ref)}
	require.NoError(t, p.Marshal(disk.Unicode, b))
	var got disk.BTPage
	require.NoError(t, got.Unmarshal(disk.Unicode, b))
	require.NoError(t, got.Trailer.Check(disk.PageNBT, ref))
	assert.EqualValues(t, 15, got.MaxEntries)
	assert.EqualValues(t, 32, got.EntrySize)
	assert.Equal(t, make([]byte, 488-32), got.Slack)

	got.Slack = bytes.Repeat([]byte{0xEE}, len(got.Slack))
	got.NBT = append(got.NBT, disk.NBTEntry{NID: 0x61})
	require.NoError(t, got.Marshal(disk.Unicode, b))
	assert.Equal(t, bytes.Repeat([]byte{0xEE}, 488-64), b[64:488])
	got.NBT = nil
	require.NoError(t, got.Marshal(disk.Unicode, b))
	assert.Equal(t, make([]byte, 32), b[:32], "nothing left of the entry that went")
}

func TestBTPage_EntrySize(t *testing.T) {
	p := disk.BTPage{EntrySize: 28, BBT: []disk.BBTEntry{{Size: 1}, {Size: 2}}, Trailer: disk.PageTrailer{Type: disk.PageBBT}}
	b := make([]byte, disk.PageSize)
	require.NoError(t, p.Marshal(disk.Unicode, b))
	remarshal(t, disk.Unicode, new(disk.BTPage), b)
	var got disk.BTPage
	require.NoError(t, got.Unmarshal(disk.Unicode, b))
	assert.EqualValues(t, 2, got.BBT[1].Size)
	assert.EqualValues(t, 488/28, got.MaxEntries)

	b[27] = 1
	sealPage(disk.Unicode, b)
	assert.ErrorIs(t, new(disk.BTPage).Unmarshal(disk.Unicode, b), disk.ErrCorrupt)
}

func TestBTPage_ErrCorrupt(t *testing.T) {
	tests := []struct {
		name   string
		offset int
		value  byte
	}{
		{"entries beyond the page", 488, 21},
		{"entry too small", 490, 23},
		{"entry of no size", 490, 0},
		{"level", 491, 9},
		{"an amap", 496, byte(disk.PageAMap)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := make([]byte, disk.PageSize)
			require.NoError(t, bbtPage(disk.Unicode).Marshal(disk.Unicode, b))
			b[tt.offset] = tt.value
			sealPage(disk.Unicode, b)
			assert.ErrorIs(t, new(disk.BTPage).Unmarshal(disk.Unicode, b), disk.ErrCorrupt)
		})
	}
}

func TestBTPage_Validate(t *testing.T) {
	nbt := func(high uint32, ids ...disk.NID) *disk.BTPage {
		p := &disk.BTPage{Trailer: disk.PageTrailer{Type: disk.PageNBT}}
		for _, id := range ids {
			p.NBT = append(p.NBT, disk.NBTEntry{NID: id, High: high})
		}
		return p
	}
	assert.NoError(t, nbt(0).Validate())
	assert.NoError(t, nbt(0, 1, 2, 3).Validate())
	assert.ErrorIs(t, nbt(0, 1, 1).Validate(), disk.ErrCorrupt)
	assert.ErrorIs(t, nbt(0, 2, 1).Validate(), disk.ErrCorrupt)
	crowded := nbt(0, 1, 2, 3)
	crowded.MaxEntries = 2
	assert.ErrorIs(t, crowded.Validate(), disk.ErrCorrupt)
	assert.Equal(t, uint64(5<<32|7), nbt(5, 7).Key(0))
}

func TestPageTrailer_Check(t *testing.T) {
	ref := disk.BREF{BID: 0x206, IB: 0x8200}
	tr := disk.NewPageTrailer(disk.PageNBT, ref)
	assert.EqualValues(t, 0x8006, tr.Sig)
	assert.NoError(t, tr.Check(disk.PageNBT, ref))
	assert.ErrorIs(t, tr.Check(disk.PageBBT, ref), disk.ErrCorrupt)
	assert.ErrorIs(t, tr.Check(disk.PageNBT, disk.BREF{BID: 0x207, IB: 0x8200}), disk.ErrCorrupt)
	assert.ErrorIs(t, tr.Check(disk.PageNBT, disk.BREF{BID: 0x206, IB: 0x8400}), disk.ErrCorrupt)

	m := disk.NewPageTrailer(disk.PageAMap, disk.BREF{BID: 99, IB: 0x4400})
	assert.Equal(t, disk.PageTrailer{Type: disk.PageAMap, BID: 0x4400}, m)
	assert.False(t, disk.PageDList.IsMap())
	assert.False(t, disk.PageNBT.IsMap())
	for _, typ := range []disk.PageType{disk.PageAMap, disk.PagePMap, disk.PageFMap, disk.PageFPMap} {
		assert.True(t, typ.IsMap())
	}
}

func TestPageTrailer_Unmarshal(t *testing.T) {
	for _, f := range []disk.Format{disk.Unicode, disk.ANSI} {
		b := make([]byte, disk.PageSize)
		want := disk.PageTrailer{Type: disk.PageNBT, Sig: 0x1122, BID: 0x33445566}
		require.NoError(t, want.Marshal(f, b))
		var got disk.PageTrailer
		require.NoError(t, got.Unmarshal(f, b))
		assert.Equal(t, disk.CRC(b[:f.PageDataSize()]), got.CRC)
		got.CRC = 0
		assert.Equal(t, want, got)

		b[f.PageDataSize()]++
		assert.ErrorIs(t, got.Unmarshal(f, b), disk.ErrCorrupt, "type and repeated type")
		b[f.PageDataSize()]--
		b[0]++
		assert.ErrorIs(t, got.Unmarshal(f, b), disk.ErrCorrupt, "crc")
	}
}

func TestBlockTrailer(t *testing.T) {
	for _, f := range []disk.Format{disk.Unicode, disk.ANSI} {
		ref := disk.BREF{BID: 0x1234, IB: 0x5000}
		const size = 236
		b := bytes.Repeat([]byte{0xA5}, f.BlockSize(size))
		want := disk.NewBlockTrailer(ref, size)
		require.NoError(t, want.Marshal(f, b))
		assert.Equal(t, bytes.Repeat([]byte{0xA5}, len(b)-f.BlockTrailerSize()), b[:len(b)-f.BlockTrailerSize()])
		var got disk.BlockTrailer
		require.NoError(t, got.Unmarshal(f, b))
		assert.Equal(t, disk.CRC(b[:size]), got.CRC)
		require.NoError(t, got.Check(ref, size))
		require.NoError(t, got.Check(disk.BREF{BID: ref.BID | 1, IB: ref.IB}, size), "bit 0 of a reference")
		assert.ErrorIs(t, got.Check(disk.BREF{BID: 0x1238, IB: 0x5000}, size), disk.ErrCorrupt)
		assert.ErrorIs(t, got.Check(disk.BREF{BID: 0x1234, IB: 0x5040}, size), disk.ErrCorrupt)
		assert.ErrorIs(t, got.Check(ref, size+1), disk.ErrCorrupt)

		b[size]++ // padding
		assert.NoError(t, got.Unmarshal(f, b))
		b[0]++
		assert.ErrorIs(t, got.Unmarshal(f, b), disk.ErrCorrupt)
		assert.ErrorIs(t, got.Unmarshal(f, b[64:]), disk.ErrCorrupt, "length")
		assert.ErrorIs(t, got.Unmarshal(f, nil), disk.ErrCorrupt)
		assert.Error(t, want.Marshal(f, b[:64]))
	}
}

func TestXBlock_Validate(t *testing.T) {
	tests := []struct {
		name string
		x    disk.XBlock
		ok   bool
	}{
		{"data", disk.XBlock{Level: disk.LevelX, BIDs: []disk.BID{4, 9}}, true},
		{"xblocks", disk.XBlock{Level: disk.LevelXX, BIDs: []disk.BID{6, 0xB}}, true},
		{"empty", disk.XBlock{Level: disk.LevelX}, false},
		{"xblock in an xblock", disk.XBlock{Level: disk.LevelX, BIDs: []disk.BID{4, 6}}, false},
		{"data in an xxblock", disk.XBlock{Level: disk.LevelXX, BIDs: []disk.BID{4}}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.ok {
				assert.NoError(t, tt.x.Validate())
			} else {
				assert.ErrorIs(t, tt.x.Validate(), disk.ErrCorrupt)
			}
		})
	}
}

func TestSubnodeBlocks_Validate(t *testing.T) {
	assert.ErrorIs(t, new(disk.SLBlock).Validate(), disk.ErrCorrupt)
	assert.NoError(t, (&disk.SLBlock{Entries: []disk.SLEntry{{NID: 1}, {NID: 2}}}).Validate())
	assert.ErrorIs(t, (&disk.SLBlock{Entries: []disk.SLEntry{{NID: 2}, {NID: 2}}}).Validate(), disk.ErrCorrupt)
	assert.ErrorIs(t, new(disk.SIBlock).Validate(), disk.ErrCorrupt)
	assert.NoError(t, (&disk.SIBlock{Entries: []disk.SIEntry{{NID: 1}, {NID: 2}}}).Validate())
	assert.ErrorIs(t, (&disk.SIBlock{Entries: []disk.SIEntry{{NID: 2}, {NID: 1}}}).Validate(), disk.ErrCorrupt)

	b := encode(t, structure{value: slblock, size: fixed(100)}, disk.Unicode)
	level, err := disk.SubnodeLevel(b)
	require.NoError(t, err)
	assert.Equal(t, disk.LevelSL, level)
	assert.ErrorIs(t, new(disk.SIBlock).Unmarshal(disk.Unicode, b), disk.ErrCorrupt)
	b[1] = 2
	_, err = disk.SubnodeLevel(b)
	assert.ErrorIs(t, err, disk.ErrCorrupt)
}

func TestDList_Validate(t *testing.T) {
	tests := []struct {
		name string
		d    disk.DList
		ok   bool
	}{
		{"empty", disk.DList{}, true},
		{"descending", disk.DList{Entries: []disk.DListEntry{{1, 5}, {0, 5}, {2, 4}}}, true},
		{"ascending", disk.DList{Entries: []disk.DListEntry{{1, 5}, {0, 6}}}, false},
		{"no such amap", disk.DList{Entries: []disk.DListEntry{{3, 5}}}, false},
		{"more than an amap has", disk.DList{Entries: []disk.DListEntry{{1, disk.AMapSlots + 1}}}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.ok {
				assert.NoError(t, tt.d.Validate(3))
			} else {
				assert.ErrorIs(t, tt.d.Validate(3), disk.ErrCorrupt)
			}
		})
	}
}

func TestCorruptError(t *testing.T) {
	err := disk.Corruptf("amap", 0x4400, "crc is %#x", 5)
	assert.EqualError(t, err, "corrupt amap at 0x4400: crc is 0x5")
	assert.EqualError(t, disk.Corruptf("heap", -1, "empty"), "corrupt heap: empty")
	assert.ErrorIs(t, err, disk.ErrCorrupt)
	assert.NotErrorIs(t, err, disk.ErrRange)
	short := new(disk.AMap).Unmarshal(disk.Unicode, []byte{1})
	assert.ErrorContains(t, short, "short buffer")
}
