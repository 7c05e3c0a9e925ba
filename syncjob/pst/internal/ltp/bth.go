package ltp

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"
	"sort"

	"pstsyncd/syncjob/pst/internal/disk"
)

// items is where a B-tree on a heap is kept: a *Heap or a *HeapEditor.
type items interface {
	Item(id disk.HID) ([]byte, error)
}

// Record is one record of a B-tree on a heap. Both parts belong to the heap:
// the caller must not modify them.
type Record struct {
	Key  []byte
	Data []byte
}

// BTH reads a B-tree on a heap ([MS-PST] 2.3.2). Keys of 2, 4 and 8 bytes are
// little-endian numbers, keys of 16 bytes are compared byte by byte.
type BTH struct {
	items items
	hdr   disk.BTHHeader
}

// OpenBTH reads the B-tree whose header is item root of h, a [Heap] or a [HeapEditor].
func OpenBTH(h items, root disk.HID) (*BTH, error) {
	b, err := h.Item(root)
	if err != nil {
		return nil, fmt.Errorf("read bth header: %w", err)
	}
	t := &BTH{items: h}
	if err := t.hdr.Unmarshal(disk.Unicode, b); err != nil {
		return nil, fmt.Errorf("read bth header %v: %w", root, decodeErr("bth", err))
	}
	if err := t.hdr.Validate(); err != nil {
		return nil, fmt.Errorf("read bth header %v: %w", root, err)
	}
	return t, nil
}

// KeySize returns the size of a key in bytes.
func (t *BTH) KeySize() int { return int(t.hdr.KeySize) }

// DataSize returns the size of a record without its key in bytes.
func (t *BTH) DataSize() int { return int(t.hdr.DataSize) }

// Lookup returns the data of the record with that key. It reads one item per
// level.
func (t *BTH) Lookup(key []byte) (data []byte, ok bool, err error) {
	if len(key) != t.KeySize() {
		return nil, false, fmt.Errorf("look up key of %d bytes among keys of %d: %w", len(key), t.KeySize(), ErrInvalid)
	}
	id := t.hdr.Root
	for level := int(t.hdr.Levels); id != 0; level-- {
		n, err := t.node(id, level)
		if err != nil {
			return nil, false, err
		}
		i := n.find(key)
		if level == 0 {
			if i < n.len() && bytes.Equal(n.key(i), key) {
				return n.data(i), true, nil
			}
			return nil, false, nil
		}
		if i = n.child(key); i < 0 {
			return nil, false, nil
		}
		id = n.next(i)
	}
	return nil, false, nil
}

// All returns the records in ascending order of their keys.
func (t *BTH) All() iter.Seq2[Record, error] { return t.From(nil) }

// From returns the records whose key is not below key, ascending. A nil key is
// below every key.
func (t *BTH) From(key []byte) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		if t.hdr.Root == 0 {
			return
		}
		w := bthWalk{tree: t, from: key, yield: yield}
		if err := w.visit(t.hdr.Root, int(t.hdr.Levels)); err != nil && !w.stopped {
			yield(Record{}, err)
		}
	}
}

// bthWalk is one pass over the records.
type bthWalk struct {
	tree    *BTH
	from    []byte
	last    []byte // key of the record before, yielded or not
	yield   func(Record, error) bool
	stopped bool
}

// visit yields the records below an item. That keys have to ascend is what
// ends a walk over items that refer to each other in a circle.
func (w *bthWalk) visit(id disk.HID, level int) error {
	n, err := w.tree.node(id, level)
	if err != nil {
		return err
	}
	if level == 0 {
		return w.leaf(id, n)
	}
	first := 0
	if w.from != nil {
		first = max(0, n.child(w.from))
	}
	for i := first; i < n.len() && !w.stopped; i++ {
		if err := w.visit(n.next(i), level-1); err != nil {
			return err
		}
	}
	return nil
}

func (w *bthWalk) leaf(id disk.HID, n bthNode) error {
	for i := range n.len() {
		key := n.key(i)
		if w.last != nil && compareKeys(w.last, key) >= 0 {
			return disk.Corruptf("bth", -1, "key %x after %x in item %v", key, w.last, id)
		}
		w.last = key
		if w.from != nil && compareKeys(key, w.from) < 0 {
			continue
		}
		if !w.yield(Record{Key: key, Data: n.data(i)}, nil) {
			w.stopped = true
			return nil
		}
	}
	return nil
}

// node reads one item of the tree. Items other than the root have at least one
// record.
func (t *BTH) node(id disk.HID, level int) (bthNode, error) {
	b, err := t.items.Item(id)
	if err != nil {
		return bthNode{}, fmt.Errorf("read bth level %d: %w", level, err)
	}
	n := bthNode{b: b, keySize: t.KeySize(), size: t.recordSize(level)}
	if len(b) == 0 || len(b)%n.size != 0 {
		return bthNode{}, disk.Corruptf("bth", -1, "item %v of %d bytes for records of %d", id, len(b), n.size)
	}
	n.dropPadding()
	return n, nil
}

// recordSize returns the size of a record in bytes: of the index above level 0.
func (t *BTH) recordSize(level int) int {
	if level > 0 {
		return t.KeySize() + hidSize
	}
	return t.KeySize() + t.DataSize()
}

const hidSize = 4

// bthNode is an item of the tree: records of equal size, ascending by key.
type bthNode struct {
	b       []byte
	keySize int
	size    int // of a record
}

// dropPadding forgets a record of zeros after the last one, which Aspose writes
// at the end of some property contexts.
func (n *bthNode) dropPadding() {
	for last := n.len() - 1; last > 0 && allZero(n.b[last*n.size:]); last-- {
		n.b = n.b[:last*n.size]
	}
}

func allZero(b []byte) bool {
	return len(bytes.Trim(b, "\x00")) == 0
}

func (n bthNode) len() int          { return len(n.b) / n.size }
func (n bthNode) key(i int) []byte  { return n.b[i*n.size : i*n.size+n.keySize : i*n.size+n.keySize] }
func (n bthNode) data(i int) []byte { return n.b[i*n.size+n.keySize : (i+1)*n.size : (i+1)*n.size] }

// next returns the item that an index record refers to.
func (n bthNode) next(i int) disk.HID { return disk.HID(binary.LittleEndian.Uint32(n.data(i))) }

// find returns the first record whose key is not below key.
func (n bthNode) find(key []byte) int {
	return sort.Search(n.len(), func(i int) bool { return compareKeys(n.key(i), key) >= 0 })
}

// child returns the index record below which key is or would be, -1 when it is
// below the first.
func (n bthNode) child(key []byte) int {
	return sort.Search(n.len(), func(i int) bool { return compareKeys(n.key(i), key) > 0 }) - 1
}

// compareKeys orders two keys of one tree.
func compareKeys(a, b []byte) int {
	if len(a) == 16 {
		return bytes.Compare(a, b)
	}
	for i := len(a) - 1; i >= 0; i-- {
		if a[i] != b[i] {
			if a[i] < b[i] {
				return -1
			}
			return 1
		}
	}
	return 0
}
