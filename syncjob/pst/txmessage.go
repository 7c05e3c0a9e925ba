package pst

import (
	"crypto/md5"
	"encoding/binary"
	"fmt"
	"strings"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// Flags of PidTagMessageFlags. [MS-OXCMSG] 2.2.1.6.
const (
	flagRead      = 0x01
	flagHasAttach = 0x10
	flagFAI       = 0x40
)

// defaultClass is the message class of a message that is given none.
const defaultClass = "IPM.Note"

// Create makes a new item in a folder and gives its id. Size, flags of
// attachments, the search key, and where they are missing the class and the
// times are filled in.
func (tx *Tx) Create(folder NID, c Content) (NID, error) {
	nid, err := tx.create(folder, &c)
	if err != nil {
		return 0, fmt.Errorf("create item in folder %s: %w", folder, err)
	}
	return nid, nil
}

func (tx *Tx) create(folder NID, c *Content) (NID, error) {
	if tx.err != nil {
		return 0, tx.err
	}
	if _, err := tx.folder(folder); err != nil {
		return 0, err
	}
	if err := tx.checkContent(c, maxEmbedded); err != nil {
		return 0, err
	}
	t := disk.NIDTypeNormalMessage
	if c.Associated {
		t = disk.NIDTypeAssocMessage
	}
	o, err := tx.editObject(ndb.Node{NID: tx.tx.NewNID(t), Parent: folder}, nil)
	if err != nil {
		return 0, err
	}
	if err := tx.fillMessage(o, c, maxEmbedded); err != nil {
		return 0, err
	}
	if err := tx.replicate(o, true); err != nil {
		return 0, tx.fail(err)
	}
	if err := tx.putMessage(o); err != nil {
		return 0, tx.fail(err)
	}
	for _, step := range []func() error{
		func() error { return tx.enter(folder, o, nil) },
		func() error { return tx.noteConversation(o) },
		func() error { return tx.announce(folder, o.node.NID, sudMsgAdd) },
	} {
		if err := step(); err != nil {
			return 0, tx.fail(err)
		}
	}
	return o.node.NID, nil
}

// fillMessage gives a new message its content.
func (tx *Tx) fillMessage(o *object, c *Content, depth int) error {
	for _, p := range c.Props {
		if err := o.set(p); err != nil {
			return err
		}
	}
	if !o.has(PidTagMessageClass.ID()) {
		o.setText(PidTagMessageClass, defaultClass)
	}
	if !o.has(PidTagMessageFlags.ID()) {
		o.setInt(PidTagMessageFlags.ID(), flagRead)
	}
	if !o.has(PidTagSearchKey.ID()) {
		key := newGUID()
		o.vals[PidTagSearchKey.ID()] = ltp.Value{Tag: PidTagSearchKey, Data: key[:]}
	}
	for _, tag := range []Tag{PidTagCreationTime, PidTagLastModificationTime} {
		if !o.has(tag.ID()) {
			tx.setNow(o, tag)
		}
	}
	if len(c.Recipients) > 0 {
		if err := tx.setRecipients(o, c.Recipients, c.Props); err != nil {
			return fmt.Errorf("recipients: %w", err)
		}
	}
	if len(c.Attachments) > 0 {
		if err := tx.setAttachments(o, c.Attachments, depth); err != nil {
			return err
		}
	}
	o.setFlags(len(c.Attachments) > 0, c.Associated)
	return nil
}

func (tx *Tx) setNow(o *object, tag Tag) {
	b := binary.LittleEndian.AppendUint64(nil, uint64(fileTime(tx.now)))
	o.vals[tag.ID()] = ltp.Value{Tag: tag, Data: b}
}

// setFlags sets the message flags that follow from the rest. A message without
// flags has none set.
func (o *object) setFlags(attachments, associated bool) {
	flags := o.int(PidTagMessageFlags.ID()) &^ (flagHasAttach | flagFAI)
	if attachments {
		flags |= flagHasAttach
	}
	if associated {
		flags |= flagFAI
	}
	if flags == 0 && !o.has(PidTagMessageFlags.ID()) {
		return
	}
	o.setInt(PidTagMessageFlags.ID(), flags)
}

// putMessage writes a message of a folder. Its size is a property of itself: it
// is laid out once to be measured, which does not depend on the value, and once
// to be kept.
func (tx *Tx) putMessage(o *object) error {
	return tx.measure(o, func() error { return tx.tx.PutNode(o.node) })
}

// measure builds a message and hands it over with put, twice: the first layout
// is dropped for the one that has its size.
func (tx *Tx) measure(o *object, put func() error) error {
	o.setInt(PidTagMessageSize.ID(), 0)
	for range 2 {
		if err := o.build(); err != nil {
			return err
		}
		if err := put(); err != nil {
			return err
		}
		size, err := o.size()
		if err != nil {
			return err
		}
		o.setInt(PidTagMessageSize.ID(), int32(min(size, 1<<31-1)))
	}
	return nil
}

// enter lists a message in a folder, or renews the row it has there. old is the
// row that it had in another folder, if it was moved.
func (tx *Tx) enter(folder NID, o *object, old *rowState) error {
	nid := o.node.NID
	rows, err := tx.table(folder, tableOf(folder, nid).Type())
	if err != nil {
		return err
	}
	now, there, err := readRowState(rows, nid)
	if err != nil {
		return err
	}
	if !there && old != nil {
		now.status = old.status
	}
	cells, err := tx.messageCells(rows, o, now)
	if err != nil {
		return err
	}
	if err := rows.Set(uint32(nid), cells); err != nil {
		return err
	}
	if nid.Type() == disk.NIDTypeNormalMessage {
		return tx.count(folder, !there, !now.unread(there), !o.isRead())
	}
	return nil
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

// rowState is what a row of a contents table says and the message does not.
type rowState struct {
	status []byte // PidTagMessageStatus, which only rows have
	flags  uint32 // PidTagMessageFlags as they were
}

// unread reports whether the row counted as unread; one that was not there did
// not.
func (s rowState) unread(there bool) bool { return there && s.flags&flagRead == 0 }

// Columns of a contents table that are not, or not only, properties.
const (
	tagMessageStatus  Tag = 0x0E170003
	tagConversationID Tag = 0x30130102

	idConversationTopic    = 0x0070
	idConversationIndex    = 0x0071
	idConversationTracking = 0x3016
)

func readRowState(rows *ltp.TCEditor, nid NID) (s rowState, there bool, err error) {
	row, there, err := rows.Row(uint32(nid))
	if err != nil || !there {
		return rowState{status: uint32Bytes(0)}, false, err
	}
	if s.status, _, err = row.Cell(tagMessageStatus); err != nil {
		return s, true, err
	}
	s.flags = row.Uint32(PidTagMessageFlags)
	return s, true, nil
}

// messageCells are the cells of a message's row: its properties, and what is
// only in rows.
func (tx *Tx) messageCells(rows *ltp.TCEditor, o *object, s rowState) ([]ltp.Cell, error) {
	cells, err := o.cells(rows)
	if err != nil {
		return nil, err
	}
	if rows.HasColumn(tagMessageStatus) && !o.has(tagMessageStatus.ID()) && len(s.status) == 4 {
		cells = append(cells, ltp.Cell{Tag: tagMessageStatus, Data: s.status})
	}
	if rows.HasColumn(tagConversationID) && !o.has(tagConversationID.ID()) {
		id, err := o.conversationID()
		if err != nil {
			return nil, err
		}
		if id != nil {
			cells = append(cells, ltp.Cell{Tag: tagConversationID, Data: id})
		}
	}
	return cells, nil
}

// conversationID is PidTagConversationId: the GUID of the conversation index
// where the index is what tracks the conversation, else the MD5 of the topic in
// upper case; nil without a topic. [MS-OXOMSG] 2.2.1.2.
func (o *object) conversationID() ([]byte, error) {
	index, err := o.bytes(idConversationIndex)
	if err != nil {
		return nil, err
	}
	if t := o.vals[idConversationTracking].Data; len(t) > 0 && t[0] != 0 && len(index) >= 22 {
		return index[6:22], nil
	}
	topic, ok := o.vals[idConversationTopic]
	if !ok || topic.Tag.Type() != TypeUnicode {
		return nil, nil
	}
	text, err := o.bytes(idConversationTopic)
	if err != nil {
		return nil, err
	}
	sum := md5.Sum(EncodeUTF16(strings.ToUpper(DecodeUTF16(text))))
	return sum[:], nil
}

// leave takes a message out of the table of its folder.
func (tx *Tx) leave(n ndb.Node) (rowState, error) {
	rows, err := tx.table(n.Parent, tableOf(n.Parent, n.NID).Type())
	if err != nil {
		return rowState{}, err
	}
	s, there, err := readRowState(rows, n.NID)
	if err != nil || !there {
		return s, err
	}
	if err := rows.Delete(uint32(n.NID)); err != nil {
		return s, err
	}
	if n.NID.Type() == disk.NIDTypeNormalMessage {
		f, err := tx.folder(n.Parent)
		if err != nil {
			return s, err
		}
		f.counts = true
		if s.unread(there) {
			f.unread--
		}
	}
	return s, nil
}

// Delete purges an item: nothing of it is left. [Tx.MoveToDeletedItems] is what
// a person's deletion does.
func (tx *Tx) Delete(nid NID) error {
	if err := tx.delete(nid); err != nil {
		return fmt.Errorf("delete item %s: %w", nid, err)
	}
	return nil
}

func (tx *Tx) delete(nid NID) error {
	n, err := tx.openItem(nid)
	if err != nil {
		return err
	}
	pc, err := ltp.OpenPC(tx.tx, n)
	if err != nil {
		return err
	}
	if err := tx.unregister(pc); err != nil {
		return tx.fail(err)
	}
	if _, err := tx.leave(n); err != nil {
		return tx.fail(err)
	}
	if err := tx.tx.DeleteNode(nid); err != nil {
		return tx.fail(err)
	}
	return tx.fail(tx.announce(n.Parent, nid, sudMsgDel))
}

// Move puts an item into another folder. It keeps its id and is not modified.
func (tx *Tx) Move(nid, folder NID) error {
	if err := tx.move(nid, folder); err != nil {
		return fmt.Errorf("move item %s to folder %s: %w", nid, folder, err)
	}
	return nil
}

func (tx *Tx) move(nid, folder NID) error {
	n, err := tx.openItem(nid)
	if err != nil {
		return err
	}
	if _, err := tx.folder(folder); err != nil || n.Parent == folder {
		return err
	}
	o, err := tx.openObject(n)
	if err != nil {
		return err
	}
	old, err := tx.leave(n)
	if err != nil {
		return tx.fail(err)
	}
	from := n.Parent
	o.node.Parent = folder
	if err := tx.tx.PutNode(o.node); err != nil {
		return tx.fail(err)
	}
	if err := tx.enter(folder, o, &old); err != nil {
		return tx.fail(err)
	}
	return tx.fail(tx.announceMove(nid, from, folder))
}

// MoveToDeletedItems puts an item into the Deleted Items folder; one that is
// there already stays.
func (tx *Tx) MoveToDeletedItems(nid NID) error {
	folder, err := tx.DeletedItems()
	if err != nil {
		return fmt.Errorf("move item %s: %w", nid, err)
	}
	return tx.Move(nid, folder)
}
