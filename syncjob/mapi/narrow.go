package mapi

import (
	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/pst"
)

// fromProperty makes a value of a property; only 8-bit strings change.
func (cp codePage) fromProperty(p pst.Property) (item.Value, error) {
	v := item.Value{Type: item.Type(p.Tag.Type()), Data: p.Data}
	if p.Large != nil {
		v.Large = &item.Large{Size: p.Large.Size, ID: p.Large.ID, Open: p.Large.Open}
	}
	switch v.Type {
	case typeString8:
		return convert(v, item.TypeUnicode, cp.decode, cp.decodeLarge)
	case typeString8 | item.TypeMulti:
		return convertMulti(v, item.TypeUnicode|item.TypeMulti, cp.decode)
	}
	return v, nil
}

// narrow is the reverse of fromProperty: Unicode strings become 8-bit ones.
func (cp codePage) narrow(v item.Value) (item.Value, error) {
	switch v.Type {
	case item.TypeUnicode:
		return convert(v, typeString8, cp.encode, cp.encodeLarge)
	case item.TypeUnicode | item.TypeMulti:
		return convertMulti(v, typeString8|item.TypeMulti, cp.encode)
	}
	return v, nil
}

// convert converts a string, in memory or as a stream, as it is given.
func convert(v item.Value, to item.Type, whole func([]byte) ([]byte, error), large func(stream) (stream, error)) (item.Value, error) {
	if v.Large == nil {
		b, err := whole(v.Data)
		return item.Value{Type: to, Data: b}, err
	}
	s, err := large(stream{v.Large.Size, v.Large.Open})
	return item.Value{Type: to, Large: &item.Large{Size: s.size, Open: s.open}}, err
}

// convertMulti converts a list of strings, which has no stream of its own.
func convertMulti(v item.Value, to item.Type, one func([]byte) ([]byte, error)) (item.Value, error) {
	b, err := bytesOf(v)
	if err != nil {
		return item.Value{}, err
	}
	b, err = each(b, one)
	return item.Value{Type: to, Data: b}, err
}
