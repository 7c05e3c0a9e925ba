package ltp_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// TestReadCorpus reads every value of every property context and table of real
// stores. The digests were made by a reader in another language that shares
// nothing with this one.
func TestReadCorpus(t *testing.T) {
	tests := []struct {
		name             string
		pcs, tcs, values int
		digest           string
	}{
		{"outlook-empty.pst", 9, 27, 112, "d8ba1ae540adbdc0"},
		{"outlook-6-contacts.pst", 18, 31, 604, "a4a1adebe0e8abed"},
		{"outlook-72-contacts-6x12.pst", 84, 31, 2140, "8002a14a58b1a4f3"},
		{"outlook-mail-fai.pst", 99, 132, 4879, "56e04c5e0fe2b031"},
		{"outlook-mixed.pst", 33, 67, 1477, "53d22986eb9c64fb"},
		{"outlook-password.pst", 47, 87, 1456, "e9d581bf9db73eae"},
		{"outlook97-ansi.pst", 8, 24, 514, "1204f2948016e4b1"},
		{"aspose-9-appointments.pst", 136, 118, 7575, "a4c20bd17fd8345f"},
		{"trailing-bytes.pst", 9, 22, 214, "455e57c37f82d810"},
		{"enron.pst", 2372, 1032, 145192, "4f7e1e1a99e7fb82"},
		{"support.pst", 47, 118, 21622, "cd7c9326948b405e"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := openCorpus(t, tt.name)
			d := &dumper{t: t, view: s, sum: sha256.New()}
			for n, err := range s.Nodes(0, 0xFFFFFFFF) {
				require.NoError(t, err)
				d.node(fmt.Sprintf("%x", uint32(n.NID)), n)
			}
			assert.Equal(t, tt.pcs, d.pcs, "property contexts")
			assert.Equal(t, tt.tcs, d.tcs, "tables")
			assert.Equal(t, tt.values, d.values, "values")
			assert.Equal(t, tt.digest, hex.EncodeToString(d.sum.Sum(nil)[:8]))
		})
	}
}

// dumper digests the values of a store, a line for each.
type dumper struct {
	t                testing.TB
	view             ndb.View
	sum              hash.Hash
	pcs, tcs, values int
}

func (d *dumper) node(path string, n ndb.Node) {
	for sub, err := range d.view.Subnodes(n.Sub) {
		require.NoError(d.t, err, path)
		if sub.NID.Type() != disk.NIDTypeLTP {
			d.node(fmt.Sprintf("%s/%x", path, uint32(sub.NID)), sub)
		}
	}
	data, err := d.view.Data(n.Data)
	require.NoError(d.t, err, path)
	heap, err := ltp.OpenHeap(data)
	if err != nil {
		require.ErrorIs(d.t, err, disk.ErrCorrupt, path)
		return // a queue, an id list or empty
	}
	switch heap.Client() {
	case disk.HNClientPC:
		d.pc(path, n)
	case disk.HNClientTC:
		d.tc(path, n)
	}
}

func (d *dumper) line(path string, tag ltp.Tag, value []byte) {
	d.values++
	fmt.Fprintf(d.sum, "%s %08x %x\n", path, uint32(tag), value)
}

func (d *dumper) pc(path string, n ndb.Node) {
	pc, err := ltp.OpenPC(d.view, n)
	require.NoError(d.t, err, path)
	d.pcs++
	for ref, err := range pc.All() {
		require.NoError(d.t, err, path)
		value, err := pc.Value(ref)
		require.NoError(d.t, err, path)
		d.line(path, ref.Tag, value)

		tag, again, ok, err := pc.Get(ref.Tag.ID())
		require.NoError(d.t, err)
		require.True(d.t, ok)
		require.Equal(d.t, ref.Tag, tag)
		require.Equal(d.t, value, again)
		stream, err := pc.Open(ref)
		require.NoError(d.t, err)
		again, err = io.ReadAll(stream)
		require.NoError(d.t, err)
		require.True(d.t, string(value) == string(again), "%s %v", path, ref.Tag)
		size, err := pc.Size(ref)
		require.NoError(d.t, err)
		require.EqualValues(d.t, len(value), size)
	}
}

func (d *dumper) tc(path string, n ndb.Node) {
	tc, err := ltp.OpenTC(d.view, n)
	require.NoError(d.t, err, path)
	d.tcs++
	rows := 0
	for row, err := range tc.All() {
		require.NoError(d.t, err, path)
		require.Equal(d.t, row.ID, row.Uint32(ltp.TagRowID), path)
		require.Equal(d.t, rows, row.Index, path)
		rows++
		for _, col := range tc.Columns() {
			value, ok, err := row.Cell(col.Tag)
			require.NoError(d.t, err, path)
			require.Equal(d.t, ok, row.Has(col.Tag))
			if ok {
				d.line(fmt.Sprintf("%s[%x]", path, row.ID), col.Tag, value)
			}
		}
	}
	n2, err := tc.Rows()
	require.NoError(d.t, err)
	require.Equal(d.t, rows, n2, path)
	var last uint32
	for row, err := range tc.Sorted() {
		require.NoError(d.t, err)
		require.True(d.t, last < row.ID || last == 0)
		last = row.ID
		rows--
	}
	require.Zero(d.t, rows)
	ids := 0
	for id, err := range tc.IDs() {
		require.NoError(d.t, err)
		row, ok, err := tc.Row(id)
		require.NoError(d.t, err)
		require.True(d.t, ok)
		require.Equal(d.t, id, row.ID)
		ids++
	}
	require.Equal(d.t, n2, ids, path)
}

// TestVerifier_Corpus shows that the verifier of these tests asks for no more than
// Outlook does: it finds nothing in what Outlook wrote.
func TestVerifier_Corpus(t *testing.T) {
	for _, name := range []string{
		"outlook-empty.pst", "outlook-6-contacts.pst", "outlook-mail-fai.pst", "outlook-mixed.pst",
		"outlook-password.pst", "outlook97-ansi.pst",
	} {
		t.Run(name, func(t *testing.T) {
			s := openCorpus(t, name)
			for n, err := range s.Nodes(0, 0xFFFFFFFF) {
				require.NoError(t, err)
				verifyAny(t, raw(t, s, n))
			}
		})
	}
}

// verifyAny verifies a node and the subnodes in it that are nodes of their own.
func verifyAny(t *testing.T, n rawNode) {
	t.Helper()
	for id, sub := range n.subs {
		if id&0x1F != uint32(disk.NIDTypeLTP) {
			verifyAny(t, sub)
		}
	}
	if len(n.blocks) == 0 || len(n.blocks[0]) < 12 || n.blocks[0][2] != 0xEC {
		return
	}
	switch n.blocks[0][3] {
	case disk.HNClientPC:
		_, problems := verifyPC(n)
		assert.Empty(t, problems)
	case disk.HNClientTC:
		_, problems := verifyTC(n)
		assert.Empty(t, problems)
	default:
		assert.Empty(t, verifyHeap(n).list)
	}
}
