package pst

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
)

// Properties of the name-to-id map, node 0x61. [MS-PST] 2.4.7.
const (
	idNameBucketCount = 0x0001
	idNameGUIDs       = 0x0002
	idNameEntries     = 0x0003
	idNameStrings     = 0x0004
	idNameBuckets     = 0x1000 // the first one
)

const (
	firstNamedID = 0x8000
	maxNamedIDs  = 0x8000 - 2 // 0xFFFE and 0xFFFF are not for use
	maxNameBytes = 1 << 16    // of a string name
	maxAllNames  = 16 << 20   // bytes of all string names; many may claim the same bytes
	maxBuckets   = 0x7000 - 1 // bucket properties end below the named ones
)

// The property sets that the map knows without an entry among its GUIDs, as
// they are stored.
var (
	psMAPI          = [16]byte{0x28, 0x03, 0x02, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46}
	psPublicStrings = [16]byte{0x29, 0x03, 0x02, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46}
)

// nameMap looks names of properties up in the name-to-id map, reading what it
// is asked for and remembering it.
type nameMap struct {
	f       disk.Format
	pc      *ltp.PC
	buckets uint32
	count   int // ids given out
	guids   *io.SectionReader
	entries *io.SectionReader
	strings *io.SectionReader

	byID   map[uint16]PropName
	held   int                 // bytes of the string names that were read
	folded map[PropName]uint16 // every string name in lower case; nil until one is missed
	added  map[PropName]uint16 // names that a transaction has added, strings in lower case
	guidOf map[[16]byte]uint16 // property sets by their index; nil until needed
}

// openNames reads the head of the map.
func openNames(f disk.Format, pc *ltp.PC) (*nameMap, error) {
	m := &nameMap{f: f, pc: pc, byID: make(map[uint16]PropName)}
	n, err := intOf(pc, idNameBucketCount)
	if err != nil {
		return nil, err
	}
	if n <= 0 || n > maxBuckets {
		return nil, disk.Corruptf("name-to-id map", -1, "%d hash buckets", n)
	}
	m.buckets = uint32(n)
	for id, s := range map[uint16]**io.SectionReader{idNameGUIDs: &m.guids, idNameEntries: &m.entries, idNameStrings: &m.strings} {
		if *s, err = openStream(pc, id); err != nil {
			return nil, err
		}
	}
	if m.count = int(m.entries.Size() / disk.NameIDSize); m.count > maxNamedIDs {
		return nil, disk.Corruptf("name-to-id map", -1, "%d names", m.count)
	}
	return m, nil
}

// openStream opens a property of the map; an absent one is empty.
func openStream(pc *ltp.PC, id uint16) (*io.SectionReader, error) {
	ref, ok, err := pc.Ref(id)
	if err != nil {
		return nil, err
	}
	if !ok {
		return io.NewSectionReader(strings.NewReader(""), 0, 0), nil
	}
	return pc.Open(ref)
}

// name is the name of a property id, false for an id that the map lacks.
func (m *nameMap) name(id uint16) (PropName, bool, error) {
	if name, ok := m.byID[id]; ok {
		return name, true, nil
	}
	if id < firstNamedID || int(id-firstNamedID) >= m.count {
		return PropName{}, false, nil
	}
	e, err := m.entry(int(id - firstNamedID))
	if err != nil {
		return PropName{}, false, err
	}
	name, err := m.resolve(e)
	if err != nil {
		return PropName{}, false, fmt.Errorf("name of property %#04x: %w", id, err)
	}
	m.byID[id] = name
	return name, true, nil
}

func (m *nameMap) entry(i int) (e disk.NameID, err error) {
	var b [disk.NameIDSize]byte
	if err := readFull(m.entries, b[:], int64(i)*disk.NameIDSize); err != nil {
		return e, err
	}
	return e, e.Unmarshal(m.f, b[:])
}

// resolve makes a name of an entry of the entry stream.
func (m *nameMap) resolve(e disk.NameID) (PropName, error) {
	guid, err := m.guid(e.GUID)
	if err != nil {
		return PropName{}, err
	}
	if !e.IsString {
		return PropName{GUID: guid, ID: e.ID}, nil
	}
	s, err := m.str(e.ID)
	return PropName{GUID: guid, Name: s}, err
}

func (m *nameMap) guid(index uint16) (g [16]byte, err error) {
	switch index {
	case disk.NameIDGUIDNone:
		return g, nil
	case disk.NameIDGUIDMAPI:
		return psMAPI, nil
	case disk.NameIDGUIDPublicStrings:
		return psPublicStrings, nil
	}
	err = readFull(m.guids, g[:], int64(index-disk.NameIDGUIDFirst)*int64(len(g)))
	return g, err
}

// str reads the string at an offset of the string stream: its length in bytes,
// then UTF-16LE, in ANSI stores too.
func (m *nameMap) str(off uint32) (string, error) {
	var size [4]byte
	if err := readFull(m.strings, size[:], int64(off)); err != nil {
		return "", err
	}
	n := binary.LittleEndian.Uint32(size[:])
	if n > maxNameBytes {
		return "", disk.Corruptf("name-to-id map", int64(off), "name of %d bytes", n)
	}
	if m.held+int(n) > maxAllNames {
		return "", disk.Corruptf("name-to-id map", int64(off), "names of over %d bytes", maxAllNames)
	}
	b := make([]byte, n)
	if err := readFull(m.strings, b, int64(off)+4); err != nil {
		return "", err
	}
	m.held += int(n)
	return DecodeUTF16(b), nil
}

// readFull fills b; a stream that ends before is damage of the map.
func readFull(s *io.SectionReader, b []byte, off int64) error {
	n, err := s.ReadAt(b, off)
	if n == len(b) {
		return nil
	}
	if errors.Is(err, io.EOF) {
		return disk.Corruptf("name-to-id map", off, "stream of %d bytes ends within %d bytes at %d", s.Size(), len(b), off)
	}
	return err
}

// nameMap opens the name-to-id map at the first use.
func (r *reader) nameMap() (*nameMap, error) {
	if r.names != nil {
		return r.names, nil
	}
	pc, err := r.openPC(disk.NIDNameToIDMap)
	if err != nil {
		return nil, err
	}
	m, err := openNames(r.Format(), pc)
	if err != nil {
		return nil, fmt.Errorf("name-to-id map: %w", err)
	}
	r.names = m
	return m, nil
}

// NameOf is the name behind a property id of 0x8000 and above; false for an id
// that this store has not given out.
func (r *reader) NameOf(id uint16) (PropName, bool, error) {
	m, err := r.nameMap()
	if err != nil {
		return PropName{}, false, err
	}
	return m.name(id)
}

// IDOf is the property id that this store has given to a name, false when it
// has given none. Case does not matter in string names.
func (r *reader) IDOf(name PropName) (uint16, bool, error) {
	m, err := r.nameMap()
	if err != nil {
		return 0, false, err
	}
	return m.id(name)
}
