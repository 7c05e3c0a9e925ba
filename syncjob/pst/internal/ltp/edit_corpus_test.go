package ltp_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/internal/ndb"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs"
)

// TestTCEditor_Corpus edits every table of real stores, also those in messages,
// and wants nothing changed but what was asked for, and no finding that was not
// there before.
func TestTCEditor_Corpus(t *testing.T) {
	for _, name := range []string{
		"outlook-empty.pst", "outlook-72-contacts-6x12.pst", "outlook-mail-fai.pst", "outlook-mixed.pst",
		"aspose-9-appointments.pst", "support.pst", "enron.pst",
	} {
		t.Run(name, func(t *testing.T) {
			s := openCopy(t, name)
			tx, err := s.Begin()
			require.NoError(t, err)
			tables := 0
			for _, n := range tableNodes(t, tx) {
				e := tableEdit{t: t, tx: tx, node: n}
				e.run()
				tables++
			}
			assert.NotZero(t, tables)
			require.NoError(t, tx.Rollback())
		})
	}
}

func openCopy(t *testing.T, name string) *ndb.Store {
	t.Helper()
	f, err := vfs.OS.OpenWrite(psttest.Copy(t, corpusFile(t, name)))
	require.NoError(t, err)
	s, err := ndb.Open(f, ndb.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// tableNodes returns the tables of a store, of messages only some.
func tableNodes(t *testing.T, v ndb.View) []ndb.Node {
	t.Helper()
	var tables []ndb.Node
	inMessages := 0
	for n, err := range v.Nodes(0, 0xFFFFFFFF) {
		require.NoError(t, err)
		switch n.NID.Type() {
		case disk.NIDTypeHierarchyTable, disk.NIDTypeContentsTable, disk.NIDTypeAssocContentsTable:
			tables = append(tables, n)
		case disk.NIDTypeNormalMessage:
			sub, err := v.Subnode(n.Sub, disk.NIDRecipientTable)
			if err == nil && inMessages < 50 {
				tables = append(tables, sub)
				inMessages++
			}
		}
	}
	return tables
}

type tableEdit struct {
	t    *testing.T
	tx   *ndb.Tx
	node ndb.Node
}

func (c *tableEdit) run() {
	before, oldProblems := verifyTC(raw(c.t, c.tx, c.node))
	e, err := ltp.EditTC(c.tx, c.node)
	require.NoError(c.t, err)
	require.NoError(c.t, e.AddColumns(0x8FFF001F, 0x8FFE000B))
	const added = 0x7FFFFFE4
	require.NoError(c.t, e.Set(added, []ltp.Cell{{Tag: 0x8FFF001F, Data: []byte("n\x00")}, {Tag: 0x8FFE000B, Data: []byte{1}}}))
	ids := make([]uint32, 0, len(before.rows))
	for id := range before.rows {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	touched := map[uint32]bool{added: true}
	if len(ids) > 0 {
		require.NoError(c.t, e.Update(ids[0], []ltp.Cell{{Tag: 0x8FFF001F, Data: bytes.Repeat([]byte("u\x00"), 300)}}))
		touched[ids[0]] = true
	}
	if len(ids) > 1 {
		require.NoError(c.t, e.Delete(ids[len(ids)/2]))
		touched[ids[len(ids)/2]] = true
	}
	n, err := e.Flush()
	require.NoError(c.t, err)
	after, problems := verifyTC(raw(c.t, c.tx, n))
	for _, p := range problems {
		assert.Contains(c.t, oldProblems, p, "table %v", c.node.NID)
	}
	assert.Len(c.t, after.columns, len(before.columns)+2)
	assert.Len(c.t, after.rows, max(len(ids), 2)-1+min(len(ids), 1))
	for id, want := range before.rows {
		if !touched[id] {
			assert.Equal(c.t, want, after.rows[id], "row %#x of table %v", id, c.node.NID)
		}
	}
	assert.Equal(c.t, []byte{1}, after.rows[added][0x8FFE000B])
}
