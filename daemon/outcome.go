package daemon

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"pstsyncd/lockmgr"
)

// outcome is what became of an attempt.
type outcome struct {
	result Result
	err    error
	began  time.Time // of the job; zero when the stores could not be claimed
	took   time.Duration
}

// onOutcome logs, and decides what comes next. It reports whether the next attempt is due at once.
func (r *runner) onOutcome(o outcome) bool {
	if !o.began.IsZero() {
		r.jobs++
	}
	if o.err == nil {
		r.succeeded(o)
		return !r.dirt.clean()
	}
	changed := !r.dirt.clean()
	r.taken.merge(r.dirt)
	r.dirt, r.taken = r.taken, dirt{}
	switch r.class(o.err) {
	case Retry:
		pause, err := r.episode.Next(o.err)
		if err != nil { // the policy has an end, which a daemon's should not
			r.complain(slog.LevelError, "gave up until a store changes", err)
			r.episode = nil
			return changed
		}
		r.pausing = true
		r.timer.Reset(pause)
		return false
	case Halt:
		r.complain(slog.LevelWarn, "halted, a person has to act", o.err)
		r.timer.Reset(haltRecheck)
	case Broken:
		r.complain(slog.LevelError, "a store cannot be used, waiting for it to change", o.err)
	}
	r.episode = nil
	return changed
}

// class knows the errors of claims; those of jobs are the job's own to classify.
func (r *runner) class(err error) Class {
	var missing *lockmgr.MissingError
	switch {
	case errors.Is(err, lockmgr.ErrBusy), errors.Is(err, lockmgr.ErrUnreachable), errors.As(err, &missing):
		return Retry
	case errors.Is(err, lockmgr.ErrReadOnlyFile), errors.Is(err, lockmgr.ErrSameFile):
		return Halt
	}
	return r.opt.Classify(err)
}

func (r *runner) succeeded(o outcome) {
	attrs := []any{
		"job", r.jobs, "trigger", r.taken.String(),
		"added", o.result.Added, "changed", o.result.Changed, "deleted", o.result.Deleted,
		"conflicts", o.result.Conflicts,
	}
	if o.result.Held > 0 {
		attrs = append(attrs, "held", o.result.Held)
	}
	if o.result.Unverified > 0 {
		attrs = append(attrs, "unverified", o.result.Unverified)
	}
	wait := o.began.Sub(r.taken.first).Round(100 * time.Millisecond)
	r.log.Info("synced", append(attrs, "wait", wait, "took", o.took.Round(time.Millisecond))...)
	if !r.dirt.clean() { // the mark goes on to stand, for what has happened meanwhile
		r.dirt.seq = max(r.dirt.seq, r.taken.seq)
	} else if err := r.opt.Marks.Clear(r.taken.seq); err != nil {
		r.log.Warn("cannot note durably that the job is done", "err", err)
	}
	r.taken, r.episode, r.said = dirt{}, nil, ""
}

// complain says something once.
func (r *runner) complain(level slog.Level, msg string, err error) {
	if err.Error() == r.said {
		return
	}
	r.said = err.Error()
	attrs := []any{"job", r.jobs, "trigger", r.dirt.String(), "err", err}
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) && hinted.Hint() != "" {
		attrs = append(attrs, "hint", hinted.Hint())
	}
	r.log.Log(context.Background(), level, msg, attrs...)
}
