package check

import (
	"encoding/binary"
	"maps"
	"slices"
	"strings"
	"unicode/utf16"

	"pstsyncd/syncjob/pst/internal/disk"
)

// Properties of node 0x61 ([MS-PST] 2.4.7).
const (
	pidBucketCount  = 0x0001
	pidGUIDStream   = 0x0002
	pidEntryStream  = 0x0003
	pidStringStream = 0x0004
	pidFirstBucket  = 0x1000

	firstNamedID = 0x8000
	lastNamedID  = 0xFFFE

	maxStream = 16 << 20 // bytes; names of 255 characters for all ids there are
)

// names is the map of named properties.
type names struct {
	c       *checker
	known   map[uint16]bool // property ids
	bad     bool            // unreadable: ids in use are not judged
	guids   int             // in the stream
	text    []byte          // the string stream
	buckets uint32
	hashed  map[disk.NameID]bool // what the buckets hold and no entry was met for
	spelt   map[spelling]string  // string names by what they are compared by
}

// spelling is a string name without regard to case, of which a store holds one
// ([MS-OXPROPS] 1.3.2; two of them are an error to Outlook's repair tool).
type spelling struct {
	guid uint16
	name string
}

// nameMap checks the map of named properties (rule 50).
func (c *checker) nameMap() *names {
	pc := c.openPC(disk.NIDNameToIDMap)
	if pc == nil {
		return &names{c: c, bad: true}
	}
	entries, ok1 := pc.stream(pidEntryStream)
	guids, ok2 := pc.stream(pidGUIDStream)
	m := &names{
		c: c, guids: len(guids) / 16, buckets: pc.number(pidBucketCount),
		known: make(map[uint16]bool), hashed: make(map[disk.NameID]bool), spelt: make(map[spelling]string),
	}
	var ok3 bool
	m.text, ok3 = pc.stream(pidStringStream)
	if !ok1 || !ok2 || !ok3 {
		m.errorf("name-map", "2.4.7", "a stream of more than %d bytes, or than the file, or one that cannot be read", maxStream)
		m.bad = true
		return m
	}
	if len(entries)%disk.NameIDSize != 0 || len(guids)%16 != 0 || m.buckets == 0 {
		m.errorf("name-map", "2.4.7", "%d bytes of entries, %d of guids, %d buckets", len(entries), len(guids), m.buckets)
		m.bad = true
		return m
	}
	m.readBuckets(pc)
	for i := range len(entries) / disk.NameIDSize {
		var e disk.NameID
		if e.Unmarshal(c.f, entries[i*disk.NameIDSize:]) == nil {
			m.entry(i, e)
		}
	}
	left := slices.SortedFunc(maps.Keys(m.hashed), func(a, b disk.NameID) int { return int(a.Index) - int(b.Index) })
	for _, e := range left {
		m.warnf("name-hash", "2.4.7.5", "a bucket has property %#04x, the entries do not", firstNamedID+int(e.Index))
	}
	return m
}

func (m *names) errorf(code code, ref, format string, args ...any) {
	m.c.errorf(code, ref, nodeName(disk.NIDNameToIDMap), format, args...)
}

func (m *names) warnf(code code, ref, format string, args ...any) {
	m.c.warnf(code, ref, nodeName(disk.NIDNameToIDMap), format, args...)
}

// readBuckets collects what the buckets hold and checks that each is in its own.
func (m *names) readBuckets(pc *propBag) {
	for _, p := range pc.props {
		if p.id < pidFirstBucket || uint32(p.id-pidFirstBucket) >= m.buckets {
			continue
		}
		v, _ := pc.value(p.id)
		for ; len(v) >= disk.NameIDSize && m.c.spend(4*workPerEntry); v = v[disk.NameIDSize:] {
			var e disk.NameID
			if e.Unmarshal(m.c.f, v) != nil {
				continue
			}
			if got := uint32(p.id - pidFirstBucket); e.Bucket(m.buckets) != got {
				m.warnf("name-hash", "2.4.7.5", "property %#04x is in bucket %d of %d", firstNamedID+int(e.Index), got, m.buckets)
			}
			m.hashed[e] = true
		}
	}
}

// entry checks number i of the entry stream.
func (m *names) entry(i int, e disk.NameID) {
	id := firstNamedID + int(e.Index)
	switch {
	case id >= lastNamedID:
		m.errorf("name-map", "2.4.7.1", "entry %d is for property %#04x", i, id)
		return
	case m.known[uint16(id)]:
		m.errorf("name-map", "2.4.7.1", "two entries for property %#04x", id)
		return
	case int(e.GUID) >= int(disk.NameIDGUIDFirst)+m.guids:
		m.errorf("name-map", "2.4.7.2", "entry %d has guid %d of %d", i, e.GUID, m.guids)
	}
	m.known[uint16(id)] = true
	if int(e.Index) != i {
		m.warnf("name-map", "2.4.7.1", "entry %d is for property %#04x: its number is not its place", i, id)
	}
	if e.IsString {
		name, ok := nameAt(m.text, e.ID)
		if !ok {
			m.errorf("name-map", "2.4.7.4", "entry %d has its name at %d of %d", i, e.ID, len(m.text))
			return
		}
		m.spell(e, name)
		e.ID = disk.CRC(name)
	}
	if !m.hashed[e] {
		m.warnf("name-hash", "2.4.7.5", "entry %d is not in its bucket", i)
	}
	delete(m.hashed, e)
}

// nameAt gives the UTF-16 bytes of a name in the string stream.
func nameAt(text []byte, at uint32) ([]byte, bool) {
	if uint64(at)+4 > uint64(len(text)) {
		return nil, false
	}
	n := uint64(binary.LittleEndian.Uint32(text[at:]))
	if uint64(at)+4+n > uint64(len(text)) {
		return nil, false
	}
	return text[at+4 : uint64(at)+4+n], true
}

// spell checks that a name is not there in another spelling.
func (m *names) spell(e disk.NameID, name []byte) {
	if !m.c.spend(len(name)) {
		return
	}
	key := spelling{e.GUID, strings.ToLower(string(utf16.Decode(utf16Units(name))))}
	other, ok := m.spelt[key]
	switch {
	case !ok:
		m.spelt[key] = string(name)
	case other != string(name):
		m.errorf("name-spelling", "observed", "property %#04x is named like another, in other case", firstNamedID+int(e.Index))
	}
}
