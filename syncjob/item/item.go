package item

import (
	"encoding/binary"
	"maps"
	"slices"
	"strings"
	"time"
)

// Item is one message of a folder, or one embedded in an attachment.
type Item struct {
	// Class repeats Props[KeyMessageClass] for those who only ask for the kind; the
	// property is what is compared and copied.
	Class       string       `json:"class,omitempty"`
	Props       Props        `json:"properties,omitempty"`
	Recipients  []Props      `json:"recipients,omitempty"`
	Attachments []Attachment `json:"attachments,omitempty"`
}

// Attachment is one attachment of an item.
type Attachment struct {
	Props    Props `json:"properties,omitempty"`
	Embedded *Item `json:"embedded,omitempty"` // the embedded message, nil for files
}

// Props are the properties of an item, a recipient or an attachment.
type Props map[Key]Value

// Keys returns the keys in ascending order.
func (p Props) Keys() []Key { return slices.Sorted(maps.Keys(p)) }

// Find returns the value under the key in any spelling that [Key.Fold] makes
// equal, and the spelling used here.
func (p Props) Find(k Key) (Key, Value, bool) {
	if v, ok := p[k]; ok {
		return k, v, true
	}
	want := k.Fold()
	for _, have := range p.Keys() {
		if have.Fold() == want {
			return have, p[have], true
		}
	}
	return "", Value{}, false
}

// String returns a string property; false when it is absent or no string.
func (p Props) String(k Key) (string, bool) {
	v, ok := p[k]
	if !ok || v.Type != TypeUnicode || v.Large != nil {
		return "", false
	}
	return DecodeUTF16(v.Data), true
}

// Int returns an integer property of 16, 32 or 64 bits, sign-extended.
func (p Props) Int(k Key) (int64, bool) {
	v := p[k]
	switch {
	case v.Type == TypeInt16 && len(v.Data) == 2:
		return int64(int16(binary.LittleEndian.Uint16(v.Data))), true
	case v.Type == TypeInt32 && len(v.Data) == 4:
		return int64(int32(binary.LittleEndian.Uint32(v.Data))), true
	case v.Type == TypeInt64 && len(v.Data) == 8:
		return int64(binary.LittleEndian.Uint64(v.Data)), true
	}
	return 0, false
}

// Bool returns a Boolean property.
func (p Props) Bool(k Key) (value, ok bool) {
	v := p[k]
	if v.Type != TypeBool || len(v.Data) != 1 {
		return false, false
	}
	return v.Data[0] != 0, true
}

// Time returns a time property in UTC.
func (p Props) Time(k Key) (time.Time, bool) {
	v := p[k]
	if v.Type != TypeTime || len(v.Data) != 8 {
		return time.Time{}, false
	}
	return FromFileTime(binary.LittleEndian.Uint64(v.Data)), true
}

// Binary returns a binary property that is held in memory. The caller must not
// modify it.
func (p Props) Binary(k Key) ([]byte, bool) {
	v, ok := p[k]
	if !ok || v.Type != TypeBinary || v.Large != nil {
		return nil, false
	}
	return v.Data, true
}

// Kind is what sort of thing an item is.
type Kind uint8

// The kinds that differ in how items are recognised.
const (
	Other Kind = iota
	Contact
	DistList
	Appointment
	Task
	Note
)

var kindClasses = [...]string{
	Contact:     "IPM.Contact",
	DistList:    "IPM.DistList",
	Appointment: "IPM.Appointment",
	Task:        "IPM.Task",
	Note:        "IPM.StickyNote",
}

var kindNames = [...]string{"other", "contact", "distribution list", "appointment", "task", "note"}

// String returns a word for people.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return kindNames[Other]
}

// KindOf sorts by message class, which is the class of the kind or extends it
// after a dot; case is ignored ([MS-OXCMSG] 2.2.1.3).
func KindOf(class string) Kind {
	for k, prefix := range kindClasses {
		if prefix == "" || len(class) < len(prefix) || !strings.EqualFold(class[:len(prefix)], prefix) {
			continue
		}
		if len(class) == len(prefix) || class[len(prefix)] == '.' {
			return Kind(k)
		}
	}
	return Other
}

// Kind sorts the item by its message class.
func (it *Item) Kind() Kind { return KindOf(it.Class) }
