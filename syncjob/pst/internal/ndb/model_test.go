package ndb_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// model is what a store is to hold: the content of every node by id.
type model map[disk.NID]modelNode

type modelNode struct {
	parent disk.NID
	data   []byte
	subs   model
}

func (m model) clone() model {
	out := maps.Clone(m)
	for nid, n := range out {
		n.subs = n.subs.clone()
		out[nid] = n
	}
	return out
}

func (m model) ids() []disk.NID { return slices.Sorted(maps.Keys(m)) }

// readModel reads all of a view.
func readModel(v ndb.View) (model, error) {
	m := model{}
	for n, err := range v.Nodes(0, math.MaxUint32) {
		if err != nil {
			return nil, err
		}
		var merr error
		if m[n.NID], merr = readModelNode(v, n, 0); merr != nil {
			return nil, merr
		}
	}
	return m, nil
}

func readModelNode(v ndb.View, n ndb.Node, depth int) (modelNode, error) {
	out := modelNode{parent: n.Parent}
	d, err := v.Data(n.Data)
	if err != nil {
		return out, err
	}
	if out.data, err = io.ReadAll(io.NewSectionReader(d, 0, d.Size())); err != nil {
		return out, err
	}
	if int64(len(out.data)) != d.Size() || depth > 8 {
		return out, fmt.Errorf("node %v: %d bytes of %d, depth %d", n.NID, len(out.data), d.Size(), depth)
	}
	for sub, err := range v.Subnodes(n.Sub) {
		if err != nil {
			return out, err
		}
		if out.subs == nil {
			out.subs = model{}
		}
		if out.subs[sub.NID], err = readModelNode(v, sub, depth+1); err != nil {
			return out, err
		}
	}
	return out, nil
}

// requireModel fails unless v holds what m says.
func requireModel(t testing.TB, m model, v ndb.View, msg ...any) {
	t.Helper()
	got, err := readModel(v)
	require.NoError(t, err, msg...)
	requireSameModel(t, m, got, msg...)
}

func requireSameModel(t testing.TB, want, got model, msg ...any) {
	t.Helper()
	if diff := want.diff(got, ""); diff != "" {
		require.Fail(t, diff, msg...)
	}
}

func (m model) diff(got model, at string) string {
	if !slices.Equal(m.ids(), got.ids()) {
		return fmt.Sprintf("%s: ids are %v, want %v", at, got.ids(), m.ids())
	}
	for nid, n := range m {
		at := at + "/" + nid.String()
		g := got[nid]
		switch {
		case g.parent != n.parent:
			return fmt.Sprintf("%s: parent is %v, want %v", at, g.parent, n.parent)
		case !bytes.Equal(g.data, n.data):
			return fmt.Sprintf("%s: data has %d bytes, want %d", at, len(g.data), len(n.data))
		}
		if diff := n.subs.diff(g.subs, at); diff != "" {
			return diff
		}
	}
	return ""
}

// editor makes random changes in a transaction and in a model.
type editor struct {
	t   testing.TB
	rnd *rand.Rand
	tx  *ndb.Tx
	m   model
	max int // size of values
}

func (e *editor) bytes() []byte {
	sizes := []int{0, 1, 20, 200, 3000, e.tx.Format().MaxBlockData(), e.tx.Format().MaxBlockData() + 1, e.max}
	b := make([]byte, e.rnd.IntN(sizes[e.rnd.IntN(len(sizes))]+1))
	for i := range b {
		b[i] = byte(e.rnd.Uint32())
	}
	return b
}

func (e *editor) write(b []byte) disk.BID {
	bid, n, err := e.tx.WriteData(bytes.NewReader(b))
	require.NoError(e.t, err)
	assert.EqualValues(e.t, len(b), n)
	return bid
}

func (e *editor) pick() disk.NID {
	ids := e.m.ids()
	return ids[e.rnd.IntN(len(ids))]
}

func (e *editor) node(nid disk.NID) ndb.Node {
	n, err := e.tx.Node(nid)
	require.NoError(e.t, err)
	return n
}

// step makes one change.
func (e *editor) step() {
	if len(e.m) == 0 {
		e.add()
		return
	}
	switch p := e.rnd.IntN(100); {
	case len(e.m) > 30:
		e.delete()
	case p < 25:
		e.add()
	case p < 40:
		e.replace()
	case p < 55:
		e.edit()
	case p < 75:
		e.editSubnodes()
	case p < 82:
		e.share()
	case p < 86:
		e.move()
	default:
		e.delete()
	}
}

func (e *editor) add() {
	types := []disk.NIDType{disk.NIDTypeNormalMessage, disk.NIDTypeNormalFolder, disk.NIDTypeAssocMessage, disk.NIDTypeInternal}
	nid := e.tx.NewNID(types[e.rnd.IntN(len(types))])
	_, exists := e.m[nid]
	require.False(e.t, exists)
	n := modelNode{parent: disk.NID(e.rnd.Uint32N(5)), data: e.bytes()}
	require.NoError(e.t, e.tx.PutNode(ndb.Node{NID: nid, Data: e.write(n.data), Parent: n.parent}))
	e.m[nid] = n
}

func (e *editor) replace() {
	nid := e.pick()
	n, mn := e.node(nid), e.m[nid]
	mn.data, mn.parent = e.bytes(), 7
	n.Data, n.Parent = e.write(mn.data), 7
	require.NoError(e.t, e.tx.PutNode(n))
	e.m[nid] = mn
}

// edit changes single blocks of a node's data.
func (e *editor) edit() {
	nid := e.pick()
	n, mn := e.node(nid), e.m[nid]
	var data []byte
	n.Data, data = e.editData(n.Data, mn.data)
	require.NoError(e.t, e.tx.PutNode(n))
	mn.data = data
	e.m[nid] = mn
}

func (e *editor) editData(bid disk.BID, data []byte) (disk.BID, []byte) {
	ed, err := e.tx.EditData(bid)
	require.NoError(e.t, err)
	full := e.tx.Format().MaxBlockData()
	var blocks [][]byte
	for b := range slices.Chunk(data, full) {
		blocks = append(blocks, b)
	}
	for range e.rnd.IntN(5) {
		require.Equal(e.t, len(blocks), ed.Blocks())
		if e.rnd.IntN(5) == 0 && len(blocks) > 0 {
			n := e.rnd.IntN(len(blocks) + 1)
			require.NoError(e.t, ed.Truncate(n))
			blocks = blocks[:n]
			continue
		}
		i := e.rnd.IntN(len(blocks) + 1)
		b := make([]byte, 1+e.rnd.IntN(full))
		b[0] = byte(e.rnd.Uint32())
		require.NoError(e.t, ed.SetBlock(i, b))
		if i == len(blocks) {
			blocks = append(blocks, nil)
		}
		blocks[i] = b
		got, err := ed.Block(i)
		require.NoError(e.t, err)
		require.Equal(e.t, b, got)
	}
	out, err := ed.Flush()
	require.NoError(e.t, err)
	var flat []byte
	for i, b := range blocks {
		flat = append(flat, b...)
		if i < len(blocks)-1 {
			flat = append(flat, make([]byte, full-len(b))...)
		}
	}
	return out, flat
}

func (e *editor) editSubnodes() {
	nid := e.pick()
	n, mn := e.node(nid), e.m[nid]
	mn.subs = mn.subs.clone()
	if mn.subs == nil {
		mn.subs = model{}
	}
	n.Sub = e.subnodes(n.Sub, mn.subs, 0)
	if len(mn.subs) == 0 {
		mn.subs = nil
	}
	require.NoError(e.t, e.tx.PutNode(n))
	e.m[nid] = mn
}

func (e *editor) subnodes(sub disk.BID, subs model, depth int) disk.BID {
	ed, err := e.tx.EditSubnodes(sub)
	require.NoError(e.t, err)
	steps := 1 + e.rnd.IntN(4)
	if depth == 0 && e.rnd.IntN(30) == 0 {
		steps = 500 // beyond one leaf
	}
	for range steps {
		nid := disk.MakeNID(disk.NIDTypeLTP, uint32(e.rnd.IntN(3*steps)+1))
		old, exists := subs[nid]
		if exists && e.rnd.IntN(3) == 0 {
			require.NoError(e.t, ed.Delete(nid))
			delete(subs, nid)
			continue
		}
		var n ndb.Node
		if exists {
			n, err = ed.Get(nid)
			require.NoError(e.t, err)
		}
		n.NID = nid
		if steps > 100 {
			old.data = []byte{byte(e.rnd.Uint32())}
		} else {
			old.data = e.bytes()
		}
		n.Data = e.write(old.data)
		if depth < 2 && e.rnd.IntN(3) == 0 {
			old.subs = old.subs.clone()
			if old.subs == nil {
				old.subs = model{}
			}
			n.Sub = e.subnodes(n.Sub, old.subs, depth+1)
			if len(old.subs) == 0 {
				old.subs = nil
			}
		}
		require.NoError(e.t, ed.Set(n))
		subs[nid] = old
	}
	out, err := ed.Flush()
	require.NoError(e.t, err)
	return out
}

// share makes a node refer to the data and subnodes of another.
func (e *editor) share() {
	from, to := e.pick(), e.pick()
	n, mn := e.node(from), e.m[from]
	n.NID, n.Parent = to, e.node(to).Parent
	mn.parent = n.Parent
	require.NoError(e.t, e.tx.PutNode(n))
	e.m[to] = mn
}

// move gives a node another id.
func (e *editor) move() {
	from := e.pick()
	n, mn := e.node(from), e.m[from]
	n.NID = e.tx.NewNID(from.Type())
	require.NoError(e.t, e.tx.PutNode(n))
	require.NoError(e.t, e.tx.DeleteNode(from))
	delete(e.m, from)
	e.m[n.NID] = mn
}

func (e *editor) delete() {
	nid := e.pick()
	require.NoError(e.t, e.tx.DeleteNode(nid))
	delete(e.m, nid)
}

func TestTx_RandomEditsEqualModel(t *testing.T) {
	for _, tc := range []struct {
		format disk.Format
		crypt  uint8
		max    int
	}{
		{disk.Unicode, disk.CryptPermute, 60_000},
		{disk.Unicode, disk.CryptCyclic, 20_000},
		{disk.Unicode, disk.CryptNone, 500_000},
		{disk.ANSI, disk.CryptPermute, 60_000},
	} {
		t.Run(fmt.Sprintf("%v %d %d", tc.format, tc.crypt, tc.max), func(t *testing.T) {
			fsys, s := newStore(t, tc.format, tc.crypt)
			m := model{}
			rnd := rand.New(rand.NewPCG(1, uint64(tc.max)))
			for range 30 {
				tx, err := s.Begin()
				require.NoError(t, err)
				e := &editor{t: t, rnd: rnd, tx: tx, m: m.clone(), max: tc.max}
				for range 1 + rnd.IntN(60) {
					e.step()
				}
				if rnd.IntN(3) == 0 {
					requireModel(t, e.m, tx, "within the transaction")
					requireModel(t, m, s, "committed state meanwhile")
				}
				if rnd.IntN(6) == 0 {
					require.NoError(t, tx.Rollback())
				} else {
					require.NoError(t, tx.Commit())
					m = e.m
				}
				requireSound(t, fsys.Bytes(storePath), 0)
				if rnd.IntN(3) == 0 {
					s = reopen(t, fsys, s)
				}
				requireModel(t, m, s, "after")
			}
			tx, err := s.Begin()
			require.NoError(t, err)
			for nid := range m {
				require.NoError(t, tx.DeleteNode(nid))
			}
			require.NoError(t, tx.Commit())
			v := requireSound(t, fsys.Bytes(storePath), 0)
			assert.Empty(t, v.blocks)
			require.NoError(t, s.Close())
		})
	}
}

// randomReader yields n bytes that do not repeat.
func randomReader(n int64) io.Reader {
	return io.LimitReader(rand.NewChaCha8([32]byte{byte(n)}), n)
}
