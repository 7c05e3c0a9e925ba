package pst

import (
	"strings"

	"pstsyncd/syncjob/pst/internal/disk"
)

// id is the property id of a name, false for a name that the map lacks.
// Numbers, and strings in the very spelling, cost one hash bucket. A string
// that misses is looked for once more regardless of case, which is how stores
// tell string names apart.
func (m *nameMap) id(name PropName) (uint16, bool, error) {
	if id, ok := m.added[foldName(name)]; ok {
		return id, true, nil
	}
	id, ok, err := m.hashed(name)
	if ok || err != nil || name.Name == "" {
		return id, ok, err
	}
	if m.folded == nil {
		if err := m.fold(); err != nil {
			return 0, false, err
		}
	}
	id, ok = m.folded[foldName(name)]
	return id, ok, nil
}

// foldName is what two spellings of a name have in common.
func foldName(name PropName) PropName {
	name = normName(name)
	name.Name = strings.ToLower(name.Name)
	return name
}

// hashed looks a name up in the bucket that its hash selects.
func (m *nameMap) hashed(name PropName) (uint16, bool, error) {
	guid, ok, err := m.guidIndex(name.GUID)
	if err != nil || !ok {
		return 0, false, err
	}
	want := hashEntry(name, guid)
	_, bucket, _, err := m.pc.Get(uint16(idNameBuckets + want.Bucket(m.buckets)))
	if err != nil {
		return 0, false, err
	}
	for ; len(bucket) >= disk.NameIDSize; bucket = bucket[disk.NameIDSize:] {
		var e disk.NameID
		if err := e.Unmarshal(m.f, bucket); err != nil {
			return 0, false, err
		}
		if e.ID != want.ID || e.IsString != want.IsString || e.GUID != want.GUID {
			continue
		}
		id := firstNamedID + e.Index
		got, ok, err := m.name(id)
		if err != nil {
			return 0, false, err
		}
		if ok && got == normName(name) {
			return id, true, nil
		}
	}
	return 0, false, nil
}

// normName drops the number of a string name.
func normName(name PropName) PropName {
	if name.Name != "" {
		name.ID = 0
	}
	return name
}

// hashEntry is the record that a hash bucket keeps for a name, but for its id.
func hashEntry(name PropName, guid uint16) disk.NameID {
	if name.Name == "" {
		return disk.NameID{ID: name.ID, GUID: guid}
	}
	return disk.NameID{ID: disk.CRC(EncodeUTF16(name.Name)), IsString: true, GUID: guid}
}

// guidIndex finds the index of a property set.
func (m *nameMap) guidIndex(guid [16]byte) (uint16, bool, error) {
	if m.guidOf == nil {
		if err := m.readGUIDs(); err != nil {
			return 0, false, err
		}
	}
	i, ok := m.guidOf[guid]
	return i, ok, nil
}

func (m *nameMap) readGUIDs() error {
	n := m.guids.Size() / 16
	if n > maxNamedIDs {
		return disk.Corruptf("name-to-id map", -1, "%d property sets", n)
	}
	b := make([]byte, n*16)
	if err := readFull(m.guids, b, 0); err != nil {
		return err
	}
	m.guidOf = map[[16]byte]uint16{
		{}:              disk.NameIDGUIDNone,
		psMAPI:          disk.NameIDGUIDMAPI,
		psPublicStrings: disk.NameIDGUIDPublicStrings,
	}
	for i := range n {
		g := [16]byte(b[i*16:])
		if _, ok := m.guidOf[g]; !ok {
			m.guidOf[g] = disk.NameIDGUIDFirst + uint16(i)
		}
	}
	return nil
}

// fold reads every string name.
func (m *nameMap) fold() error {
	folded := make(map[PropName]uint16)
	for i := range int(m.entries.Size() / disk.NameIDSize) {
		id := firstNamedID + uint16(i)
		name, _, err := m.name(id)
		if err != nil {
			return err
		}
		if name.Name == "" {
			continue
		}
		if key := foldName(name); folded[key] == 0 {
			folded[key] = id
		}
	}
	m.folded = folded
	return nil
}
