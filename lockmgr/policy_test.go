package lockmgr_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/lockmgr"
)

func busyBy(program string) error {
	return fmt.Errorf("claim: %w", &lockmgr.BusyError{Path: "common.pst", Holder: lockmgr.Holder{Program: program}})
}

// lines returns a logger and what it has logged, without times.
func lines() (*slog.Logger, func() []string) {
	var b bytes.Buffer
	h := slog.NewTextHandler(&b, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})
	return slog.New(h), func() []string { return strings.Split(strings.TrimSpace(b.String()), "\n") }
}

func TestPolicy_LogsOneLineEachWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, logged := lines()
		tries := 0
		waited, err := lockmgr.DefaultPolicy.Do(t.Context(), log, func(context.Context) error {
			if tries++; tries <= 200 {
				return busyBy(fmt.Sprintf("program-%d", tries))
			}
			return nil
		})
		require.NoError(t, err)
		assert.Greater(t, waited, 10*time.Minute)
		require.Len(t, logged(), 2)
		assert.Equal(t, `level=INFO msg="store is busy, waiting" path=common.pst holder=program-1`, logged()[0])
		assert.Regexp(t, `^level=INFO msg="store is free" path=common.pst waited=\d+m[\d.]+s$`, logged()[1])
	})
}

func TestPolicy_PausesGrowToTheCapWithJitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := lockmgr.Policy{Initial: time.Second, Max: 10 * time.Second, Wait: lockmgr.Forever}
		var pauses []time.Duration
		last := time.Now()
		_, err := p.Do(t.Context(), nil, func(context.Context) error {
			pauses = append(pauses, time.Since(last))
			last = time.Now()
			if len(pauses) < 50 {
				return busyBy("x")
			}
			return nil
		})
		require.NoError(t, err)
		different := map[time.Duration]bool{}
		for i, d := range pauses[1:] {
			assert.LessOrEqual(t, d, 10*time.Second)
			if i > 5 {
				assert.GreaterOrEqual(t, d, 5*time.Second)
				different[d] = true
			}
		}
		assert.InDelta(t, time.Second, pauses[1], float64(time.Second/2)+1)
		assert.Greater(t, len(different), 5, "two computers must not keep step")
	})
}

func TestPolicy_GivesUp(t *testing.T) {
	for _, tc := range []struct {
		name string
		wait time.Duration
		want string
	}{
		{"at once", 0, "claim: common.pst is in use by x"},
		{"after the wait", 7 * time.Second, "gave up after 7s: claim: common.pst is in use by x"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := lockmgr.Policy{Initial: time.Second, Max: 5 * time.Second, Wait: tc.wait}
				start := time.Now()
				waited, err := p.Do(t.Context(), nil, func(context.Context) error { return busyBy("x") })
				require.ErrorIs(t, err, lockmgr.ErrBusy)
				require.EqualError(t, err, tc.want)
				assert.Equal(t, tc.wait, waited)
				assert.Equal(t, tc.wait, time.Since(start), "the last try is at the very end")
			})
		})
	}
}

func TestPolicy_OtherErrorsAreNotTriedAgain(t *testing.T) {
	broken := errors.New("broken")
	tries := 0
	waited, err := lockmgr.DefaultPolicy.Do(t.Context(), nil, func(context.Context) error { tries++; return broken })
	require.ErrorIs(t, err, broken)
	assert.Equal(t, 1, tries)
	assert.Zero(t, waited)
}

func TestPolicy_UnreachableIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, logged := lines()
		tries := 0
		_, err := lockmgr.DefaultPolicy.Do(t.Context(), log, func(context.Context) error {
			if tries++; tries < 10 {
				return fmt.Errorf("share %w", lockmgr.ErrUnreachable)
			}
			return nil
		})
		require.NoError(t, err)
		require.Len(t, logged(), 1)
	})
}

func TestPolicy_EndOfContextEndsThePause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start := time.Now()
		_, err := lockmgr.DefaultPolicy.Do(ctx, nil, func(context.Context) error { return busyBy("x") })
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, lockmgr.ErrBusy)
		assert.Equal(t, 3*time.Second, time.Since(start))
	})
}
