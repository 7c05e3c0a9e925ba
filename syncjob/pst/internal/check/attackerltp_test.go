package check_test

import (
	"encoding/binary"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
)

// sharedTable makes folders with one table of thousands of rows, none of which
// is for an item of theirs.
func sharedTable(s *store) {
	data, sub := s.bigTable(20_000, 0)
	pc := s.node(trash).Data
	for i := range uint32(2000) {
		nid := disk.MakeNID(disk.NIDTypeNormalFolder, 0x1000+i)
		s.addNode(disk.NBTEntry{NID: nid, Data: pc, Parent: subtree})
		s.addNode(disk.NBTEntry{NID: nid.WithType(disk.NIDTypeContentsTable), Data: data, Sub: sub})
	}
}

// bigTable makes a table of rows without cells, and so many bytes more behind the last.
func (s *store) bigTable(rows, extra int) (data, sub disk.BID) {
	const rowSize, matrix = minRow, 0x3F
	info := disk.TCInfo{
		End4: 8, End2: 8, End1: 8, RowSize: rowSize, RowIndex: disk.MakeHID(0, 2), Rows: matrix,
		Columns: []disk.TCColDesc{{Tag: disk.TagLTPRowID, Size: 4}, {Tag: disk.TagLTPRowVer, Offset: 4, Size: 4, Bit: 1}},
	}
	tc := make([]byte, info.Size())
	require.NoError(s.t, info.Marshal(s.f, tc))
	x := disk.XBlock{Level: disk.LevelX}
	perBlock := s.f.MaxBlockData() / rowSize
	var index, block []byte
	rows = min(rows, disk.MaxHNItem/s.f.TCRowIDSize()) // as many as an index of one level has
	for i := range rows {
		id := uint32(disk.MakeNID(disk.NIDTypeNormalMessage, uint32(0x10000+i)))
		rowID := disk.TCRowID{ID: id, Index: uint32(i)}
		index = append(index, make([]byte, s.f.TCRowIDSize())...)
		require.NoError(s.t, rowID.Marshal(s.f, index[len(index)-s.f.TCRowIDSize():]))
		block = append(binary.LittleEndian.AppendUint32(block, id), 0, 0, 0, 0, 0xC0)
		if len(block) == perBlock*rowSize && i+1 < rows {
			x.BIDs = append(x.BIDs, s.add(append(block, make([]byte, s.f.MaxBlockData()-len(block))...)))
			block = nil
		}
	}
	x.BIDs = append(x.BIDs, s.add(append(block, make([]byte, extra)...)))
	heap := s.newHeap(disk.HNClientTC, tc, s.bthItem(4, uint8(s.f.TCRowIDSize()-4), 0, disk.MakeHID(0, 3)), index)
	sl := &disk.SLBlock{Entries: []disk.SLEntry{{NID: matrix, Data: x.BIDs[0]}}}
	if len(x.BIDs) > 1 {
		sl.Entries[0].Data = s.addInternal(&x)
	}
	return s.add(heap), s.addInternal(sl)
}

const minRow = 9

// sharedBuckets lets the buckets of the map of names have one value of a megabyte.
func sharedBuckets(s *store) {
	x := disk.XBlock{Level: disk.LevelX}
	for range 120 {
		x.BIDs = append(x.BIDs, s.add(make([]byte, s.f.MaxBlockData())))
	}
	x.Total = uint32(120 * s.f.MaxBlockData())
	const value = 0x3F
	e := s.node(disk.NIDNameToIDMap)
	e.Sub = s.addInternal(&disk.SLBlock{Entries: []disk.SLEntry{{NID: value, Data: s.addInternal(&x)}}})
	var records []byte
	record := func(id, typ uint16, v uint32) {
		records = binary.LittleEndian.AppendUint16(records, id)
		records = binary.LittleEndian.AppendUint16(records, typ)
		records = binary.LittleEndian.AppendUint32(records, v)
	}
	record(1, 0x0003, 0xFFFF)
	for id := range uint16(400) {
		record(0x1000+id, 0x0102, value)
	}
	e.Data = s.add(s.newHeap(disk.HNClientPC, s.bthItem(disk.PCKeySize, disk.PCDataSize, 0, disk.MakeHID(0, 2)), records))
}

// idMapOf replaces the id map by a tree of the given levels and index records, all of
// which lead to the index itself.
func (s *store) idMapOf(levels uint8, records int) {
	header, index := disk.MakeHID(0, 2), disk.MakeHID(0, 3)
	var b []byte
	for i := range records {
		b = binary.LittleEndian.AppendUint32(append(b, key16(string(rune('a'+i%26)))...), uint32(index))
	}
	root := binary.LittleEndian.AppendUint32(nil, uint32(header))
	s.node(disk.NIDIDMap).Data = s.add(s.newHeap(disk.HNClientIDMap, root, s.bthItem(16, 4, levels, index), b))
}

// ownRecord makes an index whose only record leads to itself, as the leaf.
func ownRecord(s *store) { s.idMapOf(1, 2) }

// deepIndex makes an index of a hundred records on each of as many levels as there
// can be, which makes records without end in practice.
func deepIndex(s *store) { s.idMapOf(disk.MaxBTHLevels, 100) }

// hugeCounts says of values that there are four billion of them.
func hugeCounts(s *store) {
	b := s.own(disk.NIDMessageStore)
	record := s.record(b, 0x3001)
	record[3] |= 0x10
	copy(s.item(b, disk.HID(dword(record, 4))), []byte{0xFF, 0xFF, 0xFF, 0xFF})
}

// objectRing makes attachments that are objects with the same attachments.
func objectRing(s *store) {
	const n = 40
	sl := &disk.SLBlock{}
	var records []byte
	items := [][]byte{s.bthItem(disk.PCKeySize, disk.PCDataSize, 0, disk.MakeHID(0, 2)), nil}
	for i := range n {
		nid := disk.MakeNID(disk.NIDTypeAttachment, uint32(0x400+i))
		sl.Entries = append(sl.Entries, disk.SLEntry{NID: nid})
		records = binary.LittleEndian.AppendUint16(records, uint16(0x3701+i))
		records = binary.LittleEndian.AppendUint16(records, 0x000D)
		records = binary.LittleEndian.AppendUint32(records, uint32(disk.MakeHID(0, 3+i)))
		items = append(items, binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, uint32(nid)), 1))
	}
	items[1] = records
	data := s.add(s.newHeap(disk.HNClientPC, items...))
	sub := s.addInternal(sl)
	for i := range sl.Entries {
		sl.Entries[i].Data, sl.Entries[i].Sub = data, sub
	}
	require.NoError(s.t, sl.Marshal(s.f, s.blocks[sub]))
	s.addNode(disk.NBTEntry{NID: disk.MakeNID(disk.NIDTypeNormalMessage, 0x20000), Data: data, Sub: sub, Parent: trash})
}

func shortRows(i *disk.TCInfo) {
	i.End4, i.End2, i.End1, i.RowSize = 0, 0, 0, 2
	for c := range i.Columns {
		i.Columns[c].Offset, i.Columns[c].Size = 0, 0
	}
}

// narrowCell cuts a cell that refers to an item to the last byte of a row.
func narrowCell(s *store) {
	s.retable(disk.NIDReceiveFolderTable, func(i *disk.TCInfo) { i.Columns[0].Offset, i.Columns[0].Size = i.End1-1, 1 })
	s.rows(s.own(disk.NIDReceiveFolderTable))[16] |= 0xF0
}
