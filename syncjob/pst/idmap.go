package pst

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
)

// Properties that identify an object and its state for replication. They are
// undocumented but for their names; what is written follows files of Outlook.
const (
	tagReplItemID      Tag = 0x0E300102 // a GUID, the key of the id map
	tagReplChangeNum   Tag = 0x0E330014 // a counter, taken from bidNextB
	tagReplVersionHist Tag = 0x0E340102 // 1, the GUID of the store's own history, number of changes
)

const replHistorySize = 24

// idMap is node 0xC01, a B-tree on a heap from GUIDs to nodes. Every store of
// Outlook has one; it is in use where the message store's PidTagReplFlags are
// not 0, and then every message and every folder is in it.
type idMap struct {
	inUse   bool
	history [replHistorySize]byte // of a new object
	records map[[16]byte]NID      // to be written
}

// replication is what identifies one object.
type replication struct {
	id, change, history []byte // nil in stores without a map in use
}

func (r replication) cells() []ltp.Cell {
	if r.id == nil {
		return nil
	}
	return []ltp.Cell{
		{Tag: tagReplItemID, Data: r.id},
		{Tag: tagReplChangeNum, Data: r.change},
		{Tag: tagReplVersionHist, Data: r.history},
	}
}

func (tx *Tx) idMap() (*idMap, error) {
	if tx.ids != nil {
		return tx.ids, nil
	}
	m := &idMap{records: make(map[[16]byte]NID)}
	_, err := tx.tx.Node(disk.NIDIDMap)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, fmt.Errorf("id map: %w", err)
	}
	if err == nil {
		if err := tx.readReplication(m); err != nil {
			return nil, err
		}
	}
	tx.ids = m
	return m, nil
}

func (tx *Tx) readReplication(m *idMap) error {
	pc, err := tx.openPC(disk.NIDMessageStore)
	if err != nil {
		return err
	}
	flags, err := intOf(pc, idReplFlags)
	if err != nil {
		return err
	}
	_, history, _, err := pc.Get(idReplHistory)
	if err != nil {
		return err
	}
	if m.inUse = flags != 0 && len(history) == replHistorySize; m.inUse {
		m.history = [replHistorySize]byte(history)
		binary.LittleEndian.PutUint32(m.history[20:], 1)
	}
	return nil
}

// register enters a new message or folder into the id map of a store that uses
// one.
func (tx *Tx) register(nid NID) (replication, error) {
	m, err := tx.idMap()
	if err != nil || !m.inUse {
		return replication{}, err
	}
	guid := newGUID()
	m.records[guid] = nid
	return replication{id: guid[:], change: tx.changeNumber(), history: m.history[:]}, nil
}

func (tx *Tx) changeNumber() []byte {
	return binary.LittleEndian.AppendUint64(nil, uint64(tx.tx.NextBID()))
}

// replicate gives a message that was changed the next change number, and a new
// one its place in the id map. What another store said of it is dropped.
func (tx *Tx) replicate(o *object, fresh bool) error {
	m, err := tx.idMap()
	if err != nil {
		return err
	}
	if fresh {
		for _, tag := range []Tag{tagReplItemID, tagReplChangeNum, tagReplVersionHist, MakeTag(idReplFlags, TypeInt32)} {
			if err := o.remove(tag.ID()); err != nil {
				return err
			}
		}
	}
	if !m.inUse || o.node.NID.Type() != disk.NIDTypeNormalMessage {
		return nil
	}
	if fresh || !o.has(tagReplItemID.ID()) {
		r, err := tx.register(o.node.NID)
		if err != nil {
			return err
		}
		for _, c := range r.cells() {
			o.vals[c.Tag.ID()] = ltp.Value{Tag: c.Tag, Data: c.Data}
		}
		return nil
	}
	history := m.history
	if old := o.vals[tagReplVersionHist.ID()].Data; len(old) == replHistorySize {
		binary.LittleEndian.PutUint32(history[20:], binary.LittleEndian.Uint32(old[20:])+1)
	}
	o.vals[tagReplChangeNum.ID()] = ltp.Value{Tag: tagReplChangeNum, Data: tx.changeNumber()}
	o.vals[tagReplVersionHist.ID()] = ltp.Value{Tag: tagReplVersionHist, Data: history[:]}
	return nil
}

// unregister takes a purged message out of the id map: its record stays and
// names no node.
func (tx *Tx) unregister(pc *ltp.PC) error {
	m, err := tx.idMap()
	if err != nil || !m.inUse {
		return err
	}
	_, guid, _, err := pc.Get(tagReplItemID.ID())
	if err != nil {
		return err
	}
	if len(guid) == 16 {
		m.records[[16]byte(guid)] = 0
	}
	return nil
}

// flushIDs writes the records of the id map that changed.
func (tx *Tx) flushIDs() error {
	if tx.ids == nil || len(tx.ids.records) == 0 {
		return nil
	}
	n, err := tx.tx.Node(disk.NIDIDMap)
	if err != nil {
		return err
	}
	heap, err := ltp.EditHeap(tx.tx, n.Data)
	if err != nil {
		return fmt.Errorf("id map: %w", err)
	}
	if err := tx.ids.write(heap); err != nil {
		return fmt.Errorf("id map: %w", err)
	}
	if n.Data, err = heap.Flush(); err != nil {
		return fmt.Errorf("id map: %w", err)
	}
	clear(tx.ids.records)
	return tx.tx.PutNode(n)
}

// write changes the tree: the root item of the heap holds the id of the tree's
// header.
func (m *idMap) write(heap *ltp.HeapEditor) error {
	root, err := heap.UserRoot()
	if err != nil {
		return err
	}
	item, err := heap.Item(root)
	if err != nil {
		return err
	}
	if len(item) < 4 {
		return disk.Corruptf("id map", -1, "root item of %d bytes", len(item))
	}
	tree, err := ltp.EditBTH(heap, disk.HID(binary.LittleEndian.Uint32(item)))
	if err != nil {
		return err
	}
	for _, guid := range sortedGUIDs(m.records) {
		if err := tree.Put(guid[:], uint32Bytes(uint32(m.records[guid]))); err != nil {
			return err
		}
	}
	return nil
}

func sortedGUIDs(records map[[16]byte]NID) [][16]byte {
	return slices.SortedFunc(maps.Keys(records), func(a, b [16]byte) int { return bytes.Compare(a[:], b[:]) })
}

func newGUID() (guid [16]byte) {
	_, _ = rand.Read(guid[:]) // never fails
	return guid
}
