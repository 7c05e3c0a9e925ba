package syncjob

import (
	"fmt"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/merge"
	"pstsyncd/syncjob/pst"
)

// original reads the other side's item. What is wrong with it is wrong over there.
func (j *job) original(o *outcome, s merge.Side) (*item.Item, error) {
	it, err := j.side[s.Other()].item(o.nid[s.Other()])
	if err != nil {
		return nil, fmt.Errorf("in %s: %w", j.side[s.Other()].path, err)
	}
	return it, nil
}

// copyOf is the other side's item as the store has it.
func (j *job) copyOf(o *outcome, s merge.Side, to mapi.Target) (pst.Content, error) {
	it, err := j.original(o, s)
	if err != nil {
		return pst.Content{}, err
	}
	content, err := mapi.ToPST(it, to)
	content.Faithful = true
	return content, err
}

// editOf is what an edit changes in an item, and the item as it is.
func (j *job) editOf(o *outcome, s merge.Side, to mapi.Target) (edit pst.Edit, own *item.Item, err error) {
	message, err := j.side[s].pst.Message(pst.NID(o.nid[s]))
	if err != nil {
		return edit, nil, err
	}
	if own, err = j.side[s].toItem(message.Content); err != nil {
		return edit, nil, err
	}
	from, err := j.original(o, s)
	if err != nil {
		return edit, nil, err
	}
	c, err := changes(o.action, s, from, own)
	if err != nil {
		return edit, nil, err
	}
	edit, err = mapi.ToEdit(c, message.Content, to)
	edit.Faithful = true
	return edit, own, err
}

// changes collects the values of an edit from the other side's item. A name is
// spelled as the item that is changed spells it.
func changes(a merge.Action, s merge.Side, from, to *item.Item) (mapi.Changes, error) {
	c := mapi.Changes{Set: item.Props{}}
	for _, k := range a.Do[s].Set {
		switch k {
		case item.KeyRecipients:
			c.Recipients = &from.Recipients
		case item.KeyAttachments:
			c.Attachments = &from.Attachments
		default:
			spelling, v, ok := from.Props.Find(k)
			if !ok {
				return c, fmt.Errorf("property %s: %w", k, pst.ErrNotFound)
			}
			if own, _, ok := to.Props.Find(k); ok {
				spelling = own
			}
			c.Set[spelling] = v
		}
	}
	for _, k := range a.Do[s].Remove {
		switch k {
		case item.KeyRecipients:
			c.Recipients = &[]item.Props{}
		case item.KeyAttachments:
			c.Attachments = &[]item.Attachment{}
		default:
			if own, _, ok := to.Props.Find(k); ok {
				c.Remove = append(c.Remove, own)
			}
		}
	}
	return c, nil
}
