package mapi

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"pstsyncd/syncjob/item"
)

// fromNatural is the reverse of natural: the bytes of a value of type t. v is
// what encoding/json makes of a value, numbers as json.Number.
func fromNatural(t item.Type, v any) ([]byte, error) {
	if t&item.TypeMulti == 0 {
		return fromNaturalOne(t, v)
	}
	list, ok := v.([]any)
	if !ok {
		return nil, errors.New("want an array")
	}
	base := t &^ item.TypeMulti
	values := make([][]byte, len(list))
	for i, one := range list {
		var err error
		if values[i], err = fromNaturalOne(base, one); err != nil {
			return nil, fmt.Errorf("value %d of the array: %w", i+1, err)
		}
	}
	if len(values) == 0 {
		return nil, nil
	}
	if fixedSize(base) == 0 {
		return joinMulti(values), nil
	}
	var b []byte
	for _, value := range values {
		b = append(b, value...)
	}
	return b, nil
}

func fromNaturalOne(t item.Type, v any) ([]byte, error) {
	switch t {
	case item.TypeBool:
		b, ok := v.(bool)
		if !ok {
			return nil, errors.New("want true or false")
		}
		return item.Bool(b).Data, nil
	case item.TypeInt16:
		n, err := parseInt(v, 16)
		return binary.LittleEndian.AppendUint16(nil, uint16(n)), err
	case item.TypeInt32, item.TypeError:
		n, err := parseInt(v, 32)
		return binary.LittleEndian.AppendUint32(nil, uint32(n)), err
	case item.TypeInt64:
		n, err := parseInt(v, 64)
		return binary.LittleEndian.AppendUint64(nil, uint64(n)), err
	case item.TypeCurrency:
		n, err := parseCurrency(v)
		return binary.LittleEndian.AppendUint64(nil, uint64(n)), err
	case item.TypeFloat32:
		f, err := parseFloat(v, 32)
		return binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(f))), err
	case item.TypeFloat64, item.TypeAppTime:
		f, err := parseFloat(v, 64)
		return binary.LittleEndian.AppendUint64(nil, math.Float64bits(f)), err
	}
	s, ok := v.(string)
	if !ok {
		return nil, errors.New("want a string")
	}
	return fromString(t, s)
}

func fromString(t item.Type, s string) ([]byte, error) {
	switch t {
	case item.TypeUnicode:
		return item.EncodeUTF16(s), nil
	case item.TypeTime:
		return parseTime(s)
	case item.TypeGUID:
		g, err := item.ParseGUID(s)
		return g[:], err
	case item.TypeBinary, item.TypeObject, item.TypeServerID, typeRestriction, typeRuleAction:
		b, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			return nil, errors.New("want base64")
		}
		return b, nil
	}
	return nil, fmt.Errorf(`type 0x%04X has no plain form: give {"type":"0x%04X","raw":"base64 of the stored bytes"}`, uint16(t), uint16(t))
}

func parseInt(v any, bits int) (int64, error) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, errors.New("want a whole number")
	}
	i, err := strconv.ParseInt(string(n), 10, bits)
	if err != nil {
		return 0, fmt.Errorf("want a whole number of %d bits", bits)
	}
	return i, nil
}

func parseFloat(v any, bits int) (float64, error) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, errors.New("want a number")
	}
	f, err := strconv.ParseFloat(string(n), bits)
	if err != nil {
		return 0, fmt.Errorf("want a number of %d bits", bits)
	}
	return f, nil
}

// parseCurrency reads a decimal with at most four digits after the point as a
// number of ten-thousandths, exactly.
func parseCurrency(v any) (int64, error) {
	n, ok := v.(json.Number)
	whole, fraction, _ := strings.Cut(string(n), ".")
	if !ok || len(fraction) > 4 {
		return 0, errors.New("want a number with at most 4 digits after the point")
	}
	i, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", 4-len(fraction)), 10, 64)
	if err != nil {
		return 0, errors.New("want a number with at most 4 digits after the point, below 922337203685477")
	}
	return i, nil
}

func parseTime(s string) ([]byte, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return nil, errors.New("want a time of RFC 3339, like 2024-05-31T14:00:00Z")
	}
	if t.Before(item.FromFileTime(0)) {
		return nil, errors.New("want a time after the year 1600")
	}
	return item.Time(t).Data, nil
}
