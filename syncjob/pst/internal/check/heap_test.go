package check_test

import (
	"encoding/binary"
	"slices"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
)

// item gives an item of a heap of one block, to be changed.
func (s *store) item(heap []byte, id disk.HID) []byte {
	b, err := disk.HNItem(heap, id.Index())
	require.NoError(s.t, err)
	return b
}

// root gives the item that the heap is there for.
func (s *store) root(heap []byte) []byte { return s.item(heap, disk.HID(dword(heap, 4))) }

// bth gives the records of a B-tree of one level.
func (s *store) bth(heap []byte, root disk.HID) []byte {
	return s.item(heap, disk.HID(dword(s.item(heap, root), 4)))
}

// record gives the 8 bytes of a property in a property context.
func (s *store) record(heap []byte, id uint16) []byte {
	for b := range slices.Chunk(s.bth(heap, disk.HID(dword(heap, 4))), disk.PCRecordSize) {
		if binary.LittleEndian.Uint16(b) == id {
			return b
		}
	}
	require.Fail(s.t, "no such property", "%#04x", id)
	return nil
}

// value gives the bytes of a property that is in the heap.
func (s *store) value(heap []byte, id uint16) []byte {
	return s.item(heap, disk.HID(dword(s.record(heap, id), 4)))
}

// table gives the description of a table.
func (s *store) table(heap []byte) (info disk.TCInfo) {
	require.NoError(s.t, info.Unmarshal(s.f, s.root(heap)))
	return info
}

// setTable writes the description of a table back.
func (s *store) setTable(heap []byte, info disk.TCInfo) {
	require.NoError(s.t, info.Marshal(s.f, s.root(heap)))
}

// rows gives the matrix of a table that has it in its heap.
func (s *store) rows(heap []byte) []byte { return s.item(heap, s.table(heap).Rows.HID()) }

// row gives row i of a table that has them in its heap.
func (s *store) row(heap []byte, i int) []byte {
	size := int(s.table(heap).RowSize)
	return s.rows(heap)[i*size:][:size]
}

// cell gives the bytes of a cell of a table that has its rows in its heap.
func (s *store) cell(heap []byte, row uint32, tag uint32) []byte {
	b, _, col := s.find(heap, row, tag)
	return b[col.Offset:][:col.Size]
}

// hideCell lets a row say that it has no such cell.
func (s *store) hideCell(heap []byte, row uint32, tag uint32) {
	b, info, col := s.find(heap, row, tag)
	b[int(info.End1)+int(col.Bit)/8] &^= 0x80 >> (col.Bit % 8)
}

// find finds a row and a column of a table that has its rows in its heap.
func (s *store) find(heap []byte, row uint32, tag uint32) ([]byte, disk.TCInfo, disk.TCColDesc) {
	info := s.table(heap)
	i := slices.IndexFunc(info.Columns, func(c disk.TCColDesc) bool { return c.Tag == tag })
	require.GreaterOrEqual(s.t, i, 0, "no column %#08x", tag)
	for b := range slices.Chunk(s.rows(heap), int(info.RowSize)) {
		if dword(b, 0) == row {
			return b, info, info.Columns[i]
		}
	}
	require.Fail(s.t, "no such row", "%#x", row)
	return nil, info, disk.TCColDesc{}
}

// newHeap makes a heap of one block of items, the first of which is its root.
func (s *store) newHeap(client uint8, items ...[]byte) []byte {
	b := make([]byte, disk.HNHdrSize)
	m := disk.HNPageMap{Allocs: []uint16{disk.HNHdrSize}}
	for _, item := range items {
		b = append(b, item...)
		m.Allocs = append(m.Allocs, uint16(len(b)))
	}
	if len(b)%2 != 0 {
		b = append(b, 0)
	}
	at := len(b)
	b = append(b, make([]byte, m.Size())...)
	require.NoError(s.t, m.Marshal(s.f, b[at:]))
	hdr := disk.HNHdr{PageMap: uint16(at), Client: client, UserRoot: disk.MakeHID(0, 1)}
	require.NoError(s.t, hdr.Marshal(s.f, b))
	return b
}

// bthItem makes the header of a B-tree.
func (s *store) bthItem(key, data, levels uint8, root disk.HID) []byte {
	b := make([]byte, disk.BTHHeaderSize)
	h := disk.BTHHeader{KeySize: key, DataSize: data, Levels: levels, Root: root}
	require.NoError(s.t, h.Marshal(s.f, b))
	return b
}

// idMap makes a heap of Outlook's kind with a tree from 16 bytes to 4: leaves of
// the given keys, below one index item if keys of it are given.
func (s *store) idMap(index []string, leaves ...[]string) []byte {
	items := [][]byte{binary.LittleEndian.AppendUint32(nil, uint32(disk.MakeHID(0, 2)))}
	if index == nil {
		items = append(items, s.bthItem(16, 4, 0, disk.MakeHID(0, 3)))
	} else {
		items = append(items, s.bthItem(16, 4, 1, disk.MakeHID(0, 3)))
		var b []byte
		for i, key := range index {
			b = binary.LittleEndian.AppendUint32(append(b, key16(key)...), uint32(disk.MakeHID(0, 4+i)))
		}
		items = append(items, b)
	}
	for _, keys := range leaves {
		var b []byte
		for _, key := range keys {
			b = append(append(b, key16(key)...), 0, 0, 0, 0)
		}
		items = append(items, b)
	}
	return s.newHeap(disk.HNClientIDMap, items...)
}

func key16(s string) []byte { return append(make([]byte, 16-len(s)), s...) }
