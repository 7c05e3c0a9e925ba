package cli_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"pstsyncd/daemon"
	"pstsyncd/daemon/internal/cli"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/readback"
)

// TestMain makes pstsyncd a command of the scripts, and lets the program start
// itself to read back.
func TestMain(m *testing.M) {
	readback.RunIfChild()
	testscript.Main(m, map[string]func(){
		"pstsyncd": func() {
			ctx, stop, _ := daemon.Signals(context.Background())
			os.Exit(cli.Run(ctx, os.Args[1:], cli.Env{
				Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Stop: stop,
			}))
		},
		"hold": hold,
	})
}

// TestScripts runs testdata/*.txtar. In them
//
//	code N pstsyncd ...            runs pstsyncd and wants exit code N
//	set STORE NAME PROPERTY VALUE  changes the item of that name
//	remove STORE NAME              deletes it
//	same STORE STORE               wants equal items in both Contacts and Calendars
//	scribble FILE OFFSET N         writes N bytes of rubbish into the file
//	await FILE                     waits until there is such a file
//	eventually REGEXP COMMAND...   runs the command until its output matches
//	hold STORE FILE                a program that claims the store and then makes the file
func TestScripts(t *testing.T) {
	testscript.Run(t, params("testdata", nil))
}

// TestScripts_corpus runs the scripts that work on real stores. In them
//
//	corpus NAME...                 copies these stores into the script's folder
func TestScripts_corpus(t *testing.T) {
	stores := map[string]string{}
	for _, path := range psttest.Stores(t) {
		stores[filepath.Base(path)] = path
	}
	testscript.Run(t, params("testdata/corpus", func(ts *testscript.TestScript, _ bool, names []string) {
		for _, name := range names {
			file, err := os.ReadFile(stores[name])
			ts.Check(err)
			ts.Check(os.WriteFile(ts.MkAbs(name), file, 0o600))
		}
	}))
}

func params(dir string, corpus func(*testscript.TestScript, bool, []string)) testscript.Params {
	return testscript.Params{
		Dir: dir,
		Setup: func(env *testscript.Env) error {
			env.Setenv("PSTSYNCD_STATE_DIR", filepath.Join(env.WorkDir, "state"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"await": await, "code": code, "corpus": corpus, "eventually": eventually,
			"remove": remove, "same": same, "scribble": scribble, "set": set,
		},
	}
}

func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N command...")
	}
	var exit *exec.ExitError
	got := 0
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if args[0] != strconv.Itoa(got) {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}
