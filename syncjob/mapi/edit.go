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

// NameMap is the named properties of a store that is being written; a [pst.Tx]
// is one.
type NameMap interface {
	NameOf(id uint16) (pst.PropName, bool, error)
	IDOf(pst.PropName) (uint16, bool, error)
	PutName(pst.PropName) (uint16, error)
}

// ToEdit converts changes for [pst.Tx.Update]. A property that is both set and
// removed, under spellings of one name that differ in case, is set.
func ToEdit(c Changes, names NameMap) (pst.Edit, error) {
	w := writer{names.PutName}
	var e pst.Edit
	var err error
	if e.Set, err = w.props(c.Set, ofMessage); err != nil {
		return pst.Edit{}, err
	}
	if e.Remove, err = removals(c, names); err != nil {
		return pst.Edit{}, err
	}
	for _, p := range e.Set {
		e.Remove = slices.DeleteFunc(e.Remove, func(id uint16) bool { return id == p.Tag.ID() })
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
var changeKeys = []uint16{0x65E2, 0x65E3}

// removals are the ids of all that is to go, ascending. A property without a
// name may be there under its bare id: it goes when it is removed, and also when
// it is set, which files it under a name.
func removals(c Changes, names NameMap) ([]uint16, error) {
	if c.Empty() {
		return nil, nil
	}
	ids := slices.Clone(changeKeys)
	for _, k := range c.Remove {
		if ofMessage.volatile(k) {
			continue
		}
		id, found, err := existingID(k, names)
		if err != nil {
			return nil, fmt.Errorf("property %s: %w", k, err)
		}
		if found {
			ids = append(ids, id)
		}
	}
	for _, k := range slices.Concat(c.Remove, c.Set.Keys()) {
		id, bare, err := bareID(k, names)
		if err != nil {
			return nil, fmt.Errorf("property %s: %w", k, err)
		}
		if bare {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// existingID is the id of the property if the store has one for it.
func existingID(k item.Key, names NameMap) (uint16, bool, error) {
	n, err := k.Parse()
	switch {
	case err != nil:
		return 0, false, err
	case n.Named:
		return names.IDOf(pst.PropName{GUID: n.GUID, ID: n.ID, Name: n.Name})
	case n.ID >= firstNamed:
		return names.IDOf(pst.PropName{GUID: UnnamedSet, ID: n.ID})
	default:
		return uint16(n.ID), true, nil
	}
}

// bareID is the id of a property that is known by its id only, unless this
// store uses the id for something else.
func bareID(k item.Key, names NameMap) (uint16, bool, error) {
	n, err := k.Parse()
	if err != nil || n.Named || n.ID < firstNamed {
		return 0, false, err
	}
	id := uint16(n.ID)
	_, named, err := names.NameOf(id)
	return id, err == nil && !named, err
}
