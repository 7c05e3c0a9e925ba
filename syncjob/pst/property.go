package pst

import (
	"fmt"
	"io"

	"pstsyncd/syncjob/pst/internal/ltp"
)

// Tag is a property tag: the property id in the high word, the type in the low.
type Tag = ltp.Tag

// PropType is the type of a property's value. [MS-OXCDATA] 2.11.1.
type PropType = ltp.PropType

// The property types a store holds. A multi-valued type is the base type with
// TypeMultiple set.
const (
	TypeInt16       = ltp.TypeInt16
	TypeInt32       = ltp.TypeInt32
	TypeFloat32     = ltp.TypeFloat32
	TypeFloat64     = ltp.TypeFloat64
	TypeCurrency    = ltp.TypeCurrency
	TypeAppTime     = ltp.TypeAppTime
	TypeError       = ltp.TypeError
	TypeBoolean     = ltp.TypeBoolean
	TypeObject      = ltp.TypeObject
	TypeInt64       = ltp.TypeInt64
	TypeString8     = ltp.TypeString8
	TypeUnicode     = ltp.TypeUnicode
	TypeTime        = ltp.TypeTime
	TypeGUID        = ltp.TypeGUID
	TypeServerID    = ltp.TypeServerID
	TypeRestriction = ltp.TypeRestriction
	TypeRuleAction  = ltp.TypeRuleAction
	TypeBinary      = ltp.TypeBinary

	TypeMultiple = ltp.TypeMultiple
)

// MakeTag makes the tag of a property id and a type.
func MakeTag(id uint16, t PropType) Tag { return ltp.MakeTag(id, t) }

// LargeSize is the size in bytes above which a value is read as a stream and
// not as a slice.
const LargeSize = 1 << 20

// Property is one value. Data holds the bytes as the store keeps them, little
// endian: 1 byte for a Boolean, 2, 4 or 8 for numbers and times, UTF-16LE or
// code page text without a terminator, the layout of [MS-PST] 2.3.3.4 for
// multi-valued ones. A TypeObject property holds the content of the object it
// refers to; an embedded message is not a property but [Attachment.Embedded].
//
// A value over [LargeSize] has Large set and Data nil, and so has a smaller one of a
// message that has very many of them.
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
	// ID names the value: in one store, as long as it goes on from the same state (see
	// [Token]), what has the same ID is the same. 0 for a value that is not in a store.
	ID   uint64
	Open func() (io.ReadCloser, error)
}

// PropName is the name of a named property: a property set and either a number
// or, when Name is not empty, a string. [MS-PST] 2.4.7.
type PropName struct {
	GUID [16]byte // as stored: the first three fields little endian
	ID   uint32
	Name string
}

// String is the property set and the number or the quoted string.
func (n PropName) String() string {
	g := n.GUID
	set := fmt.Sprintf("{%02x%02x%02x%02x-%02x%02x-%02x%02x-%x-%x}", g[3], g[2], g[1], g[0], g[5], g[4], g[7], g[6], g[8:10], g[10:])
	if n.Name != "" {
		return fmt.Sprintf("%s/%q", set, n.Name)
	}
	return fmt.Sprintf("%s/%#04x", set, n.ID)
}
