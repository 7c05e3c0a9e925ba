package ndb

import (
	"errors"
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// firstIndex returns the index after which ids of a type are given out, the initial
// value of rgnid ([MS-PST] 2.2.2.6).
func firstIndex(t disk.NIDType) uint32 {
	switch t {
	case disk.NIDTypeSearchFolder:
		return 0x4000
	case disk.NIDTypeNormalMessage:
		return 0x10000
	case disk.NIDTypeAssocMessage:
		return 0x8000
	default:
		return 0x400
	}
}

// folderTables are the types whose ids follow those of folders.
var folderTables = [...]disk.NIDType{
	disk.NIDTypeHierarchyTable, disk.NIDTypeContentsTable, disk.NIDTypeAssocContentsTable,
}

// NewNID returns an id of type t that no node has and that was never given out. If
// there is none, or finding out fails, it returns one that Commit will refuse.
func (tx *Tx) NewNID(t disk.NIDType) disk.NID {
	index := min(max(tx.next.RgNID[t], firstIndex(t)), disk.MaxNIDIndex)
	for {
		index++
		nid := disk.MakeNID(t, index)
		free, err := tx.unused(nid, index)
		if err != nil {
			_ = tx.fail(fmt.Errorf("new id of type %#x: %w", uint8(t), err))
			return nid
		}
		if free {
			tx.next.RgNID[t] = index
			return nid
		}
	}
}

// NewFolderIndex returns the index of a new folder and its tables, whose ids differ
// in the type only: [disk.MakeNID] with disk.NIDTypeNormalFolder is the folder's.
func (tx *Tx) NewFolderIndex() uint32 {
	for _, t := range folderTables {
		tx.raise(disk.NIDTypeNormalFolder, tx.next.RgNID[t])
	}
	index := tx.NewNID(disk.NIDTypeNormalFolder).Index()
	for _, t := range folderTables {
		tx.raise(t, index)
	}
	return index
}

func (tx *Tx) unused(nid disk.NID, index uint32) (bool, error) {
	if err := tx.usable(); err != nil {
		return false, err
	}
	if index > disk.MaxNIDIndex {
		return false, ErrFull
	}
	switch nid.Type() {
	case disk.NIDTypeLTP, disk.NIDTypeAttachment: // ids of subnodes only
		return true, nil
	}
	_, err := tx.Node(nid)
	if errors.Is(err, ErrNotFound) {
		return true, nil
	}
	return false, err
}

// raise notes that an id has been used.
func (tx *Tx) raise(t disk.NIDType, index uint32) {
	tx.next.RgNID[t] = max(tx.next.RgNID[t], index)
}

// Unique returns a number that was never returned before for this store: a value of
// dwUnique, from which row versions are drawn.
func (tx *Tx) Unique() uint32 {
	v := tx.next.Unique
	tx.next.Unique++
	return v
}

// UniqueAbove is [Tx.Unique] for something that has the number v already. In some
// stores of Outlook dwUnique is behind, and the numbers that follow it are in use: it
// is raised above v, unless v is so far off that it must be something else.
func (tx *Tx) UniqueAbove(v uint32) uint32 {
	const far = 1 << 24
	if v-tx.next.Unique < far {
		tx.next.Unique = v + 1
	}
	return tx.Unique()
}

// NextBID returns the id that the next new block will have, which grows with every
// change: the source of change numbers.
func (tx *Tx) NextBID() disk.BID { return tx.next.NextB }
