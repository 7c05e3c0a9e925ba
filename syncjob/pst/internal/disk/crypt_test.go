package disk_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"pstsyncd/syncjob/pst/internal/disk"
)

func allBytes() []byte {
	b := make([]byte, 256)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}

func TestPermute(t *testing.T) {
	b := allBytes()
	disk.Permute(b)
	assert.Equal(t, []byte{65, 54, 19, 98}, b[:4]) // the beginning of mpbbCrypt
	disk.Unpermute(b)
	assert.Equal(t, allBytes(), b)

	disk.Unpermute(b)
	assert.Equal(t, []byte{71, 241, 180, 230}, b[:4]) // the beginning of its last third
	disk.Permute(b)
	assert.Equal(t, allBytes(), b)
}

// cyclicReference is CryptCyclic of [MS-PST] 5.2, statement by statement.
func cyclicReference(r, s, i *[256]byte, b []byte, key uint32) {
	w := uint16(key ^ key>>16)
	for n := range b {
		c := b[n]
		c += byte(w)
		c = r[c]
		c += byte(w >> 8)
		c = s[c]
		c -= byte(w >> 8)
		c = i[c]
		c -= byte(w)
		b[n] = c
		w++
	}
}

func TestCyclic(t *testing.T) {
	var r, i [256]byte
	copy(r[:], allBytes())
	copy(i[:], allBytes())
	disk.Permute(r[:])
	disk.Unpermute(i[:])
	s := middle()
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		key := rng.Uint32()
		plain := make([]byte, rng.IntN(700))
		for n := range plain {
			plain[n] = byte(rng.Uint32())
		}
		got, want := bytes.Clone(plain), bytes.Clone(plain)
		disk.Cyclic(got, key)
		cyclicReference(&r, &s, &i, want, key)
		assert.Equal(t, want, got)
		disk.Cyclic(got, key)
		assert.Equal(t, plain, got, "not its own inverse")
	}
}

// middle returns mpbbS, the second third of mpbbCrypt, by undoing what else the cipher
// does with key 0 to its first byte.
func middle() (s [256]byte) {
	for n := range 256 {
		b := []byte{byte(n)}
		disk.Unpermute(b)
		disk.Cyclic(b, 0)
		disk.Permute(b)
		s[n] = b[0]
	}
	return s
}

func TestCyclic_Table(t *testing.T) {
	s := middle()
	assert.Equal(t, []byte{20, 83, 15, 86}, s[:4]) // the beginning of the middle third
	for n, c := range s {
		assert.EqualValues(t, n, s[c])
	}
}

func TestEncode(t *testing.T) {
	tests := []struct {
		name    string
		method  uint8
		bid     disk.BID
		known   bool
		changes bool
	}{
		{"none", disk.CryptNone, 0x1234, true, false},
		{"permute", disk.CryptPermute, 0x1234, true, true},
		{"cyclic", disk.CryptCyclic, 0x1234, true, true},
		{"internal block, permute", disk.CryptPermute, 0x1236, true, false},
		{"internal block, cyclic", disk.CryptCyclic, 0x1236, true, false},
		{"wip", disk.CryptWIP, 0x1234, false, false},
		{"unknown", 3, 0x1234, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := allBytes()
			assert.Equal(t, tt.known, disk.Encode(tt.method, tt.bid, b))
			assert.Equal(t, tt.changes, !bytes.Equal(b, allBytes()))
			assert.Equal(t, tt.known, disk.Decode(tt.method, tt.bid|1, b)) // bit 0 is no part of the id
			assert.Equal(t, allBytes(), b)
		})
	}
}

func TestCRC(t *testing.T) {
	assert.EqualValues(t, 0, disk.CRC(nil))
	assert.EqualValues(t, 0, disk.CRC([]byte{0, 0, 0}))
	assert.EqualValues(t, 0x77073096, disk.CRC([]byte{1})) // entry 1 of CrcTableOffset32
	assert.EqualValues(t, 0x2D02EF8D, disk.CRC([]byte{255}))
	assert.EqualValues(t, 0x2DFD2D88, disk.CRC([]byte("123456789")))
}

func TestSignature(t *testing.T) {
	assert.EqualValues(t, 0, disk.Signature(0, 0))
	assert.EqualValues(t, 0x1234^0x5678, disk.Signature(0x12345678, 0))
	assert.EqualValues(t, 0x8006, disk.Signature(0x8200, 0x206)) // [MS-PST] 3.3
	assert.EqualValues(t, 1, disk.Signature(1<<40, 1<<33|1), "only the low halves count")
}
