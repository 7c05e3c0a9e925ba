package pst

import (
	"bytes"
	"crypto/md5"
	"strings"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// Columns of a contents table that are not, or not only, properties.
const (
	tagMessageStatus  Tag = 0x0E170003
	tagConversationID Tag = 0x30130102

	idConversationTopic    = 0x0070
	idConversationIndex    = 0x0071
	idConversationTracking = 0x3016
)

// enter lists a message in a folder, or renews the row it has there. old is what is
// known of it from before: the row that it had in another folder, if it was moved,
// and its conversation, where the row that it has does not say.
func (tx *Tx) enter(folder NID, o *object, old rowState) error {
	nid := o.node.NID
	rows, err := tx.table(folder, tableOf(folder, nid).Type())
	if err != nil {
		return err
	}
	now, err := readRowState(rows, nid)
	if err != nil {
		return err
	}
	if now.there {
		if !now.grouped {
			now.conversation = old.conversation
		}
		old = now
	}
	conversation, err := o.conversationID()
	if err != nil {
		return err
	}
	cells, err := messageCells(rows, o, old, conversation)
	if err != nil {
		return err
	}
	if err := rows.Set(uint32(nid), cells); err != nil {
		return err
	}
	if nid.Type() != disk.NIDTypeNormalMessage {
		return nil
	}
	if !old.there || !old.grouped && rows.HasColumn(tagConversationID) || !bytes.Equal(conversation, old.conversation) {
		tx.noteConversation(nid, old.conversation, conversation)
	}
	return tx.count(folder, !now.there, !now.unread(), !o.isRead())
}

// count notes what a new or changed row means for the counts of a folder.
func (tx *Tx) count(folder NID, added, wasRead, unread bool) error {
	f, err := tx.folder(folder)
	if err != nil {
		return err
	}
	if added || wasRead == unread {
		f.counts = true
	}
	if wasRead && unread {
		f.unread++
	}
	if !wasRead && !unread {
		f.unread--
	}
	return nil
}

func (o *object) isRead() bool { return o.int(PidTagMessageFlags.ID())&flagRead != 0 }

// rowState is a row of a contents table as it was.
type rowState struct {
	there        bool
	flags        uint32 // PidTagMessageFlags
	status       []byte // PidTagMessageStatus, which only rows have
	grouped      bool   // the table has a column for the conversation
	conversation []byte // PidTagConversationId, which only rows have, too
}

// unread reports whether the row counted as unread; one that was not there did
// not.
func (s rowState) unread() bool { return s.there && s.flags&flagRead == 0 }

func readRowState(rows *ltp.TCEditor, nid NID) (s rowState, err error) {
	row, there, err := rows.Row(uint32(nid))
	if err != nil || !there {
		return s, err
	}
	s.there, s.flags = true, row.Uint32(PidTagMessageFlags)
	s.grouped = rows.HasColumn(tagConversationID)
	for tag, to := range map[Tag]*[]byte{tagMessageStatus: &s.status, tagConversationID: &s.conversation} {
		b, _, err := row.Cell(tag)
		if err != nil {
			return s, err
		}
		*to = bytes.Clone(b)
	}
	return s, nil
}

// messageCells are the cells of a message's row: its properties, and what is
// only in rows.
func messageCells(rows *ltp.TCEditor, o *object, old rowState, conversation []byte) ([]ltp.Cell, error) {
	cells, err := o.cells(rows)
	if err != nil {
		return nil, err
	}
	status := old.status
	if !old.there {
		status = uint32Bytes(0)
	}
	for _, c := range []ltp.Cell{{Tag: tagMessageStatus, Data: status}, {Tag: tagConversationID, Data: conversation}} {
		if c.Data != nil && rows.HasColumn(c.Tag) && !o.has(c.Tag.ID()) {
			cells = append(cells, c)
		}
	}
	return cells, nil
}

// conversationID is PidTagConversationId: the property, which hardly a message has,
// else the GUID of the conversation index where the index is what tracks the
// conversation, else the MD5 of the topic in upper case; nil without a topic.
// [MS-OXOMSG] 2.2.1.2.
func (o *object) conversationID() ([]byte, error) {
	if v := o.vals[tagConversationID.ID()]; v.Tag == tagConversationID && v.Keep == 0 {
		return v.Data, nil
	}
	index, err := o.bytes(idConversationIndex)
	if err != nil {
		return nil, err
	}
	if t := o.vals[idConversationTracking].Data; len(t) > 0 && t[0] != 0 && len(index) >= 22 {
		return index[6:22], nil
	}
	topic, ok := o.vals[idConversationTopic]
	if !ok || topic.Tag != MakeTag(idConversationTopic, o.r.TextType()) {
		return nil, nil
	}
	b, err := o.bytes(idConversationTopic)
	if err != nil {
		return nil, err
	}
	text, err := o.r.text(topic.Tag, b)
	if err != nil {
		return nil, err
	}
	sum := md5.Sum(EncodeUTF16(strings.ToUpper(text)))
	return sum[:], nil
}

// leave takes a message out of the table of its folder and gives the row that it
// had there.
func (tx *Tx) leave(n ndb.Node) (rowState, error) {
	rows, err := tx.table(n.Parent, tableOf(n.Parent, n.NID).Type())
	if err != nil {
		return rowState{}, err
	}
	s, err := readRowState(rows, n.NID)
	if err != nil || !s.there {
		return s, err
	}
	if err := rows.Delete(uint32(n.NID)); err != nil || n.NID.Type() != disk.NIDTypeNormalMessage {
		return s, err
	}
	f, err := tx.folder(n.Parent)
	if err != nil {
		return s, err
	}
	f.counts = true
	if s.unread() {
		f.unread--
	}
	return s, nil
}
