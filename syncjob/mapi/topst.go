package mapi

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/pst"
)

// Target is the store that an item is converted for: see [Into].
type Target interface {
	NameOf(id uint16) (pst.PropName, bool, error)
	PutName(pst.PropName) (uint16, error)
	TextType() pst.PropType // of strings: Unicode, or String8 in an ANSI store
	CodePage() int          // of String8 values; UnknownCodePage when the store names none
}

// Into is the store of a transaction as a target, in the code page of [CodePageOf].
func Into(tx *pst.Tx) Target { return into{tx} }

type into struct{ *pst.Tx }

// CodePage is the code page to write in.
func (i into) CodePage() int { return CodePageOf(i.Tx) }

// ToPST makes the content of a message of an item. Volatile properties that an item
// from elsewhere may have are left out. In an ANSI store strings become String8 in
// the code page of the store, or are refused: see [CodePageError]. Other values are
// shared with the item, not copied.
func ToPST(it *item.Item, to Target) (pst.Content, error) {
	return newWriter(to).message(it, 0)
}

// writer converts items for one store.
type writer struct {
	target Target
	narrow bool     // strings are String8
	cp     codePage // of String8 values
}

func newWriter(to Target) writer {
	return writer{target: to, narrow: to.TextType() == pst.TypeString8, cp: codePage(to.CodePage())}
}

func (w writer) message(it *item.Item, depth int) (pst.Content, error) {
	if depth > maxDepth {
		return pst.Content{}, ErrTooDeep
	}
	var c pst.Content
	var err error
	props := it.Props
	if w.narrow {
		w.cp, props = w.cp.fit(props)
	}
	if c.Props, err = w.props(props, ofMessage); err != nil {
		return pst.Content{}, err
	}
	if c.Recipients, err = w.recipients(it.Recipients); err != nil {
		return pst.Content{}, err
	}
	c.Attachments, err = w.attachments(it.Attachments, depth)
	return c, err
}

func (w writer) recipients(from []item.Props) ([][]pst.Property, error) {
	var rows [][]pst.Property
	for i, r := range from {
		row, err := w.props(r, ofRecipient)
		if err != nil {
			return nil, fmt.Errorf("recipient %d: %w", i+1, err)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (w writer) attachments(from []item.Attachment, depth int) ([]pst.Attachment, error) {
	var to []pst.Attachment
	for i, a := range from {
		props, err := w.props(a.Props, ofAttachment)
		if err != nil {
			return nil, fmt.Errorf("attachment %d: %w", i+1, err)
		}
		attachment := pst.Attachment{Props: props}
		if a.Embedded != nil {
			embedded, err := w.message(a.Embedded, depth+1)
			if err != nil {
				return nil, fmt.Errorf("attachment %d: embedded message: %w", i+1, err)
			}
			attachment.Embedded = &embedded
		}
		to = append(to, attachment)
	}
	return to, nil
}

func (w writer) props(from item.Props, s scope) ([]pst.Property, error) {
	to := make([]pst.Property, 0, len(from))
	for _, k := range from.Keys() {
		if s.volatile(k) {
			continue
		}
		p, err := w.property(k, from[k])
		if err != nil {
			return nil, fmt.Errorf("property %s: %w", Name(k, from[k].Type), err)
		}
		to = append(to, p)
	}
	slices.SortFunc(to, func(a, b pst.Property) int { return cmp.Compare(a.Tag, b.Tag) })
	// Keys that differ in case only are one name to a store, and one property.
	return slices.CompactFunc(to, func(a, b pst.Property) bool { return a.Tag.ID() == b.Tag.ID() }), nil
}

// property converts a value, and only then names it: a store gets no names from what
// it refuses.
func (w writer) property(k item.Key, v item.Value) (pst.Property, error) {
	var err error
	if w.narrow {
		if v, err = w.cp.narrow(v); err != nil {
			return pst.Property{}, err
		}
	}
	id, err := w.id(k)
	return property(id, v), err
}

func (w writer) id(k item.Key) (uint16, error) {
	n, err := k.Parse()
	switch {
	case err != nil:
		return 0, err
	case n.Named:
		return w.target.PutName(pst.PropName{GUID: n.GUID, ID: n.ID, Name: n.Name})
	case n.ID >= firstNamed:
		return w.target.PutName(pst.PropName{GUID: UnnamedSet, ID: n.ID})
	default:
		return uint16(n.ID), nil
	}
}

func property(id uint16, v item.Value) pst.Property {
	p := pst.Property{Tag: pst.MakeTag(id, pst.PropType(v.Type))}
	switch {
	case v.Large != nil:
		p.Large = &pst.Large{Size: v.Large.Size, Open: v.Large.Open}
	case len(v.Data) > pst.LargeSize:
		p.Large = &pst.Large{Size: int64(len(v.Data)), Open: func() (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(v.Data)), nil
		}}
	default:
		p.Data = v.Data
	}
	return p
}
