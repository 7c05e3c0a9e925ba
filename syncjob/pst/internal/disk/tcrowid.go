package disk

import (
	"fmt"
	"math"
)

// TCRowID is TCROWID, a record of a table's row index: a BTH with keys of 4 bytes
// ([MS-PST] 2.3.4.3.1).
type TCRowID struct {
	ID    uint32 // dwRowID: the key
	Index uint32 // dwRowIndex: number of the row in the row matrix, from 0; 16 bits in ANSI files
}

// Unmarshal decodes a record.
func (t *TCRowID) Unmarshal(f Format, b []byte) error {
	if err := need("tcrowid", b, f.TCRowIDSize()); err != nil {
		return err
	}
	r := &reader{f: f, b: b}
	t.ID = r.u32()
	if f == Unicode {
		t.Index = r.u32()
	} else {
		t.Index = uint32(r.u16())
	}
	return nil
}

// Marshal writes the record to the first [Format.TCRowIDSize] bytes of b.
func (t *TCRowID) Marshal(f Format, b []byte) error {
	if err := room("tcrowid", b, f.TCRowIDSize()); err != nil {
		return err
	}
	w := &writer{f: f, b: b}
	w.u32(t.ID)
	if f == Unicode {
		w.u32(t.Index)
		return nil
	}
	if t.Index > math.MaxUint16 {
		return fmt.Errorf("row %d of an ansi table: %w", t.Index, ErrRange)
	}
	w.u16(uint16(t.Index))
	return nil
}
