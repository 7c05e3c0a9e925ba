package check

import (
	"bytes"

	"pstsyncd/syncjob/pst/internal/disk"
)

// rowOnly are cells that a row has and its object has not, or has in another form.
// The replication ids of folders are, but not those of messages.
func (m *mirror) rowOnly(id uint16) bool {
	switch id {
	case pidLTPRowID, pidLTPRowVer, pidMessageStatus, pidReplFlags, pidReplCopiedFromVersionHistory, pidReplCopiedFromItemID,
		pidItemTemporaryFlags, pidConversationID, pidPSTHiddenCount, pidPSTHiddenUnread:
		return true
	case pidReplItemID, pidReplChangenum, pidReplVersionHistory:
		return m.t.h.n.nid.Type() == disk.NIDTypeHierarchyTable
	}
	return false
}

// emptyCell are string properties that a row leaves out when they are empty.
func emptyCell(id uint16) bool {
	return id == pidSubject || id == pidSentRepresentingName || id == pidConversationTopic
}

// mirror compares the cells of a table with the properties they copy (rules 43,
// 46 and 47).
type mirror struct {
	t    *table
	code code
	open func(nid disk.NID) (*propBag, string) // what a row stands for, nil if that is unreadable; and its name
}

// mirrors compares a folder's table with the nodes its rows stand for.
func (c *checker) mirrors(t *table, code code) {
	m := mirror{t: t, code: code, open: func(nid disk.NID) (*propBag, string) { return c.openPC(nid), nodeName(nid) }}
	m.rows()
}

func (m *mirror) rows() {
	if m.t == nil {
		return
	}
	for r := range m.t.rows() {
		pc, where := m.open(disk.NID(r.id))
		if pc == nil {
			continue
		}
		for i, col := range m.t.info.Columns {
			if !m.rowOnly(uint16(col.Tag >> 16)) {
				m.cell(pc, where, r, i)
			}
		}
	}
}

func (m *mirror) cell(pc *propBag, where string, r row, i int) {
	c, col := m.t.h.c, m.t.info.Columns[i]
	id := uint16(col.Tag >> 16)
	p, inPC := pc.prop(id)
	if inPC && p.typ != uint16(col.Tag) {
		return
	}
	cell, inRow := r.cell(i)
	want, _ := pc.value(id)
	if inPC && len(want) == 0 && p.hnid != 0 {
		return // too large to compare, or damaged and reported
	}
	switch {
	case inRow != inPC && (len(want) > 0 || len(cell) > 0):
		c.warnf(m.code, "2.4.4.3", where, "column %#08x: in the row %t, in the object %t", col.Tag, inRow, inPC)
	case inRow && inPC && !bytes.Equal(cell, want):
		if emptyCell(id) && len(cell) == 0 {
			return
		}
		add := c.errorf
		if id == pidMessageSize {
			add = c.warnf // many real rows are stale
		}
		add(m.code, "2.4.4.3", where, "column %#08x differs from the property: %x in the row, %x in the object", col.Tag, head(cell), head(want))
	}
}

// head is as much of a value as a person wants to see.
func head(b []byte) []byte { return b[:min(len(b), 16)] }
