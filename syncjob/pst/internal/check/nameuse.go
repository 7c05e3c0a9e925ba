package check

// use checks that the ids of named properties in use are in the map (rule 51).
func (m *names) use(where string, pc *propBag) {
	for _, p := range pc.props {
		if p.id >= firstNamedID && p.id < lastNamedID && !m.bad && !m.known[p.id] {
			m.c.warnf("name-missing", "2.4.2.2", where, "property %#04x has no name", p.id)
		}
	}
}

// useColumns is use for the cells of a table. A column alone is no use: Outlook
// leaves those of names that went.
func (m *names) useColumns(t *table) {
	if t == nil || m.bad {
		return
	}
	for i, col := range t.info.Columns {
		if id := uint16(col.Tag >> 16); id >= firstNamedID && id < lastNamedID && !m.known[id] && t.anyCell(i) {
			m.c.warnf("name-missing", "2.4.2.2", t.h.n.where, "column %#08x has no name", col.Tag)
		}
	}
}
