package ltp_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// TestTCEditor_AddColumns_Outlook gives an empty table the columns of the templates
// of an empty store, in the order of their bits, and wants them where Outlook has them.
func TestTCEditor_AddColumns_Outlook(t *testing.T) {
	outlook := openCorpus(t, "outlook-empty.pst")
	s := newStore(t, disk.Unicode)
	for _, nid := range []disk.NID{0x60D, 0x60E, 0x60F, 0x610, 0x671, 0x692, 0x62B} {
		n, err := outlook.Node(nid)
		require.NoError(t, err)
		tc, err := ltp.OpenTC(outlook, n)
		require.NoError(t, err)
		want := tc.Columns()
		tags := make([]ltp.Tag, len(want))
		for _, col := range want {
			tags[col.Bit] = col.Tag
		}
		newTable(t, s, tags...)
		n, err = s.Node(tableNID)
		require.NoError(t, err)
		tc, err = ltp.OpenTC(s, n)
		require.NoError(t, err)
		assert.Equal(t, want, tc.Columns(), "table %v", nid)
	}
}

// TestNewTC writes a template of Outlook's anew and wants its bytes.
func TestNewTC(t *testing.T) {
	outlook := openCorpus(t, "outlook-empty.pst")
	s := newStore(t, disk.Unicode)
	for _, nid := range []disk.NID{0x60D, 0x60E, 0x60F, 0x610, 0x671, 0x692} {
		n, err := outlook.Node(nid)
		require.NoError(t, err)
		tc, err := ltp.OpenTC(outlook, n)
		require.NoError(t, err)
		s.update(func(tx *ndb.Tx) {
			n, err := ltp.NewTC(tx, tc.Columns())
			require.NoError(t, err)
			n.NID = nid
			require.NoError(t, tx.PutNode(n))
		})
		ours, err := s.Node(nid)
		require.NoError(t, err)
		assert.Equal(t, raw(t, outlook, n).blocks, raw(t, s, ours).blocks, "table %v", nid)
	}
}

func TestNewTC_Refuses(t *testing.T) {
	id, ver := ltp.Column{Tag: ltp.TagRowID, Size: 4}, ltp.Column{Tag: ltp.TagRowVer, Offset: 4, Size: 4, Bit: 1}
	tests := []struct {
		name string
		cols []ltp.Column
	}{
		{"no row id", []ltp.Column{ver}},
		{"a column twice", []ltp.Column{id, ver, ver}},
		{"a wrong width", []ltp.Column{id, ver, {Tag: tagText, Offset: 8, Size: 8, Bit: 2}}},
		{"one on another", []ltp.Column{id, ver, {Tag: tagText, Offset: 6, Size: 4, Bit: 2}}},
		{"a bit twice", []ltp.Column{id, ver, {Tag: tagText, Offset: 8, Size: 4, Bit: 1}}},
		{"a byte among the words", []ltp.Column{id, ver, {Tag: 0x0057000B, Offset: 8, Size: 1, Bit: 2}, {Tag: tagText, Offset: 12, Size: 4, Bit: 3}}},
	}
	s := newStore(t, disk.Unicode)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s.update(func(tx *ndb.Tx) {
				_, err := ltp.NewTC(tx, tt.cols)
				assert.ErrorIs(t, err, ltp.ErrInvalid)
			})
		})
	}
}

// TestTCEditor_AddColumns wants new columns at the end of their group and the
// others of 4 and 8 bytes where they were.
func TestTCEditor_AddColumns(t *testing.T) {
	s := newStore(t, disk.Unicode)
	newTable(t, s, 0x0E170003, 0x0E060040, 0x36A00002, 0x0057000B)
	added := []ltp.Tag{0x8000001F, 0x80010040, 0x0001000B, 0x80020002, 0x0E080003}
	table, _ := s.editStrictly(func(tx *ndb.Tx, e *ltp.TCEditor) {
		require.NoError(t, e.Set(0x24, []ltp.Cell{
			{Tag: 0x0E170003, Data: []byte{1, 2, 3, 4}},
			{Tag: 0x36A00002, Data: []byte{5, 6}},
			{Tag: 0x0057000B, Data: []byte{1}},
		}))
		require.NoError(t, e.AddColumns(added...))
		assert.True(t, e.HasColumn(0x0E080003))
		require.NoError(t, e.Update(0x24, []ltp.Cell{{Tag: 0x0001000B, Data: []byte{1}}}))
	})
	place := map[uint32][2]int{}
	for _, c := range table.columns {
		place[c.tag] = [2]int{c.at, c.bit}
	}
	assert.Equal(t, map[uint32][2]int{
		0x67F20003: {0, 0}, 0x67F30003: {4, 1}, 0x0E170003: {8, 2}, 0x0E060040: {12, 3},
		0x8000001F: {20, 6}, 0x80010040: {24, 7}, 0x0E080003: {32, 10},
		0x36A00002: {36, 4}, 0x80020002: {38, 9},
		0x0057000B: {40, 5}, 0x0001000B: {41, 8},
	}, place)
	row := table.rows[0x24]
	assert.Len(t, row, 6)
	assert.Equal(t, []byte{1, 2, 3, 4}, row[0x0E170003])
	assert.Equal(t, []byte{5, 6}, row[0x36A00002])
	assert.Equal(t, []byte{1}, row[0x0057000B])
	assert.Equal(t, []byte{1}, row[0x0001000B])
}

func TestTCEditor_AddColumns_Limit(t *testing.T) {
	s := smallTable(t)
	var tags []ltp.Tag
	for i := range uint16(249) {
		tags = append(tags, ltp.MakeTag(0x8000+i, ltp.TypeTime))
	}
	table, _ := s.editStrictly(func(tx *ndb.Tx, e *ltp.TCEditor) {
		for i := range uint32(50) {
			require.NoError(t, e.Set(i<<5|4, []ltp.Cell{{Tag: tagText, Data: make([]byte, 100)}}))
		}
		require.NoError(t, e.AddColumns(tags...))
		assert.ErrorIs(t, e.AddColumns(0x90000003), ltp.ErrTooLarge)
	})
	assert.Len(t, table.columns, 255)
	assert.Len(t, table.rows, 50)
}
