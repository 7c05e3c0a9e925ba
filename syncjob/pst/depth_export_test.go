package pst

import (
	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// Depth is how far the trees in a message or a table go.
type Depth struct {
	Heap     int // blocks of the heap of its property context, or of the table
	PC       int // levels of the BTH in it, the leaves included
	RowIndex int // levels of the row index of its recipient table; 0 without one
}

// DepthOf looks at the trees of a message.
func DepthOf(f *File, nid NID) (d Depth, err error) {
	n, err := f.view.Node(nid)
	if err != nil {
		return d, err
	}
	var heap *ltp.Heap
	if heap, d.Heap, err = f.openHeap(n); err != nil {
		return d, err
	}
	if d.PC, err = bthDepth(heap, heap.UserRoot()); err != nil {
		return d, err
	}
	sub, err := f.view.Subnode(n.Sub, disk.NIDRecipientTable)
	if err != nil {
		return d, nil
	}
	d.RowIndex, err = rowIndexDepth(f, sub)
	return d, err
}

// ContentsDepth is how far the contents table of a folder goes.
func ContentsDepth(f *File, folder NID) (d Depth, err error) {
	n, err := f.view.Node(disk.MakeNID(disk.NIDTypeContentsTable, folder.Index()))
	if err != nil {
		return d, err
	}
	if _, d.Heap, err = f.openHeap(n); err != nil {
		return d, err
	}
	d.RowIndex, err = rowIndexDepth(f, n)
	return d, err
}

// openHeap opens a node's heap, of so many blocks.
func (f *File) openHeap(n ndb.Node) (heap *ltp.Heap, blocks int, err error) {
	d, err := f.view.Data(n.Data)
	if err != nil {
		return nil, 0, err
	}
	heap, err = ltp.OpenHeap(d)
	return heap, d.Blocks(), err
}

func rowIndexDepth(f *File, table ndb.Node) (int, error) {
	heap, _, err := f.openHeap(table)
	if err != nil {
		return 0, err
	}
	item, err := heap.Item(heap.UserRoot())
	if err != nil {
		return 0, err
	}
	var info disk.TCInfo
	if err := info.Unmarshal(f.Format(), item); err != nil {
		return 0, err
	}
	return bthDepth(heap, info.RowIndex)
}

func bthDepth(heap *ltp.Heap, root disk.HID) (int, error) {
	item, err := heap.Item(root)
	if err != nil {
		return 0, err
	}
	var h disk.BTHHeader
	err = h.Unmarshal(disk.Unicode, item) // the same in both formats
	return int(h.Levels) + 1, err
}
