package mapi

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf16"

	"pstsyncd/syncjob/item"
)

// Property types that are stored as plain bytes and have no constant in item:
// [MS-OXCDATA] 2.11.1. In JSON they are base64 like TypeBinary.
const (
	typeRestriction item.Type = 0x00FD
	typeRuleAction  item.Type = 0x00FE
)

// natural gives the plain JSON value for a value of this type: a string, a
// json.Number, a bool or a []any of them. ok is false for bytes that do not have
// one, such as a string with half a surrogate pair or a time past the year 9999.
func natural(t item.Type, b []byte) (v any, ok bool) {
	if t&item.TypeMulti != 0 {
		v, ok = naturalMulti(t&^item.TypeMulti, b)
	} else {
		v, ok = naturalOne(t, b)
	}
	if !ok {
		return nil, false
	}
	back, err := fromNatural(t, v)
	return v, err == nil && string(back) == string(b)
}

func naturalOne(t item.Type, b []byte) (any, bool) {
	if size := fixedSize(t); size != 0 && len(b) != size {
		return nil, false
	}
	switch t {
	case item.TypeUnicode:
		return decodeUnits(b), true
	case item.TypeBool:
		return b[0] != 0, true
	case item.TypeInt16:
		return number(strconv.FormatInt(int64(int16(binary.LittleEndian.Uint16(b))), 10)), true
	case item.TypeInt32, item.TypeError:
		return number(strconv.FormatInt(int64(int32(binary.LittleEndian.Uint32(b))), 10)), true
	case item.TypeInt64:
		return number(strconv.FormatInt(int64(binary.LittleEndian.Uint64(b)), 10)), true
	case item.TypeCurrency:
		return number(formatCurrency(int64(binary.LittleEndian.Uint64(b)))), true
	case item.TypeFloat32:
		return formatFloat(float64(math.Float32frombits(binary.LittleEndian.Uint32(b))), 32)
	case item.TypeFloat64, item.TypeAppTime:
		return formatFloat(math.Float64frombits(binary.LittleEndian.Uint64(b)), 64)
	case item.TypeTime:
		return formatTime(binary.LittleEndian.Uint64(b))
	case item.TypeGUID:
		return item.FormatGUID([16]byte(b)), true
	case item.TypeBinary, item.TypeObject, item.TypeServerID, typeRestriction, typeRuleAction:
		return base64.StdEncoding.EncodeToString(b), true
	}
	return nil, false
}

func naturalMulti(t item.Type, b []byte) (any, bool) {
	values, err := splitValues(t, b)
	if err != nil {
		return nil, false
	}
	list := make([]any, len(values))
	for i, value := range values {
		v, ok := naturalOne(t, value)
		if !ok {
			return nil, false
		}
		list[i] = v
	}
	return list, true
}

// splitValues takes a multi-valued property of base type t apart.
func splitValues(t item.Type, b []byte) ([][]byte, error) {
	size := fixedSize(t)
	if size == 0 {
		return splitMulti(b)
	}
	if len(b)%size != 0 {
		return nil, fmt.Errorf("%d bytes are no multiple of %d", len(b), size)
	}
	var values [][]byte
	for ; len(b) > 0; b = b[size:] {
		values = append(values, b[:size])
	}
	return values, nil
}

// fixedSize is the length of a value of the type in bytes, and 0 for types whose
// values differ in length.
func fixedSize(t item.Type) int {
	switch t {
	case item.TypeBool:
		return 1
	case item.TypeInt16:
		return 2
	case item.TypeInt32, item.TypeFloat32, item.TypeError:
		return 4
	case item.TypeFloat64, item.TypeCurrency, item.TypeAppTime, item.TypeInt64, item.TypeTime:
		return 8
	case item.TypeGUID:
		return 16
	}
	return 0
}

func number(s string) json.Number { return json.Number(s) }

// decodeUnits decodes UTF-16LE and keeps terminators.
func decodeUnits(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

// formatCurrency writes a number of ten-thousandths as a decimal.
func formatCurrency(n int64) string {
	sign, u := "", uint64(n)
	if n < 0 {
		sign, u = "-", -u
	}
	if u%10000 == 0 {
		return sign + strconv.FormatUint(u/10000, 10)
	}
	return fmt.Sprintf("%s%d.%04d", sign, u/10000, u%10000)
}

func formatFloat(f float64, bits int) (any, bool) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, false
	}
	return number(strconv.FormatFloat(f, 'g', -1, bits)), true
}

// maxFileTime is the end of the year 9999, the last that RFC 3339 can write.
var maxFileTime = item.FileTime(time.Date(9999, 12, 31, 23, 59, 59, 999999900, time.UTC))

func formatTime(ft uint64) (any, bool) {
	if ft > maxFileTime {
		return nil, false
	}
	return item.FromFileTime(ft).Format(time.RFC3339Nano), true
}
