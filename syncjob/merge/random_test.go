package merge_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/merge"
)

// world is two stores, what they agreed on, and a record of what people wrote.
type world struct {
	t     *testing.T
	rng   *rand.Rand
	side  [2]map[string]*thing
	base  map[merge.PairID]merge.Base
	first bool
	// look names, by side, what the next run has to look at: what changed, and what
	// the last run held.
	look     [2]map[string]bool
	names    int
	values   int
	written  map[string]bool // values that people wrote since the last run
	archived map[string]bool // values that lost a conflict
}

// thing is an item of a world.
type thing struct {
	folder merge.FolderID
	props  map[item.Key]string
}

func (th *thing) clone() *thing { return &thing{th.folder, maps.Clone(th.props)} }

func newWorld(t *testing.T, seed uint64) *world {
	w := &world{
		t: t, rng: rand.New(rand.NewPCG(seed, 0)), first: true, base: map[merge.PairID]merge.Base{},
		written: map[string]bool{}, archived: map[string]bool{},
	}
	for s := range w.side {
		w.side[s], w.look[s] = map[string]*thing{}, map[string]bool{}
	}
	return w
}

func (w *world) name() string { w.names++; return fmt.Sprintf("n%05d", w.names) }

// write makes a value that nobody wrote before.
func (w *world) write() string {
	w.values++
	v := fmt.Sprintf("v%d", w.values)
	w.written[v] = true
	return v
}

var plainKeys = []item.Key{"a", "b", "c", item.KeyAttachments}

// live has people add, copy, change, move and delete on one side.
func (w *world) live(s merge.Side, edits int) {
	for range edits {
		refs := slices.Sorted(maps.Keys(w.side[s]))
		if len(refs) == 0 || w.rng.IntN(5) == 0 {
			w.add(s)
			continue
		}
		ref := refs[w.rng.IntN(len(refs))]
		th := w.side[s][ref]
		w.look[s][ref] = true
		switch k := plainKeys[w.rng.IntN(len(plainKeys))]; w.rng.IntN(8) {
		case 0:
			delete(w.side[s], ref)
			continue
		case 1:
			th.folder = merge.FolderID(1 + w.rng.IntN(3))
		case 2:
			delete(th.props, k)
		case 3: // a copy keeps everything, the search key too
			dup := w.name()
			w.side[s][dup], w.look[s][dup] = th.clone(), true
		case 4: // the same edit on both sides
			th.props[k] = "same"
		default:
			th.props[k] = w.write()
		}
		th.props[item.KeyModified] = fmt.Sprint(w.rng.IntN(50))
	}
}

func (w *world) add(s merge.Side) {
	ref := w.name()
	th := &thing{merge.FolderID(1 + w.rng.IntN(3)), map[item.Key]string{item.KeyModified: fmt.Sprint(w.rng.IntN(50))}}
	if w.rng.IntN(4) > 0 {
		th.props[item.KeySearchKey] = fmt.Sprint("sk", w.rng.IntN(40))
	}
	for _, k := range plainKeys {
		if w.rng.IntN(2) == 0 {
			th.props[k] = w.write()
		}
	}
	w.side[s][ref], w.look[s][ref] = th, true
}

func (w *world) view(s merge.Side, ref string) merge.View {
	th := w.side[s][ref]
	if th == nil {
		return merge.View{Ref: ref, Folder: 1, State: merge.Absent}
	}
	v := merge.View{Ref: ref, Folder: th.folder, Digests: digestsOf(th.props)}
	fmt.Sscan(th.props[item.KeyModified], &v.Modified)
	return v
}

func digestsOf(props map[item.Key]string) merge.Digests {
	m := map[item.Key]item.Digest{}
	for k, v := range props {
		m[k] = val(v)
	}
	return item.ListDigests(m)
}

// input looks at what has to be looked at, now and then at more, and fails to
// read a few.
func (w *world) input(unreadable int) merge.Input {
	in := merge.Input{Folders: map[merge.FolderID]merge.Folder{}, Policy: merge.Policy{BrakeItems: 4, BrakePercent: 30}}
	for _, b := range w.base {
		in.Base = append(in.Base, b)
		f := in.Folders[b.Folder]
		f.Count++
		in.Folders[b.Folder] = f
	}
	for f := merge.FolderID(1); f <= 3; f++ {
		in.Folders[f] = merge.Folder{First: w.first, Count: in.Folders[f].Count}
	}
	for s := merge.Left; s <= merge.Right; s++ {
		look := maps.Clone(w.look[s])
		for _, ref := range slices.Sorted(maps.Keys(w.side[s])) {
			if w.first || w.rng.IntN(10) == 0 {
				look[ref] = true
			}
		}
		for _, ref := range slices.Sorted(maps.Keys(look)) {
			v := w.view(s, ref)
			if v.State == merge.Present && w.rng.IntN(100) < unreadable {
				v = merge.View{Ref: ref, Folder: v.Folder, State: merge.Unreadable}
			}
			in.Views[s] = append(in.Views[s], v)
		}
	}
	return in
}

// run reconciles and carries the plan out.
func (w *world) run(in merge.Input) merge.Plan {
	plan := merge.Reconcile(in)
	for s := range w.look {
		w.look[s] = map[string]bool{}
	}
	for _, a := range plan.Actions {
		w.apply(a)
	}
	for _, h := range plan.Holds {
		for s, ref := range h.Ref {
			if ref != "" {
				w.look[s][ref] = true
			}
		}
	}
	w.first = w.first && len(plan.Holds) > 0
	return plan
}

func (w *world) apply(a merge.Action) {
	var was [2]*thing
	for s, ref := range a.Ref {
		if th := w.side[s][ref]; th != nil {
			was[s] = th.clone()
		}
	}
	for _, c := range a.Conflicts {
		w.archived[was[c.Winner.Other()].props[c.Key]] = true
	}
	pair := a.Pair
	if pair == 0 {
		pair = merge.PairID(len(w.base)) + 1
		for w.base[pair].Pair != 0 {
			pair++
		}
	}
	next := merge.Base{Pair: pair, Folder: a.Folder, Ref: a.Ref, Digests: a.Agreed}
	for s := merge.Left; s <= merge.Right; s++ {
		switch e := a.Do[s]; e.Op {
		case merge.Create:
			next.Ref[s] = w.name()
			w.side[s][next.Ref[s]] = was[s.Other()].clone()
		case merge.Delete:
			delete(w.side[s], a.Ref[s])
		case merge.Update:
			th := w.side[s][a.Ref[s]]
			for _, k := range e.Set {
				th.props[k] = was[s.Other()].props[k]
			}
			for _, k := range e.Remove {
				delete(th.props, k)
			}
			if e.Move {
				th.folder = a.Folder
			}
		}
	}
	if a.Forget {
		delete(w.base, pair)
		return
	}
	for s := range w.side {
		th := w.side[s][next.Ref[s]]
		require.NotNil(w.t, th, showAction(a))
		require.Equal(w.t, a.Agreed, digestsOf(th.props), showAction(a))
		require.Equal(w.t, a.Folder, th.folder, showAction(a))
	}
	w.base[pair] = next
}

// same fails unless both sides hold the same items, as often.
func (w *world) same() {
	w.t.Helper()
	var all [2][]string
	for s := range w.side {
		for _, th := range w.side[s] {
			all[s] = append(all[s], fmt.Sprint(th.folder, th.props))
		}
	}
	assert.ElementsMatch(w.t, all[merge.Left], all[merge.Right])
}

// nothingLost fails unless every value that was on some side, and was written
// since the last run, is on both now or in the archive.
func (w *world) nothingLost(before map[string]bool) {
	w.t.Helper()
	var now [2]map[string]bool
	for s := range w.side {
		now[s] = w.valuesOf(merge.Side(s))
	}
	for v := range before {
		if w.written[v] && !w.archived[v] {
			assert.True(w.t, now[merge.Left][v] && now[merge.Right][v], "value %s is lost", v)
		}
	}
}

func (w *world) valuesOf(s merge.Side) map[string]bool {
	all := map[string]bool{}
	for _, th := range w.side[s] {
		for _, v := range th.props {
			all[v] = true
		}
	}
	return all
}

func (w *world) allValues() map[string]bool {
	all := w.valuesOf(merge.Left)
	maps.Copy(all, w.valuesOf(merge.Right))
	return all
}

// TestReconcile_Random lives through many days of two stores: edits on both
// sides, items that can not be read for a while, halts, approvals, lost state.
func TestReconcile_Random(t *testing.T) {
	for seed := range uint64(300) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			w := newWorld(t, seed)
			for day := range 8 {
				w.live(merge.Left, w.rng.IntN(25))
				w.live(merge.Right, w.rng.IntN(25))
				if w.rng.IntN(10) == 0 {
					w.base, w.first = map[merge.PairID]merge.Base{}, true
				}
				before := w.allValues()

				w.run(w.input(5 * (day % 2)))
				in := w.input(0)
				in.Approved = func(string) bool { return true }
				w.run(in)

				w.same()
				w.nothingLost(before)
				again := merge.Reconcile(w.input(0))
				assert.True(t, empty(again), "second run: %v", show(again))
				if t.Failed() {
					t.Fatalf("day %d", day)
				}
				clear(w.written)
			}
		})
	}
}
