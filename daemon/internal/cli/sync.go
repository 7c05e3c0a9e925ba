package cli

import (
	"context"
	"errors"
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
