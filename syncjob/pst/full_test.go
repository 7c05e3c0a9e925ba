package pst_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs"
)

// A store at its 2 GB, in a sparse file: its last section is free, and single pages of
// some others.
func TestANSI_full(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: a store at its 2 GB, which package ndb tries with -short too: run without -short")
	}
	path := psttest.NewAs(t, pst.CreateOptions{Format: pst.ANSI})
	psttest.Fill(t, path, 0, 20)
	psttest.Inflate(t, path, psttest.MostANSISections, func(section int64, page int) bool {
		return section < psttest.MostANSISections-8 || section < psttest.MostANSISections-1 && page%2 == 0
	})
	var written vfs.Counters
	f, err := pst.Open(vfs.Count(vfs.OS, &written), path, pst.Options{})
	require.NoError(t, err)
	defer f.Close()

	t.Run("room for some", func(t *testing.T) { testRoomForSome(t, f, &written) })
	t.Run("room in pieces", func(t *testing.T) { testRoomInPieces(t, f) })
	assert.Empty(t, psttest.Problems(t, path))
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Less(t, info.Size(), int64(2<<30))
}

// What fits is taken. An item that does not is refused before anything is written, and
// the transaction goes on.
func testRoomForSome(t *testing.T, f *pst.File, written *vfs.Counters) {
	contacts, err := f.Default(pst.ClassContact)
	require.NoError(t, err)
	old := firstItems(t, f, 1)[0]
	before := psttest.Snap(t, f)
	large := psttest.Contact("large", "")
	large.Attachments = []pst.Attachment{{Props: []pst.Property{psttest.Stream(psttest.TagFileData, 300_000_000)}}}
	var small pst.NID
	psttest.Edit(t, f, func(tx *pst.Tx) {
		_, err := tx.Create(contacts, psttest.In(t, tx, large))
		require.ErrorIs(t, err, pst.ErrFull)
		assert.ErrorContains(t, err, "compact it in Outlook")
		require.ErrorIs(t, tx.Update(old, pst.Edit{Attachments: &large.Attachments}), pst.ErrFull)
		assert.Zero(t, written.BytesWritten.Load())
		small, err = tx.Create(contacts, psttest.In(t, tx, psttest.Contact("small", "")))
		require.NoError(t, err)
	})
	after := psttest.Snap(t, f)
	assert.Len(t, after, len(before)+1)
	assert.Equal(t, before, after.Without(small))
}

// That free space is in pieces that are too small is found out at Commit, which then
// takes all of the transaction back.
func testRoomInPieces(t *testing.T, f *pst.File) {
	contacts, err := f.Default(pst.ClassContact)
	require.NoError(t, err)
	before, token := psttest.Snap(t, f), f.Token()
	tx, err := f.Begin()
	require.NoError(t, err)
	for range 90 { // 720 KB; a piece has 512 bytes
		c := psttest.Contact("small", "")
		c.Props = append(c.Props, psttest.Bytes(0x66810102, psttest.Noise(8_000)))
		_, err := tx.Create(contacts, psttest.In(t, tx, c))
		require.NoError(t, err)
	}
	require.ErrorIs(t, tx.Commit(), pst.ErrFull)
	require.NoError(t, tx.Rollback())
	assert.Equal(t, before, psttest.Snap(t, f))
	token.Unique = f.Token().Unique
	assert.Equal(t, token, f.Token())
}

// A table of an ANSI store numbers its rows in 16 bits.
func TestANSI_rows(t *testing.T) {
	f, err := pst.Open(vfs.OS, psttest.NewAs(t, pst.CreateOptions{Format: pst.ANSI}), pst.Options{})
	require.NoError(t, err)
	defer f.Close()
	contacts, err := f.Default(pst.ClassContact)
	require.NoError(t, err)
	calendar, err := f.Default(pst.ClassAppointment)
	require.NoError(t, err)
	tx, err := f.Begin()
	require.NoError(t, err)
	defer tx.Rollback() //nolint:errcheck // there is nothing to be kept
	c := psttest.In(t, tx, psttest.Contact("x", ""))
	other, err := tx.Create(calendar, c)
	require.NoError(t, err)
	require.NoError(t, pst.FillTable(tx, contacts, 1<<16-2))

	last, err := tx.Create(contacts, c)
	require.NoError(t, err, "row 65,535")
	_, err = tx.Create(contacts, c)
	require.ErrorIs(t, err, pst.ErrFolderFull)
	require.ErrorIs(t, err, pst.ErrTooLarge)
	assert.ErrorContains(t, err, "65535 rows")
	require.ErrorIs(t, tx.Move(other, contacts), pst.ErrTooLarge)
	m, err := tx.Message(other)
	require.NoError(t, err)
	assert.Equal(t, calendar, m.Folder)
	require.NoError(t, tx.Update(last, pst.Edit{}))
	require.NoError(t, tx.Move(last, calendar))
	require.NoError(t, tx.Move(other, contacts))
}
