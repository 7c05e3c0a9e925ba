package daemon

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"pstsyncd/lockmgr"
	"pstsyncd/watch"
)

// runner is one Run: a loop that decides, and at most one attempt beside it.
type runner struct {
	opt   Options
	watch watcher
	log   *slog.Logger

	dirt    dirt             // what no attempt has taken up yet
	taken   dirt             // what the attempt in hand works on
	attempt chan outcome     // where its outcome will come; nil when there is none
	timer   *time.Timer      // when the next attempt is due; stopped when only a signal can start one
	pausing bool             // the timer runs because something was in the way
	episode *lockmgr.Episode // of waiting, from the first failed attempt until one succeeds
	jobs    int              // jobs done or failed so far, for the log
	said    string           // the latest complaint, which is not said twice
	warned  sync.Once        // about a store that cannot be protected
}

// haltRecheck is how often a halted job is tried again, silently: a right or a decision may have been given without a
// change to any store.
const haltRecheck = 10 * time.Minute

// errStopping ends a claim that is being waited for.
var errStopping = errors.New("stopping")

func (r *runner) loop(ctx context.Context, stop <-chan struct{}) error {
	claims, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r.catchUp()
	r.start(ctx, claims)
	stopping := false
	for {
		select {
		case <-ctx.Done():
			return r.abandon(ctx)
		case <-stop:
			if r.attempt == nil {
				return nil
			}
			r.log.Info("finishing the job in hand")
			cancel(errStopping)
			stop, stopping = nil, true
		case s := <-r.watch.Signals():
			if r.onSignal(s) && !stopping {
				r.start(ctx, claims)
			}
		case o := <-r.attempt:
			r.attempt = nil
			if ctx.Err() != nil {
				return r.abandon(ctx)
			}
			again := r.onOutcome(o)
			switch {
			case stopping:
				return nil
			case again:
				r.start(ctx, claims)
			}
		case <-r.timer.C:
			r.start(ctx, claims)
		}
	}
}

// catchUp makes the start itself a reason for a job.
func (r *runner) catchUp() {
	if trigger, since, ok, err := r.opt.Marks.Pending(); err != nil {
		r.log.Warn("cannot read what was left to do", "err", err)
	} else if ok {
		r.log.Info("catching up on a job that was not finished", "trigger", trigger, "since", since.Format(time.DateTime))
	}
	r.mark("start", time.Now())
}

// mark notes that there is something to do. While a job is in hand the mark of that job still stands, and the state is
// in use: nothing is noted then.
func (r *runner) mark(trigger string, first time.Time) {
	var seq uint64
	if r.attempt == nil {
		var err error
		if seq, err = r.opt.Marks.Mark(trigger, time.Now()); err != nil {
			r.log.Warn("cannot note durably that there is something to do", "err", err)
		}
	}
	r.dirt.add(trigger, first, seq)
}

// onSignal notes a change. It reports whether an attempt is to start now.
func (r *runner) onSignal(s watch.Signal) bool {
	if s.Reason == watch.Vanished {
		r.log.Warn("store has disappeared, waiting for it", "path", s.Path)
		return false
	}
	r.mark(r.opt.triggerName(s.Path), s.First)
	// Who keeps a store locked keeps us out as well: no reason to cut a pause short.
	return r.attempt == nil && !(r.pausing && s.Reason == watch.Locked)
}

// start begins an attempt.
func (r *runner) start(ctx, claims context.Context) {
	r.timer.Stop()
	r.pausing = false
	if r.episode == nil {
		r.episode = r.opt.Busy.Begin(r.log)
	}
	r.taken, r.dirt = r.dirt, dirt{}
	done := make(chan outcome, 1) // an abandoned attempt must not wait for a reader
	r.attempt = done
	a := attempt{opt: r.opt, watch: r.watch, log: r.log, episode: r.episode, warned: &r.warned}
	go func() { done <- a.run(ctx, claims) }()
}

// abandon gives the attempt in hand a moment to notice that ctx has ended.
func (r *runner) abandon(ctx context.Context) error {
	cause := context.Cause(ctx)
	if r.attempt == nil {
		return cause
	}
	grace := time.NewTimer(abandonGrace)
	defer grace.Stop()
	select {
	case <-r.attempt:
		r.log.Warn("job abandoned, the next start catches up")
	case <-grace.C:
		r.log.Warn("job does not stop, leaving it, the next start catches up")
	}
	return cause
}
