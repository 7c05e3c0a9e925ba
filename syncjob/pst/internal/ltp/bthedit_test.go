package ltp_test

import (
	"encoding/binary"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
)

// bthModel is what a B-tree should hold, by key.
type bthModel map[string]string

// verify checks the tree strictly and compares its records with the model.
func (m bthModel) verify(t *testing.T, tree *memTree, root disk.HID, keySize, dataSize int) {
	t.Helper()
	f := verifyHeap(rawNode{ansi: tree.format == disk.ANSI, blocks: tree.blocks})
	records := f.verifyBTH(uint32(root), "tree", keySize, dataSize)
	f.unowned()
	require.Empty(t, f.list)
	got := bthModel{}
	for _, r := range records {
		got[string(r.key)] = string(r.data)
	}
	require.Equal(t, len(m), len(records))
	require.True(t, maps.Equal(m, got))
}

func TestBTHEditor_Random(t *testing.T) {
	tests := []struct {
		name              string
		keySize, dataSize int
		space             int // distinct keys
		steps             int
	}{
		{name: "properties", keySize: 2, dataSize: 6, space: 3000, steps: 3000},
		{name: "row index", keySize: 4, dataSize: 4, space: 5000, steps: 4000},
		{name: "row index ansi", keySize: 4, dataSize: 2, space: 5000, steps: 4000},
		{name: "id map", keySize: 16, dataSize: 4, space: 3000, steps: 3000},
		{name: "wide", keySize: 8, dataSize: 32, space: 9000, steps: 6000},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRand(t, 11)
			tree, model := newMemTree(disk.Unicode), bthModel{}
			h, err := ltp.NewHeapIn(disk.Unicode, tree, disk.HNClientBTH)
			require.NoError(t, err)
			e, err := ltp.NewBTH(h, tt.keySize, tt.dataSize)
			require.NoError(t, err)
			root := e.Header()
			for round, insert := range []int{100, 60, 30, 60, 0} {
				for range tt.steps {
					bthStep(t, r, e, model, insert, tt.space)
				}
				if round == 4 {
					for key := range model {
						ok, err := e.Delete([]byte(key))
						require.NoError(t, err)
						require.True(t, ok)
						delete(model, key)
					}
				}
				_, err := h.Flush()
				require.NoError(t, err)
				model.verify(t, tree, root, tt.keySize, tt.dataSize)
				bthRead(t, r, tree, root, model)

				h, err = ltp.EditHeapIn(disk.Unicode, tree)
				require.NoError(t, err)
				e, err = ltp.EditBTH(h, root)
				require.NoError(t, err)
			}
			assert.Len(t, tree.blocks, 1, "an empty tree leaves an empty heap")
		})
	}
}

func bthStep(t *testing.T, r *rand.Rand, e *ltp.BTHEditor, model bthModel, insert, space int) {
	key := make([]byte, 16)
	n := r.IntN(space)
	binary.LittleEndian.PutUint32(key, uint32(n))
	binary.LittleEndian.PutUint32(key[8:], uint32(n*7))
	key = key[:e.KeySize()]
	if r.IntN(100) < insert {
		data := randomBytes(r, e.DataSize())
		require.NoError(t, e.Put(key, data))
		model[string(key)] = string(data)
		return
	}
	ok, err := e.Delete(key)
	require.NoError(t, err)
	_, there := model[string(key)]
	require.Equal(t, there, ok)
	delete(model, string(key))
}

// bthRead compares what the reader finds with the model.
func bthRead(t *testing.T, r *rand.Rand, tree *memTree, root disk.HID, model bthModel) {
	t.Helper()
	h, err := ltp.OpenHeap(tree)
	require.NoError(t, err)
	b, err := ltp.OpenBTH(h, root)
	require.NoError(t, err)
	keys := slices.SortedFunc(maps.Keys(model), func(a, b string) int {
		if keyLess([]byte(a), []byte(b)) {
			return -1
		}
		return 1
	})
	for _, from := range []int{-1, 0, r.IntN(len(keys) + 1)} {
		want := keys
		var key []byte
		if from >= 0 && from < len(keys) {
			want, key = keys[from:], []byte(keys[from])
		}
		var got []string
		for rec, err := range b.From(key) {
			require.NoError(t, err)
			got = append(got, string(rec.Key))
		}
		require.True(t, slices.Equal(want, got))
	}
	for _, key := range keys {
		data, ok, err := b.Lookup([]byte(key))
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, model[key], string(data))
	}
	_, ok, err := b.Lookup([]byte("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF")[:b.KeySize()])
	require.NoError(t, err)
	require.False(t, ok)
}

// TestBTHEditor_Ascending adds records as a table gets them: each after the last.
func TestBTHEditor_Ascending(t *testing.T) {
	tree, model := newMemTree(disk.Unicode), bthModel{}
	h, err := ltp.NewHeapIn(disk.Unicode, tree, disk.HNClientTC)
	require.NoError(t, err)
	e, err := ltp.NewBTH(h, 4, 4)
	require.NoError(t, err)
	for i := range uint32(200_000) {
		key, data := le.AppendUint32(nil, i), le.AppendUint32(nil, ^i)
		require.NoError(t, e.Put(key, data))
		model[string(key)] = string(data)
	}
	_, err = h.Flush()
	require.NoError(t, err)
	model.verify(t, tree, e.Header(), 4, 4)
	assert.Less(t, len(tree.blocks), 300, "leaves nine tenths full, two to a block")

	f := verifyHeap(rawNode{blocks: tree.blocks})
	assert.EqualValues(t, 2, f.items[uint32(e.Header())][3], "levels of index")
}

func TestBTHEditor_Put_Invalid(t *testing.T) {
	h, err := ltp.NewHeapIn(disk.Unicode, newMemTree(disk.Unicode), disk.HNClientBTH)
	require.NoError(t, err)
	e, err := ltp.NewBTH(h, 4, 4)
	require.NoError(t, err)
	assert.ErrorIs(t, e.Put([]byte{1}, []byte{1, 2, 3, 4}), ltp.ErrInvalid)
	assert.ErrorIs(t, e.Put([]byte{1, 2, 3, 4}, nil), ltp.ErrInvalid)
	_, err = ltp.NewBTH(h, 3, 4)
	assert.ErrorIs(t, err, disk.ErrCorrupt)
}
