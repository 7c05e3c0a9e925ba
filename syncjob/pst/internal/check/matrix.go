package check

import "pstsyncd/syncjob/pst/internal/disk"

// matrix gives rows by their number.
type matrix struct {
	t       *table
	inline  []byte   // the rows, when they are in a heap item
	sub     dataTree // the rows, when they are in a subnode
	perLeaf int
	rows    int
}

func (t *table) openMatrix() bool {
	size := int(t.info.RowSize)
	t.matrix = matrix{t: t}
	m := &t.matrix
	switch rows := t.info.Rows; {
	case rows == 0:
		return true
	case rows.IsHID():
		m.inline = t.h.item(rows.HID(), owner{what: "row matrix"})
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
	sub, ok := h.c.reopen(nid, e.Data, e.Sub, h.n.where)
	if !ok {
		return len(sub.tree.leaves) == 0 && sub.whole
	}
	m.sub = sub.tree
	m.perLeaf = h.c.f.MaxBlockData() / size
	last := int(h.c.blocks[m.sub.leaves[len(m.sub.leaves)-1]].Size)
	m.rows = (len(m.sub.leaves)-1)*m.perLeaf + last/size
	if last%size != 0 {
		h.c.warnf("tc-matrix", "2.3.4.4", h.n.where, "last block of the row matrix has %d bytes for rows of %d", last, size)
	}
	return true
}

// row gives the bytes of row i, which nobody may change; nil if they are not there.
func (m *matrix) row(i int) []byte {
	size := int(m.t.info.RowSize)
	if i >= m.rows {
		return nil
	}
	if m.inline != nil {
		return m.inline[i*size : (i+1)*size]
	}
	block := m.t.h.c.data(m.sub.leaves[i/m.perLeaf])
	from := i % m.perLeaf * size
	if from+size > len(block) {
		return nil
	}
	return block[from : from+size]
}
