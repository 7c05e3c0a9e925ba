package pst_test

import (
	"fmt"
	"hash/maphash"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/vfs/crashfs"
)

// moment is when a crash comes and what it leaves behind.
type moment struct {
	op   int // operations that were done
	kept string
	seed uint64
}

// keptKinds are what crashes leave behind, in the order in which they are tried.
var keptKinds = map[string]func(seed uint64) crashfs.Kept{
	"none": func(uint64) crashfs.Kept { return crashfs.None },
	"all":  func(uint64) crashfs.Kept { return crashfs.All },
	"torn": crashfs.Torn,
	"some": crashfs.Seed,
}

func (m moment) String() string { return fmt.Sprintf("%d:%s:%d", m.op, m.kept, m.seed) }

// recipe says how to see a failure again. Ids and times are others then.
func recipe(t *testing.T, draw uint64, m moment) string {
	return fmt.Sprintf("again: go test -run '%s$' ./syncjob/pst -seed %d -image %d:%v", t.Name(), crashSeed(), draw, m)
}

func (m moment) of(fsys *crashfs.FS) *crashfs.FS {
	return fsys.CrashImage(m.op, keptKinds[m.kept](m.seed))
}

// recorded is a run of a kind: its operations, and what the store held between them.
type recorded struct {
	t         *testing.T
	fsys      *crashfs.FS
	first     int        // operation
	states    [][]string // before the run and after each commit
	committed []int      // how many operations were done when each commit returned
}

// record runs the kind on a disk. What the store holds is exact, or what it holds after
// every such run.
func (k crashKind) record(t *testing.T, fsys *crashfs.FS, o pst.CreateOptions, exact bool) *recorded {
	t.Helper()
	rec := &recorded{t: t, fsys: fsys, first: fsys.Ops(), states: [][]string{contents(t, fsys, exact)}}
	require.NoError(t, k.run(&crashRun{t: t, fsys: fsys, options: o, committed: func() {
		rec.committed = append(rec.committed, fsys.Ops())
		rec.states = append(rec.states, contents(t, fsys, exact))
	}}))
	return rec
}

// mostRuns is how many runs of a kind are looked at until there are enough images.
const mostRuns = 100

// crash tries n distinct images of runs of the kind.
func (k crashKind) crash(t *testing.T, o pst.CreateOptions, n int) tally {
	t.Helper()
	if *flagImage != "" {
		return k.crashOnce(t, o)
	}
	var count tally
	for draw := uint64(0); draw < mostRuns && count.images < n; draw++ {
		most := n
		if k.perRun > 0 {
			most = min(n, count.images+k.perRun)
		}
		rec := k.record(t, k.base(t, o, draw), o, true)
		rng := rand.New(rand.NewPCG(crashSeed(), ^draw))
		seen, hash := map[uint64]bool{}, maphash.MakeSeed()
		for m := range rec.moments(rng, most-count.images) {
			if count.images >= most {
				break
			}
			img := m.of(rec.fsys)
			if id := img.Hash(hash) + uint64(rec.done(m.op)); !seen[id] {
				seen[id] = true
				rec.verify(img, m, recipe(t, draw, m), &count)
			}
		}
	}
	return count
}

// crashOnce tries the image that -image names.
func (k crashKind) crashOnce(t *testing.T, o pst.CreateOptions) (count tally) {
	t.Helper()
	var m moment
	var draw uint64
	_, err := fmt.Sscan(strings.ReplaceAll(*flagImage, ":", " "), &draw, &m.op, &m.kept, &m.seed)
	require.NoError(t, err, "-image")
	rec := k.record(t, k.base(t, o, draw), o, true)
	rec.verify(m.of(rec.fsys), m, recipe(t, draw, m), &count)
	return count
}

// idleRounds is after how many moments for each image that is wanted the search for ever
// different ones is given up.
const idleRounds = 40

// moments yields moments of the run: where there is time for that, for each operation
// nothing, everything and a part of what was not durable, and then ever more parts.
func (rec *recorded) moments(rng *rand.Rand, n int) iter.Seq[moment] {
	return func(yield func(moment) bool) {
		ops := rec.fsys.Ops() - rec.first + 1
		var basic []moment
		for _, kept := range []string{"none", "all", "torn", "some"} {
			for op := range ops {
				basic = append(basic, moment{rec.first + op, kept, rng.Uint64()})
			}
		}
		if n < len(basic) {
			rng.Shuffle(len(basic), func(i, j int) { basic[i], basic[j] = basic[j], basic[i] })
			slices.SortFunc(basic[:n], func(a, b moment) int { return a.op - b.op })
		}
		for _, m := range basic {
			if !yield(m) {
				return
			}
		}
		for range idleRounds * n / ops {
			for op := range ops {
				kept := []string{"torn", "some"}[rng.IntN(2)]
				if !yield(moment{rec.first + op, kept, rng.Uint64()}) {
					return
				}
			}
		}
	}
}

// done returns how many commits had returned by an operation.
func (rec *recorded) done(op int) int {
	n, _ := slices.BinarySearch(rec.committed, op+1)
	return n
}

// verify brings an image back and requires that all is well with it.
func (rec *recorded) verify(img *crashfs.FS, m moment, again string, count *tally) {
	t := rec.t
	t.Helper()
	rng := rand.New(rand.NewPCG(m.seed, 3))
	start := img.Ops()
	requireCovered(t, img, again)
	done := rec.done(m.op)
	got := broughtBack(t, img, true, again)
	switch {
	case slices.Equal(got, rec.states[done]):
	case done+1 < len(rec.states) && slices.Equal(got, rec.states[done+1]):
		done++
	default:
		require.Equal(t, rec.states[done], got, "neither before nor after; %s", again)
	}
	count.images++
	if done+1 < len(rec.states) {
		count.before++
	}
	if img.Ops() > start {
		count.recovered++
	}
	for range 2 {
		if ops := img.Ops() - start; ops > 1 && rng.IntN(8) == 0 {
			second := moment{start + rng.IntN(ops), "torn", rng.Uint64()}
			twice := fmt.Sprintf("and again during recovery, %v; %s", second, again)
			require.Equal(t, got, broughtBack(t, second.of(img), true, twice), twice)
			count.images++
		}
	}
	if rng.IntN(8) == 0 {
		goOn(t, img, got, again)
		count.goneOn++
	}
}

// requireCovered requires that the AMaps of a store that nobody has brought back call
// nothing free that is in use: Outlook 2013 and later write to it as it is.
func requireCovered(t *testing.T, img *crashfs.FS, msg string) {
	t.Helper()
	for p := range pst.Check(t.Context(), img, storeName, nil) {
		require.NotEqual(t, "unallocated", p.Code, "%v; %s", p, msg)
	}
}

// broughtBack opens the store of a disk for writing, which recovers it, requires that
// check finds nothing, and returns what it holds, see contents.
func broughtBack(t *testing.T, img *crashfs.FS, exact bool, msg string) []string {
	t.Helper()
	if !slices.Contains(img.Paths(), storeName) {
		return nil
	}
	f, err := pst.Open(img, storeName, pst.Options{})
	require.NoError(t, err, msg)
	for p := range f.Check(t.Context()) {
		require.Fail(t, p.String(), msg)
	}
	require.NoError(t, f.Close(), msg)
	require.NotContains(t, img.Paths(), storeName+".pstsyncd-journal", msg)
	return contents(t, img, exact)
}

// goOn requires that a store that was brought back, or the want of one, is as good as
// any other.
func goOn(t *testing.T, img *crashfs.FS, got []string, msg string) {
	t.Helper()
	if got == nil {
		f, err := pst.Create(img, storeName, pst.CreateOptions{})
		require.NoError(t, err, msg)
		require.NoError(t, f.Close(), msg)
	}
	f, err := pst.Open(img, storeName, pst.Options{})
	require.NoError(t, err, msg)
	require.NoError(t, inScene(t, f, (*scene).addAfterwards, (*pst.Tx).Commit), msg)
	require.NoError(t, f.Close(), msg)
	after := broughtBack(t, img, true, msg)
	require.Subset(t, after, itemLines(got), msg)
	require.Len(t, itemLines(after), len(itemLines(got))+1, msg)
}
