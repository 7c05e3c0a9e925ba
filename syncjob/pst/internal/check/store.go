package check

import (
	"encoding/binary"

	"pstsyncd/syncjob/pst/internal/disk"
)

// entryIDSize is that of the id of a folder or message ([MS-PST] 2.4.3.2): flags,
// the record key of the store, the node.
const entryIDSize = 24

// store checks the properties of the store object (rules 40 and 52).
func (c *checker) store() {
	where := nodeName(disk.NIDMessageStore)
	pc := c.openPC(disk.NIDMessageStore)
	if pc == nil {
		c.errorf("store", "2.4.3", where, "store without readable properties")
		return
	}
	if _, ok := pc.prop(pidDisplayName); !ok {
		c.warnf("store", "2.4.3.1", where, "store without a name")
	}
	c.useIDMap = c.ids != nil && pc.number(pidReplFlags) != 0
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
	c.defaultFolders(string(uid))
}

// entryID checks an entry id of a folder in this store.
func (c *checker) entryID(where string, id uint16, v, uid []byte) {
	if len(v) != entryIDSize {
		c.errorf("entry-id", "2.4.3.2", where, "property %#04x has %d bytes", id, len(v))
		return
	}
	nid := disk.NID(binary.LittleEndian.Uint32(v[20:]))
	if string(v[4:20]) != string(uid) || c.node(nid) == nil {
		c.errorf("entry-id", "2.4.3.2", where, "property %#04x names node %v of store %x", id, nid, v[4:20])
	}
}

// defaultFolders checks where the root folder says the calendar, the contacts and
// the like are. Ids of another store are left from a store that this one was made
// of, and Outlook passes them over.
func (c *checker) defaultFolders(uid string) {
	pc := c.openPC(disk.NIDRootFolder)
	if pc == nil {
		return
	}
	for id := uint16(pidFirstDefault); id <= pidLastDefault; id++ {
		v, ok := pc.value(id)
		if ok && (len(v) != entryIDSize || string(v[4:20]) == uid) {
			c.entryID(nodeName(disk.NIDRootFolder), id, v, []byte(uid))
		}
	}
}
