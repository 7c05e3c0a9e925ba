package pst

import (
	"encoding/binary"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
)

// enter takes the message out of the conversation that it leaves and adds it to
// the one that it joins.
func (c conversation) enter(heap *ltp.HeapEditor, tree *ltp.BTHEditor) error {
	if c.from != convNone && c.from != c.to {
		err := editConversation(heap, tree, c.from, func(all []uint32) []uint32 {
			return slices.DeleteFunc(all, func(m uint32) bool { return m == uint32(c.message) })
		})
		if err != nil {
			return err
		}
	}
	if c.to == convNone {
		return nil
	}
	return editConversation(heap, tree, c.to, func(all []uint32) []uint32 {
		i, found := slices.BinarySearch(all, uint32(c.message))
		if found {
			return all
		}
		return slices.Insert(all, i, uint32(c.message))
	})
}

// editConversation changes the messages of a conversation, which are ascending. One
// with more messages than an item holds is left as it is, one without is not kept.
func editConversation(heap *ltp.HeapEditor, tree *ltp.BTHEditor, key uint32, edit func([]uint32) []uint32) error {
	rec, ok, err := tree.Lookup(uint32Bytes(key))
	if err != nil {
		return err
	}
	at := disk.HNID(0)
	if ok {
		at = disk.HNID(binary.LittleEndian.Uint32(rec))
	}
	if !at.IsHID() {
		return nil
	}
	item, err := heapItem(heap, at.HID())
	if err != nil {
		return err
	}
	var all []uint32
	for ; len(item) >= 4; item = item[4:] {
		all = append(all, binary.LittleEndian.Uint32(item))
	}
	var list []byte
	for _, m := range edit(all) {
		list = binary.LittleEndian.AppendUint32(list, m)
	}
	if len(list) > disk.MaxHNItem {
		return nil
	}
	return putConversation(heap, tree, key, at.HID(), list)
}

// heapItem is an item of a heap; there is nothing in item 0.
func heapItem(heap *ltp.HeapEditor, id disk.HID) ([]byte, error) {
	if id == 0 {
		return nil, nil
	}
	return heap.Item(id)
}

// putConversation writes the list of a conversation, which was in item at.
func putConversation(heap *ltp.HeapEditor, tree *ltp.BTHEditor, key uint32, at disk.HID, list []byte) error {
	if len(list) > 0 {
		to, err := heap.Realloc(at, list)
		if err != nil || to == at {
			return err
		}
		return tree.Put(uint32Bytes(key), uint32Bytes(uint32(to)))
	}
	if err := heap.Free(at); err != nil {
		return err
	}
	_, err := tree.Delete(uint32Bytes(key))
	return err
}
