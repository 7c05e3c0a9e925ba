package readback_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

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
			raw, err := os.Open(path)
			require.NoError(t, err)
			defer raw.Close()
			info, err := raw.Stat()
			require.NoError(t, err)

			r, err := readback.Verify(t.Context(), raw, info.Size(), everything(t, f), readback.Limits{})
			require.NoError(t, err)
			assert.NoError(t, r.Err())
			assert.Empty(t, r.Reasons)
			assert.Equal(t, r.Checked, r.Equal)
			t.Logf("%d items, %d values", r.Items, r.Equal)
		})
	}
}

// everything wants all items of all folders as the engine reads them.
func everything(t *testing.T, f *pst.File) func(yield func(readback.Want) bool) {
	return func(yield func(readback.Want) bool) {
		for folder, err := range f.Walk(f.Root()) {
			require.NoError(t, err)
			for _, rows := range []func(pst.NID) func(func(pst.Row, error) bool){
				func(n pst.NID) func(func(pst.Row, error) bool) { return f.Items(n) },
				func(n pst.NID) func(func(pst.Row, error) bool) { return f.AssociatedItems(n) },
			} {
				for row, err := range rows(folder.NID) {
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
