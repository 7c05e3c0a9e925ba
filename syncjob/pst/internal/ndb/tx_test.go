package ndb_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
	"pstsyncd/syncjob/vfs/crashfs"
)

func begin(t testing.TB, s *ndb.Store) *ndb.Tx {
	t.Helper()
	tx, err := s.Begin()
	require.NoError(t, err)
	return tx
}

func write(t testing.TB, tx *ndb.Tx, data string) disk.BID {
	t.Helper()
	bid, _, err := tx.WriteData(bytes.NewReader([]byte(data)))
	require.NoError(t, err)
	return bid
}

func TestTx_Ids(t *testing.T) {
	_, s := newStore(t, disk.Unicode, disk.CryptPermute)
	defer s.Close()
	tx := begin(t, s)
	assert.Equal(t, disk.NID(0x200024), tx.NewNID(disk.NIDTypeNormalMessage))
	assert.Equal(t, disk.NID(0x200044), tx.NewNID(disk.NIDTypeNormalMessage))
	assert.EqualValues(t, 0x401, tx.NewFolderIndex())
	require.NoError(t, tx.PutNode(ndb.Node{NID: disk.MakeNID(disk.NIDTypeContentsTable, 0x500)}))
	assert.EqualValues(t, 0x501, tx.NewFolderIndex())
	require.NoError(t, tx.PutNode(ndb.Node{NID: disk.MakeNID(disk.NIDTypeSearchCriteria, 0x9999)}))
	u := tx.Unique()
	assert.Equal(t, u+1, tx.Unique())
	require.NoError(t, tx.Commit())

	h := s.Header()
	assert.Greater(t, h.Unique, u+1)
	assert.EqualValues(t, 0x10002, h.RgNID[disk.NIDTypeNormalMessage])
	assert.EqualValues(t, 0x400, h.RgNID[disk.NIDTypeSearchCriteria])
	for _, nt := range []disk.NIDType{disk.NIDTypeNormalFolder, disk.NIDTypeHierarchyTable, disk.NIDTypeContentsTable, disk.NIDTypeAssocContentsTable} {
		assert.EqualValues(t, 0x501, h.RgNID[nt])
	}
}

func TestTx_NewNIDAvoidsIdsInUse(t *testing.T) {
	fsys, s := newStore(t, disk.Unicode, disk.CryptPermute)
	ids := fill(t, s, 5)
	require.NoError(t, s.Close())
	patch(t, fsys, func(h *disk.Header, _ []byte) { h.RgNID[disk.NIDTypeNormalMessage] = 0x10001 })
	s = openStore(t, fsys)
	defer s.Close()
	tx := begin(t, s)
	assert.Equal(t, ids[4]+0x20, tx.NewNID(disk.NIDTypeNormalMessage))
}

func TestTx_UsesCountersAboveWhatIsThere(t *testing.T) {
	fsys, s := newStore(t, disk.Unicode, disk.CryptPermute)
	fill(t, s, 50)
	require.NoError(t, s.Close())
	patch(t, fsys, func(h *disk.Header, _ []byte) { h.NextB, h.NextP = 4, 1 })
	s = openStore(t, fsys)
	fill(t, s, 5)
	require.NoError(t, s.Close())
	v := verify(fsys.Bytes(storePath))
	assert.Empty(t, v.problems)
	assert.Len(t, v.nodes, 55)
}

func TestTx_OneAtATime(t *testing.T) {
	_, s := newStore(t, disk.Unicode, disk.CryptPermute)
	defer s.Close()
	tx := begin(t, s)
	_, err := s.Begin()
	require.ErrorIs(t, err, ndb.ErrTxOpen)
	require.NoError(t, tx.Commit())
	require.ErrorIs(t, tx.Commit(), ndb.ErrTxDone)
	require.ErrorIs(t, tx.PutNode(ndb.Node{NID: 0x21}), ndb.ErrTxDone)
	require.NoError(t, tx.Rollback(), "does nothing after Commit")
	require.NoError(t, begin(t, s).Rollback())
}

func TestTx_SeesWhatOthersWrote(t *testing.T) {
	fsys, s := newStore(t, disk.Unicode, disk.CryptPermute)
	defer s.Close()
	ids := fill(t, s, 3)
	other := openStore(t, fsys)
	putNode(t, other, ids[1], 5000)
	require.NoError(t, other.Close())
	tx := begin(t, s)
	n, err := tx.Node(ids[1])
	require.NoError(t, err)
	d, err := tx.Data(n.Data)
	require.NoError(t, err)
	assert.EqualValues(t, 5000, d.Size())
	require.NoError(t, tx.DeleteNode(ids[1]))
	require.NoError(t, tx.Commit())
	requireSound(t, fsys.Bytes(storePath), 0)
}

func TestTx_References(t *testing.T) {
	fsys, s := newStore(t, disk.Unicode, disk.CryptPermute)
	defer s.Close()
	tx := begin(t, s)
	shared := write(t, tx, "shared")
	write(t, tx, "nobody refers to this")
	for nid := range disk.NID(5) {
		require.NoError(t, tx.PutNode(ndb.Node{NID: 0x21 + nid<<5, Data: shared}))
	}
	require.NoError(t, tx.Commit())
	v := requireSound(t, fsys.Bytes(storePath), 0)
	require.Len(t, v.blocks, 1)
	assert.EqualValues(t, 6, v.blocks[shared].RefCnt)

	tx = begin(t, s)
	gone := write(t, tx, "gone")
	require.NoError(t, tx.PutNode(ndb.Node{NID: 0x1021, Data: gone}))
	require.NoError(t, tx.DeleteNode(0x1021))
	require.Error(t, tx.PutNode(ndb.Node{NID: 0x1041, Data: gone}), "it went with its last reference")
	require.ErrorIs(t, tx.PutNode(ndb.Node{NID: 0x1041, Data: shared + 4}), disk.ErrCorrupt, "never was there")
	require.ErrorIs(t, tx.PutNode(ndb.Node{NID: 0x1041, Sub: shared}), disk.ErrCorrupt, "no subnode tree")
	subs, err := tx.EditSubnodes(0)
	require.NoError(t, err)
	require.ErrorIs(t, subs.Set(ndb.Node{NID: 0x1041, Sub: shared}), disk.ErrCorrupt, "no subnode tree")
	require.ErrorIs(t, tx.DeleteNode(0x1041), ndb.ErrNotFound)
	require.NoError(t, tx.DeleteNode(0x21))
	require.NoError(t, tx.PutNode(ndb.Node{NID: 0x41, Data: shared | 1}), "bit 0 of an id means nothing")
	require.NoError(t, tx.Commit())
	v = requireSound(t, fsys.Bytes(storePath), 0)
	assert.EqualValues(t, 5, v.blocks[shared].RefCnt)
}

func TestTx_TooManyReferences(t *testing.T) {
	fsys, s := newStore(t, disk.Unicode, disk.CryptPermute)
	defer s.Close()
	before := fsys.Bytes(storePath)
	tx := begin(t, s)
	shared := write(t, tx, "shared")
	for i := range uint32(0x10000) {
		require.NoError(t, tx.PutNode(ndb.Node{NID: disk.MakeNID(disk.NIDTypeNormalMessage, i+1), Data: shared}))
	}
	require.ErrorIs(t, tx.Commit(), ndb.ErrFull)
	require.NoError(t, tx.Rollback())
	requireSound(t, fsys.Bytes(storePath), 0)
	assert.Len(t, fsys.Bytes(storePath), len(before))

	tx = begin(t, s)
	shared = write(t, tx, "shared")
	for i := range uint32(65_534) {
		require.NoError(t, tx.PutNode(ndb.Node{NID: disk.MakeNID(disk.NIDTypeNormalMessage, i+1), Data: shared}))
	}
	require.NoError(t, tx.Commit())
	tx = begin(t, s)
	require.NoError(t, tx.PutNode(ndb.Node{NID: disk.MakeNID(disk.NIDTypeNormalMessage, 65_535), Data: shared}))
	require.ErrorIs(t, tx.Commit(), ndb.ErrFull)
	require.NoError(t, tx.Rollback())
	requireSound(t, fsys.Bytes(storePath), 0)
}

// Ids of blocks have 32 bits in an ANSI store, and do not begin again when they are used up.
func TestTx_NoMoreIDs(t *testing.T) {
	fsys, m := smallStoreAs(t, disk.ANSI)
	patchAs(t, disk.ANSI, fsys, func(h *disk.Header, _ []byte) { h.NextB = 1<<32 - 16 })
	s := openStore(t, fsys)
	tx := begin(t, s)
	_, _, err := tx.WriteData(randomReader(100))
	require.ErrorIs(t, err, ndb.ErrFull)
	require.NoError(t, tx.Rollback())
	requireModel(t, m, s)
	require.NoError(t, s.Close())
}

// Nor do ids of nodes.
func TestTx_NoMoreNIDs(t *testing.T) {
	for _, last := range []uint32{disk.MaxNIDIndex, disk.MaxNIDIndex + 1, 1<<32 - 1} {
		fsys, m := smallStoreAs(t, disk.Unicode)
		patch(t, fsys, func(h *disk.Header, _ []byte) { h.RgNID[disk.NIDTypeNormalMessage] = last })
		s := openStore(t, fsys)
		tx := begin(t, s)
		_ = tx.NewNID(disk.NIDTypeNormalMessage)
		require.ErrorIs(t, tx.Commit(), ndb.ErrFull, "after %#x", last)
		require.NoError(t, tx.Rollback())
		requireModel(t, m, s)
		require.NoError(t, s.Close())
	}
}

func TestTx_UndoneChangesWriteNothing(t *testing.T) {
	fsys, s := newStore(t, disk.Unicode, disk.CryptPermute)
	defer s.Close()
	ids := fill(t, s, 10)
	ops := fsys.Ops()
	tx := begin(t, s)
	n, err := tx.Node(ids[3])
	require.NoError(t, err)
	require.NoError(t, tx.PutNode(n))
	nid := tx.NewNID(disk.NIDTypeNormalMessage)
	require.NoError(t, tx.PutNode(ndb.Node{NID: nid, Data: write(t, tx, "x")}))
	require.NoError(t, tx.DeleteNode(nid))
	changed := n
	changed.Parent = 99
	require.NoError(t, tx.PutNode(changed))
	require.NoError(t, tx.PutNode(n))
	require.NoError(t, tx.Commit())
	assert.Equal(t, ops, fsys.Ops())
}

func TestTx_RollbackRestoresFile(t *testing.T) {
	fsys, s := newStore(t, disk.Unicode, disk.CryptPermute)
	m := populate(t, s, rand.New(rand.NewPCG(31, 1)), model{}, 2)
	size := len(fsys.Bytes(storePath))
	first := fsys.Ops()
	tx := begin(t, s)
	bid, _, err := tx.WriteData(randomReader(3 << 20))
	require.NoError(t, err)
	require.NoError(t, tx.PutNode(ndb.Node{NID: 0x21, Data: bid}))
	require.Greater(t, len(fsys.Bytes(storePath)), size)
	require.NoError(t, s.Close(), "rolls back")
	requireSound(t, fsys.Bytes(storePath), 0)
	assert.Len(t, fsys.Bytes(storePath), size)
	for prefix := first; prefix <= fsys.Ops(); prefix++ {
		for name, k := range kept(prefix) {
			requireSameModel(t, m, recovered(t, fsys.CrashImage(prefix, k), name))
		}
	}
}

func TestStore_ReadersDuringTransaction(t *testing.T) {
	_, s := newStore(t, disk.Unicode, disk.CryptPermute)
	defer s.Close()
	ids := fill(t, s, 300)
	m, err := readModel(s)
	require.NoError(t, err)
	tx := begin(t, s)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			got, err := readModel(s)
			assert.NoError(t, err)
			assert.Empty(t, m.diff(got, ""))
		})
	}
	for _, nid := range ids {
		bid, _, err := tx.WriteData(randomReader(9000))
		require.NoError(t, err)
		require.NoError(t, tx.PutNode(ndb.Node{NID: nid, Data: bid}))
	}
	wg.Wait()
	require.NoError(t, tx.Commit())
}

// The pages of the node tree that a small change replaces are the way to it.
func TestStore_NBTPagesAfterSmallChange(t *testing.T) {
	f := newSparseFile()
	s, err := ndb.Create(f, disk.Unicode, disk.CryptPermute, ndb.Options{})
	require.NoError(t, err)
	ids := fill(t, s, 5000)
	known := map[disk.BREF]bool{}
	for p, err := range s.NBTPages(func(disk.BREF) bool { return false }) {
		require.NoError(t, err)
		known[p.Ref] = true
	}
	putNode(t, s, ids[2500], 10)
	var levels []int
	var entries []ndb.Node
	for p, err := range s.NBTPages(func(r disk.BREF) bool { return known[r] }) {
		require.NoError(t, err)
		levels = append(levels, p.Level)
		entries = append(entries, p.Entries...)
	}
	assert.Equal(t, []int{2, 1, 0}, levels)
	assert.True(t, slices.ContainsFunc(entries, func(n ndb.Node) bool { return n.NID == ids[2500] }))
}

// Random changes leave trees that are not much larger than they have to be.
func TestTx_TreesStayDense(t *testing.T) {
	f := newSparseFile()
	s, err := ndb.Create(f, disk.Unicode, disk.CryptPermute, ndb.Options{})
	require.NoError(t, err)
	ids := fill(t, s, 3000)
	rnd := rand.New(rand.NewPCG(41, 1))
	for range 300 {
		tx := begin(t, s)
		for range 10 {
			nid := ids[rnd.IntN(len(ids))]
			require.NoError(t, tx.PutNode(ndb.Node{NID: nid, Data: write(t, tx, "x")}))
		}
		require.NoError(t, tx.Commit())
	}
	v := requireSound(t, f.bytes(), 0)
	assert.Less(t, v.pages[disk.PageBBT], 3*3000/20)
	tx := begin(t, s)
	for i, nid := range ids {
		if i%50 != 0 {
			require.NoError(t, tx.DeleteNode(nid))
		}
	}
	require.NoError(t, tx.Commit())
	v = requireSound(t, f.bytes(), 0)
	assert.Len(t, v.nodes, 60)
	assert.Less(t, v.pages[disk.PageBBT], 30)
	assert.Less(t, v.pages[disk.PageNBT], 12)
}

// References with bit 0 set, as some writers leave them, are the same references.
func TestTx_ReservedBitInReferences(t *testing.T) {
	fsys, s := newStore(t, disk.Unicode, disk.CryptPermute)
	m := populate(t, s, rand.New(rand.NewPCG(51, 1)), model{}, 8)
	require.NoError(t, s.Close())
	v := verify(fsys.Bytes(storePath))
	patch(t, fsys, func(h *disk.Header, b []byte) { setReservedBits(t, b, v) })
	s = openStore(t, fsys)
	requireModel(t, m, s)
	for range 4 {
		m = editReal(t, s, rand.New(rand.NewPCG(51, 2)), m)
		requireSound(t, fsys.Bytes(storePath), 0)
	}
	requireModel(t, m, s)
	require.NoError(t, s.Close())
}

// setReservedBits sets bit 0 of every reference from an internal block.
func setReservedBits(t *testing.T, b []byte, v *verifier) {
	t.Helper()
	n := 0
	for bid, e := range v.blocks {
		if !bid.Internal() {
			continue
		}
		block := b[e.Ref.IB:][:disk.Unicode.BlockSize(int(e.Size))]
		data := block[:e.Size]
		var x disk.XBlock
		var sl disk.SLBlock
		if x.Unmarshal(disk.Unicode, data) == nil {
			for i := range x.BIDs {
				x.BIDs[i] |= 1
			}
			require.NoError(t, x.Marshal(disk.Unicode, data))
		} else if sl.Unmarshal(disk.Unicode, data) == nil {
			for i := range sl.Entries {
				sl.Entries[i].Data |= 1
			}
			require.NoError(t, sl.Marshal(disk.Unicode, data))
		}
		trailer := disk.NewBlockTrailer(e.Ref, int(e.Size))
		require.NoError(t, trailer.Marshal(disk.Unicode, block))
		n++
	}
	require.Greater(t, n, 5)
}

// A tree whose blocks are not all full, as foreign writers make them, can be read and is
// put in order when it is changed.
func TestData_BlocksThatAreNotFull(t *testing.T) {
	fsys, s := newStore(t, disk.Unicode, disk.CryptNone)
	nid := putNode(t, s, 0, 3*8176+100)
	require.NoError(t, s.Close())
	v := verify(fsys.Bytes(storePath))
	patch(t, fsys, func(h *disk.Header, b []byte) { shortenSecondBlock(t, h, b, v) })

	s = openStore(t, fsys)
	defer s.Close()
	n, err := s.Node(nid)
	require.NoError(t, err)
	d, err := s.Data(n.Data)
	require.NoError(t, err)
	assert.EqualValues(t, 3*8176+100-1000, d.Size())
	assert.EqualValues(t, []int64{0, 8176, 15352, 23528, 23628}, []int64{
		d.BlockOffset(0), d.BlockOffset(1), d.BlockOffset(2), d.BlockOffset(3), d.BlockOffset(4)})
	third, err := d.Block(2)
	require.NoError(t, err)
	got := make([]byte, 200)
	_, err = d.ReadAt(got, 15352-100)
	require.NoError(t, err)
	assert.Equal(t, third[:100], got[100:])

	tx := begin(t, s)
	ed, err := tx.EditData(n.Data)
	require.NoError(t, err)
	require.NoError(t, ed.SetBlock(3, []byte("end")))
	n.Data, err = ed.Flush()
	require.NoError(t, err)
	require.NoError(t, tx.PutNode(n))
	require.NoError(t, tx.Commit())
	assert.Empty(t, verify(fsys.Bytes(storePath)).problems)
	d, err = s.Data(n.Data)
	require.NoError(t, err)
	assert.EqualValues(t, 3*8176+3, d.Size())
}

// shortenSecondBlock takes 1000 bytes from the second block of the only data tree.
func shortenSecondBlock(t *testing.T, h *disk.Header, b []byte, v *verifier) {
	t.Helper()
	const short = 8176 - 1000
	for bid, e := range v.blocks {
		if !bid.Internal() {
			continue
		}
		block := b[e.Ref.IB:][:disk.Unicode.BlockSize(int(e.Size))]
		var x disk.XBlock
		require.NoError(t, x.Unmarshal(disk.Unicode, block[:e.Size]))
		x.Total -= 1000
		require.NoError(t, x.Marshal(disk.Unicode, block))
		trailer := disk.NewBlockTrailer(e.Ref, int(e.Size))
		require.NoError(t, trailer.Marshal(disk.Unicode, block))

		child := v.blocks[x.BIDs[1]]
		trailer = disk.NewBlockTrailer(child.Ref, short)
		require.NoError(t, trailer.Marshal(disk.Unicode, b[child.Ref.IB:]))
		editLeaf(t, b, h.Root.BBT, func(p *disk.BTPage) {
			for i := range p.BBT {
				if p.BBT[i].Ref == child.Ref {
					p.BBT[i].Size = short
				}
			}
		})
	}
}

func TestStore_CrashImagesOfCorpusStore(t *testing.T) {
	fsys := loadCorpus(t, corpusFile(t, "outlook-mail-fai.pst"))
	s := openStore(t, fsys)
	before, err := readModel(s)
	require.NoError(t, err)
	first := fsys.Ops()
	after := editReal(t, s, rand.New(rand.NewPCG(61, 1)), before)
	require.NoError(t, s.Close())
	for prefix := first; prefix <= fsys.Ops(); prefix += 3 {
		img := fsys.CrashImage(prefix, crashfs.Seed(uint64(prefix)))
		f, err := img.OpenWrite(storePath)
		require.NoError(t, err)
		s, err := ndb.Open(f, ndb.Options{Journal: journal(img)})
		require.NoError(t, err)
		m, err := readModel(s)
		require.NoError(t, err)
		requireEither(t, before, after, m, "")
		require.NoError(t, s.Close())
		require.Empty(t, verify(img.Bytes(storePath)).problems)
	}
}
