package ltp_test

import (
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/internal/ndb"
	"pstsyncd/syncjob/pst/psttest"
)

// memFile is a file in memory.
type memFile struct{ b []byte }

func (f *memFile) ReadAt(p []byte, off int64) (int, error) {
	if off >= int64(len(f.b)) {
		return 0, io.EOF
	}
	n := copy(p, f.b[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (f *memFile) WriteAt(p []byte, off int64) (int, error) {
	if end := int(off) + len(p); end > len(f.b) {
		f.b = append(f.b, make([]byte, end-len(f.b))...)
	}
	return copy(f.b[off:], p), nil
}

func (f *memFile) Truncate(size int64) error {
	f.b = slices.Grow(f.b, max(0, int(size)-len(f.b)))[:size]
	return nil
}

func (f *memFile) Size() (int64, error) { return int64(len(f.b)), nil }
func (f *memFile) Sync() error          { return nil }
func (f *memFile) Close() error         { return nil }

// hostile is a place for nodes with bytes that nobody wrote.
type hostile struct {
	testing.TB
	store *ndb.Store
}

func newHostile(t testing.TB) *hostile {
	s, err := ndb.Create(&memFile{}, disk.Unicode, disk.CryptNone, ndb.Options{})
	require.NoError(t, err)
	return &hostile{t, s}
}

// try reads and edits a node with this data, and with this data in the subnodes
// 0x3F and 0x83F. It fails the test if an error is not one that says what the matter
// is.
func (h *hostile) try(data, sub []byte) {
	h.Helper()
	tx, err := h.store.Begin()
	require.NoError(h, err)
	defer tx.Rollback()
	n := ndb.Node{NID: messageNID, Data: h.tree(tx, data)}
	subs, err := tx.EditSubnodes(0)
	require.NoError(h, err)
	for _, nid := range []disk.NID{0x3F, 0x83F} {
		require.NoError(h, subs.Set(ndb.Node{NID: nid, Data: h.tree(tx, sub)}))
	}
	n.Sub, err = subs.Flush()
	require.NoError(h, err)
	h.expected(readPC(tx, n))
	h.expected(readTC(tx, n))
	h.expected(changePC(tx, n))
	h.expected(changeTC(tx, n))
}

func (h *hostile) tree(tx *ndb.Tx, data []byte) disk.BID {
	bid, _, err := tx.WriteData(&sliceReader{data})
	require.NoError(h, err)
	return bid
}

// sliceReader reads a slice in one go and then no more.
type sliceReader struct{ b []byte }

func (r *sliceReader) Read(p []byte) (int, error) {
	if len(r.b) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.b)
	r.b = r.b[n:]
	return n, nil
}

func (h *hostile) expected(err error) {
	h.Helper()
	for _, ok := range []error{disk.ErrCorrupt, ltp.ErrTooLarge, ltp.ErrInvalid, ndb.ErrNotFound} {
		if err == nil || errors.Is(err, ok) {
			return
		}
	}
	h.Errorf("unexpected error: %v", err)
}

func readPC(v ndb.View, n ndb.Node) error {
	pc, err := ltp.OpenPC(v, n)
	if err != nil {
		return err
	}
	var first error
	for ref, err := range pc.All() {
		if err != nil {
			return err
		}
		_, err1 := pc.Value(ref)
		_, err2 := pc.Size(ref)
		_, err3 := pc.Open(ref)
		_, _, _, err4 := pc.Get(ref.Tag.ID())
		first = errors.Join(first, err1, err2, err3, err4)
	}
	return first
}

func readTC(v ndb.View, n ndb.Node) error {
	tc, err := ltp.OpenTC(v, n)
	if err != nil {
		return err
	}
	var first error
	for row, err := range tc.All() {
		if err != nil {
			return err
		}
		for _, col := range tc.Columns() {
			_, _, err := row.Cell(col.Tag)
			first = errors.Join(first, err)
		}
		row.Version()
	}
	_, _, err = tc.Row(0x24)
	_, err2 := tc.Rows()
	return errors.Join(first, err, err2)
}

func changePC(tx *ndb.Tx, n ndb.Node) error {
	_, err := psttest.RewritePC(tx, n, ltp.Value{Tag: 0x3001001F, Data: make([]byte, 100)})
	return err
}

func changeTC(tx *ndb.Tx, n ndb.Node) error {
	e, err := ltp.EditTC(tx, n)
	if err != nil {
		return err
	}
	err = errors.Join(
		e.Set(0x24, nil),
		e.Update(0x44, nil),
		e.Delete(0x64),
		e.AddColumns(0x8FFF001F),
		e.Set(0x84, []ltp.Cell{{Tag: 0x8FFF001F, Data: make([]byte, 300)}}))
	if err != nil {
		return err
	}
	_, err = e.Flush()
	return err
}

// heapBytes returns the data of a node of a store.
func heapBytes(t testing.TB, v ndb.View, n ndb.Node) []byte {
	d, err := v.Data(n.Data)
	require.NoError(t, err)
	b := make([]byte, d.Size())
	_, err = d.ReadAt(b, 0)
	require.NoError(t, err)
	return b
}

// soundNodes returns the data of a property context, of a table with its rows in
// the heap and of one with its rows in a subnode, and these rows.
func soundNodes(t testing.TB) (heaps [][]byte, rows []byte) {
	s := newStore(t, disk.Unicode)
	s.update(func(tx *ndb.Tx) {
		putPC(t, tx, messageNID, []ltp.Value{
			{Tag: 0x3001001F, Data: []byte("n\x00a\x00")}, {Tag: 0x30070040, Data: make([]byte, 8)},
			{Tag: 0x0E170003, Data: make([]byte, 4)}, {Tag: 0x0FF90048, Data: make([]byte, 16)}, {Tag: 0x001A001F, Data: []byte{}},
		})
	})
	n, err := s.Node(messageNID)
	require.NoError(t, err)
	heaps = append(heaps, heapBytes(t, s, n))
	newTable(t, s, tagNumber, tagText, 0x0057000B)
	for _, count := range []uint32{5, 200} {
		s.update(func(tx *ndb.Tx) {
			n = editTable(t, tx, func(e *ltp.TCEditor) {
				for i := range count {
					require.NoError(t, e.Set(i<<5|4, []ltp.Cell{{Tag: tagText, Data: make([]byte, 4)}, {Tag: tagNumber, Data: make([]byte, 4)}}))
				}
			})
		})
		heaps = append(heaps, heapBytes(t, s, n))
	}
	sub, err := s.Subnode(n.Sub, 0x3F)
	require.NoError(t, err)
	return heaps, heapBytes(t, s, sub)
}

// TestHostile_Bytes changes one byte of sound nodes after the other.
func TestHostile_Bytes(t *testing.T) {
	heaps, rows := soundNodes(t)
	h := newHostile(t)
	for _, heap := range heaps {
		h.try(heap, rows)
		for i := range heap {
			if len(heap) > 2000 && i > 300 && i < len(heap)-600 && i%7 != 0 {
				continue // of many equal records some will do
			}
			for _, b := range []byte{0, 1, 0xFF, heap[i] ^ 0x20, heap[i] + 1} {
				bad := slices.Clone(heap)
				bad[i] = b
				h.try(bad, rows)
			}
		}
		for size := 0; size < len(heap); size += 1 + size/20 {
			h.try(heap[:size], rows)
			h.try(heap, rows[:min(size, len(rows))])
		}
	}
}

// hnItems lays out a heap of one block.
func hnItems(client byte, root uint32, items ...[]byte) []byte {
	b := make([]byte, 12)
	b[2], b[3] = 0xEC, client
	le.PutUint32(b[4:], root)
	starts := []uint16{12}
	for _, item := range items {
		b = append(b, item...)
		starts = append(starts, uint16(len(b)))
	}
	b = append(b, make([]byte, len(b)%2)...)
	le.PutUint16(b, uint16(len(b)))
	b = le.AppendUint16(b, uint16(len(items)))
	b = le.AppendUint16(b, 0)
	for _, start := range starts {
		b = le.AppendUint16(b, start)
	}
	return b
}

func bthHeader(keySize, dataSize, levels byte, root uint32) []byte {
	return le.AppendUint32([]byte{0xB5, keySize, dataSize, levels}, root)
}

func TestHostile_PC(t *testing.T) {
	circle := []byte{1, 0, 0x40, 0, 0, 0, 2, 0, 0x40, 0, 0, 0} // two index records to the item they are in
	tests := []struct {
		name string
		heap []byte
	}{
		{"no root", hnItems(0xBC, 0)},
		{"root is a subnode", hnItems(0xBC, 0x3F)},
		{"root in another block", hnItems(0xBC, 0x10020, bthHeader(2, 6, 0, 0))},
		{"another signature", hnItems(0xBC, 0x20, []byte{0xB6, 2, 6, 0, 0, 0, 0, 0})},
		{"keys of no size", hnItems(0xBC, 0x20, bthHeader(0, 6, 0, 0x40), make([]byte, 8))},
		{"wrong sizes", hnItems(0xBC, 0x20, bthHeader(4, 4, 0, 0x40), make([]byte, 8))},
		{"255 levels", hnItems(0xBC, 0x20, bthHeader(2, 6, 255, 0x40), circle)},
		{"a circle", hnItems(0xBC, 0x20, bthHeader(2, 6, 8, 0x40), circle)},
		{"many ways to one leaf", hnItems(0xBC, 0x20, bthHeader(2, 6, 1, 0x40), slices.Repeat([]byte{1, 0, 0x60, 0, 0, 0}, 500), make([]byte, 8))},
		{"an odd leaf", hnItems(0xBC, 0x20, bthHeader(2, 6, 0, 0x40), make([]byte, 9))},
		{"an empty leaf", hnItems(0xBC, 0x20, bthHeader(2, 6, 0, 0x40), nil)},
		{"keys that descend", hnItems(0xBC, 0x20, bthHeader(2, 6, 0, 0x40), []byte{2, 0, 3, 0, 0, 0, 0, 0, 1, 0, 3, 0, 0, 0, 0, 0})},
		{"a short time", hnItems(0xBC, 0x20, bthHeader(2, 6, 0, 0x40), []byte{2, 0, 0x40, 0, 0x60, 0, 0, 0}, make([]byte, 7))},
		{"a time that is nowhere", hnItems(0xBC, 0x20, bthHeader(2, 6, 0, 0x40), []byte{2, 0, 0x40, 0, 0, 0, 0, 0})},
		{"a value in a subnode that is not there", hnItems(0xBC, 0x20, bthHeader(2, 6, 0, 0x40), []byte{2, 0, 0x1F, 0, 0xFF, 0, 0, 0})},
	}
	h := newHostile(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h.try(tt.heap, nil)
			tx, err := h.store.Begin()
			require.NoError(t, err)
			defer tx.Rollback()
			err = readPC(tx, ndb.Node{NID: messageNID, Data: h.tree(tx, tt.heap)})
			assert.ErrorIs(t, err, disk.ErrCorrupt)
		})
	}
}

// TestPC_Tolerated reads what is wrong and known to be written by others.
func TestPC_Tolerated(t *testing.T) {
	tests := []struct {
		name   string
		record []byte // of property 2
		item   []byte // 0x60
		want   []byte
	}{
		{"a boolean with garbage", []byte{2, 0, 0x0B, 0, 1, 0xAA, 0xBB, 0xCC}, nil, []byte{1}},
		{"a boolean that is not 1", []byte{2, 0, 0x0B, 0, 0xFF, 0xFF, 0, 0}, nil, []byte{1}},
		{"a short with garbage", []byte{2, 0, 0x02, 0, 7, 8, 0xBB, 0xCC}, nil, []byte{7, 8}},
		{"a text of no item", []byte{2, 0, 0x1F, 0, 0, 0, 0, 0}, nil, []byte{}},
		{"a text of an empty item", []byte{2, 0, 0x1F, 0, 0x60, 0, 0, 0}, nil, []byte{}},
		{"multiple values of no size", []byte{2, 0, 0x1F, 0x10, 0x60, 0, 0, 0}, nil, []byte{}},
		{"a time that is too long", []byte{2, 0, 0x40, 0, 0x60, 0, 0, 0}, []byte("0123456789"), []byte("01234567")},
		{"a type of nothing", []byte{2, 0, 0, 0, 5, 0, 0, 0}, nil, []byte{}},
		{"a record of zeros at the end", append([]byte{2, 0, 0x1F, 0, 0x60, 0, 0, 0}, make([]byte, 8)...), []byte("a\x00"), []byte("a\x00")},
	}
	h := newHostile(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tx, err := h.store.Begin()
			require.NoError(t, err)
			defer tx.Rollback()
			heap := hnItems(0xBC, 0x20, bthHeader(2, 6, 0, 0x40), tt.record, tt.item, []byte{1})
			n := ndb.Node{NID: messageNID, Data: h.tree(tx, heap)}
			for range 2 { // as it is, and written anew
				pc, err := ltp.OpenPC(tx, n)
				require.NoError(t, err)
				_, got, ok, err := pc.Get(2)
				require.NoError(t, err)
				assert.True(t, ok)
				assert.Equal(t, tt.want, got)
				n, err = psttest.RewritePC(tx, n)
				require.NoError(t, err)
			}
			_, problems := verifyPC(raw(t, tx, n))
			assert.Empty(t, problems)
		})
	}
}

// tcInfo lays out the header of a table whose row index is item 0x40 and whose rows
// are where rows says.
func tcInfo(ends [4]uint16, rows uint32, cols ...[8]byte) []byte {
	b := []byte{0x7C, byte(len(cols))}
	for _, end := range ends {
		b = le.AppendUint16(b, end)
	}
	b = le.AppendUint32(b, 0x40)
	b = le.AppendUint32(b, rows)
	b = le.AppendUint32(b, 0)
	for _, col := range cols {
		b = append(b, col[:]...)
	}
	return b
}

func TestHostile_TC(t *testing.T) {
	id, ver := [8]byte{3, 0, 0xF2, 0x67, 0, 0, 4, 0}, [8]byte{3, 0, 0xF3, 0x67, 4, 0, 4, 1}
	text := func(at, width, bit byte) [8]byte { return [8]byte{0x1F, 0, 1, 0x30, at, 0, width, bit} }
	index := func(records ...byte) [][]byte { return [][]byte{bthHeader(4, 4, 0, 0x60), records} }
	row := make([]byte, 9)
	row[0], row[8] = 0x24, 0xC0
	sound := [4]uint16{8, 8, 8, 9}
	tests := []struct {
		name  string
		info  []byte
		items [][]byte // 0x40, 0x60, …
	}{
		{"short header", []byte{0x7C, 1}, nil},
		{"columns beyond the header", tcInfo(sound, 0, id, ver)[:30], index()},
		{"rows of no size", tcInfo([4]uint16{}, 0), index()},
		{"rows larger than a block", tcInfo([4]uint16{8, 8, 8, 9000}, 0, id, ver), index()},
		{"groups that descend", tcInfo([4]uint16{8, 7, 8, 9}, 0, id, ver), index()},
		{"a column beyond the row", tcInfo(sound, 0, id, ver, text(6, 4, 2)), index()},
		{"a bit beyond the row", tcInfo(sound, 0, id, ver, text(4, 4, 8)), index()},
		{"a narrow column", tcInfo(sound, 0, id, ver, text(4, 2, 2)), index()},
		{"a column twice", tcInfo(sound, 0, id, id), index()},
		{"an index of other records", tcInfo(sound, 0, id, ver), [][]byte{bthHeader(2, 6, 0, 0)}},
		{"a row that is not there", tcInfo(sound, 0x80, id, ver), append(index(0x24, 0, 0, 0, 1, 0, 0, 0), row)},
		{"a row far away", tcInfo(sound, 0x80, id, ver), append(index(0x24, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF), row)},
		{"two ids of one row", tcInfo(sound, 0x80, id, ver), append(index(0x24, 0, 0, 0, 0, 0, 0, 0, 0x44, 0, 0, 0, 0, 0, 0, 0), row)},
		{"rows in an item that is not there", tcInfo(sound, 0xA0, id, ver), append(index(), row)},
		{"rows in a subnode that is not there", tcInfo(sound, 0xFF, id, ver), append(index(), row)},
	}
	h := newHostile(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			heap := hnItems(0x7C, 0x20, append([][]byte{tt.info}, tt.items...)...)
			h.try(heap, nil)
			tx, err := h.store.Begin()
			require.NoError(t, err)
			defer tx.Rollback()
			err = readTC(tx, ndb.Node{NID: messageNID, Data: h.tree(tx, heap)})
			assert.ErrorIs(t, err, disk.ErrCorrupt)
		})
	}
}
