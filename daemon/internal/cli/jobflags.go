package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"pstsyncd/configs"
)

// jobFlags are the flags of the verbs that work on a pair of stores.
type jobFlags struct {
	config string
	common string
	local  string
	state  string
	pairs  []string
}

func (j *jobFlags) add(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&j.config, "config", "", "configuration `FILE`; the environment and the flags win over it")
	f.StringVar(&j.common, "common", "", "`PATH` of the office's store")
	f.StringVar(&j.local, "local", "", "`PATH` of this desktop's store")
	f.StringVar(&j.state, "state", "", "`DIR` where the last agreed state is kept")
	f.StringArrayVar(&j.pairs, "map", nil, "keep these two folders equal, `COMMONPATH=LOCALPATH`; may be repeated (default: Contacts and Calendar)")
}

// settings are the configuration with the flags over it, all of it valid.
func (j *jobFlags) settings(c *cobra.Command, a *app) (configs.Config, error) {
	usage := func(err error) (configs.Config, error) {
		return configs.Config{}, &usageError{err: err, verb: verbOf(c)}
	}
	s, err := configs.Load(j.config, a.Getenv)
	if err != nil {
		return usage(err)
	}
	for flag, to := range map[string]*string{"common": &s.Common, "local": &s.Local, "state": &s.StateDir} {
		if c.Flags().Changed(flag) {
			*to = c.Flags().Lookup(flag).Value.String()
		}
	}
	if len(j.pairs) > 0 {
		s.Map = nil
	}
	for _, text := range j.pairs {
		pair, err := configs.ParseMap(text)
		if err != nil {
			return usage(err)
		}
		s.Map = append(s.Map, pair)
	}
	if err := s.Validate(); err != nil {
		return usage(err)
	}
	if s.StateDir, err = s.StateDirectory(a.Getenv); err != nil {
		return usage(fmt.Errorf("state: %w", err))
	}
	return s, nil
}
