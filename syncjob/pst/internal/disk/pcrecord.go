package disk

// Sizes of the keys and data of the BTH that a property context is.
const (
	PCKeySize    = 2
	PCDataSize   = 6
	PCRecordSize = PCKeySize + PCDataSize
)

// PCRecord is a PC BTH record, a property ([MS-PST] 2.3.3.3).
type PCRecord struct {
	ID    uint16 // wPropId
	Type  uint16 // wPropType
	Value HNID   // dwValueHnid: a value of at most 4 bytes itself; what is beyond its size may be garbage
}

// Unmarshal decodes a record.
func (p *PCRecord) Unmarshal(f Format, b []byte) error {
	if err := need("pc record", b, PCRecordSize); err != nil {
		return err
	}
	r := &reader{f: f, b: b}
	p.ID = r.u16()
	p.Type = r.u16()
	p.Value = HNID(r.u32())
	return nil
}

// Marshal writes the record to the first [PCRecordSize] bytes of b.
func (p *PCRecord) Marshal(f Format, b []byte) error {
	if err := room("pc record", b, PCRecordSize); err != nil {
		return err
	}
	w := &writer{f: f, b: b}
	w.u16(p.ID)
	w.u16(p.Type)
	w.u32(uint32(p.Value))
	return nil
}

// PCObjectSize is the size of PCObject.
const PCObjectSize = 8

// PCObject is the heap item of a property of type PtypObject ([MS-PST] 2.3.3.5).
type PCObject struct {
	NID  NID    // Nid: the subnode that holds the object
	Size uint32 // ulSize: bytes of the object
}

// Unmarshal decodes a heap item.
func (o *PCObject) Unmarshal(f Format, b []byte) error {
	if err := need("pc object", b, PCObjectSize); err != nil {
		return err
	}
	r := &reader{f: f, b: b}
	o.NID = NID(r.u32())
	o.Size = r.u32()
	return nil
}

// Marshal writes the record to the first [PCObjectSize] bytes of b.
func (o *PCObject) Marshal(f Format, b []byte) error {
	if err := room("pc object", b, PCObjectSize); err != nil {
		return err
	}
	w := &writer{f: f, b: b}
	w.u32(uint32(o.NID))
	w.u32(o.Size)
	return nil
}
