package check

import (
	"encoding/binary"

	"pstsyncd/syncjob/pst/internal/disk"
)

// attachments compares a message's attachments with their table (rule 47).
func (c *checker) attachments(n *content, pc *propBag, names *names, depth int) {
	t, ok := c.subTable(n, disk.NIDAttachmentTable)
	if !ok {
		return
	}
	rows := make(map[disk.NID]bool)
	if t != nil {
		for _, r := range t.rowIDs {
			rows[disk.NID(r.ID)] = true
		}
	}
	found := 0
	for _, s := range n.subs {
		if s.NID.Type() != disk.NIDTypeAttachment || c.done() {
			continue
		}
		found++
		if !rows[s.NID] {
			c.errorf("attachment-row", "2.4.6.1", n.where, "no row for attachment %v", s.NID)
		}
		c.attachment(n, s, names, depth)
	}
	if found != len(rows) {
		c.errorf("attachment-row", "2.4.6.1", n.where, "%d rows for %d attachments", len(rows), found)
	}
	if has := pc.number(pidMessageFlags)&flagHasAttach != 0; has != (found > 0) {
		c.warnf("attachment-flag", "2.4.6", n.where, "flag says attachments: %t, there are %d", has, found)
	}
	c.attachmentCells(n, t)
}

// attachment checks one attachment and the messages in it.
func (c *checker) attachment(n *content, s disk.SLEntry, names *names, depth int) {
	a, ok := c.openSub(n, &s)
	if !ok {
		return
	}
	if pc := c.bagOf(&a); pc != nil {
		names.use(a.where, pc)
		c.attachmentProperties(&a, pc)
	}
	for _, e := range a.subs {
		if e.NID.Type() != disk.NIDTypeNormalMessage || depth >= maxDepth {
			continue
		}
		if embedded, ok := c.openSub(&a, &e); ok {
			c.message(&embedded, names, depth+1)
		}
	}
}

func (c *checker) attachmentCells(n *content, t *table) {
	m := mirror{t: t, code: "attachment-cell"}
	m.open = func(nid disk.NID) (*propBag, string) {
		s := n.sub(nid)
		if s == nil {
			return nil, ""
		}
		a, ok := c.openSub(n, s)
		if !ok {
			return nil, ""
		}
		return c.bagOf(&a), a.where
	}
	m.rows()
}

// attachmentProperties checks that an attachment has what every one has, and the
// size, which is that of its values together; an object counts by its own size.
func (c *checker) attachmentProperties(a *content, pc *propBag) {
	for _, id := range []uint16{pidAttachSize, pidAttachMethod, pidRenderingPlace} {
		if _, ok := pc.prop(id); !ok {
			c.warnf("attachment-property", "2.4.6.2.1", a.where, "no property %#04x", id)
		}
	}
	sum, ok := pc.valueSizes()
	if _, has := pc.prop(pidAttachSize); !ok || !has {
		return
	}
	if got := pc.number(pidAttachSize); uint64(got) != sum {
		c.warnf("attachment-size", "observed", a.where, "size is %d, the values have %d bytes", got, sum)
	}
}

// valueSizes adds up the bytes of all values, false when one cannot be read.
func (b *propBag) valueSizes() (sum uint64, ok bool) {
	for _, p := range b.props {
		size := uint64(inlineSize(p.typ))
		switch e := b.h.n.sub(p.hnid.NID()); {
		case size > 0 || p.hnid == 0:
		case p.hnid.IsHID():
			v := b.h.value(p.typ, p.hnid)
			if v == nil {
				return 0, false
			}
			size = uint64(len(v))
			if p.typ == typeObject && len(v) == disk.PCObjectSize {
				size = uint64(binary.LittleEndian.Uint32(v[4:]))
			}
		case e == nil:
			return 0, false
		default:
			n, ok := b.h.c.reopen(e.NID, e.Data, e.Sub, b.h.n.where)
			if !ok {
				return 0, false
			}
			size = n.tree.size
		}
		sum += size
	}
	return sum, true
}
