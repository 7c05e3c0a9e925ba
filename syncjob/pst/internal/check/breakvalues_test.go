package check_test

import (
	"bytes"
	"encoding/binary"
	"slices"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
)

// setIDMap replaces the map that Outlook keeps of GUIDs.
func (s *store) setIDMap(index []string, leaves ...[]string) {
	s.node(disk.NIDIDMap).Data = s.add(s.idMap(index, leaves...))
}

// idMapRecord gives the first record of the id map.
func (s *store) idMapRecord() []byte {
	b := s.own(disk.NIDIDMap)
	return s.bth(b, disk.HID(dword(s.root(b), 0)))
}

// addSub puts an empty subnode into a node that has some.
func (s *store) addSub(nid, sub disk.NID) {
	sl := s.subs(nid)
	sl.Entries = slices.Insert(sl.Entries, len(sl.Entries), disk.SLEntry{NID: sub, Data: s.add([]byte("value"))})
	slices.SortFunc(sl.Entries, func(a, b disk.SLEntry) int { return int(a.NID) - int(b.NID) })
	s.node(nid).Sub = s.addInternal(sl)
}

// retable changes the description of a table.
func (s *store) retable(nid disk.NID, change func(*disk.TCInfo)) {
	b := s.own(nid)
	info := s.table(b)
	change(&info)
	s.setTable(b, info)
}

// receiveFolders replaces the table of receive folders, whose only row is for
// messages of no class, with so many bytes of bits, and extra ones behind the row.
func (s *store) receiveFolders(bits, extra int) {
	info := disk.TCInfo{
		End4: 16, End2: 16, End1: 16, RowSize: uint16(16 + bits), RowIndex: disk.MakeHID(0, 2), Rows: disk.HNID(disk.MakeHID(0, 4)),
		Columns: []disk.TCColDesc{
			{Tag: s.text(0x001A), Offset: 8, Size: 4, Bit: 2}, {Tag: 0x66050003, Offset: 12, Size: 4, Bit: 3},
			{Tag: disk.TagLTPRowID, Size: 4}, {Tag: disk.TagLTPRowVer, Offset: 4, Size: 4, Bit: 1},
		},
	}
	tc := make([]byte, info.Size())
	require.NoError(s.t, info.Marshal(s.f, tc))
	index := make([]byte, s.f.TCRowIDSize())
	row := make([]byte, 16+bits+extra)
	setDword(row, 12, uint32(disk.NIDRootFolder))
	row[16] = 0xD0
	heap := s.newHeap(disk.HNClientTC, tc, s.bthItem(4, uint8(s.f.TCRowIDSize()-4), 0, disk.MakeHID(0, 3)), index, row)
	s.node(disk.NIDReceiveFolderTable).Data = s.add(heap)
}

// emptyCell gives the class of messages in the table of receive folders another type, and
// no value.
func (s *store) emptyCell(typ uint32) {
	s.receiveFolders(1, 0)
	b := s.own(disk.NIDReceiveFolderTable)
	info := s.table(b)
	retag(&info, s.text(0x001A), 0x001A0000|typ)
	s.setTable(b, info)
	s.rows(b)[16] = 0xF0
}

// associated is an associated message.
func (s *store) associated() disk.NID {
	i := slices.IndexFunc(s.nodes, func(e disk.NBTEntry) bool { return e.NID.Type() == disk.NIDTypeAssocMessage })
	return s.nodes[i].NID
}

// miscount lets a folder have one item more, in its own properties and in its
// parent's table.
func miscount(s *store) {
	s.record(s.own(trash), 0x3602)[4]++
	s.cell(s.own(0x802D), uint32(trash), 0x36020003)[0]++
}

// contentsCell gives a cell of a message's row in its folder.
func (s *store) contentsCell(message disk.NID, tag uint32) []byte {
	return s.cell(s.own(s.node(message).Parent.WithType(disk.NIDTypeContentsTable)), uint32(message), tag)
}

// faiCell is contentsCell for an associated message.
func (s *store) faiCell(tag uint32) []byte {
	nid := s.associated()
	return s.cell(s.own(s.node(nid).Parent.WithType(disk.NIDTypeAssocContentsTable)), uint32(nid), tag)
}

// moveAttachment gives the only row of a table of attachments to another one.
func (s *store) moveAttachment() {
	b := s.ownSub(mail, disk.NIDAttachmentTable)
	s.rows(b)[0] += 0x20
	s.bth(b, s.table(b).RowIndex)[0] += 0x20
}

// rename gives another name to a recipient, of which the message shows the old one.
func rename(s *store) {
	b := s.ownSub(person, disk.NIDRecipientTable)
	row := dword(s.rows(b), 0)
	s.item(b, disk.HID(dword(s.cell(b, row, s.text(0x3001)), 0)))[0]++
}

// unname gives the last named property of a message an id that nothing has.
func unname(s *store) {
	b := s.own(person)
	records := s.bth(b, disk.HID(dword(b, 4)))
	binary.LittleEndian.PutUint16(records[len(records)-disk.PCRecordSize:], 0xFFF0)
}

// respell gives a named property the name of another of its set in other case.
func respell(s *store) {
	entries, text := s.ownSub(disk.NIDNameToIDMap, 0x819F), s.ownSub(disk.NIDNameToIDMap, 0x81BF)
	byGUID := make(map[byte][]byte) // a name with small letters, its length before it
	for e := range slices.Chunk(entries, disk.NameIDSize) {
		at := dword(e, 0)
		if e[4]&1 == 0 {
			continue
		}
		name := text[at:][:4+dword(text, int(at))]
		if other := byGUID[e[4]]; other != nil && len(other) <= len(name) {
			copy(name, other[:4])
			copy(name[4:], bytes.ToUpper(other[4:]))
			return
		}
		if !bytes.Equal(name[4:], bytes.ToUpper(name[4:])) {
			byGUID[e[4]] = name
		}
	}
	require.Fail(s.t, "no two names with letters")
}

// retag gives a column another tag.
func retag(i *disk.TCInfo, from, to uint32) {
	for c := range i.Columns {
		if i.Columns[c].Tag == from {
			i.Columns[c].Tag = to
		}
	}
}

// textCell gives the text of a cell in a message's row.
func (s *store) textCell(message disk.NID, tag uint32) []byte {
	heap := s.own(s.node(message).Parent.WithType(disk.NIDTypeContentsTable))
	return s.item(heap, disk.HID(dword(s.cell(heap, uint32(message), tag), 0)))
}

// setObject lets a property of 8 bytes be an object in a subnode.
func (s *store) setObject(nid disk.NID, id uint16, sub disk.NID, size uint32) {
	b := s.own(nid)
	s.record(b, id)[2] = 0x0D
	v := s.value(b, id)
	setDword(v, 0, uint32(sub))
	setDword(v, 4, size)
}

// emptyAs gives the store's name another type, and no value.
func (s *store) emptyAs(typ uint16) {
	rec := s.record(s.own(disk.NIDMessageStore), 0x3001)
	binary.LittleEndian.PutUint16(rec[2:], typ)
	setDword(rec, 4, 0)
}

// setSubject changes a character of a message's subject, also in its row.
func (s *store) setSubject(message disk.NID, i int, c byte) {
	i *= len(s.encode("x"))
	s.value(s.own(message), 0x0037)[i] = c
	s.textCell(message, s.text(0x0037))[i] = c
}

// swapNames swaps two entries of the map of names.
func swapNames(s *store) {
	b := s.ownSub(disk.NIDNameToIDMap, 0x819F)
	first := bytes.Clone(b[:disk.NameIDSize])
	copy(b, b[disk.NameIDSize:][:disk.NameIDSize])
	copy(b[disk.NameIDSize:], first)
}

// entangle makes messages with attachments with the same messages.
func entangle(s *store) {
	pc := s.add(s.newHeap(disk.HNClientPC, s.bthItem(disk.PCKeySize, disk.PCDataSize, 0, 0)))
	attachments, messages := &disk.SLBlock{}, &disk.SLBlock{}
	for i := range uint32(50) {
		attachments.Entries = append(attachments.Entries, disk.SLEntry{NID: disk.MakeNID(disk.NIDTypeAttachment, 0x400+i), Data: pc})
		messages.Entries = append(messages.Entries, disk.SLEntry{NID: disk.MakeNID(disk.NIDTypeNormalMessage, 0x10000+i), Data: pc})
	}
	a, m := s.addInternal(attachments), s.addInternal(messages)
	for i := range attachments.Entries {
		attachments.Entries[i].Sub, messages.Entries[i].Sub = m, a
	}
	require.NoError(s.t, attachments.Marshal(s.f, s.blocks[a]))
	require.NoError(s.t, messages.Marshal(s.f, s.blocks[m]))
	s.hdr.RgNID[disk.NIDTypeAttachment], s.hdr.RgNID[disk.NIDTypeNormalMessage] = 0x20000, 0x20000
	s.addNode(disk.NBTEntry{NID: disk.MakeNID(disk.NIDTypeNormalMessage, 0x20000), Data: pc, Sub: a, Parent: trash})
}
