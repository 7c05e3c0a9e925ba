package ndb_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
	"pstsyncd/syncjob/vfs/crashfs"
)

// smallStore returns a store with a few nodes and its content.
func smallStore(t *testing.T) (*crashfs.FS, model) {
	t.Helper()
	return smallStoreAs(t, disk.Unicode)
}

func smallStoreAs(t *testing.T, format disk.Format) (*crashfs.FS, model) {
	t.Helper()
	fsys, s := newStore(t, format, disk.CryptPermute)
	fill(t, s, 100)
	m, err := readModel(s)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	return fsys, m
}

// patch changes the header of the store, and whatever else of its bytes.
func patch(t *testing.T, fsys *crashfs.FS, edit func(h *disk.Header, b []byte)) {
	t.Helper()
	patchAs(t, disk.Unicode, fsys, edit)
}

func patchAs(t *testing.T, format disk.Format, fsys *crashfs.FS, edit func(h *disk.Header, b []byte)) {
	t.Helper()
	b := fsys.Bytes(storePath)
	var h disk.Header
	require.NoError(t, h.Unmarshal(format, b))
	edit(&h, b)
	require.NoError(t, h.Marshal(format, b))
	fsys.Load(storePath, b)
}

func TestOpen_RepairsTornSecondSector(t *testing.T) {
	fsys, m := smallStore(t)
	b := fsys.Bytes(storePath)
	old := crashfs.New()
	old.Load(storePath, b)
	patch(t, old, func(h *disk.Header, _ []byte) { h.NextB, h.Unique = 8, h.Unique-1 })
	copy(b[512:564], old.Bytes(storePath)[512:564])
	fsys.Load(storePath, b)

	f, err := fsys.Open(storePath)
	require.NoError(t, err)
	s, err := ndb.Open(f, ndb.Options{ReadOnly: true})
	require.NoError(t, err)
	requireModel(t, m, s)
	require.NoError(t, s.Close())
	assert.Equal(t, b, fsys.Bytes(storePath), "read only")

	s = openStore(t, fsys)
	requireModel(t, m, s)
	requireSound(t, fsys.Bytes(storePath), 0)
	require.NoError(t, s.Close())
}

func TestOpen_TornFirstSectorNeedsMatchingJournal(t *testing.T) {
	fsys, s := newStore(t, disk.Unicode, disk.CryptPermute)
	fill(t, s, 10)
	ops := fsys.Ops()
	fill(t, s, 10)
	require.NoError(t, s.Close())
	var journalBytes, torn []byte
	for i := ops; i < fsys.Ops() && torn == nil; i++ {
		before, after := fsys.CrashImage(i, crashfs.All), fsys.CrashImage(i+1, crashfs.All)
		journalBytes = before.Bytes(journal(before).Path)
		was, is := before.Bytes(storePath), after.Bytes(storePath)
		if len(journalBytes) > 0 && string(was[:512]) != string(is[:512]) { // the roots are replaced
			torn = is
			copy(torn[44:512], was[44:512]) // after the ids of the next page, and dwUnique
		}
	}
	require.NotNil(t, torn)

	open := func(journalContent []byte) error {
		fsys := crashfs.New()
		fsys.Load(storePath, torn)
		if journalContent != nil {
			fsys.Load(journal(fsys).Path, journalContent)
		}
		f, err := fsys.OpenWrite(storePath)
		require.NoError(t, err)
		s, err := ndb.Open(f, ndb.Options{Journal: journal(fsys)})
		if err != nil {
			return err
		}
		nodes, _ := readAll(t, s)
		assert.Equal(t, 20, nodes)
		requireSound(t, fsys.Bytes(storePath), 0)
		return s.Close()
	}
	assert.ErrorIs(t, open(nil), disk.ErrCorrupt)
	assert.ErrorIs(t, open(journalBytes[:100]), disk.ErrCorrupt)
	assert.ErrorIs(t, open(append([]byte("x"), journalBytes[1:]...)), disk.ErrCorrupt)
	const cryptAt = 513 // of the header, beyond what its first CRC covers
	wrong := slices.Clone(journalBytes)
	wrong[len(wrong)-4-2*disk.Unicode.HeaderSize()+cryptAt] ^= disk.CryptPermute ^ disk.CryptCyclic
	assert.ErrorIs(t, open(wrong), disk.ErrCorrupt, "a journal that was not written whole")
	sealed := func(at int, n uint32) []byte {
		b := slices.Clone(journalBytes)
		binary.LittleEndian.PutUint32(b[at:], n)
		binary.LittleEndian.PutUint32(b[len(b)-4:], disk.CRC(b[:len(b)-4]))
		return b
	}
	assert.ErrorIs(t, open(sealed(0, 0)), disk.ErrCorrupt, "another file")
	for _, count := range []uint32{0, 4, math.MaxUint32} {
		assert.ErrorIs(t, open(sealed(len("pstsyncd journal\n"), count)), disk.ErrCorrupt, "%d headers", count)
	}
	assert.NoError(t, open(journalBytes))
	torn[40] ^= 0xFF
	assert.ErrorIs(t, open(journalBytes), disk.ErrCorrupt, "a journal of another time")
}

func TestOpen_RefusesToRebuildDamagedTrees(t *testing.T) {
	for name, damage := range map[string]func(h *disk.Header, b []byte){
		"bad page":             func(h *disk.Header, b []byte) { b[h.Root.NBT.IB+9] ^= 1 },
		"bad root of blocks":   func(h *disk.Header, b []byte) { b[h.Root.BBT.IB+9] ^= 1 },
		"both trees at a page": func(h *disk.Header, _ []byte) { h.Root.NBT = h.Root.BBT },
		"page among the maps":  func(h *disk.Header, _ []byte) { h.Root.NBT.IB = disk.FirstAMap },
		"blocks overlap": func(h *disk.Header, b []byte) {
			editLeaf(t, b, h.Root.BBT, func(p *disk.BTPage) { p.BBT[1].Ref.IB = p.BBT[0].Ref.IB })
		},
		"block beyond the end": func(h *disk.Header, b []byte) {
			editLeaf(t, b, h.Root.BBT, func(p *disk.BTPage) { p.BBT[1].Ref.IB = 1 << 40 })
		},
		"keys out of order": func(h *disk.Header, b []byte) {
			editLeaf(t, b, h.Root.NBT, func(p *disk.BTPage) { p.NBT[0], p.NBT[1] = p.NBT[1], p.NBT[0] })
		},
	} {
		t.Run(name, func(t *testing.T) {
			fsys, _ := smallStore(t)
			patch(t, fsys, func(h *disk.Header, b []byte) {
				h.Root.AMapValid = disk.AMapInvalid
				damage(h, b)
			})
			before := fsys.Bytes(storePath)
			f, err := fsys.OpenWrite(storePath)
			require.NoError(t, err)
			_, err = ndb.Open(f, ndb.Options{Journal: journal(fsys)})
			require.ErrorIs(t, err, disk.ErrCorrupt)
			assert.Equal(t, before, fsys.Bytes(storePath), "nothing was written")
		})
	}
}

// editLeaf changes the first leaf of a B-tree in b.
func editLeaf(t *testing.T, b []byte, ref disk.BREF, edit func(*disk.BTPage)) {
	t.Helper()
	for {
		var p disk.BTPage
		require.NoError(t, p.Unmarshal(disk.Unicode, b[ref.IB:][:disk.PageSize]))
		if p.Level == 0 {
			edit(&p)
			require.NoError(t, p.Marshal(disk.Unicode, b[ref.IB:]))
			return
		}
		ref = p.Inner[0].Ref
	}
}

func TestStore_DamageIsFoundWhereItIs(t *testing.T) {
	fsys, _ := smallStore(t)
	patch(t, fsys, func(h *disk.Header, b []byte) {
		editLeaf(t, b, h.Root.BBT, func(p *disk.BTPage) { b[p.BBT[3].Ref.IB] ^= 1 })
	})
	s := openStore(t, fsys)
	defer s.Close()
	good, bad := 0, 0
	for n, err := range s.Nodes(0, 1<<32-1) {
		require.NoError(t, err)
		d, err := s.Data(n.Data)
		require.NoError(t, err)
		if _, err := d.Block(0); err != nil {
			require.ErrorIs(t, err, disk.ErrCorrupt)
			bad++
			continue
		}
		good++
	}
	assert.Equal(t, []int{99, 1}, []int{good, bad})
}

// A tree that refers to itself is an error and not a hang.
func TestStore_CyclesAreCorrupt(t *testing.T) {
	fsys, _ := smallStore(t)
	patch(t, fsys, func(h *disk.Header, b []byte) {
		var p disk.BTPage
		require.NoError(t, p.Unmarshal(disk.Unicode, b[h.Root.NBT.IB:][:disk.PageSize]))
		for i := range p.Inner {
			p.Inner[i].Ref = p.Inner[0].Ref
		}
		require.NoError(t, p.Marshal(disk.Unicode, b[h.Root.NBT.IB:]))
	})
	s := openStore(t, fsys)
	defer s.Close()
	_, err := readModel(s)
	require.ErrorIs(t, err, disk.ErrCorrupt)
	var perr error
	for _, err := range s.NBTPages(func(disk.BREF) bool { return false }) {
		perr = err
	}
	require.ErrorIs(t, perr, disk.ErrCorrupt)
}

func TestBegin_RefusesUnknownVersion(t *testing.T) {
	fsys, m := smallStore(t)
	patch(t, fsys, func(h *disk.Header, _ []byte) { h.Version = 22 })
	s := openStore(t, fsys)
	defer s.Close()
	requireModel(t, m, s)
	_, err := s.Begin()
	require.ErrorIs(t, err, ndb.ErrUnsupported)
}

// rootsOnly is an AMap that has heard of nothing but the two roots.
func rootsOnly(h *disk.Header) disk.AMap {
	amap := disk.NewAMap(0)
	for _, ref := range []disk.BREF{h.Root.NBT, h.Root.BBT} {
		_, slot, _ := disk.SectionOf(int64(ref.IB))
		amap.Set(slot, disk.SlotsPerPage)
	}
	return amap
}

// AMaps that call a root free, or in whose sum the header's free space is another, are
// those of another state.
func TestBegin_RebuildsMapsThatAreNotTheHeaders(t *testing.T) {
	sum := func(h *disk.Header, amap *disk.AMap) {
		h.Root.AMapFree = uint64(amap.FreeSlots()) * disk.BlockAlign
	}
	clearRoot := func(amap *disk.AMap, ref disk.BREF) {
		_, slot, _ := disk.SectionOf(int64(ref.IB))
		amap.Clear(slot, disk.SlotsPerPage)
	}
	for name, spoil := range map[string]func(h *disk.Header, amap *disk.AMap){
		"sum": func(*disk.Header, *disk.AMap) {},
		"root of the nodes": func(h *disk.Header, amap *disk.AMap) {
			clearRoot(amap, h.Root.NBT)
			sum(h, amap)
		},
		"root of the blocks": func(h *disk.Header, amap *disk.AMap) {
			clearRoot(amap, h.Root.BBT)
			sum(h, amap)
		},
	} {
		for _, format := range []disk.Format{disk.Unicode, disk.ANSI} {
			t.Run(fmt.Sprintf("%s/%v", name, format), func(t *testing.T) {
				fsys, m := smallStoreAs(t, format)
				patchAs(t, format, fsys, func(h *disk.Header, b []byte) {
					amap := rootsOnly(h)
					spoil(h, &amap)
					require.NoError(t, amap.Marshal(format, b[disk.FirstAMap:]))
				})
				requireRebuiltByBegin(t, fsys, m)
			})
		}
	}
}

// requireRebuiltByBegin begins a transaction, and has it take and give up space.
func requireRebuiltByBegin(t *testing.T, fsys *crashfs.FS, m model) {
	t.Helper()
	s := openStore(t, fsys)
	tx, err := s.Begin()
	require.NoError(t, err)
	requireSound(t, fsys.Bytes(storePath), 0)
	bid, _, err := tx.WriteData(bytes.NewReader(make([]byte, 100_000)))
	require.NoError(t, err)
	require.NoError(t, tx.PutNode(ndb.Node{NID: 0x7FE4, Data: bid}))
	require.NoError(t, tx.DeleteNode(0x7FE4))
	require.NoError(t, tx.Commit())
	requireModel(t, m, s)
	requireSound(t, fsys.Bytes(storePath), 0)
	require.NoError(t, s.Close())
}

func TestCommit_RefusesMapThatContradictsTheTree(t *testing.T) {
	fsys, m := smallStore(t)
	patch(t, fsys, func(h *disk.Header, b []byte) {
		amap := rootsOnly(h)
		h.Root.AMapFree = uint64(amap.FreeSlots()) * disk.BlockAlign
		require.NoError(t, amap.Marshal(disk.Unicode, b[disk.FirstAMap:]))
	})
	s := openStore(t, fsys)
	tx, err := s.Begin()
	require.NoError(t, err)
	require.NoError(t, tx.DeleteNode(m.ids()[5]))
	require.ErrorIs(t, tx.Commit(), disk.ErrCorrupt)
	require.NoError(t, tx.Rollback())
	require.NoError(t, s.Close())
}
