package check

import (
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// messageNode checks a message of a folder (rules 44, 47, 48 and 51).
func (c *checker) messageNode(e *disk.NBTEntry, names *names) {
	where := nodeName(e.NID)
	if c.node(e.Parent) == nil {
		c.errorf("message-parent", "2.4.5.2", where, "folder %v is not there", e.Parent)
	}
	n, ok := c.openNode(e.NID)
	if !ok {
		c.errorf("message", "2.4.5", where, "message without readable properties")
		return
	}
	pc := c.message(&n, names, 0)
	if pc != nil && e.NID.Type() == disk.NIDTypeNormalMessage {
		id, _ := pc.value(pidReplItemID)
		c.replicated(where, e.NID, id)
	}
}

// message checks a message, also one in an attachment, and gives its properties.
func (c *checker) message(n *content, names *names, depth int) *propBag {
	pc := c.bagOf(n)
	if pc == nil {
		c.errorf("message", "2.4.5", n.where, "message without readable properties")
		return nil
	}
	names.use(n.where, pc)
	c.attachments(n, pc, names, depth)
	c.recipients(n, pc, names)
	return pc
}

// subTable opens a table in a message: nil when there is none to read, which
// ok tells from there being none.
func (c *checker) subTable(n *content, nid disk.NID) (t *table, ok bool) {
	e := n.sub(nid)
	if e == nil {
		return nil, true
	}
	if sub, whole := c.reopen(nid, e.Data, e.Sub, fmt.Sprintf("%s/%v", n.where, nid)); whole {
		t = c.tableOf(&sub)
	}
	return t, t != nil
}

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

// openSub opens a subnode of n for a second look.
func (c *checker) openSub(n *content, s *disk.SLEntry) (content, bool) {
	return c.reopen(s.NID, s.Data, s.Sub, fmt.Sprintf("%s/%v", n.where, s.NID))
}

// attachment checks one attachment and the messages in it.
func (c *checker) attachment(n *content, s disk.SLEntry, names *names, depth int) {
	a, ok := c.openSub(n, &s)
	if !ok {
		return
	}
	if pc := c.bagOf(&a); pc != nil {
		names.use(a.where, pc)
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
