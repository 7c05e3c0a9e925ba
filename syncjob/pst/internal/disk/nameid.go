package disk

import "fmt"

// NameIDSize is the size of NAMEID.
const NameIDSize = 8

// Values of NameID.GUID that are no index ([MS-PST] 2.4.7.1).
const (
	NameIDGUIDNone          uint16 = 0
	NameIDGUIDMAPI          uint16 = 1 // PS_MAPI
	NameIDGUIDPublicStrings uint16 = 2 // PS_PUBLIC_STRINGS
	NameIDGUIDFirst         uint16 = 3 // the first GUID in the GUID stream

	maxNameIDGUID = 1<<15 - 1
)

// NameID is NAMEID, a named property in the entry stream or in a hash bucket of the
// map of names ([MS-PST] 2.4.7.1).
type NameID struct {
	ID       uint32 // dwPropertyID: the number; for a string its offset in the string stream, in a bucket its CRC
	IsString bool   // N
	GUID     uint16 // wGuid: NameIDGUIDFirst and up count the GUIDs of the stream; 15 bits
	Index    uint16 // wPropIdx: the property's id less 0x8000
}

// Unmarshal decodes a record.
func (n *NameID) Unmarshal(f Format, b []byte) error {
	if err := need("nameid", b, NameIDSize); err != nil {
		return err
	}
	r := &reader{f: f, b: b}
	n.ID = r.u32()
	guid := r.u16()
	n.IsString = guid&1 != 0
	n.GUID = guid >> 1
	n.Index = r.u16()
	return nil
}

// Marshal writes the record to the first [NameIDSize] bytes of b.
func (n *NameID) Marshal(f Format, b []byte) error {
	if err := room("nameid", b, NameIDSize); err != nil {
		return err
	}
	if n.GUID > maxNameIDGUID {
		return fmt.Errorf("guid index %d of a nameid: %w", n.GUID, ErrRange)
	}
	w := &writer{f: f, b: b}
	w.u32(n.ID)
	w.u16(n.guidField())
	w.u16(n.Index)
	return nil
}

// Bucket returns which of count hash buckets the record of a bucket, with the CRC
// of a string in ID, belongs to ([MS-PST] 2.4.7.5). count is not 0.
func (n *NameID) Bucket(count uint32) uint32 { return (n.ID ^ uint32(n.guidField())) % count }

func (n *NameID) guidField() uint16 {
	field := n.GUID << 1
	if n.IsString {
		field |= 1
	}
	return field
}
