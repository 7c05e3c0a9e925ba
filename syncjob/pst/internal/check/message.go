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
	c.messageProperties(n, pc)
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
	if sub, ok := c.openSub(n, e); ok {
		t = c.tableOf(&sub)
	}
	return t, t != nil
}

// openSub opens a subnode of n for a second look.
func (c *checker) openSub(n *content, s *disk.SLEntry) (content, bool) {
	return c.reopen(s.NID, s.Data, s.Sub, fmt.Sprintf("%s/%v", n.where, s.NID))
}

// messageProperties checks the properties that Outlook gives every message. The
// size is not compared with what is stored: how it is counted has changed from
// version to version, and the other values are for people.
func (c *checker) messageProperties(n *content, pc *propBag) {
	for _, id := range []uint16{pidMessageClass, pidMessageFlags, pidMessageSize, pidCreated, pidModified, pidSearchKey} {
		if _, ok := pc.prop(id); !ok {
			c.warnf("message-property", "2.4.5.1.1", n.where, "no property %#04x", id)
		}
	}
	c.subject(n, pc)
}

// maxSubject is how long a subject may be that the rows of tables have, too, in characters.
const maxSubject = 255

// subject checks the length of a subject and that its only control characters are
// tabs and the mark of a prefix: 1, and its length plus one.
func (c *checker) subject(n *content, pc *propBag) {
	v, _ := pc.value(pidSubject)
	text := c.units(v)
	if len(text) >= 2 && text[0] == 1 {
		text = text[2:]
	}
	if len(text) > maxSubject {
		c.warnf("subject", "observed", n.where, "subject of %d characters, at most %d are usual", len(text), maxSubject)
	}
	for i, u := range text {
		if u < ' ' && u != '\t' {
			c.warnf("subject", "observed", n.where, "character %d of the subject is the control character %#02x", i, u)
			return
		}
	}
}

// units are the UTF-16 units or, in ANSI stores, the bytes of a string.
func (c *checker) units(v []byte) []uint16 {
	if c.f == disk.ANSI {
		units := make([]uint16, len(v))
		for i, b := range v {
			units[i] = uint16(b)
		}
		return units
	}
	return utf16Units(v)
}
