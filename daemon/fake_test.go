package daemon

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"pstsyncd/lockmgr"
	"pstsyncd/watch"
)

// fakeWatcher delivers the signals that a test makes and remembers what it was told.
type fakeWatcher struct {
	signals chan watch.Signal

	mu    sync.Mutex
	held  map[string]bool
	known map[string]watch.Token
}

func (w *fakeWatcher) Run(ctx context.Context)      { <-ctx.Done() }
func (w *fakeWatcher) Signals() <-chan watch.Signal { return w.signals }

func (w *fakeWatcher) Hold(path string)                 { w.set(func() { w.held[path] = true }) }
func (w *fakeWatcher) Resume(path string)               { w.set(func() { delete(w.held, path) }) }
func (w *fakeWatcher) Known(path string, t watch.Token) { w.set(func() { w.known[path] = t }) }

func (w *fakeWatcher) set(do func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	do()
}

func (w *fakeWatcher) holds() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.held)
}

// fakeJob does what the test says at each run.
type fakeJob struct {
	mu     sync.Mutex
	runs   int
	busy   bool
	script func(run int, ctx context.Context, pair *lockmgr.Pair) (Result, error)
}

func (j *fakeJob) Run(ctx context.Context, pair *lockmgr.Pair) (Result, error) {
	j.mu.Lock()
	j.runs++
	j.busy = true
	run, script := j.runs, j.script
	j.mu.Unlock()
	defer func() {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.busy = false
	}()
	if script == nil {
		return Result{}, nil
	}
	return script(run, ctx, pair)
}

func (j *fakeJob) inUse() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.busy {
		return errors.New("state is in use")
	}
	return nil
}

func (j *fakeJob) count() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.runs
}

// fakeMarks keeps marks in memory, and fails when it is called while the job runs.
type fakeMarks struct {
	mu      sync.Mutex
	job     *fakeJob
	seq     uint64
	trigger string
	since   time.Time
	fail    error
}

func (m *fakeMarks) Mark(trigger string, now time.Time) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.trigger == "" {
		m.trigger, m.since = trigger, now
	}
	m.seq++
	return m.seq, errors.Join(m.fail, m.job.inUse())
}

func (m *fakeMarks) Pending() (string, time.Time, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.trigger, m.since, m.trigger != "", m.fail
}

func (m *fakeMarks) Clear(seq uint64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if seq == m.seq {
		m.trigger = ""
	}
	return errors.Join(m.fail, m.job.inUse())
}

func (m *fakeMarks) dirty() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.trigger != ""
}

// Errors of jobs by class.
var (
	errRetry  = errors.New("no space left")
	errHalt   = errors.New("would delete 30 items")
	errBroken = errors.New("header is damaged")
)

func classify(err error) Class {
	switch {
	case errors.Is(err, errHalt):
		return Halt
	case errors.Is(err, errBroken):
		return Broken
	}
	return Retry
}

// scene is a daemon in a bubble of fake time, with real files and locks.
type scene struct {
	t             *testing.T
	common, local string
	watch         *fakeWatcher
	job           *fakeJob
	marks         *fakeMarks
	abort         context.CancelCauseFunc
	stop          chan struct{}
	ended         chan error
	log           *logBuffer
}

type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// lines are the log lines of level Info and above, without time and level.
func (l *logBuffer) lines() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := strings.TrimSpace(l.b.String())
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// logger is as NewLogger makes it, less what changes with every run.
func (l *logBuffer) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{ReplaceAttr: func(g []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == slog.LevelKey {
			return slog.Attr{}
		}
		return readable(g, a)
	}}))
}

// play runs scenario on a daemon that is about to start.
func play(t *testing.T, scenario func(s *scene)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := &scene{
			t:      t,
			common: filepath.Join(dir, "common.pst"),
			local:  filepath.Join(dir, "outlook.pst"),
			watch:  &fakeWatcher{signals: make(chan watch.Signal), held: map[string]bool{}, known: map[string]watch.Token{}},
			job:    &fakeJob{},
			stop:   make(chan struct{}),
			ended:  make(chan error, 1),
			log:    &logBuffer{},
		}
		s.marks = &fakeMarks{job: s.job}
		for _, path := range []string{s.common, s.local} {
			require.NoError(t, os.WriteFile(path, []byte("!BDN"), 0o600))
		}
		scenario(s)
		if s.abort != nil {
			s.abort(nil)
			synctest.Wait()
		}
	})
}

// start begins the daemon and waits until it has done what it can at once.
func (s *scene) start() {
	ctx, abort := context.WithCancelCause(s.t.Context())
	s.abort = abort
	d := New(Options{
		Common: s.common, Local: s.local, Job: s.job, Marks: s.marks, Classify: classify, Log: s.log.logger(),
		Busy: lockmgr.Policy{Initial: time.Second, Max: 10 * time.Second, Wait: lockmgr.Forever},
	})
	d.newWatcher = func() (watcher, error) { return s.watch, nil }
	go func() { s.ended <- d.Run(ctx, s.stop) }()
	synctest.Wait()
}

// signal tells of a change noticed two seconds ago.
func (s *scene) signal(path string, reason watch.Reason) {
	s.watch.signals <- watch.Signal{Path: path, Reason: reason, First: time.Now().Add(-2 * time.Second), Settled: time.Now()}
	synctest.Wait()
}

func (s *scene) script(f func(run int, ctx context.Context, pair *lockmgr.Pair) (Result, error)) {
	s.job.mu.Lock()
	defer s.job.mu.Unlock()
	s.job.script = f
}

func (s *scene) failWith(err error) {
	s.script(func(int, context.Context, *lockmgr.Pair) (Result, error) { return Result{}, err })
}

// pass lets time go by.
func (s *scene) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}
