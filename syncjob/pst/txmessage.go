package pst

import (
	"encoding/binary"
	"fmt"

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

// Create makes a new item in a folder and gives its id. Its size and the flags
// that follow from its content are computed. An item that lacks a class, message
// flags, a search key, its times, or the lists of the names of its recipients
// gets them, unless it is a faithful copy.
//
// In an ANSI store strings have to be of [File.TextType], and UTF-16 is ErrInvalid;
// String8 in a Unicode store is kept as it is. ErrFolderFull and ErrFull are for what
// an ANSI store has no room for.
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
	t, table := disk.NIDTypeNormalMessage, disk.NIDTypeContentsTable
	if c.Associated {
		t, table = disk.NIDTypeAssocMessage, disk.NIDTypeAssocContentsTable
	}
	if err := tx.checkRows(folder, table); err != nil {
		return 0, err
	}
	if err := tx.tx.Room(c.bytes()); err != nil {
		return 0, err
	}
	o, err := tx.editObject(ndb.Node{NID: tx.tx.NewNID(t), Parent: folder}, nil)
	if err != nil {
		return 0, err
	}
	o.faithful = c.Faithful
	if err := tx.fillMessage(o, c, maxEmbedded); err != nil {
		return 0, err
	}
	for _, step := range []func() error{
		func() error { return tx.replicate(o, true) },
		func() error { return tx.putMessage(o) },
		func() error { return tx.enter(folder, o, rowState{}) },
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
	if !o.faithful {
		return tx.fillDefaults(o, c)
	}
	return nil
}

// fillDefaults gives a message what every one must have, also one within another.
func (tx *Tx) fillDefaults(o *object, c *Content) error {
	if !o.has(PidTagMessageClass.ID()) {
		if err := o.setText(PidTagMessageClass.ID(), defaultClass); err != nil {
			return err
		}
	}
	if _, ok := c.Prop(PidTagMessageFlags.ID()); !ok {
		o.setInt(PidTagMessageFlags.ID(), o.int(PidTagMessageFlags.ID())|flagRead)
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
	old, err := tx.leave(n)
	if err != nil {
		return tx.fail(err)
	}
	if len(old.conversation) > 0 {
		tx.noteConversation(nid, old.conversation, nil)
	}
	if err := tx.tx.DeleteNode(nid); err != nil {
		return tx.fail(err)
	}
	return tx.fail(tx.announce(n.Parent, nid, sudMsgDel))
}

// Move puts an item into another folder. It keeps its id and is not modified.
// ErrFolderFull.
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
	if err := tx.checkRows(folder, tableOf(folder, nid).Type()); err != nil {
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
	if !old.grouped {
		if old.conversation, err = o.conversationID(); err != nil {
			return tx.fail(err)
		}
	}
	from := n.Parent
	o.node.Parent = folder
	if err := tx.tx.PutNode(o.node); err != nil {
		return tx.fail(err)
	}
	if err := tx.enter(folder, o, old); err != nil {
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
