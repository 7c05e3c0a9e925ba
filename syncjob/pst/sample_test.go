package pst_test

import (
	"io"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// xxblockSize is more than one XBLOCK refers to.
const xxblockSize = 9_000_000

// sampleName is a named property of the items of fillSample.
var sampleName = pst.PropName{GUID: [16]byte{0x04, 0x20, 0x06, 15: 0x46}, ID: 0x8005}

// fillSample makes a folder with one item of each make: small, with values in
// subnodes, with recipients, with attachments, with a message in a message, and a
// folder associated one.
func fillSample(t *testing.T, tx *pst.Tx) (folder pst.NID, items []pst.NID) {
	t.Helper()
	top, err := tx.IPMSubtree()
	require.NoError(t, err)
	folder, err = tx.CreateFolder(top, "Sample/100%", pst.ClassContact)
	require.NoError(t, err)
	id, err := tx.PutName(sampleName)
	require.NoError(t, err)

	small := psttest.Contact("Ada Lovelace", "")
	small.Props = append(small.Props, psttest.Int(pst.MakeTag(id, pst.TypeInt32), 7))
	large := psttest.Contact("Charles Babbage", "a note")
	large.Props = append(large.Props, psttest.Bytes(0x66810102, psttest.Noise(20_000))) // one XBLOCK
	meeting := psttest.Appointment("Tea", time.Date(2026, 5, 1, 15, 0, 0, 0, time.UTC))
	meeting.Recipients = [][]pst.Property{psttest.Recipient("Ada", 1), psttest.Recipient("Charles", 1), psttest.Recipient("Mary", 2)}
	files := psttest.Appointment("Mary Somerville", time.Date(2026, 5, 2, 15, 0, 0, 0, time.UTC))
	files.Attachments = []pst.Attachment{
		psttest.FileAttachment("a.jpg", psttest.Noise(30_000)),
		psttest.FileAttachment("b.txt", []byte("text")),
		{Props: []pst.Property{psttest.Text(psttest.TagLongName, "c.bin"), psttest.Stream(psttest.TagFileData, xxblockSize)}},
	}
	nested := psttest.Appointment("Series", time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC))
	exception := psttest.Appointment("Exception", time.Date(2026, 6, 2, 9, 0, 0, 0, time.UTC))
	exception.Recipients = meeting.Recipients
	nested.Attachments = []pst.Attachment{psttest.EmbeddedMessage(exception)}
	hidden := psttest.Contact("Settings", "")
	hidden.Associated = true

	for _, c := range []pst.Content{small, large, meeting, files, nested, hidden} {
		nid, err := tx.Create(folder, psttest.In(t, tx, c))
		require.NoError(t, err)
		items = append(items, nid)
	}
	return folder, items
}

// brokenStream is a property of n bytes of which half can be read.
func brokenStream(tag pst.Tag, n int64, err error) pst.Property {
	p := psttest.Stream(tag, n)
	open := p.Large.Open
	p.Large.Open = func() (io.ReadCloser, error) {
		r, _ := open() //nolint:errcheck // never fails
		return io.NopCloser(io.MultiReader(io.LimitReader(r, n/2), iotest.ErrReader(err))), nil
	}
	return p
}
