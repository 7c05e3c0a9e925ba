package merge

import (
	"encoding/binary"

	"pstsyncd/syncjob/item"
)

// Side is one of the two stores.
type Side uint8

// The two sides. Where nothing else decides, Left does.
const (
	Left Side = iota
	Right
)

// Other returns the side across.
func (s Side) Other() Side { return 1 - s }

// String returns "left" or "right".
func (s Side) String() string { return [...]string{"left", "right"}[s&1] }

// PairID is the durable name of an item on both sides; 0 is not yet given.
type PairID uint64

// FolderID is the durable name of a pair of folders.
type FolderID uint32

// State is what is known about an item on one side. An item for which there is
// a base but no view is as the base says.
type State uint8

// The states.
const (
	Present    State = iota // read whole
	Absent                  // positively not in any folder that is kept in step
	Unreadable              // it is there, or may be, and could not be read
)

// Digests are the properties of an item.
type Digests = item.DigestList

// View is an item as one side has it now.
type View struct {
	Ref    string // names the item on its side
	Folder FolderID
	State  State

	// The rest is set when State is Present.
	Digests  Digests     // of everything that is not volatile
	Natural  item.Digest // see [NaturalKey]; zero: it has none
	Modified uint64      // PidTagLastModificationTime, 100 ns since 1601; 0: it has none
}

// NewView reads an item. The only errors are those of values that are not held
// in memory.
func NewView(ref string, folder FolderID, it *item.Item, p Policy) (View, error) {
	digests, err := it.Digests(p.Volatile)
	if err != nil {
		return View{}, err
	}
	natural, err := NaturalKey(it)
	if err != nil {
		return View{}, err
	}
	v := View{Ref: ref, Folder: folder, State: Present, Digests: item.ListDigests(digests), Natural: natural}
	if m, ok := it.Props[item.KeyModified]; ok && m.Type == item.TypeTime && len(m.Data) == 8 {
		v.Modified = binary.LittleEndian.Uint64(m.Data)
	}
	return v, nil
}

// Base is an item as both sides last agreed on it.
type Base struct {
	Pair    PairID
	Folder  FolderID
	Ref     [2]string // by Side
	Digests Digests
}
