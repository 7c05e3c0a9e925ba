package witness_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/readback/witness"
)

// meter counts what is read of a file.
type meter struct {
	io.ReaderAt
	bytes int
}

func (m *meter) ReadAt(p []byte, off int64) (int, error) {
	n, err := m.ReaderAt.ReadAt(p, off)
	m.bytes += n
	return n, err
}

func openFile(t *testing.T, path string) (*witness.Store, *meter) {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { f.Close() })
	m := &meter{ReaderAt: f}
	s, err := witness.Open(m)
	require.NoError(t, err)
	return s, m
}

// TestStore_real reads every value of every item of the real stores.
func TestStore_real(t *testing.T) {
	for _, path := range psttest.Stores(t) {
		name := filepath.Base(path)
		if name == "damaged-amap-invalid.pst" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			s, _ := openFile(t, path)
			for it, err := range s.Items() {
				require.NoError(t, err)
				o, err := s.Object(it.NID)
				require.NoError(t, err)
				readAll(t, o.Props())
				rows, err := o.Recipients()
				require.NoError(t, err)
				for _, row := range rows {
					readAll(t, row)
				}
				for _, nid := range o.Attachments() {
					a, err := o.Sub(nid)
					require.NoError(t, err)
					readAll(t, a.Props())
				}
			}
		})
	}
}

func readAll(t *testing.T, props []witness.Prop) {
	t.Helper()
	for _, p := range props {
		r, err := p.Open()
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, r)
		require.NoError(t, err)
	}
}

// TestStore_cost: what one small item costs does not depend on the store.
func TestStore_cost(t *testing.T) {
	for _, path := range []string{
		psttest.Corpus(t, "outlook-6-contacts.pst"),
		psttest.Module(t, "enron.pst"),
	} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			var nid uint32
			s, _ := openFile(t, path)
			for it, err := range s.Items() {
				require.NoError(t, err)
				nid = it.NID
			}
			s, m := openFile(t, path)
			assert.LessOrEqual(t, m.bytes, 1<<10, "open")
			o, err := s.Object(nid)
			require.NoError(t, err)
			readAll(t, o.Props())
			assert.LessOrEqual(t, m.bytes, 24<<10, "one item")
		})
	}
}
