package pst

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// nameEdit is what a transaction adds to the name-to-id map: bytes at the ends
// of its streams and buckets.
type nameEdit struct {
	guids, entries, strings []byte
	buckets                 map[uint16][]byte
}

// PutName gives the property id of a name, making one if the store has none.
// Ids are never changed or given up. ErrTooLarge when none is left.
func (tx *Tx) PutName(name PropName) (uint16, error) {
	if tx.err != nil {
		return 0, tx.err
	}
	m, err := tx.nameMap()
	if err != nil {
		return 0, err
	}
	id, ok, err := m.id(name)
	if err != nil || ok {
		return id, err
	}
	if id, err = tx.addName(m, normName(name)); err != nil {
		return 0, fmt.Errorf("add named property %s: %w", name, err)
	}
	return id, nil
}

func (tx *Tx) addName(m *nameMap, name PropName) (uint16, error) {
	if err := tx.nameUnnamed(m); err != nil {
		return 0, err
	}
	if id, ok, err := m.id(name); err != nil || ok {
		return id, err
	}
	return tx.appendName(m, name)
}

func (tx *Tx) appendName(m *nameMap, name PropName) (uint16, error) {
	text := EncodeUTF16(name.Name)
	if len(text) > maxNameBytes {
		return 0, fmt.Errorf("name of %d bytes: %w", len(text), ErrInvalid)
	}
	if m.count >= maxNamedIDs {
		return 0, fmt.Errorf("%d names: %w", m.count, ErrTooLarge)
	}
	if tx.added == nil {
		tx.added = &nameEdit{buckets: make(map[uint16][]byte)}
	}
	guid, err := tx.added.guid(m, name.GUID)
	if err != nil {
		return 0, err
	}
	hash := hashEntry(name, guid)
	hash.Index = uint16(m.count)
	entry := hash
	if hash.IsString {
		entry.ID = tx.added.str(m.strings.Size(), text)
	}
	tx.added.put(hash, entry, m.buckets)
	m.remember(name)
	return firstNamedID + hash.Index, nil
}

// guid is the index of a property set, which is added if it is not there.
func (e *nameEdit) guid(m *nameMap, guid [16]byte) (uint16, error) {
	if i, ok, err := m.guidIndex(guid); ok || err != nil {
		return i, err
	}
	i := disk.NameIDGUIDFirst + uint16((m.guids.Size()+int64(len(e.guids)))/16)
	e.guids = append(e.guids, guid[:]...)
	m.guidOf[guid] = i
	return i, nil
}

// str appends a string and gives its offset. Each begins at a multiple of 4; nothing
// follows the last. before is the size of the stream so far.
func (e *nameEdit) str(before int64, text []byte) uint32 {
	for (before+int64(len(e.strings)))%4 != 0 {
		e.strings = append(e.strings, 0)
	}
	at := uint32(before) + uint32(len(e.strings))
	e.strings = binary.LittleEndian.AppendUint32(e.strings, uint32(len(text)))
	e.strings = append(e.strings, text...)
	return at
}

func (e *nameEdit) put(hash, entry disk.NameID, buckets uint32) {
	bucket := uint16(idNameBuckets + hash.Bucket(buckets))
	e.buckets[bucket] = appendNameID(e.buckets[bucket], hash)
	e.entries = appendNameID(e.entries, entry)
}

func appendNameID(b []byte, id disk.NameID) []byte {
	var rec [disk.NameIDSize]byte
	_ = id.Marshal(disk.Unicode, rec[:]) // the same in both formats; the index was checked
	return append(b, rec[:]...)
}

// remember makes a name that was added known to lookups.
func (m *nameMap) remember(name PropName) {
	id := firstNamedID + uint16(m.count)
	m.count++
	m.byID[id] = name
	if m.added == nil {
		m.added = make(map[PropName]uint16)
	}
	m.added[foldName(name)] = id
}

// flushNames writes the map with what was added.
func (tx *Tx) flushNames() error {
	if tx.added == nil {
		return nil
	}
	n, err := tx.tx.Node(disk.NIDNameToIDMap)
	if err != nil {
		return fmt.Errorf("name-to-id map: %w", err)
	}
	o, err := tx.openObject(n)
	if err != nil {
		return fmt.Errorf("name-to-id map: %w", err)
	}
	if err := tx.added.apply(o); err != nil {
		return fmt.Errorf("name-to-id map: %w", err)
	}
	if err := o.build(); err != nil {
		return fmt.Errorf("name-to-id map: %w", err)
	}
	tx.added, tx.names = nil, nil
	return tx.tx.PutNode(o.node)
}

func (e *nameEdit) apply(o *object) error {
	parts := maps.Clone(e.buckets)
	parts[idNameGUIDs], parts[idNameEntries], parts[idNameStrings] = e.guids, e.entries, e.strings
	for _, id := range slices.Sorted(maps.Keys(parts)) {
		if len(parts[id]) == 0 {
			continue
		}
		if err := o.append(MakeTag(id, TypeBinary), parts[id]); err != nil {
			return err
		}
	}
	return nil
}
