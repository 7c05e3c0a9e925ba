package ltp

import "pstsyncd/syncjob/pst/internal/disk"

// BlockEditor is what a heap is edited in.
type BlockEditor = blockEditor

// NewHeapIn begins a heap in any data tree.
func NewHeapIn(f disk.Format, d BlockEditor, client uint8) (*HeapEditor, error) {
	return newHeap(f, d, client)
}

// EditHeapIn opens the heap in any data tree for changes.
func EditHeapIn(f disk.Format, d BlockEditor) (*HeapEditor, error) { return editHeap(f, d) }
