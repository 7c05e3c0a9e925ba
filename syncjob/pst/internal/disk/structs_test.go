package disk_test

import (
	"bytes"
	"fmt"
	"io"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
)

// structure is one of the package's structures for the tests that all of them have
// to pass.
type structure struct {
	name string
	new  func() codec
	// value returns one with a different value in every field that f has.
	value func(f disk.Format) codec
	// size of the encoding of value.
	size func(f disk.Format) int
	// spoil makes the encoding that of no such structure; nil where nothing can.
	spoil func(f disk.Format, b []byte)
}

func fixed(n int) func(disk.Format) int { return func(disk.Format) int { return n } }

func spoilByte(i int) func(disk.Format, []byte) {
	return func(_ disk.Format, b []byte) { b[i] ^= 0xFF }
}

func structures() []structure {
	page := fixed(disk.PageSize)
	return []structure{
		{"Header", func() codec { return new(disk.Header) }, header, disk.Format.HeaderSize, spoilByte(0)},
		{"AMap", func() codec { return new(disk.AMap) }, amap, page, spoilByte(17)},
		{"PMap", func() codec { return new(disk.PMap) }, pmap, page, spoilByte(17)},
		{"FMap", func() codec { return new(disk.FMap) }, fmap, page, spoilByte(17)},
		{"FPMap", func() codec { return new(disk.FPMap) }, fpmap, page, spoilByte(17)},
		{"DList", func() codec { return new(disk.DList) }, dlist, page, spoilByte(17)},
		{"BTPage inner", func() codec { return new(disk.BTPage) }, innerPage, page, spoilByte(17)},
		{"BTPage nbt", func() codec { return new(disk.BTPage) }, nbtPage, page, spoilByte(17)},
		{"BTPage bbt", func() codec { return new(disk.BTPage) }, bbtPage, page, spoilByte(17)},
		{"XBlock", func() codec { return new(disk.XBlock) }, xblock, func(f disk.Format) int { return xblock(f).(*disk.XBlock).Size(f) }, spoilByte(0)},
		{"SLBlock", func() codec { return new(disk.SLBlock) }, slblock, func(f disk.Format) int { return slblock(f).(*disk.SLBlock).Size(f) }, spoilByte(1)},
		{"SIBlock", func() codec { return new(disk.SIBlock) }, siblock, func(f disk.Format) int { return siblock(f).(*disk.SIBlock).Size(f) }, spoilByte(1)},
		{"HNHdr", func() codec { return new(disk.HNHdr) }, distinctOf[disk.HNHdr], fixed(12), spoilByte(2)},
		{"HNPageHdr", func() codec { return new(disk.HNPageHdr) }, distinctOf[disk.HNPageHdr], fixed(2), nil},
		{"HNBitmapHdr", func() codec { return new(disk.HNBitmapHdr) }, distinctOf[disk.HNBitmapHdr], fixed(66), nil},
		{"HNPageMap", func() codec { return new(disk.HNPageMap) }, pageMap, fixed(4 + 2*4), func(_ disk.Format, b []byte) { b[1] = 1 }},
		{"BTHHeader", func() codec { return new(disk.BTHHeader) }, distinctOf[disk.BTHHeader], fixed(8), spoilByte(0)},
		{"PCRecord", func() codec { return new(disk.PCRecord) }, distinctOf[disk.PCRecord], fixed(8), nil},
		{"PCObject", func() codec { return new(disk.PCObject) }, distinctOf[disk.PCObject], fixed(8), nil},
		{"TCInfo", func() codec { return new(disk.TCInfo) }, tcinfo, fixed(22 + 2*8), spoilByte(0)},
		{"TCRowID", func() codec { return new(disk.TCRowID) }, tcrowid, disk.Format.TCRowIDSize, nil},
		{"NameID", func() codec { return new(disk.NameID) }, nameid, fixed(8), nil},
	}
}

// distinct fills v with values that differ from field to field.
func distinct(v reflect.Value, next *uint64) {
	*next++
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			distinct(v.Field(i), next)
		}
	case reflect.Array:
		for i := range v.Len() {
			distinct(v.Index(i), next)
		}
	case reflect.Slice: // the caller's
	case reflect.Bool:
		v.SetBool(true)
	default:
		value := *next * 0x0102030405060709
		if bits := v.Type().Bits(); bits < 64 {
			value &= 1<<bits - 1
		}
		v.SetUint(value)
	}
}

func distinctOf[T any](disk.Format) codec {
	v, next := new(T), uint64(100)
	distinct(reflect.ValueOf(v).Elem(), &next)
	return any(v).(codec)
}

// narrow cuts what ANSI files keep in 4 bytes to 4 bytes and drops what they lack.
func narrow(f disk.Format, wide ...*uint64) {
	if f == disk.ANSI {
		for _, p := range wide {
			*p &= 0xFFFFFFFF
		}
	}
}

func header(f disk.Format) codec {
	h := distinctOf[disk.Header](f).(*disk.Header)
	h.CRCPartial, h.CRCFull = 0, 0 // computed
	h.Version, h.ANSIReserved = disk.VersionUnicode, [12]byte{}
	if f == disk.ANSI {
		h.Version = disk.VersionANSI
		h.BIDUnused, h.Unused, h.Root.Reserved, h.Align = 0, 0, 0, 0
		for i := range h.ANSIReserved {
			h.ANSIReserved[i] = byte(i + 1)
		}
	}
	r := &h.Root
	narrow(f, (*uint64)(&h.NextB), (*uint64)(&h.NextP), &r.FileEOF, &r.AMapLast, &r.AMapFree, &r.PMapFree,
		(*uint64)(&r.NBT.BID), &r.NBT.IB, (*uint64)(&r.BBT.BID), &r.BBT.IB)
	return h
}

func mapPage(f disk.Format, t disk.PageType) disk.MapPage {
	next := uint64(7)
	m := disk.MapPage{}
	distinct(reflect.ValueOf(&m).Elem(), &next)
	m.Trailer = trailer(f, t)
	if f == disk.Unicode {
		m.Pad = 0
	}
	return m
}

func trailer(f disk.Format, t disk.PageType) disk.PageTrailer {
	tr := disk.PageTrailer{Type: t, Sig: 0x1234, BID: 0x1122334455667788}
	narrow(f, (*uint64)(&tr.BID))
	return tr
}

func amap(f disk.Format) codec  { return &disk.AMap{MapPage: mapPage(f, disk.PageAMap)} }
func pmap(f disk.Format) codec  { return &disk.PMap{MapPage: mapPage(f, disk.PagePMap)} }
func fmap(f disk.Format) codec  { return &disk.FMap{MapPage: mapPage(f, disk.PageFMap)} }
func fpmap(f disk.Format) codec { return &disk.FPMap{MapPage: mapPage(f, disk.PageFPMap)} }

func dlist(f disk.Format) codec {
	return &disk.DList{
		Flags: 3, Pad: 0x1122, Current: 0x33445566,
		Entries: []disk.DListEntry{{Page: 0xFFFFF, Free: 0xFFF}, {Page: 0x12345, Free: 0x678}},
		Slack:   bytes.Repeat([]byte{0xEE}, f.PageDataSize()-8-2*4),
		Trailer: trailer(f, disk.PageDList),
	}
}

// btPage returns a page without entries, all of whose space holds something.
func btPage(f disk.Format, t disk.PageType, level uint8, used int) *disk.BTPage {
	p := &disk.BTPage{Level: level, MaxEntries: 9, Pad: 0x55667788, Trailer: trailer(f, t)}
	p.Slack = bytes.Repeat([]byte{0xDD}, f.BTEntriesSize()-used)
	if f == disk.ANSI {
		p.Pad = 0
	}
	return p
}

func innerPage(f disk.Format) codec {
	p := btPage(f, disk.PageBBT, 1, 2*f.BTEntrySize())
	p.EntrySize = uint8(f.BTEntrySize())
	p.Inner = make([]disk.BTEntry, 2)
	next := uint64(50)
	for i := range p.Inner {
		e := &p.Inner[i]
		distinct(reflect.ValueOf(e).Elem(), &next)
		narrow(f, &e.Key, (*uint64)(&e.Ref.BID), &e.Ref.IB)
	}
	return p
}

func nbtPage(f disk.Format) codec {
	p := btPage(f, disk.PageNBT, 0, 2*f.NBTEntrySize())
	p.EntrySize = uint8(f.NBTEntrySize())
	p.NBT = make([]disk.NBTEntry, 2)
	next := uint64(60)
	for i := range p.NBT {
		e := &p.NBT[i]
		distinct(reflect.ValueOf(e).Elem(), &next)
		narrow(f, (*uint64)(&e.Data), (*uint64)(&e.Sub))
		if f == disk.ANSI {
			e.High, e.Pad = 0, 0
		}
	}
	return p
}

func bbtPage(f disk.Format) codec {
	p := btPage(f, disk.PageBBT, 0, 2*f.BBTEntrySize())
	p.EntrySize = uint8(f.BBTEntrySize())
	p.BBT = make([]disk.BBTEntry, 2)
	next := uint64(70)
	for i := range p.BBT {
		e := &p.BBT[i]
		distinct(reflect.ValueOf(e).Elem(), &next)
		narrow(f, (*uint64)(&e.Ref.BID), &e.Ref.IB)
		if f == disk.ANSI {
			e.Pad = 0
		}
	}
	return p
}

func xblock(f disk.Format) codec {
	x := &disk.XBlock{Level: disk.LevelXX, Total: 0x11223344, BIDs: []disk.BID{0x1234567812345676, 0x2, 0x7}, Slack: []byte{1, 2, 3}}
	narrow(f, (*uint64)(&x.BIDs[0]))
	return x
}

func slblock(f disk.Format) codec {
	s := &disk.SLBlock{Pad: 0x11223344, Entries: make([]disk.SLEntry, 2), Slack: []byte{9}}
	next := uint64(80)
	for i := range s.Entries {
		e := &s.Entries[i]
		distinct(reflect.ValueOf(e).Elem(), &next)
		narrow(f, (*uint64)(&e.Data), (*uint64)(&e.Sub))
		if f == disk.ANSI {
			e.High = 0
		}
	}
	if f == disk.ANSI {
		s.Pad = 0
	}
	return s
}

func siblock(f disk.Format) codec {
	s := &disk.SIBlock{Pad: 0x11223344, Entries: make([]disk.SIEntry, 2), Slack: []byte{9}}
	next := uint64(90)
	for i := range s.Entries {
		e := &s.Entries[i]
		distinct(reflect.ValueOf(e).Elem(), &next)
		narrow(f, (*uint64)(&e.BID))
		if f == disk.ANSI {
			e.High = 0
		}
	}
	if f == disk.ANSI {
		s.Pad = 0
	}
	return s
}

func pageMap(disk.Format) codec {
	return &disk.HNPageMap{Free: 0x1122, Allocs: []uint16{12, 0x20, 0x21, 0x1234}}
}

func tcinfo(f disk.Format) codec {
	tc := distinctOf[disk.TCInfo](f).(*disk.TCInfo)
	tc.Columns = make([]disk.TCColDesc, 2)
	next := uint64(40)
	for i := range tc.Columns {
		distinct(reflect.ValueOf(&tc.Columns[i]).Elem(), &next)
	}
	return tc
}

func tcrowid(f disk.Format) codec {
	row := distinctOf[disk.TCRowID](f).(*disk.TCRowID)
	if f == disk.ANSI {
		row.Index &= 0xFFFF
	}
	return row
}

func nameid(disk.Format) codec {
	return &disk.NameID{ID: 0x11223344, IsString: true, GUID: 0x7ABC, Index: 0x5566}
}

// eachStructure runs a test on every structure in both forms.
func eachStructure(t *testing.T, test func(t *testing.T, s structure, f disk.Format)) {
	for _, s := range structures() {
		for _, f := range []disk.Format{disk.Unicode, disk.ANSI} {
			t.Run(fmt.Sprintf("%s/%v", s.name, f), func(t *testing.T) { test(t, s, f) })
		}
	}
}

func encode(t testing.TB, s structure, f disk.Format) []byte {
	t.Helper()
	b := bytes.Repeat([]byte{0xA5}, s.size(f))
	require.NoError(t, s.value(f).Marshal(f, b))
	return b
}

func TestStructures_RoundTrip(t *testing.T) {
	eachStructure(t, func(t *testing.T, s structure, f disk.Format) {
		b := encode(t, s, f)
		got := s.new()
		require.NoError(t, got.Unmarshal(f, b))
		forgetCRC(got)
		assert.Equal(t, s.value(f), got)
		remarshal(t, f, s.new(), b)
	})
}

// forgetCRC clears the fields that only Unmarshal fills.
func forgetCRC(c codec) {
	switch v := c.(type) {
	case *disk.Header:
		v.CRCPartial, v.CRCFull = 0, 0
	case *disk.AMap:
		v.Trailer.CRC = 0
	case *disk.PMap:
		v.Trailer.CRC = 0
	case *disk.FMap:
		v.Trailer.CRC = 0
	case *disk.FPMap:
		v.Trailer.CRC = 0
	case *disk.DList:
		v.Trailer.CRC = 0
	case *disk.BTPage:
		v.Trailer.CRC = 0
	}
}

func TestStructures_ErrShortBuffer(t *testing.T) {
	eachStructure(t, func(t *testing.T, s structure, f disk.Format) {
		b := encode(t, s, f)
		for n := range len(b) {
			assert.ErrorIs(t, s.value(f).Marshal(f, make([]byte, n)), io.ErrShortBuffer, "%d", n)
			if tail(s.value(f)) > len(b)-n {
				continue // only what is kept of unknown bytes is cut
			}
			err := s.new().Unmarshal(f, b[:n])
			assert.ErrorIs(t, err, disk.ErrCorrupt, "%d", n)
		}
		assert.ErrorIs(t, s.new().Unmarshal(f, nil), io.ErrShortBuffer)
	})
}

// tail returns how many bytes at the end of the encoding a value can lose and still
// be one.
func tail(c codec) int {
	switch v := c.(type) {
	case *disk.XBlock:
		return len(v.Slack) + 1
	case *disk.SLBlock:
		return len(v.Slack) + 1
	case *disk.SIBlock:
		return len(v.Slack) + 1
	default:
		return 0
	}
}

func TestStructures_ErrCorrupt(t *testing.T) {
	eachStructure(t, func(t *testing.T, s structure, f disk.Format) {
		if s.spoil == nil {
			return // any bytes are one
		}
		b := encode(t, s, f)
		s.spoil(f, b)
		err := s.new().Unmarshal(f, b)
		require.ErrorIs(t, err, disk.ErrCorrupt)
		var ce *disk.CorruptError
		require.ErrorAs(t, err, &ce)
		assert.NotEmpty(t, ce.Struct)
	})
}

// TestStructures_RandomBytes requires that no bytes make Unmarshal panic.
func TestStructures_RandomBytes(t *testing.T) {
	eachStructure(t, func(t *testing.T, s structure, f disk.Format) {
		b := encode(t, s, f)
		for i := range b {
			for _, x := range []byte{0x01, 0x80, 0xFF} {
				c := bytes.Clone(b)
				c[i] ^= x
				if s.new().Unmarshal(f, c) == nil {
					remarshalUnlessCRC(t, f, s.new(), c)
				}
			}
		}
	})
}

// remarshalUnlessCRC is remarshal for bytes whose header CRCs may be wrong and which
// may be longer than the structure.
func remarshalUnlessCRC(t testing.TB, f disk.Format, c codec, b []byte) {
	t.Helper()
	require.NoError(t, c.Unmarshal(f, b))
	switch v := c.(type) {
	case *disk.Header:
		require.NoError(t, v.Marshal(f, b))
		b = b[:f.HeaderSize()]
	case *disk.HNPageMap:
		b = b[:v.Size()]
	case *disk.TCInfo:
		b = b[:v.Size()]
	}
	remarshal(t, f, c, b)
}
