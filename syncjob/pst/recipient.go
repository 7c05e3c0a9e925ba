package pst

import (
	"bytes"
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
)

// Recipient types, the low bits of PidTagRecipientType. [MS-OXOMSG] 2.2.3.1.
const (
	idRecipientType   = 0x0C15
	recipientTypeMask = 0x0F
)

// displayLists are the properties that name the recipients of a type.
var displayLists = []struct {
	id   uint16
	kind int32
}{
	{0x0E04, 1}, // PidTagDisplayTo
	{0x0E03, 2}, // PidTagDisplayCc
	{0x0E02, 3}, // PidTagDisplayBcc
}

// setRecipients makes the recipients of a message be these, and the lists of
// their names follow, unless given says what the lists are, or the message is to
// be as another one is.
func (tx *Tx) setRecipients(o *object, all [][]Property, given []Property) error {
	if err := tx.putRecipients(o, all); err != nil || o.faithful {
		return err
	}
	for _, list := range displayLists {
		if _, ok := findProp(given, list.id); ok {
			continue
		}
		names, err := tx.displayNames(all, list.kind)
		if err != nil {
			return err
		}
		if err := o.setNames(list.id, names); err != nil {
			return err
		}
	}
	return nil
}

// setNames sets a list of names. Programs keep none where nobody is in it.
func (o *object) setNames(id uint16, names []byte) error {
	if len(names) == 0 {
		return o.remove(id)
	}
	return o.set(Property{Tag: MakeTag(id, o.r.TextType()), Data: names})
}

// displayNames joins the names of the recipients of a type, as the store keeps text.
// Names that are in that form already are taken byte by byte.
func (tx *Tx) displayNames(all [][]Property, kind int32) ([]byte, error) {
	var names [][]byte
	for i, r := range all {
		if t, _ := findProp(r, idRecipientType); int32Of(t.Data)&recipientTypeMask != kind {
			continue
		}
		p, _ := findProp(r, idDisplayName)
		name, err := tx.recode(p)
		if err != nil {
			return nil, fmt.Errorf("name of recipient %d: %w", i+1, err)
		}
		names = append(names, name)
	}
	between, err := tx.EncodeText("; ")
	return bytes.Join(names, between), err
}

// putRecipients writes the recipient table. It keeps the columns it has and
// gets one for every other property.
func (tx *Tx) putRecipients(o *object, all [][]Property) error {
	ids, err := tx.subtableIDs(o, disk.NIDRecipientTable)
	if err != nil {
		return err
	}
	if len(all) == 0 && len(ids) == 0 {
		return nil
	}
	rows, err := tx.editSubtable(o, disk.NIDRecipientTable)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := rows.Delete(id); err != nil {
			return err
		}
	}
	if err := rows.AddColumns(recipientColumns(all)...); err != nil {
		return err
	}
	for i, r := range all {
		if err := rows.Set(tx.tx.Unique(), recipientCells(r)); err != nil {
			return fmt.Errorf("recipient %d: %w", i+1, err)
		}
	}
	return o.putSubtable(rows, disk.NIDRecipientTable)
}

func recipientColumns(all [][]Property) []Tag {
	var tags []Tag
	for _, r := range all {
		for _, p := range r {
			tags = append(tags, p.Tag)
		}
	}
	return tags
}

func recipientCells(r []Property) []ltp.Cell {
	cells := make([]ltp.Cell, 0, len(r))
	for _, p := range r {
		if p.Tag == ltp.TagRowID || p.Tag == ltp.TagRowVer {
			continue
		}
		cells = append(cells, cellOf(p.Tag, p.Data))
	}
	return cells
}

// cellOf makes a cell that is there, also when it is empty.
func cellOf(tag Tag, data []byte) ltp.Cell {
	if data == nil {
		data = []byte{}
	}
	return ltp.Cell{Tag: tag, Data: data}
}
