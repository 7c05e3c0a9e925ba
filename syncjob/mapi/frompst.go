package mapi

import (
	"encoding/binary"
	"errors"
	"fmt"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/pst"
)

// NameFunc tells the name of one of a store's named properties, as
// [pst.File.NameOf] does.
type NameFunc func(id uint16) (pst.PropName, bool, error)

// ErrTooDeep: messages are embedded in one another deeper than is followed.
var ErrTooDeep = errors.New("messages embedded too deep")

// maxDepth bounds how deep messages inside messages are followed.
const maxDepth = 32

// firstNamed is the lowest property id of named properties, [MS-PST] 2.4.7.
const firstNamed = 0x8000

// FromPST makes an item of the content of a message. cp is the code page of the
// store's String8 values, [UnknownCodePage] where it names none; a message that
// names its own (PidTagMessageCodepage) has them decoded by that. Text that the code
// page does not define is a [CodePageError]. A value that is not in memory stays
// where it is and can be read as long as the store is open; String8 text is read
// through once.
func FromPST(c pst.Content, names NameFunc, cp int) (*item.Item, error) {
	return reader{names: names, cp: codePage(cp)}.message(c, 0)
}

// reader converts the contents of one store.
type reader struct {
	names NameFunc
	cp    codePage
}

func (r reader) message(c pst.Content, depth int) (*item.Item, error) {
	if depth > maxDepth {
		return nil, ErrTooDeep
	}
	r.cp = messageCodePage(c.Props, r.cp)
	props, err := r.props(c.Props, ofMessage)
	if err != nil {
		return nil, err
	}
	restoreCodepage(props)
	clearComputedFlags(props)
	it := &item.Item{Props: props}
	it.Class, _ = props.String(item.KeyMessageClass)
	for i, row := range c.Recipients {
		recipient, err := r.props(row, ofRecipient)
		if err != nil {
			return nil, fmt.Errorf("recipient %d: %w", i+1, err)
		}
		it.Recipients = append(it.Recipients, recipient)
	}
	for i, a := range c.Attachments {
		attachment, err := r.attachment(a, depth)
		if err != nil {
			return nil, fmt.Errorf("attachment %d: %w", i+1, err)
		}
		it.Attachments = append(it.Attachments, attachment)
	}
	return it, nil
}

func (r reader) attachment(a pst.Attachment, depth int) (item.Attachment, error) {
	props, err := r.props(a.Props, ofAttachment)
	if err != nil || a.Embedded == nil {
		return item.Attachment{Props: props}, err
	}
	embedded, err := r.message(*a.Embedded, depth+1)
	if err != nil {
		return item.Attachment{}, fmt.Errorf("embedded message: %w", err)
	}
	return item.Attachment{Props: props, Embedded: embedded}, nil
}

// props converts a bag of properties. Stores are met that have several ids for
// one name, all of them on one item: the first is the property, as it is for
// those who look the name up. An id without a name gives way to what is filed
// under UnnamedSet for it.
func (r reader) props(from []pst.Property, s scope) (item.Props, error) {
	props := make(item.Props, len(from))
	namelessOnly := make(map[item.Key]bool, len(from)) // by folded key
	for _, p := range from {
		k, nameless, err := r.key(p.Tag.ID())
		if err != nil {
			return nil, fmt.Errorf("property 0x%08X: %w", uint32(p.Tag), err)
		}
		replaceable, there := namelessOnly[k.Fold()]
		if s.volatile(k) || there && (nameless || !replaceable) {
			continue
		}
		v, err := r.cp.fromProperty(p)
		if err != nil {
			return nil, fmt.Errorf("property 0x%08X, %s: %w", uint32(p.Tag), Name(k, item.Type(p.Tag.Type())), err)
		}
		props[k], namelessOnly[k.Fold()] = v, nameless
	}
	return props, nil
}

// key names the property; nameless is an id in the range of named properties
// that the store has no name for.
func (r reader) key(id uint16) (k item.Key, nameless bool, err error) {
	if id < firstNamed {
		return item.TagKey(id), false, nil
	}
	n, named, err := r.names(id)
	switch {
	case err != nil:
		return "", false, fmt.Errorf("find the name: %w", err)
	case !named:
		return item.TagKey(id), true, nil
	case n.Name != "":
		return item.NameKey(n.GUID, n.Name), false, nil
	case n.GUID == UnnamedSet && n.ID >= firstNamed && n.ID <= 0xFFFF:
		return item.TagKey(uint16(n.ID)), false, nil
	default:
		return item.NamedKey(n.GUID, n.ID), false, nil
	}
}

// clearComputedFlags leaves of PidTagMessageFlags what belongs to the item.
func clearComputedFlags(p item.Props) {
	v, ok := p[keyMessageFlags]
	if !ok || v.Type != item.TypeInt32 || len(v.Data) != 4 {
		return
	}
	flags := binary.LittleEndian.Uint32(v.Data) &^ computedFlags
	p[keyMessageFlags] = item.Int32(int32(flags))
}
