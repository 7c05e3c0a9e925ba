package check

import (
	"encoding/binary"

	"pstsyncd/syncjob/pst/internal/disk"
)

const tcRef = "2.3.4"

// Columns every table has ([MS-PST] 2.4.4.3.1).
const (
	tagRowID  = 0x67F20003
	tagRowVer = 0x67F30003
)

// table is a table context with its rows.
type table struct {
	h      *heap
	info   disk.TCInfo
	rowIDs []disk.TCRowID // by id
	matrix matrix
}

// row is one row of the matrix.
type row struct {
	t     *table
	id    uint32
	bytes []byte
}

// table checks TCINFO, the row index and the matrix (rules 35 to 38).
func (h *heap) table() *table {
	t := &table{h: h}
	b := h.item(h.root, "table")
	if b == nil {
		return nil
	}
	err := t.info.Unmarshal(h.c.f, b)
	if err == nil {
		err = t.info.Validate()
	}
	if err != nil {
		h.c.errorf("tc-info", "2.3.4.1", h.n.where, "%v", err)
		return nil
	}
	t.columns()
	ok := h.bth(t.info.RowIndex, "row index", 4, uint8(h.c.f.TCRowIDSize()-4), func(rec []byte) {
		var r disk.TCRowID
		if err := r.Unmarshal(h.c.f, rec); err == nil {
			t.rowIDs = append(t.rowIDs, r)
		}
	})
	if !ok || !t.openMatrix() || !t.dense() {
		return nil
	}
	return t
}

// columns checks that cells do not overlap and have a bit of their own.
func (t *table) columns() {
	bad := func(format string, args ...any) { t.h.c.errorf("tc-columns", "2.3.4.2", t.h.n.where, format, args...) }
	used := make([]bool, t.info.End1)
	bits := make(map[uint8]bool)
	for _, col := range t.info.Columns {
		for i := range int(col.Size) {
			at := int(col.Offset) + i
			if used[at] {
				bad("column %#08x lies on another", col.Tag)
				break
			}
			used[at] = true
		}
		if bits[col.Bit] || int(col.Bit) >= len(t.info.Columns) {
			bad("column %#08x has bit %d of %d", col.Tag, col.Bit, len(t.info.Columns))
		}
		bits[col.Bit] = true
		end := t.info.End1
		switch {
		case col.Size >= 4:
			end = t.info.End4
		case col.Size == 2:
			end = t.info.End2
		}
		if col.Offset+uint16(col.Size) > end {
			bad("column %#08x of %d bytes is outside of its group", col.Tag, col.Size)
		}
		if want := cellSize(uint16(col.Tag)); int(col.Size) != want {
			bad("column %#08x has cells of %d bytes, want %d", col.Tag, col.Size, want)
		}
	}
	if c := t.column(tagRowID); c == nil || c.Offset != 0 || c.Bit != 0 {
		bad("no row id at the beginning of a row")
	}
	if c := t.column(tagRowVer); c == nil || c.Offset != 4 || c.Bit != 1 {
		bad("no row version at offset 4")
	}
}

// cellSize gives the bytes of a cell: 8-byte values are in the row, larger ones and
// those of variable size are referred to.
func cellSize(typ uint16) int {
	switch n := fixedSize(typ); {
	case typ == typeObject || n > 8 || n == 0:
		return 4
	default:
		return n
	}
}

func (t *table) column(tag uint32) *disk.TCColDesc {
	for i := range t.info.Columns {
		if t.info.Columns[i].Tag == tag {
			return &t.info.Columns[i]
		}
	}
	return nil
}

// matrix gives rows by their number.
type matrix struct {
	t       *table
	inline  []byte
	sub     content
	perLeaf int
	rows    int
	at      int
	block   []byte
}

func (t *table) openMatrix() bool {
	size := int(t.info.RowSize)
	t.matrix = matrix{t: t, at: -1}
	m := &t.matrix
	switch rows := t.info.Rows; {
	case size == 0:
		t.h.c.errorf("tc-info", "2.3.4.1", t.h.n.where, "rows of no bytes")
		return false
	case rows == 0:
		return true
	case rows.IsHID():
		m.inline = t.h.item(rows.HID(), "row matrix")
		m.rows = len(m.inline) / size
		if len(m.inline)%size != 0 {
			t.h.c.errorf("tc-matrix", "2.3.4.4", t.h.n.where, "%d bytes of rows of %d", len(m.inline), size)
		}
		return m.inline != nil
	default:
		return m.openSub(rows.NID(), size)
	}
}

func (m *matrix) openSub(nid disk.NID, size int) bool {
	h := m.t.h
	e := h.n.sub(nid)
	if e == nil {
		h.c.errorf("hnid", "2.3.3.2", h.n.where, "the row matrix is in subnode %v, which is not there", nid)
		return false
	}
	var ok bool
	if m.sub, ok = h.c.reopen(nid, e.Data, e.Sub, h.n.where); !ok {
		return len(m.sub.tree.leaves) == 0 && m.sub.whole
	}
	m.perLeaf = h.c.f.MaxBlockData() / size
	last := h.c.blocks.find(m.sub.tree.leaves[len(m.sub.tree.leaves)-1])
	if m.perLeaf == 0 || last == nil {
		h.c.errorf("tc-info", "2.3.4.1", h.n.where, "rows of %d bytes", size)
		return false
	}
	m.rows = (len(m.sub.tree.leaves)-1)*m.perLeaf + int(last.Size)/size
	if int(last.Size)%size != 0 {
		h.c.warnf("tc-matrix", "2.3.4.4", h.n.where, "last block of the row matrix has %d bytes for rows of %d", last.Size, size)
	}
	return true
}

func (m *matrix) row(i int) []byte {
	size := int(m.t.info.RowSize)
	if i >= m.rows {
		return nil
	}
	if m.inline != nil {
		return m.inline[i*size : (i+1)*size]
	}
	if leaf := i / m.perLeaf; leaf != m.at {
		m.at, m.block = leaf, m.t.h.c.data(m.sub.tree.leaves[leaf], m.t.h.n.where)
	}
	from := i % m.perLeaf * size
	if from+size > len(m.block) {
		return nil
	}
	return m.block[from : from+size]
}

// dense checks that the index names the rows 0 to n-1, each once (rule 36).
func (t *table) dense() bool {
	seen := make(map[uint32]bool, len(t.rowIDs))
	for _, r := range t.rowIDs {
		if seen[r.Index] || int(r.Index) >= t.matrix.rows || int(r.Index) >= len(t.rowIDs) {
			t.h.c.errorf("tc-rows", "2.3.4.3", t.h.n.where, "row %#x has number %d of %d", r.ID, r.Index, t.matrix.rows)
			return false
		}
		seen[r.Index] = true
	}
	if t.matrix.rows != len(t.rowIDs) {
		t.h.c.errorf("tc-rows", "2.3.4.3", t.h.n.where, "%d rows in the matrix, %d in the index", t.matrix.rows, len(t.rowIDs))
	}
	return true
}

// rows visits the rows by their ids (rules 37 and 38).
func (t *table) rows(visit func(row)) {
	versions := t.h.n.nid.Type() != disk.NIDTypeAttachmentTable && t.h.n.nid.Type() != disk.NIDTypeRecipientTable
	for _, r := range t.rowIDs {
		b := t.matrix.row(int(r.Index))
		if b == nil {
			t.h.c.errorf("tc-rows", "2.3.4.4", t.h.n.where, "row %#x cannot be read", r.ID)
			return
		}
		if got := binary.LittleEndian.Uint32(b); got != r.ID {
			t.h.c.errorf("row-id", "2.3.4.4.1", t.h.n.where, "row %#x calls itself %#x", r.ID, got)
		}
		if v := binary.LittleEndian.Uint32(b[4:]); versions && v > t.h.c.hdr.Unique {
			t.h.c.warnf("row-version", "observed", t.h.n.where, "version of row %#x is %#x, dwUnique is %#x", r.ID, v, t.h.c.hdr.Unique)
		}
		visit(row{t: t, id: r.ID, bytes: b})
	}
}

// has is the cell existence test ([MS-PST] 2.3.4.4.3).
func (r row) has(i int) bool {
	bit := int(r.t.info.Columns[i].Bit)
	return r.bytes[int(r.t.info.End1)+bit/8]&(0x80>>(bit%8)) != 0
}

// hnid gives what the cell of column i refers to, 0 for none.
func (r row) hnid(i int) disk.HNID {
	col := r.t.info.Columns[i]
	if typ := uint16(col.Tag); !r.has(i) || fixedSize(typ) > 0 && fixedSize(typ) <= 8 && typ != typeObject {
		return 0
	}
	return disk.HNID(binary.LittleEndian.Uint32(r.bytes[col.Offset:]))
}

// cell gives the value of column i, false when the cell is not there.
func (r row) cell(i int) ([]byte, bool) {
	col := r.t.info.Columns[i]
	if !r.has(i) {
		return nil, false
	}
	typ := uint16(col.Tag)
	if hnid := r.hnid(i); hnid != 0 {
		return r.t.h.value(typ, hnid), true
	}
	if n := fixedSize(typ); n == 0 || n > 8 {
		return nil, true
	}
	return r.bytes[col.Offset : int(col.Offset)+int(col.Size)], true
}
