package syncjob

import (
	"encoding/json"
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/state"
)

// elsewhere knows every page, at another place than it is.
type elsewhere struct{}

func (elsewhere) Page(_ state.Side, bid uint64) (state.Page, bool, error) {
	return state.Page{BID: bid, IB: 1, Last: 1 << 31}, true, nil
}

// A page under the number of a known one and at another place is of another history of
// the store: nothing that is known proves anything.
func TestWalk_forked(t *testing.T) {
	f := psttest.Open(t, psttest.New(t))
	w, err := walk(elsewhere{}, 0, f)
	require.NoError(t, err)
	assert.True(t, w.forked)
	w, err = walk(nobody{}, 0, f)
	require.NoError(t, err)
	assert.False(t, w.forked)
	assert.NotEmpty(t, w.pages)
}

// In such a store nothing that is known of large values proves anything, either.
func TestLook_forked(t *testing.T) {
	f := psttest.Open(t, psttest.New(t))
	db, err := state.Open(filepath.Join(t.TempDir(), "state"), state.Options{})
	require.NoError(t, err)
	defer db.Close()
	w, err := walk(nobody{}, 0, f)
	require.NoError(t, err)
	for _, tt := range []struct {
		name string
		move uint64 // by how much the recorded pages are elsewhere
		want moved
		know int
	}{{"as recorded", 0, ahead, 1}, {"elsewhere", 512, doubtful, 0}} {
		t.Run(tt.name, func(t *testing.T) {
			st := &store{pst: f, moved: ahead, values: newValues()}
			st.values.remember([]state.Large{{ID: 1}})
			j := &job{log: slog.New(slog.DiscardHandler), side: [2]*store{st, {}}}
			require.NoError(t, db.Update(func(tx *state.Tx) error {
				for _, p := range w.pages {
					p.IB += tt.move
					require.NoError(t, tx.PutPage(0, p))
				}
				l := looker{job: j, store: st, tx: tx, found: map[uint32]candidate{}}
				return l.changed()
			}))
			assert.Equal(t, tt.want, st.moved)
			assert.Len(t, st.values.known, tt.know)
		})
	}
}

// What is recorded of the large values of an item is good for stores that went on from
// what was recorded, and for no other.
func TestLook_largeValues(t *testing.T) {
	f := psttest.Open(t, psttest.New(t))
	for moved, want := range map[moved]int{unmoved: 1, ahead: 1, doubtful: 0, another: 0} {
		st := &store{side: local, pst: f, moved: moved, values: newValues()}
		l := looker{job: &job{side: [2]*store{{moved: another}, st}}, store: st, found: map[uint32]candidate{}}
		it := state.Item{Large: [2][]state.Large{local: {{ID: 1}}}}
		require.NoError(t, l.recorded(it, pst.NodeRef{NID: 0x200024}))
		assert.Len(t, st.values.known, want, "moved %d", moved)
	}
}

// How a store stands to what was recorded: by its identity, by counters that only grow,
// and by the file that it is in.
func TestStore_compare(t *testing.T) {
	was := pst.Token{RecordKey: [16]byte{1}, Unique: 10, NextB: 10, NextP: 10, LastItem: 10}
	recorded, err := json.Marshal(was)
	require.NoError(t, err)
	for _, tt := range []struct {
		name   string
		change func(st *store)
		want   moved
	}{
		{"the same", func(*store) {}, unmoved},
		{"the same in another file", func(st *store) { st.fileID = "b" }, unmoved},
		{"written", func(st *store) { st.token.Unique++ }, ahead},
		{"written, and in another file", func(st *store) { st.token.Unique++; st.fileID = "b" }, doubtful},
		{"written, in a file without id", func(st *store) { st.token.Unique++; st.fileID = "" }, ahead},
		{"another store", func(st *store) { st.token.Unique++; st.token.RecordKey[0]++ }, another},
		{"another format", func(st *store) { st.token.Format = pst.ANSI }, another},
		{"fewer writes", func(st *store) { st.token.Unique--; st.token.NextB++ }, another},
		{"fewer blocks", func(st *store) { st.token.Unique++; st.token.NextB-- }, another},
		{"fewer pages", func(st *store) { st.token.Unique++; st.token.NextP-- }, another},
		{"fewer items", func(st *store) { st.token.Unique++; st.token.LastItem-- }, another},
		{"an id for two items", func(st *store) { st.reused = true }, another},
	} {
		t.Run(tt.name, func(t *testing.T) {
			st := &store{token: was, fileID: "a"}
			tt.change(st)
			require.NoError(t, st.compare(state.Store{Token: recorded, FileID: "a"}, true))
			assert.Equal(t, tt.want, st.moved)
			assert.Equal(t, tt.want == another, st.replaced)
		})
	}
	st := &store{token: was}
	require.NoError(t, st.compare(state.Store{}, false))
	assert.Equal(t, another, st.moved, "nothing was recorded")
	assert.False(t, st.replaced)
	require.ErrorIs(t, st.compare(state.Store{Token: []byte("x")}, true), state.ErrCorrupt)
}
