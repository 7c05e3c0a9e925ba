package pst

import (
	"errors"
	"fmt"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// Values of PidTagAttachMethod. [MS-OXCMSG] 2.2.2.9.
const (
	attachByValue  = 1
	attachEmbedded = 5
	attachOLE      = 6
)

var tagAttachDataObject = MakeTag(idAttachData, TypeObject)

// kept reports whether the attachment stands for one that is there and stays.
func (a *Attachment) kept() bool { return a.Number != 0 && a.Props == nil && a.Embedded == nil }

// setAttachments makes the attachments of a message be these: attachments that
// are not among them go, those that are kept stay as they are.
func (tx *Tx) setAttachments(o *object, all []Attachment, depth int) error {
	rows, err := tx.editSubtable(o, disk.NIDAttachmentTable)
	if err != nil {
		return fmt.Errorf("attachment table: %w", err)
	}
	if err := tx.dropAttachments(o, rows, all); err != nil {
		return err
	}
	for i := range all {
		a := &all[i]
		if a.kept() {
			if _, there, err := rows.Row(uint32(a.Number)); err != nil || !there {
				return errors.Join(fmt.Errorf("attachment %s to be kept: %w", a.Number, ErrNotFound), err)
			}
			continue
		}
		if err := tx.addAttachment(o, rows, a, depth); err != nil {
			return fmt.Errorf("attachment %d: %w", i+1, err)
		}
	}
	if len(all) == 0 {
		return o.dropSubtable(disk.NIDAttachmentTable)
	}
	return o.putSubtable(rows, disk.NIDAttachmentTable)
}

// dropAttachments removes the attachments that are not to be kept.
func (tx *Tx) dropAttachments(o *object, rows *ltp.TCEditor, all []Attachment) error {
	ids, err := tx.subtableIDs(o, disk.NIDAttachmentTable)
	if err != nil {
		return fmt.Errorf("attachment table: %w", err)
	}
	for _, id := range ids {
		if slices.ContainsFunc(all, func(a Attachment) bool { return a.kept() && uint32(a.Number) == id }) {
			continue
		}
		if err := rows.Delete(id); err != nil {
			return err
		}
		if err := o.subs.Delete(NID(id)); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	return nil
}

// addAttachment writes an attachment to a subnode of its message and lists it.
func (tx *Tx) addAttachment(o *object, rows *ltp.TCEditor, a *Attachment, depth int) error {
	at, err := tx.newObject(tx.tx.NewNID(disk.NIDTypeAttachment))
	if err != nil {
		return err
	}
	at.faithful = o.faithful
	for _, p := range a.Props {
		if err := at.set(p); err != nil {
			return err
		}
	}
	method := int32(attachByValue)
	if a.Embedded != nil {
		method = attachEmbedded
		if err := tx.embed(at, a.Embedded, depth); err != nil {
			return fmt.Errorf("embedded message: %w", err)
		}
	} else if at.vals[idAttachData].Object != 0 {
		method = attachOLE
	}
	if !at.has(idAttachMethod) || a.Embedded != nil {
		at.setInt(idAttachMethod, method)
	}
	if !at.has(idRenderingPos) {
		at.setInt(idRenderingPos, -1)
	}
	if err := at.setAttachSize(); err != nil {
		return err
	}
	if err := at.build(); err != nil {
		return err
	}
	if err := o.subs.Set(at.node); err != nil {
		return err
	}
	cells, err := at.cells(rows)
	if err != nil {
		return err
	}
	return rows.Set(uint32(at.node.NID), cells)
}

// setAttachSize sets PidTagAttachSize: the bytes of all values, its own
// included.
func (o *object) setAttachSize() error {
	o.setInt(idAttachSize, 0)
	var total int64
	for _, v := range o.vals {
		n, err := o.valueSize(v)
		if err != nil {
			return err
		}
		total += n
	}
	o.setInt(idAttachSize, int32(min(total, 1<<31-1)))
	return nil
}

// embed writes a message into an attachment.
func (tx *Tx) embed(at *object, c *Content, depth int) error {
	if err := at.remove(idAttachData); err != nil {
		return err
	}
	o, err := tx.newObject(tx.tx.NewNID(disk.NIDTypeNormalMessage))
	if err != nil {
		return err
	}
	o.faithful = at.faithful
	if err := tx.fillMessage(o, c, depth-1); err != nil {
		return err
	}
	if err := tx.measure(o, func() error { return at.subs.Set(o.node) }); err != nil {
		return err
	}
	size, err := o.size()
	if err != nil {
		return err
	}
	at.vals[idAttachData] = ltp.Value{Tag: tagAttachDataObject, Object: o.node.NID, ObjectSize: uint32(size)}
	return nil
}

// editSubtable opens the recipient or attachment table of a message for
// changes; a message without one begins with the store's template.
func (tx *Tx) editSubtable(o *object, nid NID) (*ltp.TCEditor, error) {
	n, err := o.subs.Get(nid)
	if errors.Is(err, ErrNotFound) {
		if n, err = tx.tx.Node(nid); err != nil {
			return nil, fmt.Errorf("template table %s: %w", nid, err)
		}
		n.Parent = 0
	}
	if err != nil {
		return nil, err
	}
	return ltp.EditTC(tx.tx, n)
}

// subtableIDs are the rows of a table of a message, which may have no such table.
func (tx *Tx) subtableIDs(o *object, nid NID) ([]uint32, error) {
	n, err := o.subs.Get(nid)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	tc, err := ltp.OpenTC(tx.tx, n)
	if err != nil {
		return nil, err
	}
	var ids []uint32
	for id, err := range tc.IDs() {
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func (o *object) putSubtable(rows *ltp.TCEditor, nid NID) error {
	n, err := rows.Flush()
	if err != nil {
		return err
	}
	return o.subs.Set(ndb.Node{NID: nid, Data: n.Data, Sub: n.Sub})
}

// dropSubtable removes a table of a message, if there is one.
func (o *object) dropSubtable(nid NID) error {
	if err := o.subs.Delete(nid); err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	return nil
}
