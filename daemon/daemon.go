package daemon

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"pstsyncd/lockmgr"
	"pstsyncd/watch"
)

// Options of a Daemon.
type Options struct {
	Common, Local string // paths of the stores
	Watch         watch.Options
	Busy          lockmgr.Policy // zero: lockmgr.DefaultPolicy
	Job           Job
	Classify      func(error) Class // of the errors of Job; those of claims are known here
	Marks         Marks
	Log           *slog.Logger // nil: no log
}

// Daemon runs a job whenever one of two stores has changed. Make it with New and use it for one Run.
type Daemon struct {
	opt        Options
	newWatcher func() (watcher, error) // replaced in tests
}

// watcher is the part of watch.Watcher that is used.
type watcher interface {
	Run(ctx context.Context)
	Signals() <-chan watch.Signal
	Hold(path string)
	Known(path string, t watch.Token)
	Resume(path string)
}

// New returns a Daemon that has not begun.
func New(o Options) *Daemon {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Busy == (lockmgr.Policy{}) {
		o.Busy = lockmgr.DefaultPolicy
	}
	o.Watch.Log = o.Log
	d := &Daemon{opt: o}
	d.newWatcher = func() (watcher, error) { return watch.New([]string{o.Common, o.Local}, o.Watch) }
	return d
}

// abandonGrace is how long a job that was told to stop at once may take to do so. After that Run returns without it.
const abandonGrace = 3 * time.Second

// Run works until stop is closed and the job in hand has finished, and then returns nil; or until ctx ends, and then
// returns its cause.
func (d *Daemon) Run(ctx context.Context, stop <-chan struct{}) error {
	w, err := d.newWatcher()
	if err != nil {
		return fmt.Errorf("daemon: %w", err)
	}
	watching, endWatching := context.WithCancel(context.WithoutCancel(ctx))
	watcherDone := make(chan struct{})
	go func() {
		defer close(watcherDone)
		w.Run(watching)
	}()
	r := &runner{opt: d.opt, watch: w, log: d.opt.Log, timer: time.NewTimer(0)}
	r.timer.Stop()
	err = r.loop(ctx, stop)
	endWatching()
	if err == nil {
		<-watcherDone
	}
	return err
}
