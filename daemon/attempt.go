package daemon

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"pstsyncd/lockmgr"
	"pstsyncd/watch"
)

// attempt claims the stores once and runs the job if it could.
type attempt struct {
	opt     Options
	watch   watcher
	log     *slog.Logger
	episode *lockmgr.Episode
	warned  *sync.Once // about a store that cannot be protected
}

// run gives up the claim when claims ends, and the job only when ctx does.
func (a attempt) run(ctx, claims context.Context) outcome {
	for _, path := range []string{a.opt.Common, a.opt.Local} {
		a.watch.Hold(path)
		defer a.watch.Resume(path)
	}
	pair, err := lockmgr.AcquirePair(claims, a.opt.Common, a.opt.Local)
	if err != nil {
		return outcome{err: err}
	}
	a.episode.Free()
	if pair.Common.Kind() == lockmgr.LocalOnly {
		a.warned.Do(func() {
			a.log.Warn("store is on a FUSE mount: other computers are not kept away while it is written", "path", a.opt.Common)
		})
	}
	o := outcome{began: time.Now()}
	o.result, o.err = a.opt.Job.Run(ctx, pair)
	o.took = time.Since(o.began)
	// Also after a failure: what it has left behind is the next attempt's work, and needs no signal.
	a.known(pair.Common)
	a.known(pair.Local)
	if pair.Common.Contended() || pair.Local.Contended() {
		a.log.Debug("another program waited for a store")
	}
	if err := pair.Release(); err != nil {
		a.log.Warn("cannot release a store properly", "err", err)
	}
	return o
}

// known tells the watcher in which state the job has left a store, while nobody else can have changed it.
func (a attempt) known(c *lockmgr.Claim) {
	t, err := watch.TokenOf(c.File())
	if err != nil {
		a.log.Debug("cannot read what the job has left", "path", c.Path(), "err", err)
		return
	}
	a.watch.Known(c.Path(), t)
}
