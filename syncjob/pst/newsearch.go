package pst

import (
	"bytes"
	"encoding/binary"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// searchFolder makes the search folder for spam. [MS-PST] 2.7.3.5.
func (s *newStore) searchFolder() error {
	o, err := s.tx.editObject(ndb.Node{NID: nidSpamFolder, Parent: disk.NIDRootFolder}, nil)
	if err != nil {
		return err
	}
	if err := o.setText(PidTagDisplayName.ID(), "SPAM Search Folder 2"); err != nil {
		return err
	}
	o.setInt(idContentCount, 0)
	o.setInt(idUnreadCount, 0)
	o.setBool(idSubfolders, false)
	if err := s.putObject(o); err != nil {
		return err
	}
	if err := s.tx.listFolder(disk.NIDRootFolder, o); err != nil {
		return err
	}
	if err := s.put(nidSpamFolder.WithType(disk.NIDTypeSearchUpdateQueue), 0, 0); err != nil {
		return err
	}
	criteria, err := s.tx.newObject(nidSpamFolder.WithType(disk.NIDTypeSearchCriteria))
	if err != nil {
		return err
	}
	criteria.setInt(0x660B, 0)
	if err := s.putObject(criteria); err != nil {
		return err
	}
	template, err := s.tx.tx.Node(disk.NIDSearchContentsTableTemplate)
	if err != nil {
		return err
	}
	return s.put(nidSpamFolder.WithType(disk.NIDTypeSearchContentsTable), 0, template.Data)
}

// queues makes the nodes of searches: what is pending, which is nothing, and the
// list of search folders.
func (s *newStore) queues() error {
	for _, nid := range []NID{
		disk.NIDSearchManagementQueue, disk.NIDSearchDomainObject,
		nidConversationQueue, nidSearchQueue, nidGathererQueue, nidGathererFolders,
	} {
		if err := s.put(nid, 0, 0); err != nil {
			return err
		}
	}
	if err := s.putBytes(disk.NIDSearchActivityList, uint32Bytes(uint32(nidSpamFolder))); err != nil {
		return err
	}
	state := make([]byte, 104)
	binary.LittleEndian.PutUint32(state[0:], gathererVersion)
	binary.LittleEndian.PutUint32(state[32:], 1)
	return s.putBytes(nidGathererState, state)
}

func (s *newStore) putBytes(nid NID, b []byte) error {
	bid, _, err := s.tx.tx.WriteData(bytes.NewReader(b))
	if err != nil {
		return err
	}
	return s.put(nid, 0, bid)
}

// indexes makes the id map and the conversation index: each a heap whose root
// item refers to a tree without records.
func (s *newStore) indexes() error {
	idMap := make([]byte, 4)
	if err := s.putIndex(disk.NIDIDMap, hnClientIDMap, 16, idMap); err != nil {
		return err
	}
	conv := make([]byte, convRootSize)
	binary.LittleEndian.PutUint32(conv[convQueued:], 1)
	binary.LittleEndian.PutUint32(conv[convLastMessage:], uint32(disk.MakeNID(disk.NIDTypeNormalMessage, 0x10000)))
	binary.LittleEndian.PutUint32(conv[16:], 3)
	binary.LittleEndian.PutUint32(conv[24:], 16)
	binary.LittleEndian.PutUint32(conv[32:], outlookBuild)
	return s.putIndex(nidConversationIndex, hnClientConv, 4, conv)
}

// putIndex makes a heap with a root item, whose first 4 bytes become the id of
// the tree.
func (s *newStore) putIndex(nid NID, client uint8, keySize int, root []byte) error {
	heap, err := ltp.NewHeap(s.tx.tx, client)
	if err != nil {
		return err
	}
	item, err := heap.Alloc(root)
	if err != nil {
		return err
	}
	tree, err := ltp.NewBTH(heap, keySize, 4)
	if err != nil {
		return err
	}
	binary.LittleEndian.PutUint32(root, uint32(tree.Header()))
	if _, err := heap.Realloc(item, root); err != nil {
		return err
	}
	if err := heap.SetUserRoot(item); err != nil {
		return err
	}
	data, err := heap.Flush()
	if err != nil {
		return err
	}
	return s.put(nid, 0, data)
}
