package ltp_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/internal/ndb"
)

const (
	tagNumber = ltp.Tag(0x0E170003)
	tagText   = ltp.Tag(0x3001001F)
	tagBytes  = ltp.Tag(0x0E300102)
	tagGUID   = ltp.Tag(0x0FF90048)
)

// smallTable makes a store with a table of few columns.
func smallTable(t *testing.T) *testStore {
	s := newStore(t, disk.Unicode)
	newTable(t, s, tagNumber, tagText, tagBytes, tagGUID)
	return s
}

// editStrictly changes the table in a transaction and returns it as the verifier
// finds it.
func (s *testStore) editStrictly(change func(tx *ndb.Tx, e *ltp.TCEditor)) (rawTable, rawNode) {
	s.Helper()
	s.update(func(tx *ndb.Tx) {
		editTable(s, tx, func(e *ltp.TCEditor) { change(tx, e) })
	})
	n, err := s.Node(tableNID)
	require.NoError(s, err)
	r := raw(s, s, n)
	table, problems := verifyTC(r)
	require.Empty(s, problems)
	return table, r
}

func TestTCEditor_Cells(t *testing.T) {
	s := smallTable(t)
	long := bytes.Repeat([]byte{7, 0}, 5000)
	steps := []struct {
		name     string
		cells    []ltp.Cell
		want     map[ltp.Tag][]byte
		subnodes int
	}{
		{
			name:  "values of each kind",
			cells: []ltp.Cell{{Tag: tagNumber, Data: []byte{1, 2, 3, 4}}, {Tag: tagText, Data: []byte("a\x00")}, {Tag: tagGUID, Data: make([]byte, 16)}},
			want:  map[ltp.Tag][]byte{tagNumber: {1, 2, 3, 4}, tagText: []byte("a\x00"), tagGUID: make([]byte, 16)},
		},
		{
			name:  "an empty value is there, a missing one is not",
			cells: []ltp.Cell{{Tag: tagText, Data: []byte{}}, {Tag: tagGUID}},
			want:  map[ltp.Tag][]byte{tagNumber: {1, 2, 3, 4}, tagText: {}},
		},
		{
			name:     "a long value goes to a subnode",
			cells:    []ltp.Cell{{Tag: tagText, Data: long}, {Tag: tagBytes, Data: long[:3580]}},
			want:     map[ltp.Tag][]byte{tagNumber: {1, 2, 3, 4}, tagText: long, tagBytes: long[:3580]},
			subnodes: 1,
		},
		{
			name:     "another long value takes its place",
			cells:    []ltp.Cell{{Tag: tagText, Data: long[:9000]}, {Tag: tagBytes, Data: long[:3581]}},
			want:     map[ltp.Tag][]byte{tagNumber: {1, 2, 3, 4}, tagText: long[:9000], tagBytes: long[:3581]},
			subnodes: 2,
		},
		{
			name:  "short values come back to the heap",
			cells: []ltp.Cell{{Tag: tagText, Data: []byte("b\x00")}, {Tag: tagBytes}},
			want:  map[ltp.Tag][]byte{tagNumber: {1, 2, 3, 4}, tagText: []byte("b\x00")},
		},
	}
	for i, step := range steps {
		table, r := s.editStrictly(func(tx *ndb.Tx, e *ltp.TCEditor) {
			if i == 0 {
				require.NoError(t, e.Set(0x24, step.cells))
				return
			}
			require.NoError(t, e.Update(0x24, step.cells))
		})
		got := table.rows[0x24]
		assert.Len(t, got, len(step.want)+2, step.name)
		for tag, want := range step.want {
			assert.True(t, bytes.Equal(want, got[uint32(tag)]), "%s: %v", step.name, tag)
		}
		assert.Len(t, r.subs, step.subnodes, step.name)
	}
}

func TestTCEditor_Tree(t *testing.T) {
	s := smallTable(t)
	text := bytes.Repeat([]byte("x\x00"), 3000)
	var owner ndb.Node
	s.editStrictly(func(tx *ndb.Tx, e *ltp.TCEditor) {
		tree, _, err := tx.WriteData(bytes.NewReader(text))
		require.NoError(t, err)
		owner = ndb.Node{NID: 0x200024, Data: tree}
		require.NoError(t, tx.PutNode(owner))
		require.NoError(t, e.Set(0x24, []ltp.Cell{{Tag: tagText, Tree: tree}}))
	})
	owner, err := s.Node(owner.NID)
	require.NoError(t, err)
	n, err := s.Node(tableNID)
	require.NoError(t, err)
	var shared ndb.Node
	for sub, err := range s.Subnodes(n.Sub) {
		require.NoError(t, err)
		shared = sub
	}
	assert.Equal(t, owner.Data, shared.Data, "one data tree for both")

	table, _ := s.editStrictly(func(tx *ndb.Tx, e *ltp.TCEditor) {
		require.NoError(t, e.Update(0x24, []ltp.Cell{{Tag: tagText, Tree: owner.Data}}))
	})
	assert.True(t, bytes.Equal(text, table.rows[0x24][uint32(tagText)]))

	_, r := s.editStrictly(func(tx *ndb.Tx, e *ltp.TCEditor) { require.NoError(t, e.Delete(0x24)) })
	assert.Empty(t, r.subs)
	d, err := s.Data(owner.Data)
	require.NoError(t, err)
	assert.EqualValues(t, len(text), d.Size(), "the owner keeps its data")
}

func TestTCEditor_Refuses(t *testing.T) {
	s := smallTable(t)
	tests := []struct {
		name   string
		change func(e *ltp.TCEditor) error
		want   error
	}{
		{"no such column", func(e *ltp.TCEditor) error { return e.Set(1, []ltp.Cell{{Tag: 0x3001001E, Data: []byte{1}}}) }, ltp.ErrNoColumn},
		{"a column twice", func(e *ltp.TCEditor) error { return e.Set(1, []ltp.Cell{{Tag: tagText}, {Tag: tagText}}) }, ltp.ErrInvalid},
		{"wrong size", func(e *ltp.TCEditor) error { return e.Set(1, []ltp.Cell{{Tag: tagNumber, Data: []byte{1}}}) }, ltp.ErrInvalid},
		{"wrong size of a guid", func(e *ltp.TCEditor) error { return e.Set(1, []ltp.Cell{{Tag: tagGUID, Data: []byte{1}}}) }, ltp.ErrInvalid},
		{"a tree for a number", func(e *ltp.TCEditor) error { return e.Set(1, []ltp.Cell{{Tag: tagNumber, Tree: 4}}) }, ltp.ErrInvalid},
		{"no row to update", func(e *ltp.TCEditor) error { return e.Update(2, nil) }, ndb.ErrNotFound},
		{"no row to delete", func(e *ltp.TCEditor) error { return e.Delete(2) }, ndb.ErrNotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table, _ := s.editStrictly(func(tx *ndb.Tx, e *ltp.TCEditor) {
				assert.ErrorIs(t, tt.change(e), tt.want)
			})
			assert.Empty(t, table.rows)
		})
	}
}

// TestTCEditor_Dangling deletes a row whose value is in a subnode that is gone.
func TestTCEditor_Dangling(t *testing.T) {
	s := smallTable(t)
	s.editStrictly(func(tx *ndb.Tx, e *ltp.TCEditor) {
		require.NoError(t, e.Set(0x24, []ltp.Cell{{Tag: tagText, Data: make([]byte, 4000)}}))
		require.NoError(t, e.Set(0x44, []ltp.Cell{{Tag: tagText, Data: make([]byte, 40)}}))
	})
	s.update(func(tx *ndb.Tx) {
		n, err := tx.Node(tableNID)
		require.NoError(t, err)
		n.Sub = 0
		require.NoError(t, tx.PutNode(n))
	})
	table, _ := s.editStrictly(func(tx *ndb.Tx, e *ltp.TCEditor) {
		row, ok, err := e.Row(0x24)
		require.NoError(t, err)
		require.True(t, ok)
		_, _, err = row.Cell(tagText)
		require.ErrorIs(t, err, disk.ErrCorrupt)
		require.NoError(t, e.Delete(0x24))
	})
	assert.Len(t, table.rows, 1)
}

func TestTCEditor_RowVersion(t *testing.T) {
	s := smallTable(t)
	version := func(table rawTable) uint32 { return le.Uint32(table.rows[0x24][uint32(ltp.TagRowVer)]) }
	table, _ := s.editStrictly(func(tx *ndb.Tx, e *ltp.TCEditor) {
		require.NoError(t, e.Set(0x24, []ltp.Cell{{Tag: ltp.TagRowVer, Data: []byte{9, 0, 0, 0}}}))
	})
	assert.EqualValues(t, 9, version(table), "a given version is kept")
	var unique uint32
	table, _ = s.editStrictly(func(tx *ndb.Tx, e *ltp.TCEditor) {
		unique = tx.Unique()
		require.NoError(t, e.Update(0x24, nil))
	})
	assert.Greater(t, version(table), unique, "else there is a new one")
	assert.Less(t, version(table), s.Header().Unique)
	table, _ = s.editStrictly(func(tx *ndb.Tx, e *ltp.TCEditor) {
		unique = tx.Unique()
		require.NoError(t, e.Update(0x24, []ltp.Cell{{Tag: ltp.TagRowVer}}))
	})
	assert.Greater(t, version(table), unique, "it cannot be removed")
}

// A row whose version is not below dwUnique, as in some stores of Outlook, gets a
// higher one all the same. Only what is absurdly high does not drag dwUnique along.
func TestTCEditor_RowVersionAhead(t *testing.T) {
	for name, tt := range map[string]struct{ ahead, most uint32 }{
		"equal":   {0, 100},
		"ahead":   {500, 600},
		"far off": {1 << 30, 100},
	} {
		t.Run(name, func(t *testing.T) {
			s := smallTable(t)
			var start, old uint32
			table, _ := s.editStrictly(func(tx *ndb.Tx, e *ltp.TCEditor) {
				start = tx.Unique()
				old = start + 2 + tt.ahead
				require.NoError(t, e.Set(0x24, []ltp.Cell{{Tag: ltp.TagRowVer, Data: le.AppendUint32(nil, old)}}))
				require.NoError(t, e.Update(0x24, nil))
			})
			got := le.Uint32(table.rows[0x24][uint32(ltp.TagRowVer)])
			assert.NotEqual(t, old, got)
			assert.Greater(t, got, start)
			assert.Less(t, got, s.Header().Unique)
			assert.LessOrEqual(t, s.Header().Unique, start+tt.most)
		})
	}
}

// TestTCEditor_Shared edits one of two tables that are one heap, as new folders
// share the template's.
func TestTCEditor_Shared(t *testing.T) {
	s := smallTable(t)
	const other = disk.NID(0x420E)
	template, err := s.Node(tableNID)
	require.NoError(t, err)
	s.update(func(tx *ndb.Tx) {
		require.NoError(t, tx.PutNode(ndb.Node{NID: other, Data: template.Data, Sub: template.Sub}))
	})
	s.editStrictly(func(tx *ndb.Tx, e *ltp.TCEditor) {
		for i := range uint32(100) {
			require.NoError(t, e.Set(i<<5|4, []ltp.Cell{{Tag: tagText, Data: make([]byte, 200)}}))
		}
	})
	n, err := s.Node(other)
	require.NoError(t, err)
	assert.Equal(t, template.Data, n.Data)
	table, problems := verifyTC(raw(t, s, n))
	assert.Empty(t, problems)
	assert.Empty(t, table.rows)
}

// TestTCEditor_Unchanged wants a table that was opened and not changed to be the
// same blocks.
func TestTCEditor_Unchanged(t *testing.T) {
	s := smallTable(t)
	s.editStrictly(func(tx *ndb.Tx, e *ltp.TCEditor) {
		for i := range uint32(200) {
			require.NoError(t, e.Set(i<<5|4, []ltp.Cell{{Tag: tagText, Data: make([]byte, 200)}}))
		}
	})
	before, err := s.Node(tableNID)
	require.NoError(t, err)
	s.editStrictly(func(tx *ndb.Tx, e *ltp.TCEditor) {
		n, err := e.Rows()
		require.NoError(t, err)
		assert.Equal(t, 200, n)
		row, ok, err := e.Row(0x24)
		require.NoError(t, err)
		require.True(t, ok)
		value, ok, err := row.Cell(tagText)
		require.NoError(t, err)
		assert.True(t, ok)
		assert.Len(t, value, 200)
		require.NoError(t, e.AddColumns(tagText))
	})
	after, err := s.Node(tableNID)
	require.NoError(t, err)
	assert.Equal(t, before, after)
}

// TestTCEditor_Matrix takes the rows from the heap to a subnode and to nothing.
func TestTCEditor_Matrix(t *testing.T) {
	s := smallTable(t)
	const rowSize = 4*6 + 1
	rows := uint32(0)
	grow := func(to int) func(tx *ndb.Tx, e *ltp.TCEditor) {
		return func(tx *ndb.Tx, e *ltp.TCEditor) {
			for ; int(rows) < to; rows++ {
				require.NoError(t, e.Set(rows<<5|4, []ltp.Cell{{Tag: tagNumber, Data: le.AppendUint32(nil, rows)}}))
			}
			for ; int(rows) > to; rows-- {
				require.NoError(t, e.Delete((rows-1)<<5|4))
			}
		}
	}
	steps := []struct{ rows, subnodes, blocks int }{
		{rows: 3580 / rowSize},
		{rows: 3580/rowSize + 1, subnodes: 1, blocks: 1},
		{rows: 8176 / rowSize, subnodes: 1, blocks: 1},
		{rows: 8176/rowSize + 1, subnodes: 1, blocks: 2},
		{rows: 8176 / rowSize, subnodes: 1, blocks: 1},
		{rows: 3*(8176/rowSize) + 1, subnodes: 1, blocks: 4},
		{rows: 2*(8176/rowSize) - 1, subnodes: 1, blocks: 2},
		{rows: 1, subnodes: 1, blocks: 1},
		{rows: 0},
		{rows: 1},
	}
	for _, step := range steps {
		table, r := s.editStrictly(grow(step.rows))
		assert.Len(t, table.rows, step.rows)
		require.Len(t, r.subs, step.subnodes, "%d rows", step.rows)
		for nid, sub := range r.subs {
			assert.EqualValues(t, 0x3F, nid)
			assert.Len(t, sub.blocks, step.blocks, "%d rows", step.rows)
		}
	}
}
