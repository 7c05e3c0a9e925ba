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
