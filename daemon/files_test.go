package daemon_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/daemon"
	"pstsyncd/lockmgr"
	"pstsyncd/watch"
)

// copyJob makes two files equal: the one with the greater first byte wins. It writes only what differs.
type copyJob struct{ runs atomic.Int32 }

func (j *copyJob) Run(_ context.Context, pair *lockmgr.Pair) (daemon.Result, error) {
	defer j.runs.Add(1)
	from, to := pair.Common.File(), pair.Local.File()
	a, err := io.ReadAll(io.NewSectionReader(from, 0, 1<<20))
	if err != nil {
		return daemon.Result{}, err
	}
	b, err := io.ReadAll(io.NewSectionReader(to, 0, 1<<20))
	switch {
	case err != nil:
		return daemon.Result{}, err
	case bytes.Equal(a, b):
		return daemon.Result{}, nil
	case b[0] > a[0]:
		a, to = b, from
	}
	_, err = to.WriteAt(a, 0)
	return daemon.Result{Changed: 1}, err
}

// noMarks forgets.
type noMarks struct{}

func (noMarks) Mark(string, time.Time) (uint64, error)    { return 0, nil }
func (noMarks) Pending() (string, time.Time, bool, error) { return "", time.Time{}, false, nil }
func (noMarks) Clear(uint64) error                        { return nil }

const patience = 20 * time.Second

func TestDaemon_KeepsTwoFilesEqual(t *testing.T) {
	for _, mode := range []watch.Mode{watch.Auto, watch.Poll} {
		t.Run(string(mode), func(t *testing.T) {
			dir := t.TempDir()
			paths := []string{filepath.Join(dir, "common.pst"), filepath.Join(dir, "outlook.pst")}
			for _, p := range paths {
				require.NoError(t, os.WriteFile(p, bytes.Repeat([]byte{1}, 4096), 0o600))
			}
			job := &copyJob{}
			d := daemon.New(daemon.Options{
				Common: paths[0], Local: paths[1], Job: job, Marks: noMarks{},
				Classify: func(error) daemon.Class { return daemon.Retry },
				Busy:     lockmgr.Policy{Initial: 10 * time.Millisecond, Max: 50 * time.Millisecond, Wait: lockmgr.Forever},
				Watch: watch.Options{Mode: mode, Quiet: 50 * time.Millisecond, Ceiling: time.Second,
					Poll: 50 * time.Millisecond, Safety: 100 * time.Millisecond},
			})
			stop, ended := make(chan struct{}), make(chan error)
			go func() { ended <- d.Run(t.Context(), stop) }()
			require.Eventually(t, func() bool { return job.runs.Load() == 1 }, patience, time.Millisecond)

			for i, path := range []string{paths[0], paths[1], paths[0]} {
				version := byte(i + 2)
				require.Eventually(t, func() bool { // on Windows not while a job has it
					return os.WriteFile(path, bytes.Repeat([]byte{version}, 4096), 0o600) == nil
				}, patience, time.Millisecond)
				require.Eventually(t, func() bool {
					a, errA := os.ReadFile(paths[0])
					b, errB := os.ReadFile(paths[1])
					return errA == nil && errB == nil && len(a) == 4096 && bytes.Equal(a, b) && a[0] == version
				}, patience, 10*time.Millisecond)
			}
			// Our own writes have been seen by now, and must have been recognised.
			runs := job.runs.Load()
			assert.Never(t, func() bool { return job.runs.Load() != runs }, time.Second, 10*time.Millisecond)
			close(stop)
			require.NoError(t, <-ended)
		})
	}
}
