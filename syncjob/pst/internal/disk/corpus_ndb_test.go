package disk_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
)

// codec is what every structure of the package has.
type codec interface {
	Unmarshal(f disk.Format, b []byte) error
	Marshal(f disk.Format, b []byte) error
}

// remarshal decodes b as c and requires that encoding it gives b again, no byte of
// which is left to chance.
func remarshal(t testing.TB, f disk.Format, c codec, b []byte) {
	t.Helper()
	in := bytes.Clone(b)
	require.NoError(t, c.Unmarshal(f, in))
	for i := range in {
		in[i] ^= 0x55 // what was decoded must not depend on the buffer any more
	}
	out := bytes.Repeat([]byte{0xA5}, len(b))
	require.NoError(t, c.Marshal(f, out))
	require.Equal(t, b, out)
}

func TestCorpus_Headers(t *testing.T) {
	for _, s := range corpus(t) {
		t.Run(s.name, func(t *testing.T) {
			im := openImage(t, s)
			if s.damaged() {
				t.Skip("its header is what is damaged")
			}
			partial, full, err := disk.CheckHeaderCRC(im.f, s.b)
			require.NoError(t, err)
			assert.True(t, partial, "partial crc")
			assert.True(t, full, "full crc")
			assert.NoError(t, im.h.Validate())
			remarshal(t, im.f, new(disk.Header), s.b[:im.f.HeaderSize()])
		})
	}
}

func TestCorpus_BTreePages(t *testing.T) {
	for _, s := range corpus(t) {
		t.Run(s.name, func(t *testing.T) {
			im := openImage(t, s)
			if !s.damaged() {
				require.GreaterOrEqual(t, len(im.pages), 2)
			}
			for _, ref := range im.pages {
				var p disk.BTPage
				remarshal(t, im.f, &p, im.page(ref.IB))
				assert.NoError(t, p.Validate(), "%v", ref)
			}
		})
	}
}

func TestCorpus_MapPages(t *testing.T) {
	for _, s := range corpus(t) {
		t.Run(s.name, func(t *testing.T) {
			if s.damaged() {
				t.Skip("its maps are what is damaged")
			}
			im := openImage(t, s)
			free := 0
			for section := range im.sections() {
				free += checkSection(t, im, section)
			}
			if s.name != "support.pst" { // known to be wrong there
				assert.Equal(t, im.h.Root.AMapFree, uint64(free*disk.BlockAlign), "cbAMapFree")
			}
			for _, e := range im.blocks {
				requireAllocated(t, im, e.Ref.IB, im.f.BlockSize(int(e.Size)))
			}
			for _, ref := range im.pages {
				requireAllocated(t, im, ref.IB, disk.PageSize)
			}
		})
	}
}

// checkSection checks the maps of one section and returns its free slots.
func checkSection(t *testing.T, im *image, section int64) int {
	t.Helper()
	at := uint64(disk.SectionOffset(section))
	var m disk.AMap
	remarshal(t, im.f, &m, im.page(at))
	require.NoError(t, m.Trailer.Check(disk.PageAMap, disk.BREF{IB: at}))
	require.NoError(t, m.Validate(section))
	pmap, fmap, fpmap := disk.MapPagesAt(section)
	require.False(t, fmap || fpmap, "no known file is that large")
	if pmap {
		var p disk.PMap
		remarshal(t, im.f, &p, im.page(at+disk.PMapOffset))
		require.NoError(t, p.Trailer.Check(disk.PagePMap, disk.BREF{IB: at + disk.PMapOffset}))
	}
	return m.FreeSlots()
}

func requireAllocated(t *testing.T, im *image, ib uint64, size int) {
	t.Helper()
	section, slot, ok := disk.SectionOf(int64(ib))
	require.True(t, ok)
	var m disk.AMap
	require.NoError(t, m.Unmarshal(im.f, im.page(uint64(disk.SectionOffset(section)))))
	require.True(t, m.Allocated(slot, disk.SlotsOf(size)), "%d bytes at %#x", size, ib)
}

func TestCorpus_DensityLists(t *testing.T) {
	found, valid := 0, 0
	for _, s := range corpus(t) {
		im := openImage(t, s)
		b := im.page(disk.DListOffset)
		var d disk.DList
		if b[im.f.PageDataSize()] != byte(disk.PageDList) {
			continue
		}
		found++
		if err := d.Unmarshal(im.f, b); err != nil { // a file may have one that is to be ignored
			t.Logf("%s: %v", s.name, err)
			continue
		}
		valid++
		remarshal(t, im.f, &d, b)
		if d.Trailer.BID == im.h.NextP {
			assert.NoError(t, d.Validate(im.sections()), s.name)
		}
	}
	t.Logf("%d density lists, %d of them with a valid crc", found, valid)
	assert.NotZero(t, valid)
}

func TestCorpus_Blocks(t *testing.T) {
	for _, s := range corpus(t) {
		t.Run(s.name, func(t *testing.T) {
			im := openImage(t, s)
			for bid, e := range im.blocks {
				checkBlock(t, im, bid, e)
			}
			if !s.damaged() {
				require.NotEmpty(t, im.blocks)
				checkInternal(t, im)
				require.Empty(t, im.errs)
			}
		})
	}
}

func checkBlock(t *testing.T, im *image, bid disk.BID, e disk.BBTEntry) {
	t.Helper()
	b := im.block(e)
	var tr disk.BlockTrailer
	require.NoError(t, tr.Unmarshal(im.f, b), "%v", bid)
	require.NoError(t, tr.Check(e.Ref, e.Size), "%v", bid)
	out := bytes.Clone(b)
	for i := range im.f.BlockTrailerSize() {
		out[len(out)-1-i] = 0xA5
	}
	require.NoError(t, tr.Marshal(im.f, out))
	require.Equal(t, b, out)
}

// checkInternal re-encodes every internal block that a node or another block
// refers to.
func checkInternal(t *testing.T, im *image) {
	t.Helper()
	for _, bid := range im.internalBlocks() {
		b := im.data(bid)
		require.NotEmpty(t, b, "%v", bid)
		switch {
		case b[0] == 1:
			var x disk.XBlock
			remarshal(t, im.f, &x, b)
			require.NoError(t, x.Validate())
		case b[1] == disk.LevelSL:
			var sl disk.SLBlock
			remarshal(t, im.f, &sl, b)
			require.NoError(t, sl.Validate())
		default:
			var si disk.SIBlock
			remarshal(t, im.f, &si, b)
			require.NoError(t, si.Validate())
		}
	}
}

func (im *image) internalBlocks() []disk.BID {
	var bids []disk.BID
	for bid := range im.blocks {
		if bid.Internal() {
			bids = append(bids, bid)
		}
	}
	return bids
}
