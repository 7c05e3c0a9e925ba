package ndb_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// ansiSections is how many sections an ANSI file has at most.
const ansiSections = (disk.ANSIEnd - disk.FirstAMap) / disk.AMapInterval

// A file that can become no longer is searched for space section by section, the last
// that is free included.
func TestTx_lastFreeSpace(t *testing.T) {
	f := hugeStore(t, disk.ANSI, ansiSections, disk.SlotsOf(disk.MaxBlockSize))
	s, err := ndb.Open(f, ndb.Options{})
	require.NoError(t, err)
	defer s.Close()
	nid := putNode(t, s, 0, 2_000_000) // 245 blocks, most of them in a section each
	n, err := s.Node(nid)
	require.NoError(t, err)
	want, err := io.ReadAll(randomReader(2_000_000))
	require.NoError(t, err)
	requireData(t, s, n.Data, want)
	size, err := f.Size()
	require.NoError(t, err)
	assert.Equal(t, disk.SectionOffset(ansiSections), size)
}

// What there is no room for is refused before anything is written, by whoever asks
// and by Commit.
func TestTx_Room(t *testing.T) {
	f := hugeStore(t, disk.ANSI, ansiSections, 10)
	s, err := ndb.Open(f, ndb.Options{})
	require.NoError(t, err)
	defer s.Close()
	left := int64(s.Header().Root.AMapFree)

	tx, err := s.Begin()
	require.NoError(t, err)
	require.NoError(t, tx.Room(left))
	require.ErrorIs(t, tx.Room(left+1), ndb.ErrFull)
	require.NoError(t, tx.Room(0), "the transaction can go on")
	bid, _, err := tx.WriteData(randomReader(200_000))
	require.NoError(t, err)
	require.NoError(t, tx.PutNode(ndb.Node{NID: 0x21, Data: bid}))
	require.NoError(t, tx.Commit())
}

// Commit does not begin what cannot fit, and takes back what only seemed to.
func TestTx_full(t *testing.T) {
	for name, tt := range map[string]struct {
		free   int // slots, in pieces of that size
		writes bool
	}{
		"no space":  {0, false},
		"in pieces": {10, true},
	} {
		t.Run(name, func(t *testing.T) {
			f := hugeStore(t, disk.ANSI, ansiSections, tt.free)
			s, err := ndb.Open(f, ndb.Options{})
			require.NoError(t, err)
			defer s.Close()
			nid := putNode(t, s, 0, 100_000)
			header := s.Header()

			tx, err := s.Begin()
			require.NoError(t, err)
			bid, _, err := tx.WriteData(randomReader(400_000))
			require.NoError(t, err)
			require.NoError(t, tx.PutNode(ndb.Node{NID: 0x21, Data: bid}))
			err = tx.Commit()
			require.ErrorIs(t, err, ndb.ErrFull)
			assert.ErrorContains(t, err, "compact it in Outlook")
			assert.Equal(t, tt.writes, tx.Size() > 0)
			require.NoError(t, tx.Rollback())

			after := s.Header()
			header.Unique, header.CRCPartial, header.CRCFull = after.Unique, after.CRCPartial, after.CRCFull
			assert.Equal(t, header, after)
			n, err := s.Node(nid)
			require.NoError(t, err)
			want, err := io.ReadAll(randomReader(100_000))
			require.NoError(t, err)
			requireData(t, s, n.Data, want)
		})
	}
}

// A file that goes on where no ANSI file does is read, and not written: nobody knows which
// maps are there.
func TestOpen_ANSIBeyondItsEnd(t *testing.T) {
	for sections, want := range map[int64]error{ansiSections: nil, ansiSections + 1: ndb.ErrUnsupported} {
		f := hugeStore(t, disk.ANSI, sections, disk.AMapSlots/2)
		s, err := ndb.Open(f, ndb.Options{})
		require.NoError(t, err)
		tx, err := s.Begin()
		if want == nil {
			require.NoError(t, err)
			require.NoError(t, tx.Rollback())
		}
		require.ErrorIs(t, err, want)
		require.NoError(t, s.Close())
	}
}

// Nor is any of what is too large written while it is still being made.
func TestTx_fullAmid(t *testing.T) {
	f := hugeStore(t, disk.ANSI, ansiSections, 0)
	s, err := ndb.Open(f, ndb.Options{})
	require.NoError(t, err)
	defer s.Close()
	tx, err := s.Begin()
	require.NoError(t, err)
	_, _, err = tx.WriteData(randomReader(2 << 20))
	require.ErrorIs(t, err, ndb.ErrFull)
	assert.Zero(t, tx.Size())
	require.ErrorIs(t, tx.Commit(), ndb.ErrFull)
	require.NoError(t, tx.Rollback())
}

// What the transaction has written already is no room any more.
func TestTx_RoomAmid(t *testing.T) {
	f := hugeStore(t, disk.ANSI, ansiSections, disk.SlotsOf(disk.MaxBlockSize))
	s, err := ndb.Open(f, ndb.Options{})
	require.NoError(t, err)
	defer s.Close()
	left := int64(s.Header().Root.AMapFree)
	tx, err := s.Begin()
	require.NoError(t, err)
	bid, _, err := tx.WriteData(randomReader(3 << 20))
	require.NoError(t, err)
	require.NoError(t, tx.PutNode(ndb.Node{NID: 0x21, Data: bid}))
	require.Positive(t, tx.Size())
	require.NoError(t, tx.Room(left-4<<20))
	require.ErrorIs(t, tx.Room(left-2<<20), ndb.ErrFull)
	require.NoError(t, tx.Rollback())
}
