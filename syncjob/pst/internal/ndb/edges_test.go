package ndb_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// What lies in the last section behind the end of the file is not free, whatever the map
// there and the header say.
func TestTx_FileThatEndsWithinASection(t *testing.T) {
	fsys, s := newStore(t, disk.ANSI, disk.CryptPermute)
	fill(t, s, 50)
	require.NoError(t, s.Close())
	b := fsys.Bytes(storePath)
	var m disk.AMap
	require.NoError(t, m.Unmarshal(disk.ANSI, b[disk.FirstAMap:][:disk.PageSize]))
	last := disk.AMapSlots
	for m.Free(last-1, 1) {
		last--
	}
	var h disk.Header
	require.NoError(t, h.Unmarshal(disk.ANSI, b))
	h.Root.FileEOF = uint64(disk.FirstAMap + last*disk.BlockAlign)
	require.NoError(t, h.Marshal(disk.ANSI, b))
	fsys.Load(storePath, b[:h.Root.FileEOF])

	s = openStore(t, fsys)
	fill(t, s, 5)
	require.NoError(t, s.Close())
	requireSound(t, fsys.Bytes(storePath), 0)
}

// A density list that another program left behind is not carried on as if it were true.
func TestTx_DensityListOfBefore(t *testing.T) {
	const sections = 100 // more than are looked at to count what is free
	f := hugeStore(t, disk.Unicode, sections, 30)
	page := make([]byte, disk.PageSize)
	list := disk.DList{Trailer: disk.NewPageTrailer(disk.PageDList, disk.BREF{BID: 2, IB: disk.DListOffset})}
	for i := range uint32(10) {
		list.Entries = append(list.Entries, disk.DListEntry{Page: sections - 1 - i, Free: 29})
	}
	require.NoError(t, list.Marshal(disk.Unicode, page))
	_, err := f.WriteAt(page, disk.DListOffset)
	require.NoError(t, err)
	s, err := ndb.Open(f, ndb.Options{})
	require.NoError(t, err)
	require.Greater(t, s.Header().NextP, disk.BID(2))
	tx := begin(t, s)
	require.NoError(t, tx.PutNode(ndb.Node{NID: 0x21}))
	require.NoError(t, tx.Commit())
	b := f.bytes()
	require.NoError(t, s.Close())
	assert.NotContains(t, strings.Join(verify(b).problems, "\n"), "dlist")
}

// countReads is a file that counts what is read of it.
type countReads struct {
	*sparseFile
	bytes int
}

func (f *countReads) ReadAt(b []byte, off int64) (int, error) {
	f.bytes += len(b)
	return f.sparseFile.ReadAt(b, off)
}

// What one transaction has read and written, the next one need not read again.
func TestBegin_KeepsWhatWasRead(t *testing.T) {
	f := &countReads{sparseFile: newSparseFile()}
	s, err := ndb.Create(f, disk.Unicode, disk.CryptPermute, ndb.Options{})
	require.NoError(t, err)
	ids := fill(t, s, 300)
	fill(t, s, 1)
	before := f.bytes
	tx := begin(t, s)
	for _, nid := range ids {
		_, err := tx.Node(nid)
		require.NoError(t, err)
	}
	require.NoError(t, tx.Rollback())
	assert.Less(t, f.bytes-before, 8_000, "bytes read for 300 nodes in 22 pages")
	require.NoError(t, s.Close())
}

// What another program says of the free space is not built upon.
func TestBegin_CountsAfterOthers(t *testing.T) {
	fsys, s := newStore(t, disk.Unicode, disk.CryptPermute)
	fill(t, s, 10)
	b := fsys.Bytes(storePath)[:disk.Unicode.HeaderSize()]
	var h disk.Header
	require.NoError(t, h.Unmarshal(disk.Unicode, b))
	h.Root.AMapFree -= 640
	h.Unique++
	require.NoError(t, h.Marshal(disk.Unicode, b))
	f, err := fsys.OpenWrite(storePath)
	require.NoError(t, err)
	_, err = f.WriteAt(b, 0)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	fill(t, s, 1)
	requireSound(t, fsys.Bytes(storePath), 0)
	require.NoError(t, s.Close())
}
