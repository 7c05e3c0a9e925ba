package mapi

import (
	"fmt"
	"slices"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/pst"
)

// Changes are what is to become different in an item that is there.
type Changes struct {
	Set         item.Props         // added or replaced
	Remove      []item.Key         // one that is absent is no error
	Recipients  *[]item.Props      // when not nil, replaces all recipients
	Attachments *[]item.Attachment // when not nil, replaces all attachments
}

// Empty says that nothing is to be changed.
func (c Changes) Empty() bool {
	return len(c.Set) == 0 && len(c.Remove) == 0 && c.Recipients == nil && c.Attachments == nil
}

// ToEdit converts changes for [pst.Tx.Update], as [ToPST] does. old is the message as
// it is. Where it has a property under several ids, all but the one that is set go. A
// property that is both set and removed, under spellings of one name that differ in
// case, is set.
func ToEdit(c Changes, old pst.Content, to Target) (pst.Edit, error) {
	w := newWriter(to)
	asked := c
	if w.narrow || hasString8(old) {
		w.cp, c = w.cp.fitChanges(c, old.Props)
	}
	var e pst.Edit
	var err error
	if e.Set, err = w.props(c.Set, ofMessage); err != nil {
		return pst.Edit{}, err
	}
	if e.Remove, err = removals(asked, e.Set, old.Props, to); err != nil {
		return pst.Edit{}, err
	}
	if c.Recipients != nil {
		rows, err := w.recipients(*c.Recipients)
		if err != nil {
			return pst.Edit{}, err
		}
		e.Recipients = &rows
	}
	if c.Attachments != nil {
		attachments, err := w.attachments(*c.Attachments, 0)
		if err != nil {
			return pst.Edit{}, err
		}
		e.Attachments = &attachments
	}
	return e, nil
}

// changeKeys are PidTagChangeKey and PidTagPredecessorChangeList of an item that
// came from a server. They vouch for its content, so a change takes them away.
var changeKeys = []item.Key{"0x65E2", "0x65E3"}

// removals are the ids in old that are to go, ascending.
func removals(c Changes, set, old []pst.Property, names Target) ([]uint16, error) {
	if c.Empty() {
		return nil, nil
	}
	gone := make(map[item.Key]bool) // by folded key
	for _, k := range changeKeys {
		gone[k] = true
	}
	for _, k := range slices.Concat(c.Remove, c.Set.Keys()) {
		if _, err := k.Parse(); err != nil {
			return nil, err
		}
		gone[k.Fold()] = !ofMessage.volatile(k)
	}
	var ids []uint16
	for _, p := range old {
		id := p.Tag.ID()
		k, _, err := reader{names: names.NameOf}.key(id)
		if err != nil {
			return nil, fmt.Errorf("property 0x%08X: %w", uint32(p.Tag), err)
		}
		if k == keyOriginalCodepage {
			k = keyMessageCodepage
		}
		if gone[k.Fold()] && !slices.ContainsFunc(set, func(s pst.Property) bool { return s.Tag.ID() == id }) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, nil
}
