package check

import (
	"encoding/binary"
	"iter"

	"pstsyncd/syncjob/pst/internal/disk"
)

const minRowSize = 9 // id, version and a byte of bits

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

// openTable opens the table of a node again; nil when there is none to read.
func (c *checker) openTable(nid disk.NID) (t *table) {
	n, ok := c.openNode(nid)
	if !ok {
		return nil
	}
	return c.tableOf(&n)
}

func (c *checker) tableOf(n *content) (t *table) {
	c.quietly(func() {
		if h := c.openHeap(n, disk.HNClientTC); h != nil {
			t = h.table()
		}
	})
	return t
}

// table checks TCINFO, the row index and the matrix (rules 35 to 38).
func (h *heap) table() *table {
	t := &table{h: h}
	b := h.item(h.root, owner{what: "table"})
	if b == nil {
		return nil
	}
	err := t.info.Unmarshal(h.c.f, b)
	if err == nil {
		err = t.info.Validate()
	}
	if err == nil && (t.info.RowSize < minRowSize || int(t.info.RowSize) > h.c.f.MaxBlockData()) {
		err = disk.Corruptf("tcinfo", -1, "rows of %d bytes", t.info.RowSize)
	}
	if err != nil {
		h.c.errorf("tc-info", "2.3.4.1", h.n.where, "%v", err)
		return nil
	}
	if !h.c.quiet {
		t.columns()
	}
	shape := bthShape{4, uint8(h.c.f.TCRowIDSize() - 4)}
	ok := h.bth(t.info.RowIndex, owner{what: "row index"}, shape, func(rec []byte) {
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

// dense checks that the index names the rows 0 to n-1, each once (rule 36).
func (t *table) dense() bool {
	seen := newBitmap(len(t.rowIDs))
	for _, r := range t.rowIDs {
		if int(r.Index) >= t.matrix.rows || int(r.Index) >= len(t.rowIDs) || seen.get(int(r.Index)) {
			t.h.c.errorf("tc-rows", "2.3.4.3", t.h.n.where, "row %#x has number %d of %d", r.ID, r.Index, t.matrix.rows)
			return false
		}
		seen.set(int(r.Index))
	}
	if t.matrix.rows != len(t.rowIDs) {
		t.h.c.errorf("tc-rows", "2.3.4.3", t.h.n.where, "%d rows in the matrix, %d in the index", t.matrix.rows, len(t.rowIDs))
	}
	return true
}

// rows are the rows by their ids, as far as they can be read.
func (t *table) rows() iter.Seq[row] {
	return func(yield func(row) bool) {
		for _, r := range t.rowIDs {
			if !t.h.c.spend(workPerEntry+int(t.info.RowSize)) || t.h.c.done() {
				return
			}
			b := t.matrix.row(int(r.Index))
			if b != nil && !yield(row{t: t, id: r.ID, bytes: b}) {
				return
			}
		}
	}
}

// checkRows checks each row with its cells, of which owned gets the subnodes.
func (t *table) checkRows(owned map[disk.NID]bool) {
	readable := 0
	for r := range t.rows() {
		readable++
		t.checkRow(r)
		t.checkCells(r, owned)
	}
	if readable < len(t.rowIDs) {
		t.h.c.errorf("tc-rows", "2.3.4.4", t.h.n.where, "%d of %d rows cannot be read", len(t.rowIDs)-readable, len(t.rowIDs))
	}
}

// checkCells checks that a row has its id and its version, and the values that its cells
// refer to (rules 32 to 34 and 37).
func (t *table) checkCells(r row, owned map[disk.NID]bool) {
	for i, col := range t.info.Columns {
		switch has := r.has(i); {
		case !has && (col.Tag == disk.TagLTPRowID || col.Tag == disk.TagLTPRowVer):
			t.h.c.errorf("row-id", "2.3.4.4.3", t.h.n.where, "row %#x says that it has no column %#08x", r.id, col.Tag)
		case has && !cellInRow(uint16(col.Tag)):
			t.h.checkValue(owner{tag: col.Tag, row: r.id, isCell: true}, r.hnid(i), owned)
		}
	}
}

// checkRow checks the id and the version of a row (rules 37 and 38).
func (t *table) checkRow(r row) {
	if got := binary.LittleEndian.Uint32(r.bytes); got != r.id {
		t.h.c.errorf("row-id", "2.3.4.4.1", t.h.n.where, "row %#x calls itself %#x", r.id, got)
	}
	switch t.h.n.nid.Type() {
	case disk.NIDTypeAttachmentTable, disk.NIDTypeRecipientTable:
		return // of a message, which the counter does not reach
	}
	v := binary.LittleEndian.Uint32(r.bytes[4:])
	if v > t.h.c.hdr.Unique {
		t.h.c.warnf("row-version", "observed", t.h.n.where, "version of row %#x is %#x, above dwUnique of the header", r.id, v)
	}
	t.h.c.versions.note(t.h.c, v, r.id)
}

// has is the cell existence test ([MS-PST] 2.3.4.4.3).
func (r row) has(i int) bool {
	bit := int(r.t.info.Columns[i].Bit)
	return r.bytes[int(r.t.info.End1)+bit/8]&(0x80>>(bit%8)) != 0
}

// hnid gives what the cell of column i refers to, 0 for none.
func (r row) hnid(i int) disk.HNID {
	col := r.t.info.Columns[i]
	if !r.has(i) || cellInRow(uint16(col.Tag)) || col.Size != 4 {
		return 0
	}
	return disk.HNID(binary.LittleEndian.Uint32(r.bytes[col.Offset:]))
}

// anyCell tells whether a row has a cell in column i.
func (t *table) anyCell(i int) bool {
	for r := range t.rows() {
		if r.has(i) {
			return true
		}
	}
	return false
}

// cell gives the value of column i, false when the cell is not there.
func (r row) cell(i int) ([]byte, bool) {
	col := r.t.info.Columns[i]
	if !r.has(i) {
		return nil, false
	}
	if hnid := r.hnid(i); hnid != 0 {
		return r.t.h.value(uint16(col.Tag), hnid), true
	}
	if !cellInRow(uint16(col.Tag)) {
		return nil, true
	}
	return r.bytes[col.Offset : int(col.Offset)+int(col.Size)], true
}
