package watch

import (
	"context"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
)

// loop is the one goroutine that looks at files and sends signals.
func (w *Watcher) loop(ctx context.Context) {
	var ready <-chan struct{}
	if w.pump != nil {
		ready = w.pump.ready
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		next, signal := w.step(time.Now())
		timer.Reset(time.Until(next))
		var out chan Signal
		if signal.Path != "" {
			out = w.signals
		}
		select {
		case <-ctx.Done():
			return
		case <-ready:
			w.onEvents(w.pump.take())
		case out <- signal:
			w.onSent(signal)
		case <-timer.C:
		case <-w.wake:
		}
	}
}

// step does what is due at now. It returns when something will be due again, and a signal to send if there is one.
func (w *Watcher) step(now time.Time) (next time.Time, signal Signal) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, f := range w.files {
		if f.held {
			continue
		}
		if !now.Before(f.nextLook) {
			w.look(f, now)
		}
		if f.pending.active() && !now.Before(f.pending.due(w.opt.Quiet, w.opt.Ceiling)) {
			w.settle(f, now)
		}
		next = sooner(next, f.nextLook)
		if f.pending.active() {
			next = sooner(next, f.pending.due(w.opt.Quiet, w.opt.Ceiling))
		}
	}
	if next.IsZero() { // every file is held; Resume wakes the loop
		next = now.Add(w.opt.Safety)
	}
	for _, q := range w.queue {
		if !w.find(q.Path).held {
			return next, q
		}
	}
	return next, Signal{}
}

// onEvents notes activity. It asks the file system nothing: a writer gives thousands of events.
func (w *Watcher) onEvents(b batch) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	for name, op := range b.ops {
		if op.Has(fsnotify.Remove) || op.Has(fsnotify.Rename) {
			w.folderGone(filepath.Clean(name), now)
		}
		if op == fsnotify.Chmod {
			continue
		}
		for _, f := range w.files {
			if isPlace(f.places, name) {
				f.pending.touch(now)
			}
		}
	}
	if b.overflow {
		w.opt.Log.Debug("file events overflowed, looking again")
		w.touchAll(now, now.Add(w.opt.Safety))
	}
	if b.failure != nil {
		w.opt.Log.Warn("file events failed, looking again", "err", b.failure)
		for dir := range w.folders {
			w.disarm(dir)
		}
		w.touchAll(now, now.Add(w.opt.Poll))
	}
}

// folderGone: a watched folder was deleted or renamed, so its events have ended. Perhaps there is a new one already.
func (w *Watcher) folderGone(dir string, now time.Time) {
	if d := w.folders[dir]; d == nil || d.info == nil {
		return
	}
	w.disarm(dir)
	w.touchAll(now, now)
}

// touchAll takes every file for written, and looks at it and its folder at the given time at the latest.
func (w *Watcher) touchAll(now, look time.Time) {
	for _, f := range w.files {
		f.pending.touch(now)
		f.nextLook = sooner(f.nextLook, look)
	}
}

// onSent takes a delivered signal off the queue, unless Known has done so meanwhile.
func (w *Watcher) onSent(s Signal) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.queue = slices.DeleteFunc(w.queue, func(q Signal) bool { return q == s })
}
