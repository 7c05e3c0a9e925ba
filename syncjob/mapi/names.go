package mapi

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"pstsyncd/syncjob/item"
)

// namesCSV has a line for each property of [MS-OXPROPS], current or of an
// earlier edition: property set, id or number or string name, type, canonical
// name. The set is empty for tagged properties. Ids from 0x8000 on are left out
// of these: in a PST they are named properties. Where several names share a key
// and a type, all but the one to be shown are marked with "=". Lines are sorted
// by set and id; among the types of one key the usual one comes first.
//
//go:embed names.csv
var namesCSV string

// canonical is one line of the table.
type canonical struct {
	key  item.Key
	typ  item.Type
	name string
}

type nameTable struct {
	byKey  map[item.Key][]canonical // by folded key; names to be shown only
	byName map[string]canonical
}

var names = sync.OnceValue(func() nameTable {
	t, err := loadNames(namesCSV)
	if err != nil {
		panic(fmt.Sprintf("names.csv: %v", err)) // part of the program; a test loads it
	}
	return t
})

func loadNames(csv string) (nameTable, error) {
	t := nameTable{byKey: map[item.Key][]canonical{}, byName: map[string]canonical{}}
	for line := range strings.Lines(csv) {
		c, shown, err := parseCanonical(strings.TrimSpace(line))
		if err != nil {
			return nameTable{}, err
		}
		if _, twice := t.byName[c.name]; twice {
			return nameTable{}, fmt.Errorf("%s is there twice", c.name)
		}
		t.byName[c.name] = c
		if shown {
			k := c.key.Fold()
			t.byKey[k] = append(t.byKey[k], c)
		}
	}
	return t, nil
}

func parseCanonical(line string) (c canonical, shown bool, err error) {
	f := strings.Split(line, ",")
	if len(f) != 4 {
		return c, false, fmt.Errorf("%q: want 4 fields", line)
	}
	typ, err := strconv.ParseUint(f[2], 16, 16)
	if err != nil {
		return c, false, fmt.Errorf("%q: type: %w", line, err)
	}
	c.typ = item.Type(typ)
	c.name = strings.TrimPrefix(f[3], "=")
	shown = c.name == f[3]
	set, known := propertySets[f[0]]
	id, idErr := strconv.ParseUint(f[1], 16, 16)
	switch {
	case f[0] == "" && idErr == nil:
		c.key = item.TagKey(uint16(id))
	case known && strings.HasPrefix(c.name, "PidLid") && idErr == nil:
		c.key = item.NamedKey(set, uint32(id))
	case known && strings.HasPrefix(c.name, "PidName"):
		c.key = item.NameKey(set, f[1])
	default:
		return c, false, fmt.Errorf("%q: neither a tagged nor a named property", line)
	}
	return c, shown, nil
}

// Name returns the canonical name of the property in [MS-OXPROPS]. The type
// matters where properties share an id, as PidTagHtml and PidTagBodyHtml do.
// What has no name there is called by its key: "0x8123", "{guid}/0x8005" or
// "{guid}/name".
func Name(k item.Key, t item.Type) string {
	if c, ok := lookup(k, t); ok {
		return c.name
	}
	return string(k)
}

// lookup finds the property of that key: the one of this type if there is one,
// else the most usual.
func lookup(k item.Key, t item.Type) (canonical, bool) {
	all := names().byKey[k.Fold()]
	for _, c := range all {
		if c.typ == t {
			return c, true
		}
	}
	if len(all) == 0 {
		return canonical{}, false
	}
	return all[0], true
}

// ParseName is the reverse of [Name]. It also takes "0x3001" and "{guid}/0x8005"
// for properties that have a canonical name. The type is that of the table, and
// 0 for a property that is not in it.
func ParseName(name string) (item.Key, item.Type, error) {
	if c, ok := names().byName[name]; ok {
		return c.key, c.typ, nil
	}
	parsed, err := item.Key(name).Parse()
	if err != nil {
		return "", 0, fmt.Errorf("unknown property name %q: use a name of [MS-OXPROPS], 0xHHHH, {guid}/0xHHHH or {guid}/name", name)
	}
	k := parsed.Key()
	c, ok := lookup(k, 0)
	if !ok {
		return k, 0, nil
	}
	return k, c.typ, nil
}
