package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// verdict is what became of a mutant.
type verdict struct {
	killer string // package and test that failed; empty when none did
	err    error  // why that says nothing
	took   time.Duration
}

func (v *verdict) killed() bool { return v.err == nil && v.killer != "" }

// String is the form for the table.
func (v *verdict) String() string {
	switch {
	case v.err != nil:
		return "ERROR: " + v.err.Error()
	case v.killer == "":
		return "SURVIVED"
	default:
		return v.killer
	}
}

var (
	errBuild   = errors.New("does not compile")
	errNoTests = errors.New("no test ran")
)

// runner runs tests of the module in root.
type runner struct {
	root string
	// limits are how long the tests of a package may take: several times what they took
	// without a mutant.
	limits map[string]time.Duration
}

// longest is how long the tests of a package may take without a mutant.
const longest = 15 * time.Minute

// try runs the tests of a mutant until one is red.
func (r *runner) try(ctx context.Context, m *mutant) verdict {
	began := time.Now()
	v := r.judge(ctx, m)
	v.took = time.Since(began)
	return v
}

func (r *runner) judge(ctx context.Context, m *mutant) verdict {
	sources, err := m.sources(r.root)
	if err != nil {
		return verdict{err: err}
	}
	dir, err := os.MkdirTemp("", "mutant")
	if err != nil {
		return verdict{err: err}
	}
	defer os.RemoveAll(dir)
	overlay, err := writeOverlay(dir, sources)
	if err != nil {
		return verdict{err: err}
	}
	for _, s := range m.suites {
		killer, err := r.test(ctx, s, "-overlay", overlay)
		if err != nil || killer != "" {
			return verdict{killer: killer, err: err}
		}
	}
	return verdict{}
}

// writeOverlay puts the changed files into dir, and the file that go test -overlay
// takes.
func writeOverlay(dir string, sources map[string][]byte) (string, error) {
	var overlay struct{ Replace map[string]string }
	overlay.Replace = map[string]string{}
	for path, src := range sources {
		name := filepath.Join(dir, fmt.Sprintf("%d.go", len(overlay.Replace)))
		if err := os.WriteFile(name, src, 0o600); err != nil {
			return "", err
		}
		overlay.Replace[path] = name
	}
	b, err := json.Marshal(overlay)
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "overlay.json")
	return name, os.WriteFile(name, b, 0o600)
}

// test runs a suite and returns which of its tests failed first, empty when all are
// green.
func (r *runner) test(ctx context.Context, s suite, args ...string) (string, error) {
	limit := cmp.Or(r.limits[s.pkg], longest)
	args = append([]string{"test", "-json", "-count=1", "-vet=off", "-failfast", "-timeout", limit.String(), "-run", s.run}, args...)
	cmd := exec.CommandContext(ctx, "go", append(args, "./"+s.pkg)...)
	cmd.Dir = r.root
	var out, diag bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &diag
	err := cmd.Run()
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	report := readReport(&out)
	var exit *exec.ExitError
	switch {
	case err != nil && !errors.As(err, &exit):
		return "", err
	case report.build != "":
		return "", fmt.Errorf("%w: %s", errBuild, report.build)
	case err != nil:
		return strings.TrimPrefix(s.pkg, "syncjob/") + " " + report.failed(), nil
	case report.ran == 0:
		return "", fmt.Errorf("%w: %s -run %s", errNoTests, s.pkg, s.run)
	}
	return "", nil
}

// report is what go test -json says.
type report struct {
	ran     int    // tests that began
	first   string // the first that failed
	build   string // what the compiler said
	timeout bool
}

func (r *report) failed() string {
	switch {
	case r.timeout:
		return r.first + " (does not end)"
	case r.first == "":
		return "(the test program died)"
	}
	return r.first
}

func readReport(out *bytes.Buffer) report {
	var r report
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var e struct{ Action, Test, Output, FailedBuild string }
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			continue
		}
		switch {
		case e.Action == "run":
			r.ran++
		case e.Action == "build-output" && !strings.HasPrefix(e.Output, "#") && r.build == "":
			r.build = strings.TrimSpace(e.Output)
		case e.Action == "fail" && e.FailedBuild != "" && r.build == "":
			r.build = e.FailedBuild
		case e.Action == "fail" && e.Test != "" && r.first == "":
			r.first = e.Test
		case strings.HasPrefix(e.Output, "panic: test timed out"):
			r.timeout = true
		}
	}
	return r
}
