package disk_test

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
)

// The places of the header's fields are those of [MS-PST] 2.2.2.6, whatever order they
// are read and written in.
func TestHeader_Offsets(t *testing.T) {
	h := disk.Header{
		MagicClient: disk.MagicClientPST, NextP: 0x1101, NextB: 0x2204, Unique: 0x33, Sentinel: 0x80, Crypt: disk.CryptCyclic,
		Root: disk.Root{
			FileEOF: 0x44400, AMapLast: 0x4400, AMapFree: 0x5540, PMapFree: 0x66,
			NBT: disk.BREF{BID: 0x77, IB: 0x8800}, BBT: disk.BREF{BID: 0x99, IB: 0xAA00}, AMapValid: disk.AMapValid2,
		},
	}
	h.RgNID[0] = 0xBB
	for format, tt := range map[disk.Format]struct {
		version uint16
		width   int            // of ids and offsets
		wide    map[int]uint64 // fields of that width
		narrow  map[int]uint32 // fields of 4 bytes
		bytes   map[int]byte
	}{
		disk.Unicode: {
			disk.VersionUnicode, 8,
			map[int]uint64{32: 0x1101, 184: 0x44400, 192: 0x4400, 200: 0x5540, 208: 0x66, 216: 0x77, 224: 0x8800, 232: 0x99, 240: 0xAA00, 516: 0x2204},
			map[int]uint32{40: 0x33, 44: 0xBB},
			map[int]byte{248: disk.AMapValid2, 512: 0x80, 513: disk.CryptCyclic},
		},
		disk.ANSI: {
			disk.VersionANSI15, 4,
			map[int]uint64{24: 0x2204, 28: 0x1101, 168: 0x44400, 172: 0x4400, 176: 0x5540, 180: 0x66, 184: 0x77, 188: 0x8800, 192: 0x99, 196: 0xAA00},
			map[int]uint32{32: 0x33, 36: 0xBB},
			map[int]byte{200: disk.AMapValid2, 460: 0x80, 461: disk.CryptCyclic},
		},
	} {
		t.Run(format.String(), func(t *testing.T) {
			h.Version = tt.version
			b := make([]byte, format.HeaderSize())
			require.NoError(t, h.Marshal(format, b))
			for at, want := range tt.wide {
				got := uint64(binary.LittleEndian.Uint32(b[at:]))
				if tt.width == 8 {
					got = binary.LittleEndian.Uint64(b[at:])
				}
				assert.Equal(t, want, got, "at %d", at)
			}
			for at, want := range tt.narrow {
				assert.Equal(t, want, binary.LittleEndian.Uint32(b[at:]), "at %d", at)
			}
			for at, want := range tt.bytes {
				assert.Equal(t, want, b[at], "at %d", at)
			}
			var back disk.Header
			require.NoError(t, back.Unmarshal(format, b))
			assert.Equal(t, h.Root, back.Root)
			assert.Equal(t, []disk.BID{h.NextP, h.NextB}, []disk.BID{back.NextP, back.NextB})
		})
	}
}

// Both trailers are those of [MS-PST] 2.2.2.7.1 and 2.2.2.8.1: in ANSI files the id comes
// before the CRC.
func TestTrailers_Offsets(t *testing.T) {
	ref := disk.BREF{BID: 0x44332214, IB: 0x8800}
	le := binary.LittleEndian
	for format, at := range map[disk.Format]struct{ size, crc, bid int }{disk.Unicode: {16, 4, 8}, disk.ANSI: {12, 8, 4}} {
		t.Run(format.String(), func(t *testing.T) {
			page := make([]byte, disk.PageSize)
			page[0] = 7
			pt := disk.NewPageTrailer(disk.PageNBT, ref)
			require.NoError(t, pt.Marshal(format, page))
			b := page[disk.PageSize-at.size:]
			assert.Equal(t, []byte{0x81, 0x81}, b[:2])
			assert.Equal(t, disk.Signature(ref.IB, ref.BID), le.Uint16(b[2:]))
			assert.Equal(t, disk.CRC(page[:disk.PageSize-at.size]), le.Uint32(b[at.crc:]))
			assert.EqualValues(t, ref.BID, le.Uint32(b[at.bid:]))

			block := make([]byte, disk.BlockAlign)
			copy(block, "data")
			bt := disk.NewBlockTrailer(ref, 4)
			require.NoError(t, bt.Marshal(format, block))
			b = block[disk.BlockAlign-at.size:]
			assert.EqualValues(t, 4, le.Uint16(b))
			assert.Equal(t, disk.Signature(ref.IB, ref.BID), le.Uint16(b[2:]))
			assert.Equal(t, disk.CRC([]byte("data")), le.Uint32(b[at.crc:]))
			assert.EqualValues(t, ref.BID, le.Uint32(b[at.bid:]))
		})
	}
}

// The key of the cyclic encoding is the low half of the block's id, without bit 0.
// [MS-PST] 5.2.
func TestEncode_CyclicKey(t *testing.T) {
	got, want := []byte("some text"), []byte("some text")
	require.True(t, disk.Encode(disk.CryptCyclic, 0x1122334455667789, got))
	disk.Cyclic(want, 0x55667788)
	assert.Equal(t, want, got)
}
