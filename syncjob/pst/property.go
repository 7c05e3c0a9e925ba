package pst

import "io"

// Tag is a property tag: the property id in the high word, the type in the low.
type Tag uint32

// PropType is the type of a property's value. [MS-OXCDATA] 2.11.1.
type PropType uint16

// The property types a store holds. A multi-valued type is the base type with
// TypeMultiple added.
const (
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

// MakeTag makes the tag of a property id and a type.
func MakeTag(id uint16, t PropType) Tag { return Tag(uint32(id)<<16 | uint32(t)) }

// ID is the property id; from 0x8000 on it is one of this store's named
// properties, see [File.NameOf].
func (t Tag) ID() uint16 { return uint16(t >> 16) }

// Type is the type of the value.
func (t Tag) Type() PropType { return PropType(t) }

// LargeSize is the size in bytes above which a value is read as a stream and
// not as a slice.
const LargeSize = 1 << 20

// Property is one value. Data holds the bytes as the store keeps them, little
// endian: 1 byte for a Boolean, 2, 4 or 8 for numbers and times, UTF-16LE or
// code page text without a terminator, the layout of [MS-PST] 2.3.3.4 for
// multi-valued ones. A TypeObject property holds the content of the object it
// refers to; an embedded message is not a property but [Attachment.Embedded].
//
// A value over [LargeSize] has Large set and Data nil.
type Property struct {
	Tag   Tag
	Data  []byte
	Large *Large
}

// Size is the number of bytes of the value.
func (p Property) Size() int64 {
	if p.Large != nil {
		return p.Large.Size
	}
	return int64(len(p.Data))
}

// Large is a value kept as a stream. One that was read from a store may be
// opened any number of times until that store is closed or the item changed.
type Large struct {
	Size int64 // bytes
	Open func() (io.ReadCloser, error)
}

// PropName is the name of a named property: a property set and either a number
// or, when Name is not empty, a string. [MS-PST] 2.4.7.
type PropName struct {
	GUID [16]byte // as stored: the first three fields little endian
	ID   uint32
	Name string
}
