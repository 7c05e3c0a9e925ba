package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
)

func main() {
	only := flag.String("only", "", "run the mutants whose name matches this regular expression")
	parallel := flag.Int("parallel", 2, "how many mutants run at a time")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *only, *parallel); err != nil {
		fmt.Fprintln(os.Stderr, err)
		stop()
		os.Exit(1)
	}
}

// run tries the mutants and prints the table to w. An error says what is wrong with
// them, or with the tests.
func run(ctx context.Context, w io.Writer, only string, parallel int) error {
	pattern, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	mutants := slices.DeleteFunc(all(), func(m mutant) bool { return !pattern.MatchString(m.name) })
	if len(mutants) == 0 {
		return fmt.Errorf("no mutant has a name like %q", only)
	}
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	began := time.Now()
	r := &runner{root: root}
	if err := r.green(ctx, mutants, parallel); err != nil {
		return err
	}
	fmt.Fprintf(w, "tests are green without a mutant (%.0f s)\n", time.Since(began).Seconds())
	verdicts := make([]verdict, len(mutants))
	var mu sync.Mutex // guards w
	each(parallel, len(mutants), func(i int) {
		verdicts[i] = r.try(ctx, &mutants[i])
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(w, "%s: %v\n", mutants[i].name, &verdicts[i])
	})
	return table(w, mutants, verdicts, time.Since(began))
}

// moduleRoot returns the folder with go.mod.
func moduleRoot() (string, error) {
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	return filepath.Dir(strings.TrimSpace(string(out))), nil
}

// green runs the tests of the mutants on the tree as it is, and sets the limits.
func (r *runner) green(ctx context.Context, mutants []mutant, parallel int) error {
	patterns := map[string][]string{}
	for _, m := range mutants {
		for _, s := range m.suites {
			if !slices.Contains(patterns[s.pkg], s.run) {
				patterns[s.pkg] = append(patterns[s.pkg], s.run)
			}
		}
	}
	var suites []suite
	for pkg, runs := range patterns {
		suites = append(suites, suite{pkg, strings.Join(runs, "|")})
	}
	errs, took := make([]error, len(suites)), make([]time.Duration, len(suites))
	each(parallel, len(suites), func(i int) {
		began := time.Now()
		failed, err := r.test(ctx, suites[i])
		if failed != "" {
			err = fmt.Errorf("red without a mutant: %s", failed)
		}
		errs[i], took[i] = err, time.Since(began)
	})
	limits := map[string]time.Duration{}
	for i, s := range suites {
		limits[s.pkg] = time.Minute + 4*took[i]
	}
	r.limits = limits
	return errors.Join(errs...)
}

// each calls f with 0 to n-1, at most parallel at a time.
func each(parallel, n int, f func(i int)) {
	var wg sync.WaitGroup
	free := make(chan struct{}, max(parallel, 1))
	for i := range n {
		free <- struct{}{}
		wg.Go(func() {
			f(i)
			<-free
		})
	}
	wg.Wait()
}

// table prints all verdicts. It is an error when a mutant was not killed.
func table(w io.Writer, mutants []mutant, verdicts []verdict, took time.Duration) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\nmutant\tbreaks\tkilled by\tseconds")
	killed := 0
	for i := range mutants {
		m, v := &mutants[i], &verdicts[i]
		if v.killed() {
			killed++
		}
		fmt.Fprintf(t, "%s\t%s\t%v\t%.1f\n", m.name, m.breaks, v, v.took.Seconds())
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "%d of %d mutants killed (%.0f s)\n", killed, len(mutants), took.Seconds())
	if killed < len(mutants) {
		return errors.New("a mutant was not killed")
	}
	return nil
}
