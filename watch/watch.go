package watch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// Mode says how writes are noticed.
type Mode string

const (
	Auto   Mode = "auto"   // events, plus polling where events cannot be trusted
	Events Mode = "events" // events and the slow safety poll only
	Poll   Mode = "poll"   // polling only, no events
)

// Defaults of Options.
const (
	DefaultQuiet   = 2 * time.Second
	DefaultCeiling = 30 * time.Second
	DefaultPoll    = 2 * time.Second
	DefaultSafety  = 30 * time.Second
)

// Options of a Watcher. A zero field stands for its default.
type Options struct {
	Mode    Mode          // Auto
	Quiet   time.Duration // nothing may happen for so long before a change counts as settled
	Ceiling time.Duration // a change counts as settled after so long, whatever happens; not below Quiet
	Poll    time.Duration // how often a distrusted path or a missing folder is looked at
	Safety  time.Duration // how often every path is looked at, and the header on distrusted ones
	Log     *slog.Logger  // nil: no log
}

func (o *Options) complete() error {
	o.Mode = cmp.Or(o.Mode, Auto)
	o.Quiet = cmp.Or(o.Quiet, DefaultQuiet)
	o.Ceiling = cmp.Or(o.Ceiling, max(DefaultCeiling, o.Quiet))
	o.Poll = cmp.Or(o.Poll, DefaultPoll)
	o.Safety = cmp.Or(o.Safety, max(DefaultSafety, o.Poll))
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	switch {
	case o.Mode != Auto && o.Mode != Events && o.Mode != Poll:
		return fmt.Errorf("watch mode %q: want auto, events or poll", o.Mode)
	case o.Quiet < 0 || o.Poll < 0 || o.Safety < 0:
		return errors.New("watch: negative duration")
	case o.Ceiling < o.Quiet:
		return fmt.Errorf("watch: ceiling %v is below the quiet period %v", o.Ceiling, o.Quiet)
	}
	return nil
}

// Reason says what happened to a file.
type Reason string

const (
	Changed  Reason = "changed"  // its header is another one
	Locked   Reason = "locked"   // it was written, and whoever did keeps its header from being read
	Appeared Reason = "appeared" // it was missing and is there now
	Vanished Reason = "vanished" // it is missing: deleted, renamed, or its share is gone
)

// Signal says that a file has changed and settled.
type Signal struct {
	Path    string // as given to New
	Reason  Reason
	First   time.Time // when the change was first noticed
	Settled time.Time
}

// Watcher watches some files. Its methods may be called from any goroutine.
type Watcher struct {
	opt     Options
	sys     system
	notify  notifier // nil: polling only
	pump    *pump    // nil: polling only
	signals chan Signal
	wake    chan struct{} // holds one token: the loop must look at its state again

	mu      sync.Mutex // guards all below, and is held while the file system is asked
	files   []*file
	folders map[string]*folder
	queue   []Signal // settled and not yet taken by the reader, one for each path at most
}

// New begins to watch paths: what they contain at this moment counts as known, every later change will be signalled.
// A file, folder or share that is missing is no error. Nothing is sent until Run.
func New(paths []string, o Options) (*Watcher, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	var n notifier
	if o.Mode != Poll {
		var err error
		if n, err = newNotifier(); err != nil {
			return nil, fmt.Errorf("watch: start native events: %w", err)
		}
	}
	return newWatcher(paths, o, osSystem{}, n)
}

func newWatcher(paths []string, o Options, sys system, n notifier) (*Watcher, error) {
	w := &Watcher{
		opt: o, sys: sys, notify: n,
		signals: make(chan Signal),
		wake:    make(chan struct{}, 1),
		folders: map[string]*folder{},
	}
	if n != nil {
		w.pump = startPump(n)
	}
	now := time.Now()
	for _, p := range paths {
		abs, err := filepath.Abs(p)
		if err != nil {
			w.closeNotifier()
			return nil, fmt.Errorf("watch %s: %w", p, err)
		}
		f := &file{name: p, path: abs}
		w.files = append(w.files, f)
		w.begin(f, now)
	}
	return w, nil
}

// Signals delivers what has settled. While nobody reads, several signals for one path become one. The channel is
// closed when Run returns.
func (w *Watcher) Signals() <-chan Signal { return w.signals }

// Run watches until ctx is done, and then releases what the Watcher holds. Call it once.
func (w *Watcher) Run(ctx context.Context) {
	defer close(w.signals)
	defer w.closeNotifier()
	w.loop(ctx)
}

// Hold makes the Watcher leave path alone: it is not opened, not looked at, and nothing is signalled for it until
// Resume. When Hold returns, no look is in progress. Call it before claiming the file.
func (w *Watcher) Hold(path string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if f := w.find(path); f != nil {
		f.held = true
	}
}

// Known marks a state of path as taken care of: it will not be signalled, nor will anything noticed before. Read the
// token with TokenOf from the claimed descriptor and call Known before Resume.
func (w *Watcher) Known(path string, t Token) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if f := w.find(path); f != nil {
		f.acked = t
		w.queue = slices.DeleteFunc(w.queue, func(s Signal) bool { return s.Path == path })
	}
}

// Resume ends a Hold. If the file was touched meanwhile, by us or by others, and its state is not the known one after
// the quiet period, there is a signal.
func (w *Watcher) Resume(path string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if f := w.find(path); f != nil && f.held {
		f.held = false
		f.nextLook = time.Now()
	}
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *Watcher) find(path string) *file {
	i := slices.IndexFunc(w.files, func(f *file) bool { return f.name == path })
	if i < 0 {
		return nil
	}
	return w.files[i]
}

func (w *Watcher) closeNotifier() {
	if w.notify != nil {
		w.notify.Close()
	}
}
