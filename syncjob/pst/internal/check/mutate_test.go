package check_test

import (
	"bytes"
	"encoding/binary"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
)

// mutant is a store of which damaged copies are made, with checksums that fit: a
// checker meets those where someone means it to.
type mutant struct {
	name   string
	f      disk.Format
	b      []byte
	pages  []int64 // offsets of all pages
	blocks []disk.BBTEntry
}

func newMutant(t testing.TB, name string) *mutant {
	b, err := os.ReadFile(realStore(t, name))
	require.NoError(t, err)
	im := parse(t, b)
	m := &mutant{name: name, f: im.f, b: b, pages: []int64{disk.FirstAMap, disk.FirstAMap + disk.PMapOffset, disk.DListOffset}}
	for _, typ := range []disk.PageType{disk.PageNBT, disk.PageBBT} {
		im.pages(typ, func(off int64, p *disk.BTPage) {
			m.pages = append(m.pages, off)
			m.blocks = append(m.blocks, p.BBT...)
		})
	}
	return m
}

// stepSize bytes of a program make one change: what is changed, how, where, with
// which value.
const stepSize = 8

// run makes a copy, changed as a program of any bytes says.
func (m *mutant) run(program []byte) []byte {
	b := bytes.Clone(m.b)
	for ; len(program) >= stepSize; program = program[stepSize:] {
		where := binary.LittleEndian.Uint32(program[2:])
		change := func(span []byte) { edit(span, program[1], where>>8, binary.LittleEndian.Uint16(program[6:])) }
		switch program[0] % 8 {
		case 0:
			change(b[:m.f.HeaderSize()])
			m.fixHeader(b)
		case 1, 2:
			m.page(b, m.pages[int(where)%len(m.pages)], change)
		case 3, 4, 5, 6:
			m.block(b, m.blocks[int(where)%len(m.blocks)], change)
		case 7:
			change(b) // checksums stay as they are
		}
	}
	if len(program) >= 4 {
		return b[:binary.LittleEndian.Uint32(program)%uint32(len(b))]
	}
	return b
}

// edit changes up to 4 bytes of b.
func edit(b []byte, how byte, where uint32, value uint16) {
	if len(b) < 4 {
		return
	}
	at := int(where) % (len(b) - 3)
	switch how % 8 {
	case 0:
		b[at] = byte(value)
	case 1:
		b[at] ^= 1 << (value % 8)
	case 2:
		b[at] += byte(value)
	case 3:
		binary.LittleEndian.PutUint16(b[at:], value)
	case 4:
		binary.LittleEndian.PutUint16(b[at&^1:], binary.LittleEndian.Uint16(b[at&^1:])+value%64-32)
	case 5:
		binary.LittleEndian.PutUint32(b[at:], 0xFFFFFFFF>>(value%32))
	case 6:
		copy(b[at&^3:][:4], b[int(value)%(len(b)-3)&^3:])
	case 7:
		copy(b[at&^3:], b[int(value)%(len(b)-3)&^3:]) // shift all that follows
	}
}

func (m *mutant) fixHeader(b []byte) {
	var h disk.Header
	if h.Unmarshal(m.f, b) == nil {
		_ = h.Marshal(m.f, b) // of a header that was read
	}
}

func (m *mutant) page(b []byte, off int64, change func([]byte)) {
	page := b[off:][:disk.PageSize]
	var t disk.PageTrailer
	if t.Unmarshal(m.f, page) != nil {
		return // changed by an earlier step
	}
	change(page[:m.f.PageDataSize()])
	_ = t.Marshal(m.f, page) // in a page of full size
}

func (m *mutant) block(b []byte, e disk.BBTEntry, change func([]byte)) {
	block := b[e.Ref.IB:][:m.f.BlockSize(int(e.Size))]
	var t disk.BlockTrailer
	if t.Unmarshal(m.f, block) != nil {
		return
	}
	data := block[:e.Size]
	crypt := parseCrypt(m.b, m.f)
	disk.Decode(crypt, e.Ref.BID, data)
	change(data)
	disk.Encode(crypt, e.Ref.BID, data)
	_ = t.Marshal(m.f, block)
}

func parseCrypt(b []byte, f disk.Format) uint8 {
	var h disk.Header
	_ = h.Unmarshal(f, b) // the store as it was
	return h.Crypt
}

// mutants are the stores of the corpus that damaged copies are made of: the small ones.
func mutants(t testing.TB, limit int) (all []*mutant) {
	for _, name := range slices.Sorted(maps.Keys(oddities)) {
		if name == "damaged-amap-invalid.pst" {
			continue
		}
		if path, ok := findStore(name); ok {
			if info, err := os.Stat(path); err == nil && info.Size() <= int64(limit) {
				all = append(all, newMutant(t, name))
			}
		}
	}
	return all
}
