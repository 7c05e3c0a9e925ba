package pst

import (
	"fmt"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// serverKeys are properties by which a mail server tells versions of an item
// apart. After a change made here they would be wrong. [MS-OXCFXICS] 2.2.1.2.
var serverKeys = []uint16{0x65E2, 0x65E3} // PidTagChangeKey, PidTagPredecessorChangeList

// requiredIDs are properties that every item of a folder has.
var requiredIDs = []uint16{
	PidTagMessageClass.ID(), PidTagMessageFlags.ID(), PidTagMessageSize.ID(),
	PidTagCreationTime.ID(), PidTagLastModificationTime.ID(), PidTagSearchKey.ID(),
}

// Update changes an item. Values that the edit does not name are neither read
// nor written anew if they are large; attachments that are kept stay as they are.
// What is said of values at [Tx.Create] is true here as well.
func (tx *Tx) Update(nid NID, e Edit) error {
	if err := tx.update(nid, &e); err != nil {
		return fmt.Errorf("change item %s: %w", nid, err)
	}
	return nil
}

func (tx *Tx) update(nid NID, e *Edit) error {
	n, err := tx.openItem(nid)
	if err != nil {
		return err
	}
	if _, err := tx.folder(n.Parent); err != nil {
		return err
	}
	if err := tx.checkEdit(e); err != nil {
		return err
	}
	o, err := tx.openObject(n)
	if err != nil {
		return err
	}
	conversation, err := o.conversationID()
	if err != nil {
		return err
	}
	if err := tx.applyEdit(o, e); err != nil {
		return err
	}
	if err := tx.replicate(o, false); err != nil {
		return tx.fail(err)
	}
	if err := tx.putMessage(o); err != nil {
		return tx.fail(err)
	}
	if err := tx.enter(n.Parent, o, rowState{conversation: conversation}); err != nil {
		return tx.fail(err)
	}
	return tx.fail(tx.announce(n.Parent, nid, sudMsgMod, sudMsgRowMod))
}

func (tx *Tx) applyEdit(o *object, e *Edit) error {
	o.faithful = e.Faithful
	for _, id := range slices.Concat(e.Remove, serverKeys) {
		if slices.Contains(requiredIDs, id) && !e.Faithful {
			continue
		}
		if err := o.remove(id); err != nil {
			return err
		}
	}
	if !e.Faithful {
		tx.setNow(o, PidTagLastModificationTime)
	}
	for _, p := range e.Set {
		if err := o.set(p); err != nil {
			return err
		}
	}
	if e.Recipients != nil {
		if err := tx.setRecipients(o, *e.Recipients, e.Set); err != nil {
			return fmt.Errorf("recipients: %w", err)
		}
	}
	if e.Attachments != nil {
		if err := tx.setAttachments(o, *e.Attachments, maxEmbedded); err != nil {
			return err
		}
	}
	attached, err := tx.subtableIDs(o, disk.NIDAttachmentTable)
	if err != nil {
		return fmt.Errorf("attachment table: %w", err)
	}
	o.setFlags(len(attached) > 0, o.node.NID.Type() == disk.NIDTypeAssocMessage)
	return nil
}
