package check

import (
	"bytes"
	"encoding/binary"

	"pstsyncd/syncjob/pst/internal/disk"
)

// The kinds of recipients, in the order of displayed.
const (
	recipientKinds = 4
	recipientKind  = 0x0F // the kind in PidTagRecipientType, which has flags above it
)

// displayed are the properties of a message that list the names of its recipients, by
// their kind; those of kind 0 are listed nowhere.
var displayed = [recipientKinds]uint16{1: pidDisplayTo, 2: pidDisplayCc, 3: pidDisplayBcc}

// recipients compares the recipients of a message with the names it shows (rule 48).
func (c *checker) recipients(n *content, pc *propBag, names *names) {
	t, ok := c.subTable(n, disk.NIDRecipientTable)
	if !ok || !c.spend(workPerEntry) {
		return
	}
	names.useColumns(t)
	people, typ := recipientNames(t)
	for kind, id := range displayed {
		p, ok := pc.prop(id)
		if !ok && len(people[kind]) == 0 || id == 0 || ok && typ != 0 && p.typ != typ {
			continue // nobody, or text of another type, which is not to be compared byte by byte
		}
		shown, _ := pc.value(id)
		if len(shown) == 0 && p.hnid != 0 {
			continue // too long to compare, or damaged and reported
		}
		if want := bytes.Join(people[kind], c.text("; ")); !bytes.Equal(shown, want) {
			c.warnf("recipients", "2.4.5.3", n.where, "property %#04x does not show the names of the %d recipients of that kind", id, len(people[kind]))
		}
	}
}

// recipientNames gives the names of the recipients of each kind, and their type.
func recipientNames(t *table) (names [recipientKinds][][]byte, typ uint16) {
	if t == nil {
		return names, 0
	}
	kind, name := t.columnOf(pidRecipientType), t.columnOf(pidDisplayName)
	if kind < 0 || name < 0 {
		return names, 0
	}
	for r := range t.rows() {
		v, ok := r.cell(kind)
		if !ok || len(v) != 4 {
			continue
		}
		if k := binary.LittleEndian.Uint32(v) & recipientKind; k < recipientKinds {
			text, _ := r.cell(name)
			names[k] = append(names[k], text)
		}
	}
	return names, uint16(t.info.Columns[name].Tag)
}

// text encodes ASCII as strings of the store are.
func (c *checker) text(s string) []byte {
	if c.f == disk.ANSI {
		return []byte(s)
	}
	var b []byte
	for _, r := range s {
		b = binary.LittleEndian.AppendUint16(b, uint16(r))
	}
	return b
}

// utf16Units takes bytes as UTF-16; an odd one at the end is left out.
func utf16Units(b []byte) []uint16 {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return units
}
