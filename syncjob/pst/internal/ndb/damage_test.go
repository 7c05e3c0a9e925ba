package ndb_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
	"pstsyncd/syncjob/vfs/crashfs"
)

// forge changes random bytes of the trees and internal blocks of a store and makes
// their checksums right again, as a hostile writer would.
func forge(t *testing.T, b []byte, v *verifier, rnd *rand.Rand) {
	t.Helper()
	var internal []disk.BBTEntry
	for bid, e := range v.blocks {
		if bid.Internal() {
			internal = append(internal, e)
		}
	}
	var pages []disk.BREF
	var visit func(ref disk.BREF)
	visit = func(ref disk.BREF) {
		pages = append(pages, ref)
		var p disk.BTPage
		require.NoError(t, p.Unmarshal(disk.Unicode, b[ref.IB:][:disk.PageSize]))
		for _, e := range p.Inner {
			visit(e.Ref)
		}
	}
	visit(v.h.Root.NBT)
	visit(v.h.Root.BBT)
	mutate := func(part []byte) {
		i := rnd.IntN(len(part))
		switch rnd.IntN(3) {
		case 0:
			part[i] ^= 1 << rnd.IntN(8)
		case 1:
			part[i] = byte(rnd.Uint32())
		default: // makes references equal
			copy(part[i&^7:], part[rnd.IntN(len(part))&^7:])
		}
	}
	for range 1 + rnd.IntN(3) {
		if rnd.IntN(2) == 0 && len(internal) > 0 {
			e := internal[rnd.IntN(len(internal))]
			block := b[e.Ref.IB:][:disk.Unicode.BlockSize(int(e.Size))]
			mutate(block[:e.Size])
			trailer := disk.NewBlockTrailer(e.Ref, int(e.Size))
			require.NoError(t, trailer.Marshal(disk.Unicode, block))
			continue
		}
		ref := pages[rnd.IntN(len(pages))]
		page := b[ref.IB:][:disk.PageSize]
		kind := disk.PageType(page[disk.Unicode.PageDataSize()])
		mutate(page[:disk.Unicode.PageDataSize()])
		trailer := disk.NewPageTrailer(kind, ref)
		require.NoError(t, trailer.Marshal(disk.Unicode, page))
	}
}

// exercise reads all of a store and changes some of it, and returns the first error.
func exercise(fsys *crashfs.FS) error {
	f, err := fsys.OpenWrite(storePath)
	if err != nil {
		return err
	}
	s, err := ndb.Open(f, ndb.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	_, readErr := readModel(s)
	for _, err := range s.NBTPages(func(disk.BREF) bool { return false }) {
		readErr = errors.Join(readErr, err)
	}
	tx, err := s.Begin()
	if err != nil {
		return errors.Join(readErr, err)
	}
	defer tx.Rollback()
	n := 0
	for node, err := range tx.Nodes(0, 1<<32-1) {
		if err != nil {
			return errors.Join(readErr, err)
		}
		if n++; n%2 == 0 {
			continue
		}
		ed, err := tx.EditSubnodes(node.Sub)
		if err == nil {
			if err = ed.Set(ndb.Node{NID: 0x5F}); err == nil {
				node.Sub, err = ed.Flush()
			}
		}
		if err == nil {
			node.Data, err = editFirstBlock(tx, node.Data)
		}
		if err == nil {
			err = tx.PutNode(node)
		}
		readErr = errors.Join(readErr, err)
	}
	return errors.Join(readErr, tx.Commit())
}

func editFirstBlock(tx *ndb.Tx, bid disk.BID) (disk.BID, error) {
	ed, err := tx.EditData(bid)
	if err != nil {
		return 0, err
	}
	if err := ed.SetBlock(0, []byte("changed")); err != nil {
		return 0, err
	}
	return ed.Flush()
}

// Whatever the bytes are, the answer is an error or a value: no panic, no hang.
func TestStore_ForgedStoresAreHarmless(t *testing.T) {
	fsys, s := newStore(t, disk.Unicode, disk.CryptPermute)
	populate(t, s, rand.New(rand.NewPCG(21, 1)), model{}, 6)
	require.NoError(t, s.Close())
	good := fsys.Bytes(storePath)
	v := requireSound(t, good, 0)
	found := 0
	for seed := range uint64(400) {
		b := append([]byte(nil), good...)
		forge(t, b, v, rand.New(rand.NewPCG(seed, 22)))
		if seed%3 == 0 {
			var h disk.Header
			require.NoError(t, h.Unmarshal(disk.Unicode, b))
			h.Root.AMapValid = disk.AMapInvalid
			require.NoError(t, h.Marshal(disk.Unicode, b))
		}
		forged := crashfs.New()
		forged.Load(storePath, b)
		if exercise(forged) != nil {
			found++
		}
	}
	require.Greater(t, found, 100)
}
