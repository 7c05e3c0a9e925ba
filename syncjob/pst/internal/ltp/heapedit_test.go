package ltp_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
)

var formats = []disk.Format{disk.Unicode, disk.ANSI}

func newRand(t testing.TB, seed uint64) *rand.Rand {
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}

func randomBytes(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// heapModel is what a heap should hold.
type heapModel map[disk.HID][]byte

// check verifies the heap strictly and compares its items with the model.
func (m heapModel) check(t *testing.T, tree *memTree) {
	t.Helper()
	f := verifyHeap(rawNode{ansi: tree.format == disk.ANSI, blocks: tree.blocks})
	require.Empty(t, f.list)
	items := 0
	for id, b := range f.items {
		if len(b) > 0 {
			items++
			require.True(t, bytes.Equal(m[disk.HID(id)], b), "item %#x", id)
		}
	}
	require.Equal(t, len(m), items)
}

// step does one random change to the heap and the model.
func (m heapModel) step(t *testing.T, r *rand.Rand, h *ltp.HeapEditor, grow int, most int) {
	ids := make([]disk.HID, 0, 8)
	for id := range m { // any few
		if ids = append(ids, id); len(ids) == cap(ids) {
			break
		}
	}
	data := randomBytes(r, 1+r.IntN(most))
	if len(ids) == 0 || r.IntN(100) < grow {
		id, err := h.Alloc(data)
		require.NoError(t, err)
		m.add(t, id, data)
		return
	}
	id := ids[r.IntN(len(ids))]
	if r.IntN(2) == 0 {
		require.NoError(t, h.Free(id))
		delete(m, id)
		return
	}
	got, err := h.Realloc(id, data)
	require.NoError(t, err)
	delete(m, id)
	m.add(t, got, data)
}

func (m heapModel) add(t *testing.T, id disk.HID, data []byte) {
	_, taken := m[id]
	require.False(t, taken, "item %v is in use", id)
	m[id] = data
}

func TestHeapEditor_Random(t *testing.T) {
	tests := []struct {
		name   string
		rounds int
		steps  int
		most   int // bytes of an item
	}{
		{name: "one block", rounds: 30, steps: 10, most: 100},
		{name: "small items", rounds: 20, steps: 2000, most: 12},
		{name: "many blocks", rounds: 20, steps: 400, most: 2000},
		{name: "largest items", rounds: 20, steps: 200, most: 3580},
	}
	for _, tt := range tests {
		for _, f := range formats {
			t.Run(tt.name+" "+f.String(), func(t *testing.T) {
				r := newRand(t, 7)
				tree, model := newMemTree(f), heapModel{}
				h, err := ltp.NewHeapIn(f, tree, disk.HNClientPC)
				require.NoError(t, err)
				for round := range tt.rounds {
					grow := 70
					if round >= tt.rounds/2 {
						grow = 20
					}
					for range tt.steps {
						model.step(t, r, h, grow, tt.most)
					}
					_, err := h.Flush()
					require.NoError(t, err)
					model.check(t, tree)
					h, err = ltp.EditHeapIn(f, tree)
					require.NoError(t, err)
				}
			})
		}
	}
}

// TestHeapEditor_Maps fills blocks beyond the second map of fill levels, empties
// some of them, and wants the space found again.
func TestHeapEditor_Maps(t *testing.T) {
	tree, model := newMemTree(disk.Unicode), heapModel{}
	h, err := ltp.NewHeapIn(disk.Unicode, tree, disk.HNClientTC)
	require.NoError(t, err)
	r := newRand(t, 3)
	var ids []disk.HID
	for range 600 {
		data := randomBytes(r, 3000)
		id, err := h.Alloc(data)
		require.NoError(t, err)
		model[id] = data
		ids = append(ids, id)
	}
	_, err = h.Flush()
	require.NoError(t, err)
	require.Len(t, tree.blocks, 300)
	model.check(t, tree)

	t.Run("space in the middle is used before the heap grows for long", func(t *testing.T) {
		h, err := ltp.EditHeapIn(disk.Unicode, tree)
		require.NoError(t, err)
		for i := 20; i < 500; i += 2 {
			require.NoError(t, h.Free(ids[i]))
			delete(model, ids[i])
		}
		_, err = h.Flush()
		require.NoError(t, err)
		model.check(t, tree)

		h, err = ltp.EditHeapIn(disk.Unicode, tree)
		require.NoError(t, err)
		for range 240 {
			data := randomBytes(r, 3000)
			id, err := h.Alloc(data)
			require.NoError(t, err)
			model[id] = data
		}
		_, err = h.Flush()
		require.NoError(t, err)
		model.check(t, tree)
		assert.LessOrEqual(t, len(tree.blocks), 310)
	})

	t.Run("one item costs a handful of blocks", func(t *testing.T) {
		clear(tree.reads)
		clear(tree.writes)
		h, err := ltp.EditHeapIn(disk.Unicode, tree)
		require.NoError(t, err)
		data := randomBytes(r, 500)
		id, err := h.Alloc(data)
		require.NoError(t, err)
		model[id] = data
		_, err = h.Flush()
		require.NoError(t, err)
		model.check(t, tree)
		assert.LessOrEqual(t, len(tree.reads), 5)
		assert.LessOrEqual(t, len(tree.writes), 3)
	})
}

func TestHeapEditor_Flush(t *testing.T) {
	build := func(t *testing.T, items ...int) (*memTree, []disk.HID) {
		tree := newMemTree(disk.Unicode)
		h, err := ltp.NewHeapIn(disk.Unicode, tree, disk.HNClientPC)
		require.NoError(t, err)
		var ids []disk.HID
		for _, size := range items {
			id, err := h.Alloc(bytes.Repeat([]byte{byte(size)}, size))
			require.NoError(t, err)
			ids = append(ids, id)
		}
		_, err = h.Flush()
		require.NoError(t, err)
		clear(tree.writes)
		return tree, ids
	}
	edit := func(t *testing.T, tree *memTree, change func(h *ltp.HeapEditor)) {
		h, err := ltp.EditHeapIn(disk.Unicode, tree)
		require.NoError(t, err)
		change(h)
		_, err = h.Flush()
		require.NoError(t, err)
		require.Empty(t, verifyHeap(rawNode{blocks: tree.blocks}).list)
	}

	t.Run("equal bytes write nothing", func(t *testing.T) {
		tree, ids := build(t, 100, 200)
		edit(t, tree, func(h *ltp.HeapEditor) {
			id, err := h.Realloc(ids[0], bytes.Repeat([]byte{100}, 100))
			require.NoError(t, err)
			assert.Equal(t, ids[0], id)
		})
		assert.Empty(t, tree.writes)
	})
	t.Run("a level that stays does not write block 0", func(t *testing.T) {
		tree, ids := build(t, 3500, 3500, 3500, 2000)
		edit(t, tree, func(h *ltp.HeapEditor) {
			_, err := h.Realloc(ids[3], bytes.Repeat([]byte{1}, 2010))
			require.NoError(t, err)
		})
		assert.Equal(t, map[int]int{1: 1}, tree.writes)
	})
	t.Run("an empty block at the end goes", func(t *testing.T) {
		tree, ids := build(t, 3500, 3500, 3500)
		edit(t, tree, func(h *ltp.HeapEditor) { require.NoError(t, h.Free(ids[2])) })
		assert.Len(t, tree.blocks, 1)
	})
	t.Run("a freed item in the middle is reused", func(t *testing.T) {
		tree, ids := build(t, 10, 20, 30)
		edit(t, tree, func(h *ltp.HeapEditor) {
			require.NoError(t, h.Free(ids[1]))
			id, err := h.Alloc([]byte{1, 2, 3})
			require.NoError(t, err)
			assert.Equal(t, ids[1], id)
		})
	})
	t.Run("no bytes are no item", func(t *testing.T) {
		tree, ids := build(t, 10, 20)
		edit(t, tree, func(h *ltp.HeapEditor) {
			id, err := h.Alloc(nil)
			require.NoError(t, err)
			assert.Zero(t, id)
			id, err = h.Realloc(ids[0], []byte{})
			require.NoError(t, err)
			assert.Zero(t, id)
		})
	})
	t.Run("an item over the limit is refused", func(t *testing.T) {
		tree, ids := build(t, 10)
		h, err := ltp.EditHeapIn(disk.Unicode, tree)
		require.NoError(t, err)
		_, err = h.Realloc(ids[0], make([]byte, 3581))
		assert.ErrorIs(t, err, ltp.ErrTooLarge)
	})
}

// TestHeapEditor_WrongFreeCount keeps items that are empty and not counted as free:
// some writers mean an empty value by them.
func TestHeapEditor_WrongFreeCount(t *testing.T) {
	tree := newMemTree(disk.Unicode)
	h, err := ltp.NewHeapIn(disk.Unicode, tree, disk.HNClientPC)
	require.NoError(t, err)
	var ids []disk.HID
	for range 4 {
		id, err := h.Alloc([]byte{1, 2})
		require.NoError(t, err)
		ids = append(ids, id)
	}
	require.NoError(t, h.Free(ids[1]))
	_, err = h.Flush()
	require.NoError(t, err)
	b := tree.blocks[0]
	le.PutUint16(b[le.Uint16(b)+2:], 0) // cFree

	h, err = ltp.EditHeapIn(disk.Unicode, tree)
	require.NoError(t, err)
	id, err := h.Alloc([]byte{3})
	require.NoError(t, err)
	assert.NotEqual(t, ids[1], id)
	_, err = h.Flush()
	require.NoError(t, err)
	assert.Empty(t, verifyHeap(rawNode{blocks: tree.blocks}).list)

	le.PutUint16(tree.blocks[0][le.Uint16(tree.blocks[0])+2:], 0)
	h, err = ltp.EditHeapIn(disk.Unicode, tree)
	require.NoError(t, err)
	for _, gone := range []disk.HID{id, ids[3], ids[2]} {
		require.NoError(t, h.Free(gone))
	}
	empty, err := h.Item(ids[1])
	require.NoError(t, err, "it stays also as the last one")
	assert.Empty(t, empty)
}

func TestHeapEditor_Full(t *testing.T) {
	tree := newMemTree(disk.Unicode)
	h, err := ltp.NewHeapIn(disk.Unicode, tree, disk.HNClientPC)
	require.NoError(t, err)
	for range 2 * 9 { // blocks of each kind
		_, err = h.Alloc(make([]byte, 3580))
		require.NoError(t, err)
	}
	_, err = h.Flush()
	require.NoError(t, err)
	first, page, bitmap := tree.blocks[0], tree.blocks[1], tree.pad(tree.blocks[8])
	for i := range first[8:12] {
		first[8+i] = 0xFF
	}
	for i := range bitmap[2:66] {
		bitmap[2+i] = 0xFF
	}
	tree.blocks = tree.blocks[:1]
	for i := 1; i < 1<<16; i++ {
		if i%128 == 8 {
			tree.blocks = append(tree.blocks, bitmap)
			continue
		}
		tree.blocks = append(tree.blocks, page)
	}

	h, err = ltp.EditHeapIn(disk.Unicode, tree)
	require.NoError(t, err)
	_, err = h.Alloc(make([]byte, 900)) // there is room for it
	require.NoError(t, err)
	_, err = h.Alloc(make([]byte, 900))
	require.ErrorIs(t, err, ltp.ErrTooLarge)
}
