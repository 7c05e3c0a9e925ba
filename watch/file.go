package watch

import (
	"path/filepath"
	"slices"
	"time"
)

// file is one watched file.
type file struct {
	name   string   // as given by the caller
	path   string   // absolute
	places []string // paths under which events can name it

	held    bool
	pending settling
	acked   Token // the state that needs no signal: known, or signalled already

	stamp      stamp     // at the latest look
	stampAt    time.Time // when that was
	nextLook   time.Time
	nextHeader time.Time // when the header is read without any other sign of change
}

// begin takes the state of a new file as known.
func (w *Watcher) begin(f *file, now time.Time) {
	w.schedule(f, w.armAll(f), now)
	if st, err := w.sys.stamp(f.path); err == nil {
		f.stamp, f.stampAt = st, now
	}
	if t, err := w.sys.token(f.path); err == nil {
		f.acked = t
	}
	f.nextHeader = now.Add(w.opt.Safety)
}

// armAll arms every folder of f and reports whether events from all of them can be relied on.
func (w *Watcher) armAll(f *file) bool {
	f.places = w.places(f)
	trusted := true
	for _, p := range f.places {
		trusted = w.arm(filepath.Dir(p)) && trusted
	}
	return trusted
}

func (w *Watcher) schedule(f *file, trusted bool, now time.Time) {
	if trusted {
		f.nextLook = now.Add(w.opt.Safety)
	} else {
		f.nextLook = now.Add(w.opt.Poll)
	}
}

// look is one poll of f: a stat, and for a distrusted path now and then the header.
func (w *Watcher) look(f *file, now time.Time) {
	trusted := w.armAll(f)
	w.schedule(f, trusted, now)
	if st, err := w.sys.stamp(f.path); err == nil {
		if st != f.stamp {
			f.pending.touch(now)
		}
		f.stamp, f.stampAt = st, now
	}
	if trusted || f.pending.active() || now.Before(f.nextHeader) {
		return
	}
	f.nextHeader = now.Add(w.opt.Safety)
	if t, err := w.sys.token(f.path); err == nil && t != f.acked {
		f.pending.touch(now)
	}
}

// settle ends a burst: if the state is another one than the known one, the file gets a signal.
func (w *Watcher) settle(f *file, now time.Time) {
	st, err := w.sys.stamp(f.path)
	// A stamp taken after the latest activity has changed since: the writer is still at work, events or not.
	if err == nil && st != f.stamp && !f.stampAt.Before(f.pending.last) {
		f.pending.touch(now)
	}
	if err == nil {
		f.stamp, f.stampAt = st, now
	}
	if now.Before(f.pending.due(w.opt.Quiet, w.opt.Ceiling)) {
		return
	}
	// A rename-replace may have put a symbolic link here, or another folder above.
	w.schedule(f, w.armAll(f), now)
	first := f.pending.first
	f.pending.reset()
	f.nextHeader = now.Add(w.opt.Safety)

	t, err := w.sys.token(f.path)
	if err != nil {
		w.opt.Log.Debug("store cannot be looked at", "path", f.path, "err", err)
	} else if t == f.acked {
		return
	}
	s := Signal{Path: f.name, Reason: reason(f.acked, t), First: first, Settled: now}
	f.acked = t
	w.enqueue(s)
}

func reason(before, after Token) Reason {
	switch {
	case !after.IsKnown():
		return Locked
	case after == Missing:
		return Vanished
	case before == Missing:
		return Appeared
	}
	return Changed
}

func (w *Watcher) enqueue(s Signal) {
	i := slices.IndexFunc(w.queue, func(q Signal) bool { return q.Path == s.Path })
	if i < 0 {
		w.queue = append(w.queue, s)
		return
	}
	s.First = w.queue[i].First
	w.queue[i] = s
}
