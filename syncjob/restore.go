package syncjob

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/state"
)

// ErrNotDeleted: an item that is to be restored is not in Deleted Items.
var ErrNotDeleted = errors.New("the item is not in Deleted Items")

// Restore puts back what an entry of the history holds, in a transaction of the store
// that it was taken from, and returns the item.
//
// Values that a job overwrote are set again, as a change of now: the next job takes
// them to the other store. What they overwrite in turn is in the entry that is
// returned, to be added to the history before the transaction is committed; its
// Reason is empty where nothing is overwritten. A deleted item is moved back from
// Deleted Items; one that is not in the store any more is made anew, of what the
// entry has of it.
func Restore(tx *pst.Tx, e state.Entry) (pst.NID, state.Entry, error) {
	nid, undo, err := restore(tx, e)
	if err != nil {
		return 0, state.Entry{}, fmt.Errorf("restore item %x: %w", e.NID, err)
	}
	return nid, undo, nil
}

func restore(tx *pst.Tx, e state.Entry) (nid pst.NID, undo state.Entry, err error) {
	m, err := tx.Message(pst.NID(e.NID))
	gone := errors.Is(err, pst.ErrNotFound)
	if err != nil && !gone {
		return 0, undo, err
	}
	switch {
	case e.Reason != state.Deleted && gone:
		return 0, undo, err
	case e.Reason != state.Deleted:
		undo, err = restoreValues(tx, m, e)
		return m.NID, undo, err
	case gone:
		nid, err = restoreAnew(tx, e)
		return nid, undo, err
	default:
		return m.NID, undo, moveBack(tx, m, e.Folder)
	}
}

func moveBack(tx *pst.Tx, m *pst.Message, path string) error {
	bin, err := tx.DeletedItems()
	if err != nil {
		return err
	}
	if m.Folder != bin {
		return ErrNotDeleted
	}
	folder, err := tx.FolderByPath(path)
	if err != nil {
		return fmt.Errorf("folder %q: %w", path, err)
	}
	return tx.Move(m.NID, folder)
}

func restoreAnew(tx *pst.Tx, e state.Entry) (pst.NID, error) {
	folder, err := tx.FolderByPath(e.Folder)
	if err != nil {
		return 0, fmt.Errorf("folder %q: %w", e.Folder, err)
	}
	content, err := mapi.ToPST(&e.Before, mapi.Into(tx))
	if err != nil {
		return 0, err
	}
	return tx.Create(folder, content)
}

// restoreValues sets what was overwritten. When it was so is not put back: the values
// are as new as the person who wants them.
func restoreValues(tx *pst.Tx, m *pst.Message, e state.Entry) (undo state.Entry, err error) {
	now, err := mapi.FromPST(m.Content, tx.NameOf, mapi.CodePageOf(tx))
	if err != nil {
		return undo, err
	}
	c := mapi.Changes{Set: maps.Clone(e.Before.Props)}
	delete(c.Set, item.KeyModified)
	keys := slices.Sorted(maps.Keys(c.Set))
	if len(e.Before.Recipients) > 0 {
		c.Recipients, keys = &e.Before.Recipients, append(keys, item.KeyRecipients)
	}
	if len(e.Before.Attachments) > 0 {
		c.Attachments, keys = &e.Before.Attachments, append(keys, item.KeyAttachments)
	}
	undo = state.Entry{
		Time: time.Now(), Job: fmt.Sprintf("restore %d", e.Number), Pair: e.Pair, Folder: e.Folder, Side: e.Side, NID: e.NID,
		Reason: state.Replaced, Before: item.Item{Class: now.Class, Props: item.Props{}},
	}
	kept := newKeeper(undo)
	for _, k := range keys {
		if err := kept.keep(now, k); err != nil {
			return undo, fmt.Errorf("keep %s, which would be overwritten: %w", mapi.Name(k, now.Props[k].Type), err)
		}
	}
	edit, err := mapi.ToEdit(c, m.Content, mapi.Into(tx))
	if err != nil {
		return undo, err
	}
	return kept.entry, tx.Update(m.NID, edit)
}
