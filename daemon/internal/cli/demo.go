package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"pstsyncd/configs"
	"pstsyncd/daemon"
	"pstsyncd/syncjob"
	"pstsyncd/syncjob/pst"
)

// demoTime is how long the whole demonstration may take, and demoPatience how
// long one change may.
const (
	demoTime     = 55 * time.Second
	demoPatience = 15 * time.Second
)

func (a *app) demo() *cobra.Command {
	var common pst.CreateOptions
	var ansi bool
	c := &cobra.Command{
		Use:   "demo [DIR]",
		Short: "see it work on two new stores",
		Long: `Make two stores in DIR, by default a new temporary folder, start the daemon on them,
add, correct and delete on each side, and show each change arrive on the other. It
takes less than a minute, and leaves the stores there to try more.

` + exitCodes,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 1 {
				return &usageError{err: fmt.Errorf("demo takes one DIR"), verb: verbOf(c)}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			dir, err := demoDir(args)
			if err != nil {
				return err
			}
			if ansi {
				common.Format = pst.ANSI
			}
			ctx, cancel := context.WithTimeout(c.Context(), demoTime)
			defer cancel()
			return a.demonstrate(ctx, dir, common)
		},
	}
	c.Flags().BoolVar(&ansi, "ansi", false, "have the office keep an ANSI store, of Outlook 97 to 2002")
	return c
}

func demoDir(args []string) (string, error) {
	if len(args) == 0 {
		return os.MkdirTemp("", "pstsyncd-demo-")
	}
	return args[0], os.MkdirAll(args[0], 0o700)
}

// demonstrate plays all scenes in dir.
func (a *app) demonstrate(ctx context.Context, dir string, common pst.CreateOptions) (err error) {
	stage, closeLog, err := a.setUp(dir, common)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeLog()) }()
	fmt.Fprintf(a.Stdout, "two stores in %s, and a daemon that waits until a store is quiet for %v\n\n",
		dir, stage.pair.settings.Watch.Quiet)

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- daemon.New(daemonOptions(stage.pair)).Run(ctx, stop)
		cancel() // without a daemon there is nothing to wait for
	}()
	missed, err := stage.playAll(ctx)
	close(stop)
	if err := errors.Join(err, <-ended); err != nil {
		return err
	}
	if missed > 0 {
		return fmt.Errorf("%d of %d changes did not arrive; the log is %s", missed, len(scenes), stage.pair.settings.Log.File)
	}
	stage.tryNext(dir)
	return nil
}

// setUp makes the stores and the pair.
func (a *app) setUp(dir string, common pst.CreateOptions) (*stage, func() error, error) {
	s, err := configs.Load("", a.Getenv)
	if err != nil {
		return nil, nil, err
	}
	s.Common, s.Local = filepath.Join(dir, "common.pst"), filepath.Join(dir, "outlook.pst")
	s.StateDir = filepath.Join(dir, "state")
	s.Log.File = filepath.Join(dir, "pstsyncd.log")
	s.Map = nil
	if err := errors.Join(createStore(s.Common, common), createStore(s.Local, pst.CreateOptions{})); err != nil {
		return nil, nil, err
	}
	if err := s.Validate(); err != nil {
		return nil, nil, err
	}
	log, closeLog, err := daemon.NewLogger(s.Log, a.Stderr)
	if err != nil {
		return nil, nil, err
	}
	p, err := newPair(s, a, log)
	if err != nil {
		return nil, nil, errors.Join(err, closeLog())
	}
	st := &stage{app: a, pair: p, jobs: make(chan struct{}, 1), names: [2]string{s.Common, s.Local}}
	p.done = func(syncjob.Result) {
		select {
		case st.jobs <- struct{}{}:
		default: // one is waiting to be looked at
		}
	}
	return st, closeLog, nil
}

// tryNext says what to do with what is there now.
func (s *stage) tryNext(dir string) {
	pair := fmt.Sprintf("--common %s --local %s --state %s", s.names[common], s.names[local], s.pair.settings.StateDir)
	fmt.Fprintf(s.Stdout, `
all %d changes arrived; the stores are still there. Try next:

  pstsyncd ls %s
  pstsyncd ls --json %s
  pstsyncd check %s
  pstsyncd run %s
  pstsyncd sync %s
  less %s
`, len(scenes), s.names[local], s.names[common], s.names[common], pair, pair, filepath.Join(dir, "pstsyncd.log"))
}
