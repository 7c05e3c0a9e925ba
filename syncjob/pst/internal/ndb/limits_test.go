package ndb_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
)

func requireData(t testing.TB, v ndb.View, bid disk.BID, want []byte) {
	t.Helper()
	d, err := v.Data(bid)
	require.NoError(t, err)
	got, err := io.ReadAll(io.NewSectionReader(d, 0, d.Size()))
	require.NoError(t, err)
	require.True(t, bytes.Equal(want, got), "%d bytes, want %d", len(got), len(want))
}

func TestWriteData_Sizes(t *testing.T) {
	full := disk.Unicode.MaxBlockData()
	x := disk.Unicode.MaxXBlockEntries() * full
	f := newSparseFile()
	s, err := ndb.Create(f, disk.Unicode, disk.CryptPermute, ndb.Options{})
	require.NoError(t, err)
	for i, tc := range []struct{ size, blocks int }{
		{0, 0}, {1, 1}, {full - 1, 1}, {full, 1}, {full + 1, 2}, {x - 1, 1021}, {x, 1021}, {x + 1, 1022}, {2*x + full, 2043},
	} {
		tx, err := s.Begin()
		require.NoError(t, err)
		value := make([]byte, tc.size)
		_, err = io.ReadFull(randomReader(int64(tc.size)), value)
		require.NoError(t, err)
		bid, n, err := tx.WriteData(bytes.NewReader(value))
		require.NoError(t, err)
		require.EqualValues(t, tc.size, n)
		requireData(t, tx, bid, value)
		nid := disk.MakeNID(disk.NIDTypeInternal, uint32(i+1))
		require.NoError(t, tx.PutNode(ndb.Node{NID: nid, Data: bid}))
		require.NoError(t, tx.Commit())
		node, err := s.Node(nid)
		require.NoError(t, err)
		requireData(t, s, node.Data, value)
		d, err := s.Data(node.Data)
		require.NoError(t, err)
		assert.Equal(t, tc.blocks, d.Blocks())
		assert.EqualValues(t, tc.size, d.BlockOffset(d.Blocks()))
	}
	requireSound(t, f.bytes(), 0)
}

func TestData_ReadAt(t *testing.T) {
	_, s := newStore(t, disk.Unicode, disk.CryptCyclic)
	defer s.Close()
	nid := putNode(t, s, 0, 30_000)
	want, err := io.ReadAll(randomReader(30_000))
	require.NoError(t, err)
	n, err := s.Node(nid)
	require.NoError(t, err)
	d, err := s.Data(n.Data)
	require.NoError(t, err)
	for _, tc := range []struct {
		off int64
		n   int
		err error
	}{
		{0, 100, nil}, {8170, 20, nil}, {8176, 1, nil}, {8100, 17_000, nil}, {29_999, 1, nil},
		{29_990, 20, io.EOF}, {30_000, 1, io.EOF}, {99_999, 1, io.EOF},
	} {
		b := make([]byte, tc.n)
		got, err := d.ReadAt(b, tc.off)
		assert.Equal(t, tc.err, err)
		assert.Equal(t, want[min(tc.off, 30_000):min(tc.off+int64(got), 30_000)], b[:got])
	}
	_, err = d.ReadAt(make([]byte, 1), -1)
	assert.Error(t, err)
}

// One changed block of a value under an XXBLOCK costs that block, its XBLOCK and the
// XXBLOCK.
func TestDataEditor_SharesWhatStays(t *testing.T) {
	f := newSparseFile()
	s, err := ndb.Create(f, disk.Unicode, disk.CryptPermute, ndb.Options{})
	require.NoError(t, err)
	full := disk.Unicode.MaxBlockData()
	size := 2500*full + 10
	nid := putNode(t, s, 0, int64(size))
	want, err := io.ReadAll(randomReader(int64(size)))
	require.NoError(t, err)

	tx, err := s.Begin()
	require.NoError(t, err)
	n, err := tx.Node(nid)
	require.NoError(t, err)
	first := tx.NextBID()
	ed, err := tx.EditData(n.Data)
	require.NoError(t, err)
	require.NoError(t, ed.SetBlock(1500, want[:full]))
	old := n.Data
	n.Data, err = ed.Flush()
	require.NoError(t, err)
	assert.Equal(t, first+3*disk.BlockIDStep, tx.NextBID(), "three new blocks")
	copy(want[1500*full:], want[:full])
	requireData(t, tx, n.Data, want)
	require.NoError(t, tx.PutNode(n))
	require.NoError(t, tx.Commit())
	requireSound(t, f.bytes(), 0)
	requireData(t, s, n.Data, want)
	assert.Less(t, tx.Size(), int64(70_000))

	tx, err = s.Begin()
	require.NoError(t, err)
	_, err = tx.Data(old)
	require.ErrorIs(t, err, disk.ErrCorrupt, "the old tree is gone")
	same, err := tx.EditData(n.Data)
	require.NoError(t, err)
	unchanged, err := same.Flush()
	require.NoError(t, err)
	assert.Equal(t, n.Data, unchanged)
	require.NoError(t, tx.Rollback())
}

func TestDataEditor_ManyBlocksSpill(t *testing.T) {
	f := newSparseFile()
	s, err := ndb.Create(f, disk.Unicode, disk.CryptPermute, ndb.Options{})
	require.NoError(t, err)
	tx, err := s.Begin()
	require.NoError(t, err)
	ed, err := tx.EditData(0)
	require.NoError(t, err)
	full := disk.Unicode.MaxBlockData()
	var want []byte
	for i := range 200 {
		require.NoError(t, ed.SetBlock(i, []byte{byte(i)}))
		want = append(want, make([]byte, full)...)
		want[i*full] = byte(i)
	}
	for i := range 200 {
		require.NoError(t, ed.SetBlock(i, bytes.Repeat([]byte{byte(i)}, full)))
		copy(want[i*full:], bytes.Repeat([]byte{byte(i)}, full))
	}
	b, err := ed.Block(17)
	require.NoError(t, err)
	assert.EqualValues(t, 17, b[9])
	require.NoError(t, ed.SetBlock(199, []byte("end")))
	want = append(want[:199*full], "end"...)
	bid, err := ed.Flush()
	require.NoError(t, err)
	requireData(t, tx, bid, want)
	require.NoError(t, tx.PutNode(ndb.Node{NID: 0x21, Data: bid}))
	require.NoError(t, tx.Commit())
	v := requireSound(t, f.bytes(), 0)
	assert.Len(t, v.blocks, 201)
	for _, bad := range [][]byte{nil, make([]byte, full+1)} {
		assert.ErrorIs(t, ed.SetBlock(0, bad), ndb.ErrTxDone)
	}
}

func TestSubnodeEditor_ManySubnodes(t *testing.T) {
	f := newSparseFile()
	s, err := ndb.Create(f, disk.Unicode, disk.CryptPermute, ndb.Options{})
	require.NoError(t, err)
	tx, err := s.Begin()
	require.NoError(t, err)
	ed, err := tx.EditSubnodes(0)
	require.NoError(t, err)
	const count = 10_000
	data, _, err := tx.WriteData(bytes.NewReader([]byte("shared")))
	require.NoError(t, err)
	for i := range uint32(count) {
		require.NoError(t, ed.Set(ndb.Node{NID: disk.MakeNID(disk.NIDTypeLTP, 2*i), Data: data}))
	}
	sub, err := ed.Flush()
	require.NoError(t, err)
	require.NoError(t, tx.PutNode(ndb.Node{NID: 0x21, Sub: sub}))
	require.NoError(t, tx.Commit())
	v := requireSound(t, f.bytes(), 0)
	assert.Len(t, v.blocks, 1+1+(count+339)/340, "data, siblock, full slblocks")

	tx, err = s.Begin()
	require.NoError(t, err)
	first := tx.NextBID()
	ed, err = tx.EditSubnodes(sub)
	require.NoError(t, err)
	require.NoError(t, ed.Set(ndb.Node{NID: disk.MakeNID(disk.NIDTypeLTP, 7001)}))
	require.NoError(t, ed.Delete(disk.MakeNID(disk.NIDTypeLTP, 7002)))
	require.ErrorIs(t, ed.Delete(disk.MakeNID(disk.NIDTypeLTP, 7002)), ndb.ErrNotFound)
	sub, err = ed.Flush()
	require.NoError(t, err)
	assert.Equal(t, first+2*disk.BlockIDStep, tx.NextBID(), "one slblock and the siblock")
	got := 0
	for n, err := range ed.All() {
		require.NoError(t, err)
		require.NotEqual(t, disk.MakeNID(disk.NIDTypeLTP, 7002), n.NID)
		got++
	}
	assert.Equal(t, count, got)
	_, err = tx.Subnode(sub, disk.MakeNID(disk.NIDTypeLTP, 7001))
	require.NoError(t, err)
	for i := range uint32(count) {
		if nid := disk.MakeNID(disk.NIDTypeLTP, 2*i); i%500 != 0 && nid.Index() != 7002 {
			require.NoError(t, ed.Delete(nid))
		}
	}
	sub, err = ed.Flush()
	require.NoError(t, err)
	require.NoError(t, tx.PutNode(ndb.Node{NID: 0x21, Sub: sub}))
	require.NoError(t, tx.Commit())
	v = requireSound(t, f.bytes(), 0)
	assert.Len(t, v.blocks, 2, "small leaves were joined")
}

func TestSubnodeEditor_TooMany(t *testing.T) {
	f := newSparseFile()
	s, err := ndb.Create(f, disk.Unicode, disk.CryptPermute, ndb.Options{})
	require.NoError(t, err)
	tx, err := s.Begin()
	require.NoError(t, err)
	ed, err := tx.EditSubnodes(0)
	require.NoError(t, err)
	for i := range uint32(340*510 + 1) {
		require.NoError(t, ed.Set(ndb.Node{NID: disk.MakeNID(disk.NIDTypeLTP, i)}))
	}
	_, err = ed.Flush()
	require.ErrorIs(t, err, ndb.ErrTooLarge)
	require.NoError(t, ed.Delete(disk.MakeNID(disk.NIDTypeLTP, 340*510)))
	sub, err := ed.Flush()
	require.NoError(t, err)
	require.NoError(t, tx.PutNode(ndb.Node{NID: 0x21, Sub: sub}))
	require.NoError(t, tx.Commit())
	requireSound(t, f.bytes(), 0)
}

// Both B-trees of four levels grow, shrink and are found again, in both formats.
func TestTrees_fourLevels(t *testing.T) {
	for _, tt := range []struct {
		format disk.Format
		nodes  int
	}{
		{disk.Unicode, 8_500}, // over 20*20*20 blocks
		{disk.ANSI, 70_000},   // over 41*41*41 blocks
	} {
		t.Run(tt.format.String(), func(t *testing.T) {
			if testing.Short() && tt.nodes > 10_000 {
				t.Skip("70,000 nodes: run without -short")
			}
			f := newSparseFile()
			s, err := ndb.Create(f, tt.format, disk.CryptPermute, ndb.Options{})
			require.NoError(t, err)
			ids := fillSmall(t, s, tt.nodes)
			v := requireSound(t, f.bytes(), 0)
			assert.Equal(t, 4, v.levels(t, v.h.Root.NBT))
			assert.Equal(t, 4, v.levels(t, v.h.Root.BBT))
			for _, nid := range []disk.NID{ids[0], ids[tt.nodes/2], ids[tt.nodes-1]} {
				_, err := s.Node(nid)
				require.NoError(t, err)
			}
			tx, err := s.Begin()
			require.NoError(t, err)
			for i, nid := range ids {
				if i%100 != 0 {
					require.NoError(t, tx.DeleteNode(nid))
				}
			}
			require.NoError(t, tx.Commit())
			requireSound(t, f.bytes(), 0)
		})
	}
}

// levels is how many levels the tree has whose root is at ref, the leaves included.
func (v *verifier) levels(t testing.TB, ref disk.BREF) int {
	t.Helper()
	var p disk.BTPage
	require.NoError(t, p.Unmarshal(v.f, v.b[ref.IB:][:disk.PageSize]))
	return int(p.Level) + 1
}

// fillSmall commits nodes with one small block each.
func fillSmall(t testing.TB, s *ndb.Store, nodes int) (ids []disk.NID) {
	t.Helper()
	tx, err := s.Begin()
	require.NoError(t, err)
	for i := range nodes {
		bid, _, err := tx.WriteData(bytes.NewReader([]byte{byte(i), byte(i >> 8), byte(i >> 16)}))
		require.NoError(t, err)
		n := ndb.Node{NID: tx.NewNID(disk.NIDTypeNormalMessage), Data: bid}
		require.NoError(t, tx.PutNode(n))
		ids = append(ids, n.NID)
	}
	require.NoError(t, tx.Commit())
	return ids
}

// TestData_Reader reads trees from end to end: in the transaction that makes them, with
// part of their blocks written, and in a store that has read nothing before. What it read
// is not what others find in the cache.
func TestData_Reader(t *testing.T) {
	full := int64(disk.Unicode.MaxBlockData())
	read := func(v ndb.View, bid disk.BID) []byte {
		d, err := v.Data(bid)
		require.NoError(t, err)
		b, err := io.ReadAll(d.Reader())
		require.NoError(t, err)
		return b
	}
	for _, size := range []int64{0, 1, full, full + 1, 200*full + 5} {
		want, err := io.ReadAll(randomReader(size))
		require.NoError(t, err)
		fsys, s := newStore(t, disk.Unicode, disk.CryptPermute)
		tx, err := s.Begin()
		require.NoError(t, err)
		bid, _, err := tx.WriteData(bytes.NewReader(want))
		require.NoError(t, err)
		require.True(t, bytes.Equal(want, read(tx, bid)), "%d bytes in the transaction", size)
		requireData(t, tx, bid, want)
		require.NoError(t, tx.PutNode(ndb.Node{NID: 0x21, Data: bid}))
		require.NoError(t, tx.Commit())
		require.NoError(t, s.Close())

		s = openStore(t, fsys)
		require.True(t, bytes.Equal(want, read(s, bid)), "%d bytes", size)
		requireData(t, s, bid, want)
		require.NoError(t, s.Close())
	}
}
