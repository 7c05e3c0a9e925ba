package item

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// Key is the name of a property, the same in every store:
//
//	0x3001                                        tagged, by property id
//	{00062004-0000-0000-c000-000000000046}/0x8005 named, by number
//	{00020329-0000-0000-c000-000000000046}/Name   named, by string
//
// Hexadecimal digits of ids are upper case, those of GUIDs lower case. A string
// name that begins with "0x" or with an apostrophe gets an apostrophe in front,
// so that it is never taken for a number.
type Key string

// Keys of the parts of an item that are lists and not properties. They appear
// in digests and in plans, never in [Props].
const (
	KeyRecipients  Key = "recipients"
	KeyAttachments Key = "attachments"
)

// Keys that pairing, merging and the getters below need by name.
const (
	KeyMessageClass Key = "0x001A" // PidTagMessageClass
	KeySensitivity  Key = "0x0036" // PidTagSensitivity
	KeySubject      Key = "0x0037" // PidTagSubject
	KeyBody         Key = "0x1000" // PidTagBody
	KeyDisplayName  Key = "0x3001" // PidTagDisplayName
	KeyCreated      Key = "0x3007" // PidTagCreationTime
	KeyModified     Key = "0x3008" // PidTagLastModificationTime
	KeySearchKey    Key = "0x300B" // PidTagSearchKey
)

// TagKey names the tagged property with this id (the upper half of its tag).
func TagKey(id uint16) Key { return Key(fmt.Sprintf("0x%04X", id)) }

// NamedKey names a property by property set and number (the LID).
func NamedKey(guid [16]byte, id uint32) Key {
	return Key(fmt.Sprintf("%s/0x%04X", FormatGUID(guid), id))
}

// NameKey names a property by property set and string name.
func NameKey(guid [16]byte, name string) Key {
	if strings.HasPrefix(name, "0x") || strings.HasPrefix(name, "'") {
		name = "'" + name
	}
	return Key(FormatGUID(guid) + "/" + name)
}

// Parsed is a [Key] taken apart.
type Parsed struct {
	Named bool     // false: a tagged property, only ID is set
	GUID  [16]byte // property set, in the byte order of a PST
	ID    uint32   // property id, or number of a named property when Name is ""
	Name  string   // string name of a named property
}

// Parse takes the key apart. The keys of lists and malformed keys are errors.
func (k Key) Parse() (Parsed, error) {
	s := string(k)
	if !strings.HasPrefix(s, "{") {
		id, ok := parseHex(s, 16)
		if !ok {
			return Parsed{}, fmt.Errorf("property key %q: neither 0xHHHH nor {guid}/name", s)
		}
		return Parsed{ID: id}, nil
	}
	set, name, ok := strings.Cut(s, "/")
	guid, err := ParseGUID(set)
	if !ok || err != nil || name == "" {
		return Parsed{}, fmt.Errorf("property key %q: neither 0xHHHH nor {guid}/name", s)
	}
	if rest, quoted := strings.CutPrefix(name, "'"); quoted {
		return Parsed{Named: true, GUID: guid, Name: rest}, nil
	}
	if strings.HasPrefix(name, "0x") {
		id, ok := parseHex(name, 32)
		if !ok {
			return Parsed{}, fmt.Errorf("property key %q: %q is not a number", s, name)
		}
		return Parsed{Named: true, GUID: guid, ID: id}, nil
	}
	return Parsed{Named: true, GUID: guid, Name: name}, nil
}

// Key puts the parts together again.
func (p Parsed) Key() Key {
	switch {
	case !p.Named:
		return TagKey(uint16(p.ID))
	case p.Name == "":
		return NamedKey(p.GUID, p.ID)
	default:
		return NameKey(p.GUID, p.Name)
	}
}

// Fold returns the form under which two spellings of one property are equal:
// string names of named properties do not differ by case in Outlook.
func (k Key) Fold() Key {
	set, name, named := strings.Cut(string(k), "/")
	if !named || strings.HasPrefix(name, "0x") {
		return k
	}
	return Key(set + "/" + strings.ToLower(name))
}

func parseHex(s string, bits int) (uint32, bool) {
	digits, ok := strings.CutPrefix(s, "0x")
	if !ok || len(digits) < 4 {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 16, bits)
	return uint32(n), err == nil
}

// FormatGUID writes a GUID as {xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx} from the
// bytes of a PST, whose first three fields are little-endian.
func FormatGUID(g [16]byte) string {
	b := swapGUID(g)
	h := hex.EncodeToString(b[:])
	return "{" + h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:] + "}"
}

// ParseGUID reads what [FormatGUID] writes, in either case.
func ParseGUID(s string) ([16]byte, error) {
	var g [16]byte
	if len(s) != 38 || s[0] != '{' || s[37] != '}' {
		return g, fmt.Errorf("guid %q: want {8-4-4-4-12 hexadecimal digits}", s)
	}
	for _, i := range []int{9, 14, 19, 24} {
		if s[i] != '-' {
			return g, fmt.Errorf("guid %q: want {8-4-4-4-12 hexadecimal digits}", s)
		}
	}
	h := s[1:9] + s[10:14] + s[15:19] + s[20:24] + s[25:37]
	if _, err := hex.Decode(g[:], []byte(h)); err != nil {
		return g, fmt.Errorf("guid %q: %w", s, err)
	}
	return swapGUID(g), nil
}

// MustGUID is [ParseGUID] for constants; it panics on a malformed one.
func MustGUID(s string) [16]byte {
	g, err := ParseGUID(s)
	if err != nil {
		panic(err)
	}
	return g
}

func swapGUID(g [16]byte) [16]byte {
	g[0], g[1], g[2], g[3] = g[3], g[2], g[1], g[0]
	g[4], g[5] = g[5], g[4]
	g[6], g[7] = g[7], g[6]
	return g
}
