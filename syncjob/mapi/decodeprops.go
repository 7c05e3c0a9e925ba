package mapi

import (
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"pstsyncd/syncjob/item"
)

// decodeProps reads a "properties" object. old are the properties that are
// there, nil for a new item. Removed are the keys whose value is null.
func decodeProps(from map[string]any, old item.Props, s scope) (set item.Props, removed []item.Key, err error) {
	set = item.Props{}
	seen := map[item.Key]string{}
	for _, name := range slices.Sorted(maps.Keys(from)) {
		k, v, err := decodeProperty(name, from[name], old)
		if err != nil {
			return nil, nil, fmt.Errorf("property %q: %w", name, err)
		}
		if other, twice := seen[k.Fold()]; twice {
			return nil, nil, fmt.Errorf("property %q: the same as %q, which is also there: leave one out", name, other)
		}
		seen[k.Fold()] = name
		switch {
		case s.volatile(k):
		case from[name] == nil:
			removed = append(removed, k)
		default:
			set[k] = v
		}
	}
	if s == ofMessage {
		clearComputedFlags(set)
	}
	return set, removed, nil
}

func decodeProperty(name string, from any, old item.Props) (item.Key, item.Value, error) {
	k, _, err := ParseName(name)
	if err != nil || from == nil {
		return k, item.Value{}, err
	}
	if object, ok := from.(map[string]any); ok {
		v, err := decodeTyped(object)
		return k, v, err
	}
	t := typeOfPlain(name, k, from, old)
	if t == 0 {
		return "", item.Value{}, errors.New(`the type is not known: give {"type":"0x0003","value":…} with the property type of [MS-OXCDATA] 2.11.1`)
	}
	b, err := fromNatural(t, from)
	return k, item.Value{Type: t, Data: b}, err
}

// typeOfPlain settles the type of a value that is given without one.
func typeOfPlain(name string, k item.Key, plain any, old item.Props) item.Type {
	if _, t, err := ParseName(name); err == nil && t != 0 {
		return t
	}
	if _, v, ok := old.Find(k); ok {
		return v.Type
	}
	return impliedType(name, plain)
}

// decodeTyped reads {"type":"0x0102","value":…} and {"type":"0x0102","raw":"…"}.
func decodeTyped(from map[string]any) (item.Value, error) {
	text, _ := from["type"].(string)
	value, hasValue := from["value"]
	raw, hasRaw := from["raw"]
	if text == "" || hasValue == hasRaw || len(from) != 2 {
		return item.Value{}, errors.New(`want {"type":"0x0102","value":…} or {"type":"0x0102","raw":"base64 of the stored bytes"}`)
	}
	n, err := strconv.ParseUint(strings.TrimPrefix(text, "0x"), 16, 16)
	t := item.Type(n)
	if err != nil || t&^item.TypeMulti == typeString8 {
		return item.Value{}, fmt.Errorf("type %q: want a property type of [MS-OXCDATA] 2.11.1 in hexadecimal; strings are 0x001F and 0x101F", text)
	}
	if hasRaw {
		encoded, ok := raw.(string)
		b, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil || !ok {
			return item.Value{}, errors.New(`"raw": want base64`)
		}
		return item.Value{Type: t, Data: b}, nil
	}
	b, err := fromNatural(t, value)
	return item.Value{Type: t, Data: b}, err
}

// typeString8 is text in a code page; items have Unicode in its place.
const typeString8 item.Type = 0x001E
