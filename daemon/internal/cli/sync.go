package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"pstsyncd/lockmgr"
	"pstsyncd/syncjob"
)

func (a *app) sync() *cobra.Command {
	var s syncer
	c := &cobra.Command{
		Use:   "sync --common C --local L",
		Short: "make two stores equal, once",
		Long: `Bring the mapped folders of two stores to the same items: what was added, corrected
or deleted on one side since the last time is done on the other.

A run that would delete more than 10 items and more than a quarter of a folder
leaves these deletions out, exits with 3, and prints a token; the same command with
--approve TOKEN carries them out.

` + exitCodes,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			settings, err := s.flags.settings(c, a)
			if err != nil {
				return err
			}
			if s.pair, err = newPair(settings, a, a.talk()); err != nil {
				return err
			}
			if s.wait < 0 {
				return usagef("--wait %v: want a time that is not negative", s.wait)
			}
			s.app, s.pair.approve = a, s.approve
			return s.once(c.Context())
		},
	}
	s.flags.add(c)
	f := c.Flags()
	f.StringArrayVar(&s.approve, "approve", nil, "carry out the halted deletions with this `TOKEN`; may be repeated")
	f.BoolVar(&s.dry, "dry-run", false, "say what would be done, and write nothing")
	f.BoolVar(&s.json, "json", false, "print the outcome as one JSON object")
	f.DurationVar(&s.wait, "wait", 0, "how long to wait for a store that is busy, such as 30s")
	return c
}

// syncer does one job.
type syncer struct {
	*app
	flags   jobFlags
	pair    *pair
	approve []string
	dry     bool
	json    bool
	wait    time.Duration
}

func (s *syncer) once(ctx context.Context) error {
	result, err := s.claimed(ctx)
	if err != nil {
		return err
	}
	if err := s.print(result); err != nil {
		return err
	}
	return s.held(result)
}

// claimed runs the job with both stores claimed.
func (s *syncer) claimed(ctx context.Context) (r syncjob.Result, err error) {
	if s.dry {
		return s.rehearse(ctx)
	}
	var claims *lockmgr.Pair
	_, err = s.policy().Do(ctx, s.pair.log, func(ctx context.Context) error {
		claims, err = lockmgr.AcquirePair(ctx, s.pair.settings.Common, s.pair.settings.Local)
		return err
	})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, claims.Release()) }()
	return s.pair.run(ctx, claims.Common, claims.Local, false)
}

func (s *syncer) policy() lockmgr.Policy {
	busy := s.pair.settings.Busy
	return lockmgr.Policy{Initial: busy.Initial, Max: busy.Max, Wait: s.wait}
}

// rehearse runs the job with claims that only read, and beside a state that is
// not there yet on one that is thrown away.
func (s *syncer) rehearse(ctx context.Context) (r syncjob.Result, err error) {
	if _, err := os.Stat(s.pair.statePath); errors.Is(err, fs.ErrNotExist) {
		dir, err := os.MkdirTemp("", "pstsyncd-")
		if err != nil {
			return r, err
		}
		defer os.RemoveAll(dir)
		s.pair.statePath = filepath.Join(dir, filepath.Base(s.pair.statePath))
	}
	var claims [2]*lockmgr.Claim
	for i, path := range []string{s.pair.settings.Common, s.pair.settings.Local} {
		_, err := s.policy().Do(ctx, s.pair.log, func(ctx context.Context) (err error) {
			claims[i], err = lockmgr.Acquire(ctx, path, lockmgr.Read)
			return err
		})
		if err != nil {
			return r, err
		}
		defer func() { err = errors.Join(err, claims[i].Release()) }()
	}
	return s.pair.run(ctx, claims[0], claims[1], true)
}

// outcome is what --json prints. Scripts rely on it.
type outcome struct {
	Common     outcomeOf `json:"common"`
	Local      outcomeOf `json:"local"`
	Conflicts  int       `json:"conflicts"`
	Held       int       `json:"held"`
	Unverified int       `json:"unverified"`
	TookMS     int64     `json:"took_ms"`
}

// outcomeOf is what was done to one store.
type outcomeOf struct {
	Added        int   `json:"added"`
	Changed      int   `json:"changed"`
	Deleted      int   `json:"deleted"`
	BytesRead    int64 `json:"bytes_read"`
	BytesWritten int64 `json:"bytes_written"`
	Syncs        int64 `json:"syncs"`
}

func (s *syncer) print(r syncjob.Result) error {
	if s.json {
		return json.NewEncoder(s.Stdout).Encode(outcome{
			Common: outcomeOf(r.Common), Local: outcomeOf(r.Local),
			Conflicts: r.Conflicts, Held: r.Held, Unverified: r.Unverified, TookMS: r.Took.Milliseconds(),
		})
	}
	would := ""
	if s.dry {
		would = "would be "
	}
	for _, side := range []struct {
		path string
		did  syncjob.Counts
	}{{s.pair.settings.Common, r.Common}, {s.pair.settings.Local, r.Local}} {
		_, err := fmt.Fprintf(s.Stdout, "%s: %s%d added, %d changed, %d deleted\n",
			side.path, would, side.did.Added, side.did.Changed, side.did.Deleted)
		if err != nil {
			return err
		}
	}
	return nil
}

// holdLines is how many things that are held are listed.
const holdLines = 10

func describe(h syncjob.Hold) string {
	if h.Item == "" {
		return fmt.Sprintf("folder %q of %s: %s", h.Folder, h.Store, h.Reason)
	}
	return fmt.Sprintf("folder %q of %s: item %s: %s", h.Folder, h.Store, h.Item, h.Reason)
}

// held tells what a person has to look at, and is an error when there is something.
func (s *syncer) held(r syncjob.Result) error {
	if r.Unverified > 0 {
		s.say("%d items could not be read back by the independent reader", r.Unverified)
	}
	for i, h := range r.Holds {
		if i == holdLines {
			s.say("held: and %d more", r.Held-i)
			break
		}
		s.say("held: %s", describe(h))
	}
	for _, token := range r.Unknown {
		s.say("--approve %s: no deletions wait for this token", token)
	}
	for _, h := range r.Halts {
		s.say("halted: %d of the %d items of folder %q of %s would be deleted", h.Deletions, h.Of, h.Folder, h.Store)
		s.say("hint: if that is right, run the same command with --approve %s", h.Token)
	}
	if r.Settled() {
		return nil
	}
	return fmt.Errorf("%w: %d held, %d in conflict", errHeld, r.Held, r.Conflicts)
}
