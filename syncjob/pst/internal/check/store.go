package check

import (
	"encoding/binary"
	"maps"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// store checks the properties of the store object (rules 40 and 52).
func (c *checker) store() {
	where := nodeName(disk.NIDMessageStore)
	pc := c.openPC(disk.NIDMessageStore)
	if pc == nil {
		c.errorf("store", "2.4.3", where, "store without readable properties")
		return
	}
	uid, _ := pc.value(pidRecordKey)
	if len(uid) != 16 {
		c.errorf("store", "2.4.3.1", where, "record key of %d bytes", len(uid))
		return
	}
	for _, id := range []uint16{pidIPMSubtree, pidIPMWastebasket, pidFinder} {
		v, ok := pc.value(id)
		if !ok {
			c.warnf("store", "2.4.3.1", where, "property %#04x is not there", id)
			continue
		}
		c.entryID(where, id, v, uid)
	}
}

// entryID checks an entry id of a folder in this store ([MS-PST] 2.4.3.2).
func (c *checker) entryID(where string, id uint16, v, uid []byte) {
	if len(v) != 24 {
		c.errorf("entry-id", "2.4.3.2", where, "property %#04x has %d bytes", id, len(v))
		return
	}
	nid := disk.NID(binary.LittleEndian.Uint32(v[20:]))
	if string(v[4:20]) != string(uid) || c.node(nid) == nil {
		c.errorf("entry-id", "2.4.3.2", where, "property %#04x names node %v of store %x", id, nid, v[4:20])
	}
}

// searchQueue checks the queue of search updates (rule 53).
func (c *checker) searchQueue() {
	e := c.node(disk.NIDSearchManagementQueue)
	if e == nil {
		return
	}
	where := nodeName(e.NID)
	n, ok := c.openNode(e.NID)
	size := uint64(0)
	if ok {
		size = n.tree.size
	}
	if head := uint64(e.Parent); size%20 != 0 || head > size || head%20 != 0 {
		c.errorf("search-queue", "2.4.8.4.1", where, "head at %d of %d bytes of updates of 20", head, size)
	}
}

// names is the map of named properties as far as the checker needs it.
type names struct {
	known map[uint16]bool // property ids
	bad   bool            // unreadable: ids in use are not judged
}

// Properties of node 0x61 ([MS-PST] 2.4.7).
const (
	pidBucketCount  = 0x0001
	pidGUIDStream   = 0x0002
	pidEntryStream  = 0x0003
	pidStringStream = 0x0004
	pidFirstBucket  = 0x1000
	firstNamedID    = 0x8000
)

// nameMap checks the map of named properties (rule 50).
func (c *checker) nameMap() *names {
	where := nodeName(disk.NIDNameToIDMap)
	pc := c.openPC(disk.NIDNameToIDMap)
	if pc == nil {
		return &names{bad: true}
	}
	entries, _ := pc.value(pidEntryStream)
	guids, _ := pc.value(pidGUIDStream)
	text, _ := pc.value(pidStringStream)
	buckets := pc.number(pidBucketCount)
	m := &names{known: make(map[uint16]bool)}
	if len(entries)%disk.NameIDSize != 0 || len(guids)%16 != 0 || buckets == 0 {
		c.errorf("name-map", "2.4.7", where, "%d bytes of entries, %d of guids, %d buckets", len(entries), len(guids), buckets)
		m.bad = true
		return m
	}
	inBucket := c.bucketEntries(pc, buckets)
	seen := make(map[uint16]bool)
	for at := 0; at < len(entries); at += disk.NameIDSize {
		var e disk.NameID
		if e.Unmarshal(c.f, entries[at:]) != nil {
			continue
		}
		if seen[e.Index] {
			c.errorf("name-map", "2.4.7.1", where, "two entries for property %#04x", firstNamedID+int(e.Index))
		}
		seen[e.Index] = true
		m.known[firstNamedID+e.Index] = true
		if int(e.GUID) >= int(disk.NameIDGUIDFirst)+len(guids)/16 {
			c.errorf("name-map", "2.4.7.2", where, "entry %d has guid %d of %d", at/disk.NameIDSize, e.GUID, len(guids)/16)
		}
		key := e
		if e.IsString {
			name, ok := nameAt(text, e.ID)
			if !ok {
				c.errorf("name-map", "2.4.7.4", where, "entry %d has its name at %d of %d", at/disk.NameIDSize, e.ID, len(text))
				continue
			}
			key.ID = disk.CRC(name)
		}
		if !inBucket[key] {
			c.warnf("name-hash", "2.4.7.5", where, "entry %d is not in its bucket", at/disk.NameIDSize)
		}
		delete(inBucket, key)
	}
	left := make([]uint16, 0, len(inBucket))
	for e := range inBucket {
		left = append(left, firstNamedID+e.Index)
	}
	slices.Sort(left)
	for _, id := range left {
		c.warnf("name-hash", "2.4.7.5", where, "a bucket has property %#04x, the entries do not", id)
	}
	return m
}

// bucketEntries collects what the buckets hold and checks that each is in its own.
func (c *checker) bucketEntries(pc *propBag, buckets uint32) map[disk.NameID]bool {
	all := make(map[disk.NameID]bool)
	for id := range pc.props {
		if id < pidFirstBucket || uint32(id) >= pidFirstBucket+buckets {
			continue
		}
		v, _ := pc.value(id)
		for ; len(v) >= disk.NameIDSize; v = v[disk.NameIDSize:] {
			var e disk.NameID
			if e.Unmarshal(c.f, v) != nil {
				continue
			}
			if e.Bucket(buckets) != uint32(id-pidFirstBucket) {
				c.warnf("name-hash", "2.4.7.5", nodeName(disk.NIDNameToIDMap), "property %#04x is in bucket %d of %d", firstNamedID+int(e.Index), id-pidFirstBucket, buckets)
			}
			all[e] = true
		}
	}
	return all
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

// use checks that the ids of named properties in use are in the map (rule 51).
func (m *names) use(c *checker, where string, pc *propBag) {
	if m.bad {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(pc.props)) {
		if id >= firstNamedID && id < 0xFFFE && !m.known[id] {
			c.warnf("name-missing", "2.4.2.2", where, "property %#04x has no name", id)
		}
	}
}
