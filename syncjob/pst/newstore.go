package pst

import (
	"bytes"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// Folders of an empty store, in the order in which their ids are given out.
const (
	nidTop         NID = 0x8022 // the IPM subtree
	nidSearchRoot  NID = 0x8042
	nidDeleted     NID = 0x8062
	nidCommonViews NID = 0x8082
	nidSpamFolder  NID = 0x2223 // a search folder
)

// Nodes of an empty store that [MS-PST] does not name. They are as Outlook
// leaves them before it has done anything in a store.
const (
	nidConversationIndex NID = 0xE01
	nidConversationQueue NID = 0xE41
	nidSearchQueue       NID = 0xEC1
	nidGathererQueue     NID = 0xEE1
	nidGathererState     NID = 0xF01
	nidGathererFolders   NID = 0xF21
)

const (
	nameBuckets     = 251     // of the name-to-id map, [MS-PST] 2.4.7.5
	outlookVersion  = 1618611 // 16.0.18611, whose empty store this one is like
	outlookBuild    = 18611
	validFolders    = 0xC9 // PidTagValidFolderMask: subtree, wastebasket, common views, finder
	latestVersion   = 0x000E0011
	gathererVersion = 8
	hnClientIDMap   = 0x9C
	hnClientConv    = 0xCC
)

// newStore fills an empty store.
type newStore struct {
	tx      *Tx
	options CreateOptions
}

func (s *newStore) fill() error {
	for _, step := range []func() error{
		s.templates, s.names, s.messageStore, s.rootFolder, s.folders, s.searchFolder, s.queues, s.indexes, s.defaults,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (s *newStore) put(nid, parent NID, data disk.BID) error {
	return s.tx.tx.PutNode(ndb.Node{NID: nid, Parent: parent, Data: data})
}

// templates makes the tables that have no rows, and the one row of the receive
// folder table, which sends every message class to the root folder.
func (s *newStore) templates() error {
	for _, t := range templateTables {
		n, err := ltp.NewTC(s.tx.tx, t.columns(s.options.Format))
		if err != nil {
			return err
		}
		if err := s.put(t.nid, 0, n.Data); err != nil {
			return err
		}
	}
	n, err := s.tx.tx.Node(disk.NIDReceiveFolderTable)
	if err != nil {
		return err
	}
	rows, err := ltp.EditTC(s.tx.tx, n)
	if err != nil {
		return err
	}
	err = rows.Set(1, []ltp.Cell{
		cellOf(s.tx.textTag(PidTagMessageClass), nil),
		cellOf(tagReceiveFolder, uint32Bytes(uint32(disk.NIDRootFolder))),
	})
	if err != nil {
		return err
	}
	if n, err = rows.Flush(); err != nil {
		return err
	}
	return s.tx.tx.PutNode(n)
}

func (s *newStore) names() error {
	o, err := s.tx.newObject(disk.NIDNameToIDMap)
	if err != nil {
		return err
	}
	o.setInt(idNameBucketCount, nameBuckets)
	if err := s.putObject(o); err != nil {
		return err
	}
	for _, name := range templateNames {
		if _, err := s.tx.PutName(name); err != nil {
			return err
		}
	}
	return nil
}

func (s *newStore) putObject(o *object) error {
	if err := o.build(); err != nil {
		return err
	}
	return s.tx.tx.PutNode(o.node)
}

// messageStore makes the properties of the store. [MS-PST] 2.4.3.1.
func (s *newStore) messageStore() error {
	o, err := s.tx.newObject(disk.NIDMessageStore)
	if err != nil {
		return err
	}
	history := bytes.NewBuffer(nil)
	guid := newGUID()
	for _, part := range [][]byte{uint32Bytes(1), guid[:], uint32Bytes(1)} {
		history.Write(part)
	}
	binaries := map[uint16][]byte{
		idRecordKey:   s.tx.key[:],
		idReplHistory: history.Bytes(),
		idIPMSubtree:  s.tx.EntryID(nidTop),
		idWastebasket: s.tx.EntryID(nidDeleted),
		0x35E6:        s.tx.EntryID(nidCommonViews), // PidTagCommonViewsEntryId
		0x35E7:        s.tx.EntryID(nidSearchRoot),  // PidTagFinderEntryId
	}
	for id, b := range binaries {
		o.vals[id] = ltp.Value{Tag: MakeTag(id, TypeBinary), Data: b}
	}
	for id, n := range map[uint16]int32{
		idReplFlags: 0,
		idPassword:  0,
		0x35DF:      validFolders,
		0x66FA:      latestVersion,  // PidTagLatestVersion, of the format
		0x66FC:      outlookVersion, // of the program
	} {
		o.setInt(id, n)
	}
	o.setBool(0x6633, true) // PidTagPstLrNoRestrictions
	if cp := s.options.CodePage; cp != 0 {
		o.setInt(idCodePage, int32(cp))
	}
	if err := o.setText(PidTagDisplayName.ID(), s.options.DisplayName); err != nil {
		return err
	}
	return s.putObject(o)
}

// rootFolder makes the folder that is its own parent and in no table.
func (s *newStore) rootFolder() error {
	_, err := s.tx.putNewFolder(ndb.Node{NID: disk.NIDRootFolder, Parent: disk.NIDRootFolder}, "", "")
	return err
}

func (s *newStore) folders() error {
	for _, f := range []struct {
		nid, parent   NID
		name, comment string
	}{
		{nidTop, disk.NIDRootFolder, "Top of Outlook data file", ""},
		{nidSearchRoot, disk.NIDRootFolder, "Search Root", ""},
		{nidDeleted, nidTop, "Deleted Items", "Deleted Items folder"},
		{nidCommonViews, disk.NIDRootFolder, "IPM_COMMON_VIEWS", ""},
	} {
		if _, err := s.tx.CreateFolder(f.parent, f.name, ""); err != nil {
			return err
		}
		if f.nid == nidTop || f.nid == nidSearchRoot {
			continue
		}
		if err := s.comment(f.nid, f.comment); err != nil {
			return err
		}
	}
	return nil
}

// comment gives a folder its PidTagComment.
func (s *newStore) comment(nid NID, text string) error {
	return s.edit(nid, func(o *object) error { return o.setText(0x3004, text) })
}

// edit changes properties of a folder that are in no table.
func (s *newStore) edit(nid NID, change func(o *object) error) error {
	if err := s.tx.flushFolders(); err != nil {
		return err
	}
	n, err := s.tx.tx.Node(nid)
	if err != nil {
		return err
	}
	o, err := s.tx.openObject(n)
	if err != nil {
		return err
	}
	if err := change(o); err != nil {
		return err
	}
	return s.putObject(o)
}

// defaults makes the folders of contacts and of appointments, and names them on
// the root folder.
func (s *newStore) defaults() error {
	contacts, err := s.tx.CreateFolder(nidTop, "Contacts", ClassContact)
	if err != nil {
		return err
	}
	calendar, err := s.tx.CreateFolder(nidTop, "Calendar", ClassAppointment)
	if err != nil {
		return err
	}
	return s.edit(disk.NIDRootFolder, func(o *object) error {
		for class, nid := range map[string]NID{ClassContact: contacts, ClassAppointment: calendar} {
			id := defaultEntries[class]
			o.vals[id] = ltp.Value{Tag: MakeTag(id, TypeBinary), Data: s.tx.EntryID(nid)}
		}
		return nil
	})
}
