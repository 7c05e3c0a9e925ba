package ltp_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/internal/ndb"
)

const tableNID = disk.NID(0x400E)

// tableTags are columns of every kind.
var tableTags = []ltp.Tag{
	0x0E170003, 0x001A001F, 0x00390040, 0x0057000B, 0x0E300102, 0x0E330014, 0x36A00002, 0x30010005,
	0x0FF90048, 0x6805101F, 0x68061003, 0x001B001E, 0x0058000B,
}

// tableModel is what a table should hold: cells by tag, rows by id.
type tableModel struct {
	tags []ltp.Tag
	rows map[uint32]map[ltp.Tag][]byte
}

func newTableModel() *tableModel {
	return &tableModel{tags: slices.Clone(tableTags), rows: map[uint32]map[ltp.Tag][]byte{}}
}

// randomValue returns a value of the tag's type.
func randomValue(r *rand.Rand, tag ltp.Tag) []byte {
	t := tag.Type()
	if t == ltp.TypeBoolean {
		return []byte{byte(r.IntN(2))}
	}
	if size, ok := t.Fixed(); ok {
		return randomBytes(r, size)
	}
	if t&ltp.TypeMultiple != 0 {
		return randomMulti(r, t)
	}
	n := r.IntN(60)
	switch r.IntN(100) {
	case 0:
		n = 3580 - r.IntN(4)*2
	case 1:
		n = 3582 + r.IntN(20_000)
	case 2, 3, 4, 5, 6:
		n = r.IntN(2000)
	}
	return randomBytes(r, n&^1)
}

func randomMulti(r *rand.Rand, t ltp.PropType) []byte {
	n := r.IntN(5)
	if size, ok := (t &^ ltp.TypeMultiple).Fixed(); ok {
		return randomBytes(r, n*size)
	}
	b := le.AppendUint32(nil, uint32(n))
	at := 4 + 4*n
	for i := range n {
		b = le.AppendUint32(b, uint32(at+2*i*i))
	}
	if n > 0 {
		b = append(b, randomBytes(r, 2*(n-1)*(n-1)+2*r.IntN(5))...)
	}
	return b
}

// randomCells returns some cells.
func (m *tableModel) randomCells(r *rand.Rand) []ltp.Cell {
	var cells []ltp.Cell
	for _, tag := range m.tags {
		if r.IntN(3) > 0 {
			cells = append(cells, ltp.Cell{Tag: tag, Data: randomValue(r, tag)})
		}
	}
	return cells
}

// anyID returns the id of a row that is there.
func (m *tableModel) anyID(r *rand.Rand) uint32 {
	ids := slices.Sorted(maps.Keys(m.rows))
	return ids[r.IntN(len(ids))]
}

func (m *tableModel) step(t testing.TB, r *rand.Rand, e *ltp.TCEditor, insert int) {
	t.Helper()
	switch n := r.IntN(100); {
	case n < insert || len(m.rows) == 0:
		id := uint32(r.IntN(1<<20))<<5 | 4
		m.set(t, e, id, m.randomCells(r))
	case n < insert+(100-insert)/3:
		id := m.anyID(r)
		require.NoError(t, e.Delete(id))
		delete(m.rows, id)
	case n%2 == 0:
		m.set(t, e, m.anyID(r), m.randomCells(r))
	default:
		m.update(t, r, e, m.anyID(r))
	}
}

func (m *tableModel) set(t testing.TB, e *ltp.TCEditor, id uint32, cells []ltp.Cell) {
	t.Helper()
	require.NoError(t, e.Set(id, cells))
	m.rows[id] = map[ltp.Tag][]byte{}
	for _, c := range cells {
		m.rows[id][c.Tag] = c.Data
	}
}

func (m *tableModel) update(t testing.TB, r *rand.Rand, e *ltp.TCEditor, id uint32) {
	t.Helper()
	cells := m.randomCells(r)
	for i := range cells {
		if r.IntN(3) == 0 {
			cells[i].Data = nil
		}
	}
	require.NoError(t, e.Update(id, cells))
	for _, c := range cells {
		if c.Data == nil {
			delete(m.rows[id], c.Tag)
		} else {
			m.rows[id][c.Tag] = c.Data
		}
	}
}

// verify checks the table strictly, and compares its rows with the model, once as
// the verifier and once as the package reads them.
func (m *tableModel) verify(t testing.TB, v ndb.View, n ndb.Node) rawTable {
	t.Helper()
	table, problems := verifyTC(raw(t, v, n))
	require.Empty(t, problems)
	require.Len(t, table.columns, len(m.tags)+2)
	require.Len(t, table.rows, len(m.rows))
	versions := map[string]bool{}
	for id, cells := range m.rows {
		got := table.rows[id]
		require.Len(t, got, len(cells)+2)
		require.Equal(t, id, le.Uint32(got[uint32(ltp.TagRowID)]))
		versions[string(got[uint32(ltp.TagRowVer)])] = true
		for tag, want := range cells {
			require.True(t, string(want) == string(got[uint32(tag)]), "cell %v of row %#x", tag, id)
		}
	}
	require.Len(t, versions, len(m.rows), "row versions")
	m.read(t, v, n)
	return table
}

func (m *tableModel) read(t testing.TB, v ndb.View, n ndb.Node) {
	t.Helper()
	tc, err := ltp.OpenTC(v, n)
	require.NoError(t, err)
	rows := 0
	for row, err := range tc.All() {
		require.NoError(t, err)
		m.readRow(t, row)
		rows++
	}
	require.Len(t, m.rows, rows)
	for id := range m.rows {
		row, ok, err := tc.Row(id)
		require.NoError(t, err)
		require.True(t, ok)
		m.readRow(t, row)
	}
}

func (m *tableModel) readRow(t testing.TB, row ltp.Row) {
	t.Helper()
	for _, tag := range m.tags {
		value, ok, err := row.Cell(tag)
		require.NoError(t, err)
		want, there := m.rows[row.ID][tag]
		require.Equal(t, there, ok, "cell %v of row %#x", tag, row.ID)
		require.True(t, string(want) == string(value), "cell %v of row %#x", tag, row.ID)
	}
}

// newTable puts an empty table into the store. The columns of its rows' ids and
// versions need not be given.
func newTable(t testing.TB, s *testStore, tags ...ltp.Tag) {
	t.Helper()
	s.update(func(tx *ndb.Tx) {
		n, err := ltp.NewTC(tx, []ltp.Column{{Tag: ltp.TagRowID, Size: 4}, {Tag: ltp.TagRowVer, Offset: 4, Size: 4, Bit: 1}})
		require.NoError(t, err)
		n.NID = tableNID
		require.NoError(t, tx.PutNode(n))
		editTable(t, tx, func(e *ltp.TCEditor) { require.NoError(t, e.AddColumns(tags...)) })
	})
}

// editTable changes the table and puts it back.
func editTable(t testing.TB, tx *ndb.Tx, change func(e *ltp.TCEditor)) ndb.Node {
	t.Helper()
	n, err := tx.Node(tableNID)
	require.NoError(t, err)
	e, err := ltp.EditTC(tx, n)
	require.NoError(t, err)
	change(e)
	n, err = e.Flush()
	require.NoError(t, err)
	require.NoError(t, tx.PutNode(n))
	return n
}

func TestTCEditor_Random(t *testing.T) {
	for _, f := range formats {
		for seed := range uint64(3) {
			t.Run(fmt.Sprintf("%v %d", f, seed), func(t *testing.T) {
				r := newRand(t, seed)
				s := newStore(t, f)
				newTable(t, s, tableTags...)
				model := newTableModel()
				for round, insert := range []int{100, 90, 50, 10, 70, 20, 0} {
					s.update(func(tx *ndb.Tx) {
						for range 2 {
							n := editTable(t, tx, func(e *ltp.TCEditor) {
								for range 60 {
									model.step(t, r, e, insert)
								}
								if round%2 == 1 {
									model.widen(t, r, e)
								}
							})
							model.verify(t, tx, n)
						}
					})
					n, err := s.Node(tableNID)
					require.NoError(t, err)
					model.verify(t, s, n)
				}
				s.update(func(tx *ndb.Tx) { model.empty(t, tx) })
			})
		}
	}
}

// widen adds some columns.
func (m *tableModel) widen(t testing.TB, r *rand.Rand, e *ltp.TCEditor) {
	t.Helper()
	types := []ltp.PropType{ltp.TypeBoolean, ltp.TypeInt16, ltp.TypeInt32, ltp.TypeTime, ltp.TypeUnicode, ltp.TypeBinary}
	var tags []ltp.Tag
	for range 1 + r.IntN(4) {
		tags = append(tags, ltp.MakeTag(0x8000+uint16(len(m.tags)+len(tags)), types[r.IntN(len(types))]))
	}
	require.NoError(t, e.AddColumns(append(tags, m.tags[0])...))
	m.tags = append(m.tags, tags...)
}

// empty deletes all rows, and wants no block after that of the table's header.
func (m *tableModel) empty(t testing.TB, tx *ndb.Tx) {
	t.Helper()
	n := editTable(t, tx, func(e *ltp.TCEditor) {
		for id := range m.rows {
			require.NoError(t, e.Delete(id))
		}
	})
	clear(m.rows)
	m.verify(t, tx, n)
	assert.Zero(t, n.Sub)
	d, err := tx.Data(n.Data)
	require.NoError(t, err)
	h, err := ltp.OpenHeap(d)
	require.NoError(t, err)
	assert.Equal(t, h.UserRoot().Block()+1, d.Blocks())
}

// TestTCEditor_RowsBesideASubnode has rows outgrow the heap in a table whose usual subnode
// for them is in use.
func TestTCEditor_RowsBesideASubnode(t *testing.T) {
	s := smallTable(t)
	const usual = disk.NID(0x3F)
	s.update(func(tx *ndb.Tx) {
		n, err := tx.Node(tableNID)
		require.NoError(t, err)
		sub, err := tx.EditSubnodes(n.Sub)
		require.NoError(t, err)
		data, _, err := tx.WriteData(strings.NewReader("in use"))
		require.NoError(t, err)
		require.NoError(t, sub.Set(ndb.Node{NID: usual, Data: data}))
		n.Sub, err = sub.Flush()
		require.NoError(t, err)
		require.NoError(t, tx.PutNode(n))
		editTable(t, tx, func(e *ltp.TCEditor) {
			for i := range uint32(500) {
				require.NoError(t, e.Set(i<<5|4, []ltp.Cell{{Tag: tagNumber, Data: make([]byte, 4)}}))
			}
		})
	})
	n, err := s.Node(tableNID)
	require.NoError(t, err)
	tc, err := ltp.OpenTC(s, n)
	require.NoError(t, err)
	rows, err := tc.Rows()
	require.NoError(t, err)
	assert.Equal(t, 500, rows)
	sub, err := s.Subnode(n.Sub, usual)
	require.NoError(t, err)
	assert.Equal(t, "in use", string(heapBytes(t, s, sub)))
}
