package pst

import (
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// UnnamedSet is the property set, as it is stored, of names that stand for ids
// without one: the number of the name is the id.
//
// Some programs leave items with ids that the name-to-id map ends before. The next
// name would get such an id, and with it values that were never meant. So before a
// store gets its first new name, the ids up to the last one in use are given names
// of this set.
var UnnamedSet = [16]byte{0x52, 0x7B, 0x1C, 0x8F, 0x0E, 0x6A, 0x39, 0x4D, 0x9C, 0x44, 0x5B, 0x0F, 0x2D, 0x7E, 0x91, 0xA6}

const (
	unnamedSamples = 64      // items that are looked at in a store without such ids
	unnamedReach   = 0x1000  // ids further beyond the end of the map are left alone
	firstMessage   = 0x10000 // index of the first id of a message
)

// nameUnnamed gives names to the ids in use that the map lacks, once for a
// transaction that adds names.
func (tx *Tx) nameUnnamed(m *nameMap) error {
	if tx.vetted {
		return nil
	}
	tx.vetted = true
	last, err := tx.sampleUnnamed(m)
	if err != nil || last < 0 {
		return err
	}
	for n, err := range tx.tx.Nodes(0, disk.NID(1<<32-1)) {
		if err != nil {
			return err
		}
		last = max(last, tx.lastUnnamed(m, n))
	}
	for id := firstNamedID + m.count; id <= last; id++ {
		if _, err := tx.appendName(m, PropName{GUID: UnnamedSet, ID: uint32(id)}); err != nil {
			return fmt.Errorf("keep property %#04x, which has no name: %w", id, err)
		}
	}
	return nil
}

// sampleUnnamed looks at items from all over the store; -1 when all their ids have
// names. A store either has items of such a writer or is sound, so that a store
// that is sound costs no more than this.
func (tx *Tx) sampleUnnamed(m *nameMap) (last int, err error) {
	last = -1
	end := min(tx.file.store.Header().RgNID[disk.NIDTypeNormalMessage], disk.MaxNIDIndex) + 1
	step := max(1, (end-min(end, firstMessage))/unnamedSamples)
	for at := uint32(firstMessage); at < end; at += step {
		from, to := disk.MakeNID(disk.NIDTypeNormalMessage, at), disk.MakeNID(disk.NIDTypeNormalMessage, min(at+step, end)-1)
		for n, err := range tx.tx.Nodes(from, to) {
			if err != nil {
				return -1, err
			}
			if n.NID.Type() == disk.NIDTypeNormalMessage {
				last = max(last, tx.lastUnnamed(m, n))
				break
			}
		}
	}
	return last, nil
}

// lastUnnamed is the highest id in an item that the map lacks, -1 for none and for
// what is no item or cannot be read: such an item is held back elsewhere.
func (tx *Tx) lastUnnamed(m *nameMap, n ndb.Node) int {
	last := -1
	if t := n.NID.Type(); t != disk.NIDTypeNormalMessage && t != disk.NIDTypeAssocMessage {
		return last
	}
	pc, err := ltp.OpenPC(tx.tx, n)
	if err != nil {
		return last
	}
	for ref, err := range pc.All() {
		if err != nil {
			return last
		}
		if id := int(ref.Tag.ID()); id >= firstNamedID+m.count && id < firstNamedID+m.count+unnamedReach {
			last = max(last, id)
		}
	}
	return last
}
