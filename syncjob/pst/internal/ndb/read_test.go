package ndb_test

import (
	"io"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
	"pstsyncd/syncjob/vfs"
)

func openRead(t testing.TB, path string) *ndb.Store {
	t.Helper()
	f, err := vfs.OS.Open(path)
	require.NoError(t, err)
	s, err := ndb.Open(f, ndb.Options{ReadOnly: true})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

// readAll reads every node, subnode and data tree of a view and returns how many
// nodes and bytes there are.
func readAll(t testing.TB, v ndb.View) (nodes int, size int64) {
	t.Helper()
	var visit func(n ndb.Node, depth int)
	visit = func(n ndb.Node, depth int) {
		require.Less(t, depth, 10)
		d, err := v.Data(n.Data)
		require.NoError(t, err, "node %v", n.NID)
		copied, err := io.Copy(io.Discard, io.NewSectionReader(d, 0, math.MaxInt64))
		require.NoError(t, err, "node %v", n.NID)
		assert.Equal(t, d.Size(), copied)
		nodes++
		size += copied
		for sub, err := range v.Subnodes(n.Sub) {
			require.NoError(t, err, "subnodes of %v", n.NID)
			got, err := v.Subnode(n.Sub, sub.NID)
			require.NoError(t, err)
			assert.Equal(t, sub, got)
			visit(sub, depth+1)
		}
	}
	for n, err := range v.Nodes(0, math.MaxUint32) {
		require.NoError(t, err)
		got, err := v.Node(n.NID)
		require.NoError(t, err)
		assert.Equal(t, n, got)
		visit(n, 0)
	}
	return nodes, size
}

func TestStore_ReadsEveryNodeOfRealStores(t *testing.T) {
	for _, name := range soundStores {
		t.Run(name, func(t *testing.T) {
			s := openRead(t, corpusFile(t, name))
			nodes, size := readAll(t, s)
			assert.Greater(t, nodes, 25)
			assert.Positive(t, size)
		})
	}
	t.Run("enron.pst", func(t *testing.T) {
		nodes, _ := readAll(t, openRead(t, goPSTFile(t, "enron.pst")))
		assert.Greater(t, nodes, 2178)
	})
	t.Run("support.pst", func(t *testing.T) { readAll(t, openRead(t, goPSTFile(t, "support.pst"))) })
}

func TestStore_NodesRange(t *testing.T) {
	s := openRead(t, corpusFile(t, "outlook-mixed.pst"))
	var all, some []disk.NID
	for n, err := range s.Nodes(0, math.MaxUint32) {
		require.NoError(t, err)
		all = append(all, n.NID)
	}
	lo, hi := all[7]+1, all[40]
	for n, err := range s.Nodes(lo, hi) {
		require.NoError(t, err)
		some = append(some, n.NID)
	}
	assert.Equal(t, all[8:41], some)
	_, err := s.Node(lo)
	assert.ErrorIs(t, err, ndb.ErrNotFound)
	for range s.Nodes(0, 0) {
		t.Fatal("there is no node 0")
	}
}

func TestStore_NBTPages(t *testing.T) {
	s := openRead(t, goPSTFile(t, "enron.pst"))
	known := map[disk.BREF]bool{}
	var leaves int
	for p, err := range s.NBTPages(func(r disk.BREF) bool { return known[r] }) {
		require.NoError(t, err)
		known[p.Ref] = true
		for _, n := range p.Entries {
			assert.LessOrEqual(t, p.Lo, uint64(n.NID))
			assert.Less(t, uint64(n.NID), p.Hi)
		}
		leaves += len(p.Entries)
	}
	var nodes int
	for _, err := range s.Nodes(0, math.MaxUint32) {
		require.NoError(t, err)
		nodes++
	}
	assert.Equal(t, nodes, leaves)
	for p := range s.NBTPages(func(r disk.BREF) bool { return known[r] }) {
		t.Fatalf("page %v is known", p.Ref)
	}
	root := s.Header().Root.NBT
	var visited []disk.BREF
	for p, err := range s.NBTPages(func(r disk.BREF) bool { return known[r] && r != root }) {
		require.NoError(t, err)
		visited = append(visited, p.Ref)
	}
	assert.Equal(t, []disk.BREF{root}, visited)
}

func TestOpen_CostsHeaderAndRoots(t *testing.T) {
	var c vfs.Counters
	f, err := vfs.OS.Open(goPSTFile(t, "enron.pst"))
	require.NoError(t, err)
	s, err := ndb.Open(vfs.CountFile(f, &c), ndb.Options{ReadOnly: true})
	require.NoError(t, err)
	defer s.Close()
	assert.EqualValues(t, 4096+2*512, c.BytesRead.Load())
	_, err = s.Node(disk.NIDRootFolder)
	require.NoError(t, err)
	assert.LessOrEqual(t, c.BytesRead.Load(), int64(4096+5*512), "one descent")
}

func TestOpen_Refuses(t *testing.T) {
	patch := func(off int, b ...byte) func([]byte) []byte {
		return func(file []byte) []byte { copy(file[off:], b); return file }
	}
	for _, tc := range []struct {
		name string
		edit func([]byte) []byte
		want error
	}{
		{"empty file", func([]byte) []byte { return nil }, ndb.ErrNotPST},
		{"text", func([]byte) []byte { return []byte("Dear Sir or Madam") }, ndb.ErrNotPST},
		{"only the magic", func(b []byte) []byte { return b[:4] }, disk.ErrCorrupt},
		{"half a header", func(b []byte) []byte { return b[:300] }, disk.ErrCorrupt},
		{"truncated", func(b []byte) []byte { return b[:len(b)-1] }, disk.ErrCorrupt},
		{"ost", patch(8, 'S', 'O'), ndb.ErrUnsupported},
		{"pab", patch(8, 'B', 'A'), ndb.ErrUnsupported},
		{"4K pages", patch(10, 36), ndb.ErrUnsupported},
		{"windows information protection", patch(10, 37), ndb.ErrUnsupported},
		{"encrypted", patch(513, 0x10), ndb.ErrUnsupported},
		{"unknown old version", patch(10, 16), ndb.ErrUnsupported},
		{"flipped bit in the header", patch(44, 7), disk.ErrCorrupt},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b, err := os.ReadFile(corpusFile(t, "outlook-empty.pst"))
			require.NoError(t, err)
			path := t.TempDir() + "/store.pst"
			require.NoError(t, os.WriteFile(path, tc.edit(b), 0o600))
			for _, readOnly := range []bool{true, false} {
				f, err := vfs.OS.OpenWrite(path)
				require.NoError(t, err)
				_, err = ndb.Open(f, ndb.Options{ReadOnly: readOnly})
				assert.ErrorIs(t, err, tc.want)
			}
		})
	}
}

func TestOpen_RefusesDamagedStore(t *testing.T) {
	f, err := vfs.OS.Open(corpusFile(t, "damaged-amap-invalid.pst"))
	require.NoError(t, err)
	_, err = ndb.Open(f, ndb.Options{ReadOnly: true})
	assert.ErrorIs(t, err, disk.ErrCorrupt)
}
