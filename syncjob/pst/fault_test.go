package pst_test

import (
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/vfs/crashfs"
)

// faultKinds are the ways in which an operation can fail.
var faultKinds = []struct {
	name  string
	kind  crashfs.Fault
	stays bool // all operations from there on fail
	read  bool
}{
	{"read error", crashfs.EIO, false, true},
	{"i/o error", crashfs.EIO, false, false},
	{"i/o errors from there on", crashfs.EIO, true, false},
	{"full disk", crashfs.ENOSPC, false, false},
	{"full disk from there on", crashfs.ENOSPC, true, false},
	{"short write", crashfs.ShortWrite, false, false},
	{"failed sync", crashfs.FailedSync, false, false},
	{"failed syncs from there on", crashfs.FailedSync, true, false},
}

// fault is one operation that is made to fail: which of the run's, or of its reads.
type fault struct {
	how int // of faultKinds
	at  int
}

func (x fault) String() string {
	return fmt.Sprintf("%s at operation %d", faultKinds[x.how].name, x.at)
}

func (x fault) inject(fsys *crashfs.FS) {
	switch how := faultKinds[x.how]; {
	case how.read:
		fsys.FailReadAt(fsys.Reads() + x.at)
	case how.stays:
		fsys.FailFrom(fsys.Ops()+x.at, how.kind)
	default:
		fsys.FailAt(fsys.Ops()+x.at, how.kind)
	}
}

// faults are all that can be made to fail in a run that did ops operations and reads.
func (rec *recorded) faults(reads int) []fault {
	var all []fault
	for how, kind := range faultKinds {
		if kind.read {
			for at := range reads {
				all = append(all, fault{how, at})
			}
			continue
		}
		for at := range rec.fsys.Ops() - rec.first {
			if rec.fsys.Fits(rec.first+at, kind.kind) {
				all = append(all, fault{how, at})
			}
		}
	}
	return all
}

// Whichever operation fails, and however: the error is the one that was injected, the
// store is as before or as after, also when what was not durable is lost on top of it,
// and the File can be used on or says that it cannot. With -images 100000 no operation
// is left out, but for those of the kinds whose stores are large.
func TestFault(t *testing.T) {
	var failed atomic.Int64
	t.Run("matrix", func(t *testing.T) {
		n := imageCount()
		forEachFormat(t, n, func(t *testing.T, k crashKind, o pst.CreateOptions, share int) {
			base := k.base(t, o, 0)
			fsys := durable(base)
			rec := k.record(t, fsys, o, false)
			counted := durable(base)
			require.NoError(t, k.run(&crashRun{t: t, fsys: counted, options: o, committed: func() {}}))
			all := rec.faults(counted.Reads())
			rng := rand.New(rand.NewPCG(crashSeed(), 2))
			rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			tried := len(all)
			if n < allImages {
				tried = max(2, tried*n/allImages)
			}
			if k.most > 0 {
				tried = min(tried, share)
			}
			for _, x := range all[:min(tried, len(all))] {
				rec.fail(k, o, durable(base), x)
			}
			failed.Add(int64(min(tried, len(all))))
		})
	})
	t.Logf("%d failing operations, seed %d", failed.Load(), crashSeed())
}

// fail runs the kind with a fault and requires one of the ends that are allowed.
func (rec *recorded) fail(k crashKind, o pst.CreateOptions, fsys *crashfs.FS, x fault) {
	t := rec.t
	t.Helper()
	msg := fmt.Sprintf("%v, seed %d", x, crashSeed())
	x.inject(fsys)
	done := 0
	err := k.run(&crashRun{
		t: t, fsys: fsys, options: o,
		committed: func() { done++ },
		failed: func(f *pst.File) {
			fsys.Repair()
			requireUsable(t, f, msg)
		},
	})
	allowed := rec.states[done:]
	if err != nil {
		require.ErrorIs(t, err, crashfs.ErrInjected, msg)
		allowed = allowed[:min(2, len(allowed))]
	} else {
		require.Len(t, allowed, 1, msg)
	}
	fsys.Repair()
	for name, img := range map[string]*crashfs.FS{
		"power cut":         fsys.CrashImage(fsys.Ops(), crashfs.None),
		"partial power cut": fsys.CrashImage(fsys.Ops(), crashfs.Torn(crashSeed())),
		"as it is":          fsys,
	} {
		require.Contains(t, allowed, broughtBack(t, img, false, msg), "%s, then %s: %v", msg, name, err)
	}
}
