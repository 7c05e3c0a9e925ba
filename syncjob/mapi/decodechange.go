package mapi

import (
	"fmt"

	"pstsyncd/syncjob/item"
)

// changesOf compares a line with the item that it is about, and leaves out what
// is already so.
func changesOf(c jsonContent, old *item.Item) (Changes, error) {
	set, removed, err := decodeProps(c.Properties, old.Props, ofMessage)
	if err == nil {
		c.keepPrefix(old.Props)
		err = c.markSubject(set)
	}
	if err != nil {
		return Changes{}, fmt.Errorf("%w: %w", ErrInput, err)
	}
	changes := Changes{Set: item.Props{}}
	for k, v := range set {
		spelling, before, there := old.Props.Find(k)
		if !there {
			spelling = k
		}
		same, err := equal(before, v)
		if err != nil {
			return Changes{}, fmt.Errorf("property %s: %w", Name(k, before.Type), err)
		}
		if !there || !same {
			changes.Set[spelling] = v
		}
	}
	for _, k := range removed {
		if spelling, _, there := old.Props.Find(k); there {
			changes.Remove = append(changes.Remove, spelling)
		}
	}
	err = listChanges(&changes, c, old)
	return changes, err
}

func equal(a, b item.Value) (bool, error) {
	if a.Type != b.Type || a.Size() != b.Size() {
		return false, nil
	}
	x, err := a.Digest()
	if err != nil {
		return false, err
	}
	y, err := b.Digest()
	return x == y, err
}

func listChanges(changes *Changes, c jsonContent, old *item.Item) error {
	var given item.Item
	var err error
	if c.Recipients != nil {
		if given.Recipients, err = decodeRecipients(*c.Recipients); err != nil {
			return fmt.Errorf("%w: %w", ErrInput, err)
		}
	}
	if c.Attachments != nil {
		if given.Attachments, err = decodeAttachments(*c.Attachments, 0); err != nil {
			return fmt.Errorf("%w: %w", ErrInput, err)
		}
	}
	want, err := given.Digests(nil)
	if err != nil {
		return err
	}
	have, err := (&item.Item{Recipients: old.Recipients, Attachments: old.Attachments}).Digests(nil)
	if err != nil {
		return err
	}
	if c.Recipients != nil && want[item.KeyRecipients] != have[item.KeyRecipients] {
		changes.Recipients = &given.Recipients
	}
	if c.Attachments != nil && want[item.KeyAttachments] != have[item.KeyAttachments] {
		changes.Attachments = &given.Attachments
	}
	return nil
}
