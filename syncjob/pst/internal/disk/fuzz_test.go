package disk_test

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
)

// The fuzz targets hold one rule: what parses is written back to the same bytes, and
// nothing panics. Their seeds are the encodings of all structures and, where there is
// a corpus, what it has of them.

// seedsPerStore keeps the seeds few enough to be run by every plain go test.
const seedsPerStore = 40

// addSeeds adds what find returns for each store, and dies if a corpus yields nothing.
func addSeeds(f *testing.F, find func(im *image) [][]byte) {
	f.Helper()
	stores, found := findCorpus(f), 0
	for _, s := range stores {
		if s.damaged() {
			continue
		}
		im := openImage(f, s)
		seeds := find(im)
		for _, b := range seeds[:min(len(seeds), seedsPerStore)] {
			found++
			f.Add(im.f == disk.ANSI, b)
		}
	}
	if len(stores) > 0 && found == 0 {
		f.Fatal("the corpus has no seeds for this target")
	}
	for _, s := range structures() {
		f.Add(false, encode(f, s, disk.Unicode))
		f.Add(true, encode(f, s, disk.ANSI))
	}
}

func formatFlag(ansi bool) disk.Format {
	if ansi {
		return disk.ANSI
	}
	return disk.Unicode
}

// fuzz parses b as each of the structures, and re-encodes those that b is.
func fuzz(t *testing.T, f disk.Format, b []byte, as ...codec) {
	for _, c := range as {
		if err := c.Unmarshal(f, b); err != nil {
			require.ErrorIs(t, err, disk.ErrCorrupt)
			continue
		}
		remarshalUnlessCRC(t, f, c, b)
	}
}

func FuzzHeader(f *testing.F) {
	addSeeds(f, func(im *image) [][]byte { return [][]byte{im.b[:im.f.HeaderSize()]} })
	f.Fuzz(func(t *testing.T, ansi bool, b []byte) {
		format := formatFlag(ansi)
		if len(b) < format.HeaderSize() {
			return
		}
		fuzz(t, format, b[:format.HeaderSize()], new(disk.Header))
	})
}

func FuzzPage(f *testing.F) {
	addSeeds(f, func(im *image) [][]byte {
		pages := [][]byte{im.page(disk.FirstAMap), im.page(disk.FirstAMap + disk.PMapOffset)}
		for _, ref := range im.pages {
			pages = append(pages, im.page(ref.IB))
		}
		return pages
	})
	f.Fuzz(func(t *testing.T, ansi bool, b []byte) {
		if len(b) != disk.PageSize {
			return
		}
		format := formatFlag(ansi)
		sealPage(format, b)
		fuzz(t, format, b, new(disk.AMap), new(disk.PMap), new(disk.FMap), new(disk.FPMap), new(disk.DList), new(disk.BTPage))
	})
}

// sealPage gives a page the right CRC and repeats its type, lest the fuzzer have to
// guess them.
func sealPage(f disk.Format, b []byte) {
	at := f.PageDataSize()
	b[at+1] = b[at]
	crc := disk.CRC(b[:at])
	if f == disk.ANSI {
		binary.LittleEndian.PutUint32(b[at+8:], crc)
	} else {
		binary.LittleEndian.PutUint32(b[at+4:], crc)
	}
}

func FuzzInternalBlock(f *testing.F) {
	addSeeds(f, func(im *image) [][]byte {
		var blocks [][]byte
		for _, bid := range im.internalBlocks() {
			blocks = append(blocks, im.data(bid))
		}
		return blocks
	})
	f.Fuzz(func(t *testing.T, ansi bool, b []byte) {
		format := formatFlag(ansi)
		if len(b) > format.MaxBlockData() {
			return
		}
		fuzz(t, format, b, new(disk.XBlock), new(disk.SLBlock), new(disk.SIBlock))
	})
}

func FuzzHeap(f *testing.F) {
	addSeeds(f, func(im *image) [][]byte {
		var blocks [][]byte
		for _, h := range im.heaps() {
			blocks = append(blocks, h.blocks[0])
		}
		return blocks
	})
	f.Fuzz(func(t *testing.T, ansi bool, b []byte) {
		format := formatFlag(ansi)
		fuzz(t, format, b, new(disk.HNPageMap), new(disk.TCInfo))
		fuzzPrefix(t, format, b, disk.HNHdrSize, new(disk.HNHdr))
		fuzzPrefix(t, format, b, disk.HNBitmapHdrSize, new(disk.HNBitmapHdr))
		fuzzPrefix(t, format, b, disk.BTHHeaderSize, new(disk.BTHHeader))
		fuzzPrefix(t, format, b, disk.NameIDSize, new(disk.NameID))
		for i := range 20 {
			if item, err := disk.HNItem(b, i); err == nil {
				fuzz(t, format, item, new(disk.TCInfo))
				fuzzPrefix(t, format, item, disk.PCRecordSize, new(disk.PCRecord))
			}
		}
	})
}

func fuzzPrefix(t *testing.T, f disk.Format, b []byte, n int, c codec) {
	if len(b) >= n {
		fuzz(t, f, b[:n:n], c)
	}
}
