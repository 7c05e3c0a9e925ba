package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"pstsyncd/configs"
	"pstsyncd/daemon"
	"pstsyncd/lockmgr"
	"pstsyncd/watch"
)

func (a *app) run() *cobra.Command {
	var flags jobFlags
	var logFile string
	c := &cobra.Command{
		Use:   "run",
		Short: "keep two stores equal until stopped",
		Long: `Watch two stores and make them equal whenever one has changed, in the foreground.
SIGINT or SIGTERM finishes the job in hand and ends; a second one ends at once,
which is safe. What was missed meanwhile is made good at the next start.

` + exitCodes,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			settings, err := flags.settings(c, a)
			if err != nil {
				return err
			}
			if logFile != "" {
				settings.Log.File = logFile
			}
			log, closeLog, err := daemon.NewLogger(settings.Log, a.Stderr)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, closeLog()) }()
			p, err := newPair(settings, a, log)
			if err != nil {
				return err
			}
			log.Info("watching", "common", settings.Common, "local", settings.Local)
			err = daemon.New(daemonOptions(p)).Run(a.hard, a.Stop)
			log.Info("stopped")
			return err
		},
	}
	flags.add(c)
	c.Flags().StringVar(&logFile, "log-file", "", "log to `FILE` and not to standard error")
	return c
}

func daemonOptions(p *pair) daemon.Options {
	s := p.settings
	return daemon.Options{
		Common:   s.Common,
		Local:    s.Local,
		Watch:    watchOptions(s.Watch),
		Busy:     lockmgr.Policy{Initial: s.Busy.Initial, Max: s.Busy.Max, Wait: lockmgr.Forever},
		Job:      p,
		Classify: classify,
		Marks:    p,
		Log:      p.log,
	}
}

func watchOptions(w configs.Watch) watch.Options {
	return watch.Options{
		Mode:    watch.Mode(w.Mode),
		Quiet:   w.Quiet,
		Ceiling: w.Ceiling,
		Poll:    w.Poll,
		Safety:  w.Safety,
	}
}
