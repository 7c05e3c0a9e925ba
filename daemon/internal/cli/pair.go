package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"slices"

	"pstsyncd/configs"
	"pstsyncd/daemon"
	"pstsyncd/lockmgr"
	"pstsyncd/syncjob"
	"pstsyncd/syncjob/merge"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/readback"
	"pstsyncd/syncjob/state"
	"pstsyncd/syncjob/vfs"
)

// pair is two stores with all that their jobs need; it is the daemon's Job and
// Marks. The state is opened for each use, so that a daemon and a sync by hand
// can take turns.
type pair struct {
	settings  configs.Config
	passwords [2]configs.Secret // of common, of local
	statePath string
	approve   []string
	log       *slog.Logger
	done      func(syncjob.Result) // told of each job that has finished; may be nil
	held      []syncjob.Hold       // what the log was last told of
}

func newPair(s configs.Config, a *app, log *slog.Logger) (*pair, error) {
	p := &pair{settings: s, log: log}
	var err error
	if p.passwords[0], p.passwords[1], err = s.Secrets(a.Getenv); err != nil {
		return nil, err
	}
	p.statePath = syncjob.StatePath(s.StateDir, s.Common, s.Local)
	return p, nil
}

// Run makes both stores equal; it is [daemon.Job].
func (p *pair) Run(ctx context.Context, claims *lockmgr.Pair) (daemon.Result, error) {
	r, err := p.run(ctx, claims.Common, claims.Local, false)
	if err != nil {
		return daemon.Result{}, err
	}
	for _, h := range r.Halts {
		p.log.Warn("deletions halted", "store", h.Store, "deletions", h.Deletions, "of", h.Of, "approve", h.Token)
	}
	p.logHolds(r.Holds)
	if p.done != nil {
		p.done(r)
	}
	return daemon.Result{
		Added:      r.Common.Added + r.Local.Added,
		Changed:    r.Common.Changed + r.Local.Changed,
		Deleted:    r.Common.Deleted + r.Local.Deleted,
		Conflicts:  r.Conflicts,
		Held:       r.Held,
		Unverified: r.Unverified,
	}, nil
}

// logHolds says what is held back when that is not the same as after the job before.
func (p *pair) logHolds(holds []syncjob.Hold) {
	if slices.Equal(holds, p.held) {
		return
	}
	p.held = holds
	for _, h := range holds {
		event := "folder held"
		if h.Alone {
			event = "item held"
		}
		p.log.Warn(event, "store", h.Store, "folder", h.Folder, "item", h.Item, "reason", h.Reason)
	}
	if len(holds) == 0 {
		p.log.Info("nothing is held any more")
	}
}

func (p *pair) run(ctx context.Context, common, local *lockmgr.Claim, dry bool) (r syncjob.Result, err error) {
	db, err := p.openState()
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	r, err = syncjob.Run(ctx, p.options(db, common, local, dry))
	if errors.Is(err, pst.ErrPassword) {
		err = &passwordError{err}
	}
	return r, err
}

// passwordError knows where the passwords of a pair are kept.
type passwordError struct{ error }

// Unwrap is the error of the job.
func (e *passwordError) Unwrap() error { return e.error }

// Hint says where to put the password of the store that lacks it.
func (e *passwordError) Hint() string {
	store := "local"
	var where *syncjob.Error
	if errors.As(e.error, &where) {
		store = where.Store
	}
	return fmt.Sprintf("set %s, or name a file that has it as password.%s_file in the configuration",
		configs.EnvName(store+".password"), store)
}

func (p *pair) options(db *state.DB, common, local *lockmgr.Claim, dry bool) syncjob.Options {
	o := syncjob.Options{
		Common:       endpoint(common, p.passwords[0], p.settings.CodePage.Common),
		Local:        endpoint(local, p.passwords[1], p.settings.CodePage.Local),
		State:        db,
		DryRun:       dry,
		Approve:      p.approve,
		Prefer:       preferences[p.settings.Sync.Conflict],
		BrakeItems:   p.settings.Brake.Items,
		BrakePercent: p.settings.Brake.Percent,
		Private:      p.settings.Sync.Private == "sync",
		Logger:       p.log,
	}
	for _, m := range p.settings.Map {
		o.Maps = append(o.Maps, syncjob.FolderMap{Common: m.Common, Local: m.Local})
	}
	if p.settings.Sync.Readback == "changed" {
		o.Readback = verify
	}
	return o
}

func endpoint(c *lockmgr.Claim, password configs.Secret, codePage int) syncjob.Endpoint {
	return syncjob.Endpoint{
		Path: c.Path(), File: vfs.FromOS(c.File()), Password: password.Reveal(),
		CodePage: cmp.Or(codePage, systemCodePage()),
	}
}

var preferences = map[string]merge.Preference{
	"newest": merge.PreferNewest,
	"common": merge.PreferLeft,
	"local":  merge.PreferRight,
}

func verify(ctx context.Context, r io.ReaderAt, size int64, wants iter.Seq[readback.Want]) (readback.Report, error) {
	return readback.Verify(ctx, r, size, wants, readback.Limits{})
}

// classify hands on what a job says of its errors.
func classify(err error) daemon.Class {
	switch syncjob.Classify(err) {
	case syncjob.Halt:
		return daemon.Halt
	case syncjob.Broken:
		return daemon.Broken
	}
	return daemon.Retry
}
