package pst

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// checkProps says why a set of properties cannot be stored. object allows
// values of type Object, which only attachments have.
func (tx *Tx) checkProps(props []Property, object bool) error {
	seen := make(map[uint16]bool, len(props))
	for _, p := range props {
		id := p.Tag.ID()
		if seen[id] {
			return fmt.Errorf("property %s: given twice: %w", p.Tag, ErrInvalid)
		}
		seen[id] = true
		if p.Tag.Type() == TypeObject && !object {
			return fmt.Errorf("property %s: objects are for attachments only: %w", p.Tag, ErrInvalid)
		}
		if err := tx.checkText(p.Tag.Type()); err != nil {
			return fmt.Errorf("property %s: %w", p.Tag, err)
		}
		if err := checkProp(p); err != nil {
			return fmt.Errorf("property %s: %w", p.Tag, err)
		}
		if err := tx.checkNamed(id); err != nil {
			return fmt.Errorf("property %s: %w", p.Tag, err)
		}
	}
	return nil
}

// checkText refuses UTF-16 in an ANSI store, whose programs do not know it. String8
// in a Unicode store is kept as it is: there are such stores of Outlook.
func (tx *Tx) checkText(t PropType) error {
	if t&^TypeMultiple == TypeUnicode && tx.Format() == ANSI {
		return fmt.Errorf("utf-16 in an ansi store: %w", ErrInvalid)
	}
	return nil
}

// checkNamed refuses ids of named properties that the store has not given out.
func (tx *Tx) checkNamed(id uint16) error {
	if id < firstNamedID {
		return nil
	}
	m, err := tx.nameMap()
	if err != nil {
		return err
	}
	if int(id-firstNamedID) >= m.count {
		return fmt.Errorf("no name has this id: %w", ErrInvalid)
	}
	return nil
}

// checkProp says why the format cannot hold a value.
func checkProp(p Property) error {
	t := p.Tag.Type()
	if p.Tag.ID() == 0 {
		return fmt.Errorf("id 0: %w", ErrInvalid)
	}
	if p.Large != nil {
		return checkLarge(t, p.Large)
	}
	if size, ok := t.Fixed(); ok && size > 0 {
		if len(p.Data) != size {
			return fmt.Errorf("%d bytes, the type has %d: %w", len(p.Data), size, ErrInvalid)
		}
		return nil
	}
	switch t {
	case TypeUnicode:
		if len(p.Data)%2 != 0 {
			return fmt.Errorf("utf-16 of %d bytes: %w", len(p.Data), ErrInvalid)
		}
		return nil
	case TypeString8, TypeBinary, TypeObject, TypeServerID, TypeRestriction, TypeRuleAction:
		return nil
	}
	if t&TypeMultiple != 0 {
		return checkMulti(t&^TypeMultiple, p.Data)
	}
	return fmt.Errorf("type %#04x cannot be stored: %w", uint16(t), ErrInvalid)
}

func checkLarge(t PropType, l *Large) error {
	switch {
	case l.Size < 0 || l.Open == nil:
		return fmt.Errorf("stream of %d bytes: %w", l.Size, ErrInvalid)
	case l.Size > math.MaxInt32:
		return fmt.Errorf("%d bytes: %w", l.Size, ErrTooLarge)
	}
	switch {
	case !streamed(t):
		return fmt.Errorf("%d bytes for type %#04x: %w", l.Size, uint16(t), ErrTooLarge)
	case t == TypeUnicode && l.Size%2 != 0:
		return fmt.Errorf("utf-16 of %d bytes: %w", l.Size, ErrInvalid)
	}
	return nil
}

// streamed reports whether values of the type can be streams. Of others the layout is
// checked before they are stored.
func streamed(t PropType) bool {
	return slices.Contains([]PropType{TypeUnicode, TypeString8, TypeBinary, TypeObject}, t)
}

// checkMulti checks the layout of a multi-valued property: values one after the
// other, or a count, that many offsets, and the values. [MS-PST] 2.3.3.4. No
// bytes at all are no values.
func checkMulti(base PropType, b []byte) error {
	if size, ok := base.Fixed(); ok && size > 1 {
		if len(b)%size != 0 {
			return fmt.Errorf("%d bytes of %d-byte values: %w", len(b), size, ErrInvalid)
		}
		return nil
	}
	if !slices.Contains([]PropType{TypeUnicode, TypeString8, TypeBinary}, base) {
		return fmt.Errorf("type %#04x cannot be multi-valued: %w", uint16(base), ErrInvalid)
	}
	if len(b) == 0 {
		return nil
	}
	if len(b) < 4 {
		return fmt.Errorf("multi-valued property of %d bytes: %w", len(b), ErrInvalid)
	}
	n := uint64(binary.LittleEndian.Uint32(b))
	if 4+4*n > uint64(len(b)) {
		return fmt.Errorf("%d values in %d bytes: %w", n, len(b), ErrInvalid)
	}
	prev := uint32(4 + 4*n)
	for i := range n {
		off := binary.LittleEndian.Uint32(b[4+4*i:])
		if off < prev || int64(off) > int64(len(b)) || i == 0 && off != prev {
			return fmt.Errorf("value %d begins at %d: %w", i, off, ErrInvalid)
		}
		prev = off
	}
	return nil
}

// maxInline is the size in bytes above which a value of a property context goes
// to a subnode. The format allows more ([MS-PST] 2.3.3.3: 3580), Outlook does
// not use it.
const maxInline = 1024
