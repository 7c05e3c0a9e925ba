package ndb_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
	"pstsyncd/syncjob/vfs"
	"pstsyncd/syncjob/vfs/crashfs"
)

// putNode commits one node with size bytes of data and returns its id.
func putNode(t testing.TB, s *ndb.Store, nid disk.NID, size int64) disk.NID {
	t.Helper()
	tx, err := s.Begin()
	require.NoError(t, err)
	bid, _, err := tx.WriteData(randomReader(size))
	require.NoError(t, err)
	if nid == 0 {
		nid = tx.NewNID(disk.NIDTypeNormalMessage)
	}
	require.NoError(t, tx.PutNode(ndb.Node{NID: nid, Data: bid}))
	require.NoError(t, tx.Commit())
	return nid
}

// fill commits nodes messages with one block each.
func fill(t testing.TB, s *ndb.Store, nodes int) []disk.NID {
	t.Helper()
	tx, err := s.Begin()
	require.NoError(t, err)
	var ids []disk.NID
	for range nodes {
		bid, _, err := tx.WriteData(randomReader(300))
		require.NoError(t, err)
		n := ndb.Node{NID: tx.NewNID(disk.NIDTypeNormalMessage), Data: bid}
		require.NoError(t, tx.PutNode(n))
		ids = append(ids, n.NID)
	}
	require.NoError(t, tx.Commit())
	return ids
}

func TestCommit_CostOfOneNode(t *testing.T) {
	for _, nodes := range []int{10, 10_000, 50_000} {
		f := newSparseFile()
		s, err := ndb.Create(f, disk.Unicode, disk.CryptPermute, ndb.Options{})
		require.NoError(t, err)
		ids := fill(t, s, nodes)
		requireSound(t, f.bytes(), 0)
		require.NoError(t, s.Close())

		var c vfs.Counters
		jfs := crashfs.New()
		s, err = ndb.Open(vfs.CountFile(f, &c), ndb.Options{Journal: ndb.Journal{FS: vfs.Count(jfs, &c), Path: "dir/j"}})
		require.NoError(t, err)
		putNode(t, s, ids[nodes/2], 1000)
		t.Logf("%d nodes: read %d, written %d, syncs %d", nodes, c.BytesRead.Load(), c.BytesWritten.Load(), c.Syncs.Load())
		assert.LessOrEqual(t, c.BytesWritten.Load(), int64(30_000))
		assert.LessOrEqual(t, c.BytesRead.Load(), int64(64_000))
		assert.LessOrEqual(t, c.Syncs.Load(), int64(7), "6 of files and 1 of the journal's directory")
		requireSound(t, f.bytes(), 0)
	}
}

func TestTx_SpaceOfEarlierTransactionsIsReused(t *testing.T) {
	f := newSparseFile()
	s, err := ndb.Create(f, disk.Unicode, disk.CryptPermute, ndb.Options{})
	require.NoError(t, err)
	ids := fill(t, s, 1000)
	before := f.size
	rnd := rand.New(rand.NewPCG(5, 5))
	for range 10_000 {
		putNode(t, s, ids[rnd.IntN(len(ids))], int64(100+rnd.IntN(20_000)))
	}
	// The values have grown from 300 bytes to 10,000 on average.
	assert.LessOrEqual(t, f.size, before+14<<20)
	before = f.size
	for range 10_000 {
		putNode(t, s, ids[rnd.IntN(len(ids))], int64(100+rnd.IntN(20_000)))
	}
	assert.LessOrEqual(t, f.size, before+1<<20)
	requireSound(t, f.bytes(), 0)
}

// A 10 GB store in which every section has a little free space, as after years of use,
// and no density list: a commit looks at a bounded number of sections.
func TestCommit_CostInHugeStore(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 40,000 pages to memory: run without -short")
	}
	f := hugeStore(t, disk.Unicode, 42_000, 30)
	var c vfs.Counters
	s, err := ndb.Open(vfs.CountFile(f, &c), ndb.Options{})
	require.NoError(t, err)
	for i := range 20 {
		read, written := c.BytesRead.Load(), c.BytesWritten.Load()
		putNode(t, s, 0, 20_000)
		assert.LessOrEqual(t, c.BytesRead.Load()-read, int64(100_000), "transaction %d", i)
		assert.LessOrEqual(t, c.BytesWritten.Load()-written, int64(60_000), "transaction %d", i)
	}
	assert.LessOrEqual(t, f.size, disk.SectionOffset(42_004))
}

// Free space that the density list has no place for is found by scanning, bit by bit.
func TestTx_ForgottenSpaceIsFound(t *testing.T) {
	f := hugeStore(t, disk.Unicode, 400, 0)
	s, err := ndb.Open(f, ndb.Options{})
	require.NoError(t, err)
	m := disk.NewAMap(3)
	f.put(t, disk.SectionOffset(3), disk.PageSize, m.Marshal)
	for range 12 {
		putNode(t, s, 0, 200_000)
	}
	b := f.bytes()
	var got disk.AMap
	require.NoError(t, got.Unmarshal(disk.Unicode, b[disk.SectionOffset(3):]))
	assert.Less(t, got.FreeSlots(), m.FreeSlots(), "section 3 was found")
}

func TestTx_GrowthPlacesMapPages(t *testing.T) {
	for _, section := range []int64{8, 128, 624, 8192} {
		if section > 1000 && testing.Short() {
			continue
		}
		f := hugeStore(t, disk.Unicode, section, 0)
		s, err := ndb.Open(f, ndb.Options{})
		require.NoError(t, err)
		putNode(t, s, 0, 600_000)
		require.NoError(t, s.Close())
		require.Greater(t, f.size, disk.SectionOffset(section))
		pmap, fmap, fpmap := disk.MapPagesAt(section)
		kinds := map[int64]disk.PageType{0: disk.PageAMap}
		if pmap {
			kinds[512] = disk.PagePMap
		}
		if fmap {
			kinds[1024] = disk.PageFMap
		}
		if fpmap {
			kinds[1024] = disk.PageFPMap
		}
		for offset, kind := range kinds {
			at := disk.SectionOffset(section) + offset
			b := make([]byte, disk.PageSize)
			_, err := f.ReadAt(b, at)
			require.NoError(t, err)
			var tr disk.PageTrailer
			require.NoError(t, tr.Unmarshal(disk.Unicode, b), "section %d, %v", section, kind)
			require.NoError(t, tr.Check(kind, disk.BREF{IB: uint64(at)}))
			if kind == disk.PagePMap || kind == disk.PageFPMap {
				assert.Equal(t, bytes.Repeat([]byte{0xFF}, disk.MapBytes), b[:disk.MapBytes])
			}
		}
		s, err = ndb.Open(f, ndb.Options{})
		require.NoError(t, err)
		nodes, size := readAll(t, s)
		assert.Equal(t, 1, nodes)
		assert.EqualValues(t, 600_000, size)
	}
}

// peakMemory runs work on a store in a real file and returns by how much the heap grew
// at most, as seen by samples that work takes.
func peakMemory(t *testing.T, work func(tx *ndb.Tx, sample func())) uint64 {
	f, err := vfs.OS.Create(filepath.Join(t.TempDir(), "store.pst"))
	require.NoError(t, err)
	s, err := ndb.Create(f, disk.Unicode, disk.CryptPermute, ndb.Options{})
	require.NoError(t, err)
	defer s.Close()
	tx, err := s.Begin()
	require.NoError(t, err)
	heap := func() uint64 {
		var ms runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&ms)
		return ms.HeapAlloc
	}
	base, peak := heap(), uint64(0)
	work(tx, func() { peak = max(peak, heap()) })
	require.NoError(t, tx.Commit())
	return peak - min(peak, base)
}

type samplingReader struct {
	sample func()
	reads  int
}

func (r *samplingReader) Read(p []byte) (int, error) {
	if r.reads++; r.reads%500 == 0 {
		r.sample()
	}
	return len(p), nil
}

func TestTx_WriteDataKeepsMemoryFlat(t *testing.T) {
	const size = 50 << 20
	peak := peakMemory(t, func(tx *ndb.Tx, sample func()) {
		bid, n, err := tx.WriteData(io.LimitReader(&samplingReader{sample: sample}, size))
		require.NoError(t, err)
		assert.EqualValues(t, size, n)
		require.NoError(t, tx.PutNode(ndb.Node{NID: 0x21, Data: bid}))
		assert.Greater(t, tx.Size(), int64(size)*9/10)
	})
	assert.Less(t, peak, uint64(8<<20))
}

func TestTx_ManyNewNodesKeepMemoryModerate(t *testing.T) {
	peak := peakMemory(t, func(tx *ndb.Tx, sample func()) {
		value := make([]byte, 4000)
		for i := range 10_000 {
			n := ndb.Node{NID: tx.NewNID(disk.NIDTypeNormalMessage)}
			var err error
			n.Data, _, err = tx.WriteData(bytes.NewReader(value))
			require.NoError(t, err)
			ed, err := tx.EditSubnodes(0)
			require.NoError(t, err)
			large, _, err := tx.WriteData(bytes.NewReader(value))
			require.NoError(t, err)
			require.NoError(t, ed.Set(ndb.Node{NID: tx.NewNID(disk.NIDTypeLTP), Data: large}))
			n.Sub, err = ed.Flush()
			require.NoError(t, err)
			require.NoError(t, tx.PutNode(n))
			if i%1000 == 0 {
				sample()
			}
		}
		sample()
	})
	assert.Less(t, peak, uint64(16<<20))
}

// A file that grew although much of it is free, in sections that the density list has no
// place for, is searched for them by the transactions that follow.
func TestTx_SpaceBesidesTheDensityListIsFound(t *testing.T) {
	const sections = 400
	f := hugeStore(t, disk.Unicode, sections, 1000)
	h, err := ndb.Open(f, ndb.Options{ReadOnly: true})
	require.NoError(t, err)
	ref := disk.BREF{BID: h.Header().NextP, IB: disk.DListOffset}
	list := disk.DList{Flags: disk.DListBackfillComplete, Trailer: disk.NewPageTrailer(disk.PageDList, ref)}
	f.put(t, disk.DListOffset, disk.PageSize, list.Marshal)

	s, err := ndb.Open(f, ndb.Options{})
	require.NoError(t, err)
	for range 12 {
		putNode(t, s, 0, 400_000)
	}
	require.NoError(t, s.Close())
	size, err := f.Size()
	require.NoError(t, err)
	assert.Greater(t, size, disk.SectionOffset(sections))
	assert.LessOrEqual(t, size, disk.SectionOffset(sections+2))
}
