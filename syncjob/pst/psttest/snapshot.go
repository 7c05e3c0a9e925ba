package psttest

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
)

// Snapshot digests every item of a store with all that it consists of, and where
// it is.
type Snapshot map[pst.NID]string

// Snap takes a snapshot of all items in all folders, but for the properties with the
// ids given.
func Snap(t testing.TB, f *pst.File, without ...uint16) Snapshot {
	t.Helper()
	s := Snapshot{}
	for folder, err := range f.Walk(f.Root()) {
		require.NoError(t, err)
		for row, err := range f.Items(folder.NID) {
			require.NoError(t, err)
			s[row.NID] = digest(t, f, folder.NID, row.NID, without)
		}
		for row, err := range f.AssociatedItems(folder.NID) {
			require.NoError(t, err)
			s[row.NID] = digest(t, f, folder.NID, row.NID, without)
		}
	}
	return s
}

// Without is the snapshot without some items.
func (s Snapshot) Without(items ...pst.NID) Snapshot {
	rest := make(Snapshot, len(s))
	for nid, d := range s {
		rest[nid] = d
	}
	for _, nid := range items {
		delete(rest, nid)
	}
	return rest
}

func digest(t testing.TB, f *pst.File, folder, nid pst.NID, without []uint16) string {
	t.Helper()
	m, err := f.Message(nid)
	require.NoError(t, err, "item %v", nid)
	require.Equal(t, folder, m.Folder, "item %v", nid)
	h := sha256.New()
	hashContent(t, h, &m.Content, without)
	return fmt.Sprintf("%v %x", folder, h.Sum(nil)[:16])
}

// hashContent feeds a message to h, each part with its length before it.
func hashContent(t testing.TB, h hash.Hash, c *pst.Content, without []uint16) {
	hashProps(t, h, c.Props, without)
	count(h, len(c.Recipients))
	for _, r := range c.Recipients {
		hashProps(t, h, r, without)
	}
	count(h, len(c.Attachments))
	for _, a := range c.Attachments {
		count(h, int(a.Number))
		hashProps(t, h, a.Props, without)
		if a.Embedded != nil {
			hashContent(t, h, a.Embedded, without)
		}
	}
}

func hashProps(t testing.TB, h hash.Hash, props []pst.Property, without []uint16) {
	count(h, len(props))
	for _, p := range props {
		if slices.Contains(without, p.Tag.ID()) {
			continue
		}
		count(h, int(p.Tag))
		count(h, int(p.Size()))
		if p.Large == nil {
			h.Write(p.Data)
			continue
		}
		r, err := p.Large.Open()
		require.NoError(t, err)
		_, err = io.Copy(h, r)
		require.NoError(t, err)
		require.NoError(t, r.Close())
	}
}

func count(h hash.Hash, n int) {
	h.Write(binary.LittleEndian.AppendUint64(nil, uint64(n)))
}
