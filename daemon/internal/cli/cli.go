package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// Env is what a run sees of the process around it.
type Env struct {
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Getenv func(string) string
	// Stop, when not nil, is closed to ask for an end: a daemon finishes the job
	// in hand, any other verb gives up.
	Stop <-chan struct{}
}

// Run executes one command line, without the program's name, and returns the
// exit code. When ctx ends the verb abandons what it is doing, and leaves every
// store as it was before or as it is to be after.
func Run(ctx context.Context, args []string, env Env) int {
	a := &app{Env: env, hard: ctx}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-env.Stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	root := a.root()
	root.SetArgs(args)
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	err := root.ExecuteContext(ctx)
	if err != nil {
		a.explain(err)
	}
	return int(codeOf(err))
}

// app is what the verbs share.
type app struct {
	Env
	hard context.Context // that of Run; a command's own ends on Stop too
}

// say talks to the person, never to a script.
func (a *app) say(format string, args ...any) {
	for line := range strings.Lines(fmt.Sprintf(format, args...)) {
		fmt.Fprintf(a.Stderr, "pstsyncd: %s\n", strings.TrimRight(line, "\n"))
	}
}

// explain prints an error, and what can be done about it.
func (a *app) explain(err error) {
	a.say("%v", err)
	if hint := hintOf(err); hint != "" {
		a.say("hint: %s", hint)
	}
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "pstsyncd",
		Short: "keep the contacts and calendars of two Outlook data files equal",
		Long: `pstsyncd keeps the Contacts and Calendar folders of two Outlook data files
equal: common.pst, shared by the office, and this desktop's outlook.pst. It
edits the files in place and needs neither Outlook nor MAPI.

` + exitCodes,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		Args:              cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("say what to do")
			}
			return usagef("there is no verb %q", args[0])
		},
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return &usageError{err: err, verb: verbOf(c)}
	})
	root.AddCommand(a.run(), a.sync(), a.demo(), a.init(), a.ls(), a.put(), a.rm(), a.check(), a.history())
	return root
}

// verbOf is how a command is called, such as "history show"; empty for the program.
func verbOf(c *cobra.Command) string {
	_, verb, _ := strings.Cut(c.CommandPath(), " ")
	return verb
}

// exactly is cobra's argument check as a usage error.
func exactly(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != len(names) {
			return &usageError{err: fmt.Errorf("%s takes %s", verbOf(c), strings.Join(names, " and ")), verb: verbOf(c)}
		}
		return nil
	}
}

func noArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return &usageError{err: fmt.Errorf("%s takes no %q", verbOf(c), args[0]), verb: verbOf(c)}
	}
	return nil
}
