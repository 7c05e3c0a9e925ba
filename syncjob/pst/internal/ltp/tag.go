package ltp

import (
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// Tag names a property with its type: the property id in the high word, the type
// in the low one.
type Tag uint32

// Tags with a meaning of their own in a table: the key of a row and its version
// ([MS-PST] 2.3.4.4.1).
const (
	TagRowID  Tag = Tag(disk.TagLTPRowID)
	TagRowVer Tag = Tag(disk.TagLTPRowVer)
)

// MakeTag returns the tag of property id with type t.
func MakeTag(id uint16, t PropType) Tag { return Tag(uint32(id)<<16 | uint32(t)) }

// ID returns the property id.
func (t Tag) ID() uint16 { return uint16(t >> 16) }

// Type returns the type of the value.
func (t Tag) Type() PropType { return PropType(t) }

// String returns the tag in hexadecimal, as in "0x3001001f".
func (t Tag) String() string { return fmt.Sprintf("%#08x", uint32(t)) }

// PropType is the type of a property's value ([MS-OXCDATA] 2.11.1).
type PropType uint16

// The types that a store holds. A multi-valued type is one of these with
// TypeMultiple set.
const (
	TypeUnspecified PropType = 0x0000
	TypeNull        PropType = 0x0001
	TypeInt16       PropType = 0x0002
	TypeInt32       PropType = 0x0003
	TypeFloat32     PropType = 0x0004
	TypeFloat64     PropType = 0x0005
	TypeCurrency    PropType = 0x0006
	TypeAppTime     PropType = 0x0007
	TypeError       PropType = 0x000A
	TypeBoolean     PropType = 0x000B
	TypeObject      PropType = 0x000D
	TypeInt64       PropType = 0x0014
	TypeString8     PropType = 0x001E
	TypeUnicode     PropType = 0x001F
	TypeTime        PropType = 0x0040
	TypeGUID        PropType = 0x0048
	TypeServerID    PropType = 0x00FB
	TypeRestriction PropType = 0x00FD
	TypeRuleAction  PropType = 0x00FE
	TypeBinary      PropType = 0x0102

	TypeMultiple PropType = 0x1000
)

// Fixed returns the size in bytes that every value of the type has. ok is false
// for types whose values differ in size, multi-valued ones and unknown ones.
func (t PropType) Fixed() (size int, ok bool) {
	switch t {
	case TypeUnspecified, TypeNull:
		return 0, true
	case TypeBoolean:
		return 1, true
	case TypeInt16:
		return 2, true
	case TypeInt32, TypeFloat32, TypeError:
		return 4, true
	case TypeFloat64, TypeCurrency, TypeAppTime, TypeInt64, TypeTime:
		return 8, true
	case TypeGUID:
		return 16, true
	default:
		return 0, false
	}
}

// pcInline reports whether a property context keeps the value in its record, and
// the value's size ([MS-PST] 2.3.3.3).
func (t PropType) pcInline() (size int, ok bool) {
	size, ok = t.Fixed()
	return size, ok && size <= 4
}

// tcInline reports whether a table keeps the value in its row, and the value's
// size ([MS-PST] 2.3.4.4.2).
func (t PropType) tcInline() (size int, ok bool) {
	size, ok = t.Fixed()
	return size, ok && size > 0 && size <= 8
}

// trim cuts the stored bytes of a fixed-size value to its size and makes a
// Boolean 0 or 1: writers leave garbage in the bytes above short values.
func (t PropType) trim(b []byte) []byte {
	if size, ok := t.Fixed(); ok && len(b) > size {
		b = b[:size]
	}
	if t == TypeBoolean && len(b) == 1 && b[0] > 1 {
		return []byte{1}
	}
	return b
}
