package readback_test

import (
	"bytes"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/readback"
	"pstsyncd/syncjob/vfs"
)

func TestFromContent(t *testing.T) {
	large := &pst.Large{Size: 4, Open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader([]byte("body"))), nil
	}}
	embedded := pst.Content{Props: []pst.Property{{Tag: tagName, Data: []byte("in")}}}
	w, err := readback.FromContent(nidItem, pst.Content{
		Props: []pst.Property{
			{Tag: pst.PidTagMessageSize, Data: []byte{1, 2, 3, 4}}, // the engine's own
			{Tag: tagBody, Large: large},
			{Tag: tagName, Data: []byte("Ann")},
		},
		Recipients:  [][]pst.Property{{{Tag: tagName, Data: []byte("Bob")}}},
		Attachments: []pst.Attachment{{Number: 0x8025, Embedded: &embedded}},
	})
	require.NoError(t, err)
	assert.Equal(t, readback.Want{
		NID:        nidItem,
		Props:      values(tagBody, "body", tagName, "Ann"),
		Parts:      true,
		Recipients: []map[uint32]readback.Value{values(tagName, "Bob")},
		Attachments: []readback.Want{{
			NID:      0x8025,
			Props:    values(),
			Embedded: &readback.Want{Props: values(tagName, "in"), Parts: true},
		}},
	}, w)
}

// TestVerify_real: of every item of the real stores the engine and go-pst see
// the same, down to the bytes of attachments.
func TestVerify_real(t *testing.T) {
	for _, path := range psttest.Stores(t) {
		name := filepath.Base(path)
		if name == "damaged-amap-invalid.pst" || name == "outlook-password.pst" {
			continue // the engine refuses both
		}
		t.Run(name, func(t *testing.T) {
			f, err := pst.Open(vfs.OS, path, pst.Options{ReadOnly: true})
			require.NoError(t, err)
			defer f.Close()
			r := verifyFile(t, path, everything(t, f))
			assert.NoError(t, r.Err())
			assert.Empty(t, r.Reasons)
			assert.Equal(t, r.Checked, r.Equal)
			t.Logf("%d items, %d values", r.Items, r.Equal)
		})
	}
}

// everything wants all items of all folders as the engine reads them.
func everything(t *testing.T, f *pst.File) iter.Seq[readback.Want] {
	return func(yield func(readback.Want) bool) {
		for folder, err := range f.Walk(f.Root()) {
			require.NoError(t, err)
			for _, rows := range []iter.Seq2[pst.Row, error]{f.Items(folder.NID), f.AssociatedItems(folder.NID)} {
				for row, err := range rows {
					require.NoError(t, err)
					m, err := f.Message(row.NID)
					require.NoError(t, err)
					w, err := readback.FromContent(m.NID, m.Content)
					require.NoError(t, err)
					if !yield(w) {
						return
					}
				}
			}
		}
	}
}

// TestVerify_written: what was meant, from values in the record up to a data
// tree of two levels, is what go-pst reads of what the engine has written, in each
// format that it can read. Of the others it says so.
func TestVerify_written(t *testing.T) {
	kinds := maps.Clone(psttest.Formats)
	maps.Copy(kinds, psttest.Encoded)
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) { testWritten(t, kind) })
	}
}

func testWritten(t *testing.T, kind pst.CreateOptions) {
	contact := psttest.Contact("Ada Lovelace", "")
	contact.Attachments = []pst.Attachment{
		psttest.FileAttachment("photo.jpg", psttest.Noise(100_000)),
		{Props: []pst.Property{psttest.Stream(pst.MakeTag(0x3701, pst.TypeBinary), 10<<20)}},
		psttest.EmbeddedMessage(psttest.Contact("inside", "")),
	}
	meeting := psttest.Appointment("Tea", time.Date(2030, 1, 1, 16, 0, 0, 0, time.UTC))
	meeting.Recipients = [][]pst.Property{psttest.Recipient("Bob", 1), psttest.Recipient("Carol", 2)}

	path := psttest.NewAs(t, kind)
	f := psttest.Open(t, path)
	folder, err := f.Default("IPF.Contact")
	require.NoError(t, err)
	var wants []readback.Want
	psttest.Edit(t, f, func(tx *pst.Tx) {
		for _, c := range []pst.Content{contact, meeting} {
			c = psttest.In(t, tx, c)
			nid, err := tx.Create(folder, c)
			require.NoError(t, err)
			w, err := readback.FromContent(nid, c)
			require.NoError(t, err)
			wants = append(wants, w)
		}
	})
	r := verifyFile(t, path, slices.Values(wants))
	assert.NoError(t, r.Err())
	assert.Equal(t, 2, r.Items)
	if kind.Encoding == pst.EncodingCyclic {
		assert.Equal(t, 2, r.Unverified)
		assert.Zero(t, r.Equal)
		return
	}
	assert.Empty(t, r.Reasons)
	assert.Zero(t, r.Unverified)

	psttest.Edit(t, f, func(tx *pst.Tx) { require.NoError(t, tx.Delete(pst.NID(wants[0].NID))) })
	r = verifyFile(t, path, slices.Values([]readback.Want{{NID: wants[0].NID, Gone: true}, wants[1]}))
	assert.NoError(t, r.Err())
}

// TestVerify_costs: what one item of a large store costs to verify.
func TestVerify_costs(t *testing.T) {
	path := psttest.Module(t, "enron.pst")
	f, err := pst.Open(vfs.OS, path, pst.Options{ReadOnly: true})
	require.NoError(t, err)
	defer f.Close()
	for w := range everything(t, f) {
		r := verifyFile(t, path, slices.Values([]readback.Want{w}))
		assert.Positive(t, r.Equal)
		assert.LessOrEqual(t, r.BytesRead, int64(128<<10))
		return
	}
}

func verifyFile(t *testing.T, path string, wants iter.Seq[readback.Want]) readback.Report {
	t.Helper()
	raw, err := os.Open(path)
	require.NoError(t, err)
	defer raw.Close()
	info, err := raw.Stat()
	require.NoError(t, err)
	r, err := readback.Verify(t.Context(), raw, info.Size(), wants, readback.Limits{})
	require.NoError(t, err)
	return r
}
