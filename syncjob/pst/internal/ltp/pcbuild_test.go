package ltp_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/internal/ndb"
	"pstsyncd/syncjob/pst/psttest"
)

const messageNID = disk.NID(0x200024)

// propTypes are the types of properties in tests.
var propTypes = []ltp.PropType{
	ltp.TypeInt16, ltp.TypeInt32, ltp.TypeFloat32, ltp.TypeFloat64, ltp.TypeCurrency, ltp.TypeAppTime, ltp.TypeError,
	ltp.TypeBoolean, ltp.TypeInt64, ltp.TypeString8, ltp.TypeUnicode, ltp.TypeTime, ltp.TypeGUID, ltp.TypeBinary,
	ltp.TypeMultiple | ltp.TypeInt32, ltp.TypeMultiple | ltp.TypeUnicode, ltp.TypeMultiple | ltp.TypeBinary,
	ltp.TypeMultiple | ltp.TypeGUID,
}

// propModel is what a property context should hold, by property id.
type propModel map[uint16]prop

type prop struct {
	typ  ltp.PropType
	data []byte
}

func randomProp(r *rand.Rand) prop {
	typ := propTypes[r.IntN(len(propTypes))]
	return prop{typ, randomValue(r, ltp.MakeTag(0, typ))}
}

// value returns the property as it is to be written.
func (p prop) value(id uint16) ltp.Value {
	return ltp.Value{Tag: ltp.MakeTag(id, p.typ), Data: p.data}
}

// verify checks the property context strictly, and compares it with the model,
// once as the verifier and once as the package reads it.
func (m propModel) verify(t testing.TB, v ndb.View, n ndb.Node) {
	t.Helper()
	props, problems := verifyPC(raw(t, v, n))
	require.Empty(t, problems)
	require.Len(t, props, len(m))
	pc, err := ltp.OpenPC(v, n)
	require.NoError(t, err)
	var ids []uint16
	for ref, err := range pc.All() {
		require.NoError(t, err)
		ids = append(ids, ref.Tag.ID())
	}
	require.Equal(t, slices.Sorted(maps.Keys(m)), ids)
	for id, want := range m {
		tag := ltp.MakeTag(id, want.typ)
		got, ok := props[uint32(tag)]
		require.True(t, ok, "%v", tag)
		require.True(t, bytes.Equal(want.data, got), "%v", tag)
		gotTag, got, ok, err := pc.Get(id)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, tag, gotTag)
		require.True(t, bytes.Equal(want.data, got), "%v", tag)
	}
	_, _, ok, err := pc.Get(0xFFFF)
	require.NoError(t, err)
	require.False(t, ok)
}

// putPC builds a property context and puts it into a node.
func putPC(t testing.TB, tx *ndb.Tx, nid disk.NID, vals []ltp.Value) {
	t.Helper()
	sub, err := tx.EditSubnodes(0)
	require.NoError(t, err)
	n := ndb.Node{NID: nid}
	n.Data, err = ltp.BuildPC(tx, sub, vals)
	require.NoError(t, err)
	n.Sub, err = sub.Flush()
	require.NoError(t, err)
	require.NoError(t, tx.PutNode(n))
}

func TestBuildPC(t *testing.T) {
	tests := []struct {
		props, levels int
	}{{0, 0}, {1, 0}, {60, 0}, {447, 0}, {448, 1}, {5000, 1}}
	for _, f := range formats {
		for _, tt := range tests {
			t.Run(fmt.Sprintf("%v %d", f, tt.props), func(t *testing.T) {
				r := newRand(t, uint64(tt.props))
				s, model := newStore(t, f), propModel{}
				var vals []ltp.Value
				for len(model) < tt.props {
					id := uint16(r.IntN(0xFFFF))
					if _, ok := model[id]; !ok {
						model[id] = randomProp(r)
						vals = append(vals, model[id].value(id))
					}
				}
				s.update(func(tx *ndb.Tx) { putPC(t, tx, messageNID, vals) })
				n, err := s.Node(messageNID)
				require.NoError(t, err)
				model.verify(t, s, n)
				f := verifyHeap(raw(t, s, n))
				assert.EqualValues(t, 0x20, f.userRoot)
				assert.EqualValues(t, tt.levels, f.items[0x20][3], "levels of index")
			})
		}
	}
}

// TestBuildPC_Outlook writes property contexts of Outlook's anew and wants the same
// number of bytes.
func TestBuildPC_Outlook(t *testing.T) {
	outlook := openCorpus(t, "outlook-mixed.pst")
	s := newStore(t, disk.Unicode)
	messages := 0
	for n, err := range outlook.Nodes(0, 0xFFFFFFFF) {
		require.NoError(t, err)
		if n.NID.Type() != disk.NIDTypeNormalMessage {
			continue
		}
		pc, err := ltp.OpenPC(outlook, n)
		require.NoError(t, err)
		s.update(func(tx *ndb.Tx) {
			sub, err := tx.EditSubnodes(0)
			require.NoError(t, err)
			var vals []ltp.Value
			for ref, err := range pc.All() {
				require.NoError(t, err)
				v := ltp.Value{Tag: ref.Tag}
				if id := ref.HNID(); id.IsHID() {
					v.Data, err = pc.Value(ref)
					require.NoError(t, err)
				} else { // where a value is kept is for Outlook to choose
					v.Keep = id.NID()
					require.NoError(t, sub.Set(ndb.Node{NID: v.Keep}))
				}
				vals = append(vals, v)
			}
			data, err := ltp.BuildPC(tx, sub, vals)
			require.NoError(t, err)
			ours, err := tx.Data(data)
			require.NoError(t, err)
			theirs, err := outlook.Data(n.Data)
			require.NoError(t, err)
			assert.Equal(t, theirs.Size(), ours.Size(), "node %v", n.NID)
			messages++
		})
	}
	assert.NotZero(t, messages)
}

func TestBuildPC_Refuses(t *testing.T) {
	tests := []struct {
		name string
		vals []ltp.Value
		want error
	}{
		{"a property twice", []ltp.Value{{Tag: 0x3001001F, Data: []byte{1, 0}}, {Tag: 0x3001001E, Data: []byte{1}}}, ltp.ErrInvalid},
		{"a number of the wrong size", []ltp.Value{{Tag: 0x0E170003, Data: []byte{1}}}, ltp.ErrInvalid},
		{"a number in a subnode", []ltp.Value{{Tag: 0x0E170003, Keep: 0x83F}}, ltp.ErrInvalid},
		{"a time of the wrong size", []ltp.Value{{Tag: 0x30070040}}, ltp.ErrInvalid},
		{"a subnode that is not there", []ltp.Value{{Tag: 0x10130102, Keep: 0x83F}}, ndb.ErrNotFound},
		{"an object that is not there", []ltp.Value{{Tag: 0x3701000D, Object: 0x200024}}, ndb.ErrNotFound},
		{"an object in a text", []ltp.Value{{Tag: 0x3701001F, Object: 0x200024}}, ltp.ErrInvalid},
	}
	s := newStore(t, disk.Unicode)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s.update(func(tx *ndb.Tx) {
				sub, err := tx.EditSubnodes(0)
				require.NoError(t, err)
				_, err = ltp.BuildPC(tx, sub, tt.vals)
				assert.ErrorIs(t, err, tt.want)
			})
		})
	}
}

// TestBuildPC_Random writes a property context anew over and over, each time with
// other values for some properties.
func TestBuildPC_Random(t *testing.T) {
	for _, f := range formats {
		t.Run(f.String(), func(t *testing.T) {
			r := newRand(t, 5)
			s, model := newStore(t, f), propModel{}
			s.update(func(tx *ndb.Tx) { putPC(t, tx, messageNID, nil) })
			for range 40 {
				s.update(func(tx *ndb.Tx) {
					n, err := tx.Node(messageNID)
					require.NoError(t, err)
					set := map[uint16]ltp.Value{}
					for range 30 {
						id := uint16(r.IntN(600))
						model[id] = randomProp(r)
						set[id] = model[id].value(id)
					}
					n, err = psttest.RewritePC(tx, n, slices.Collect(maps.Values(set))...)
					require.NoError(t, err)
					require.NoError(t, tx.PutNode(n))
					model.verify(t, tx, n)
				})
				n, err := s.Node(messageNID)
				require.NoError(t, err)
				model.verify(t, s, n)
			}
		})
	}
}

// TestBuildPC_Subnodes follows subnodes through a property context that is written
// anew: that of an object, that of a value, and one that is no value.
func TestBuildPC_Subnodes(t *testing.T) {
	s := newStore(t, disk.Unicode)
	const object, table = disk.NID(0x200044), disk.NIDRecipientTable
	objectTag := ltp.Tag(0x3701000D)
	s.update(func(tx *ndb.Tx) {
		sub, err := tx.EditSubnodes(0)
		require.NoError(t, err)
		for _, nid := range []disk.NID{object, table} {
			data, _, err := tx.WriteData(bytes.NewReader([]byte{byte(nid)}))
			require.NoError(t, err)
			require.NoError(t, sub.Set(ndb.Node{NID: nid, Data: data}))
		}
		n := ndb.Node{NID: messageNID}
		n.Data, err = ltp.BuildPC(tx, sub, []ltp.Value{
			{Tag: objectTag, Object: object, ObjectSize: 77},
			{Tag: 0x10130102, Data: make([]byte, 9000)},
		})
		require.NoError(t, err)
		n.Sub, err = sub.Flush()
		require.NoError(t, err)
		require.NoError(t, tx.PutNode(n))
	})
	s.update(func(tx *ndb.Tx) {
		n, err := tx.Node(messageNID)
		require.NoError(t, err)
		n, err = psttest.RewritePC(tx, n, ltp.Value{Tag: 0x0E170003, Data: make([]byte, 4)})
		require.NoError(t, err)
		require.NoError(t, tx.PutNode(n))
	})
	n, err := s.Node(messageNID)
	require.NoError(t, err)
	r := raw(t, s, n)
	_, problems := verifyPC(r)
	require.Empty(t, problems)
	require.Len(t, r.subs, 3)
	assert.Contains(t, r.subs, uint32(table))
	pc, err := ltp.OpenPC(s, n)
	require.NoError(t, err)
	ref, ok, err := pc.Ref(objectTag.ID())
	require.NoError(t, err)
	require.True(t, ok)
	nid, size, err := pc.Object(ref)
	require.NoError(t, err)
	assert.Equal(t, object, nid)
	assert.EqualValues(t, 77, size)
}

func TestBuildPC_EmptyValue(t *testing.T) {
	s := newStore(t, disk.Unicode)
	s.update(func(tx *ndb.Tx) {
		putPC(t, tx, messageNID, []ltp.Value{{Tag: 0x10130102}})
	})
	n, err := s.Node(messageNID)
	require.NoError(t, err)
	assert.Zero(t, n.Sub)
	propModel{0x1013: {ltp.TypeBinary, nil}}.verify(t, s, n)
}

func TestPC_Open(t *testing.T) {
	s := newStore(t, disk.Unicode)
	long := randomBytes(newRand(t, 1), 100_000)
	s.update(func(tx *ndb.Tx) {
		putPC(t, tx, messageNID, []ltp.Value{{Tag: 0x10130102, Data: long}, {Tag: 0x30070040, Data: long[:8]}, {Tag: 0x0E1F000B, Data: []byte{1}}})
	})
	s.reopen()
	n, err := s.Node(messageNID)
	require.NoError(t, err)
	pc, err := ltp.OpenPC(s, n)
	require.NoError(t, err)
	for id, want := range map[uint16][]byte{0x1013: long, 0x3007: long[:8], 0x0E1F: {1}} {
		ref, ok, err := pc.Ref(id)
		require.NoError(t, err)
		require.True(t, ok)
		size, err := pc.Size(ref)
		require.NoError(t, err)
		assert.EqualValues(t, len(want), size)
		stream, err := pc.Open(ref)
		require.NoError(t, err)
		assert.EqualValues(t, len(want), stream.Size())
	}
	ref, _, err := pc.Ref(0x1013)
	require.NoError(t, err)
	stream, err := pc.Open(ref)
	require.NoError(t, err)
	s.file.reset()
	part := make([]byte, 100)
	_, err = stream.ReadAt(part, 50_000)
	require.NoError(t, err)
	assert.Equal(t, long[50_000:50_100], part)
	assert.Equal(t, 1, s.file.reads, "blocks read for a part of a long value")
}
