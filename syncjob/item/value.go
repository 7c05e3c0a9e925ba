package item

import (
	"encoding/binary"
	"io"
	"time"
	"unicode/utf16"
)

// Type is a property type of [MS-OXCDATA] 2.11.1. Strings are always Unicode.
type Type uint16

// The property types, with the length of one value in bytes.
const (
	TypeInt16    Type = 0x0002 // 2
	TypeInt32    Type = 0x0003 // 4
	TypeFloat32  Type = 0x0004 // 4
	TypeFloat64  Type = 0x0005 // 8
	TypeCurrency Type = 0x0006 // 8
	TypeAppTime  Type = 0x0007 // 8
	TypeError    Type = 0x000A // 4
	TypeBool     Type = 0x000B // 1, either 0 or 1
	TypeObject   Type = 0x000D // bytes of the object
	TypeInt64    Type = 0x0014 // 8
	TypeUnicode  Type = 0x001F // UTF-16LE without terminator
	TypeTime     Type = 0x0040 // 8, 100 ns since 1601-01-01 UTC
	TypeGUID     Type = 0x0048 // 16
	TypeServerID Type = 0x00FB
	TypeBinary   Type = 0x0102
	TypeMulti    Type = 0x1000 // flag: many values, in the layout of [MS-PST] 2.3.3.4
)

// Value is one property value.
type Value struct {
	Type Type
	// Data holds the raw bytes, numbers little-endian, strings as UTF-16LE without
	// terminator, many values in the layout of [MS-PST] 2.3.3.4 (with UTF-16LE).
	// It belongs to the value and is not to be modified.
	Data []byte
	// Large stands in for Data when the value is too big to be held in memory.
	Large *Large
}

// Large is a value that is read when needed.
type Large struct {
	Size int64 // bytes
	// ID names the value within the store that it is from: as long as that is the same
	// store, a value of the same name is the same. 0: it has no name.
	ID uint64
	// Digest is what [Value.Digest] has found, or what is known from elsewhere; nil when
	// nobody has looked.
	Digest *Digest
	// Open starts a new read of the whole value; the caller closes it. It may be
	// called many times, as long as the store that the value is from is open.
	Open func() (io.ReadCloser, error)
}

// Size returns the length of the value in bytes.
func (v Value) Size() int64 {
	if v.Large != nil {
		return v.Large.Size
	}
	return int64(len(v.Data))
}

// String makes a Unicode string value.
func String(s string) Value { return Value{Type: TypeUnicode, Data: EncodeUTF16(s)} }

// Int32 makes a 32-bit integer value.
func Int32(n int32) Value {
	return Value{Type: TypeInt32, Data: binary.LittleEndian.AppendUint32(nil, uint32(n))}
}

// Bool makes a Boolean value.
func Bool(b bool) Value {
	v := Value{Type: TypeBool, Data: []byte{0}}
	if b {
		v.Data[0] = 1
	}
	return v
}

// Binary makes a binary value; b is kept, not copied.
func Binary(b []byte) Value { return Value{Type: TypeBinary, Data: b} }

// Time makes a time value, rounded down to 100 ns.
func Time(t time.Time) Value {
	return Value{Type: TypeTime, Data: binary.LittleEndian.AppendUint64(nil, FileTime(t))}
}

// filetimeEpoch is 1970-01-01 as seconds since 1601-01-01.
const filetimeEpoch = 11644473600

// FileTime converts to 100 ns units since 1601-01-01 UTC; t is not before that.
func FileTime(t time.Time) uint64 {
	return uint64(t.Unix()+filetimeEpoch)*1e7 + uint64(t.Nanosecond()/100)
}

// FromFileTime is the reverse of [FileTime]; the result is in UTC.
func FromFileTime(ft uint64) time.Time {
	return time.Unix(int64(ft/1e7)-filetimeEpoch, int64(ft%1e7)*100).UTC()
}

// EncodeUTF16 returns s as UTF-16LE without terminator.
func EncodeUTF16(s string) []byte {
	units := utf16.Encode([]rune(s))
	b := make([]byte, 0, 2*len(units))
	for _, u := range units {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// DecodeUTF16 returns UTF-16LE as a string: terminators at the end are dropped,
// unpaired surrogates become U+FFFD, and an odd last byte is ignored.
func DecodeUTF16(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	for len(units) > 0 && units[len(units)-1] == 0 {
		units = units[:len(units)-1]
	}
	return string(utf16.Decode(units))
}
