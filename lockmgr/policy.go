package lockmgr

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/cenkalti/backoff/v4"
)

// Forever is a Policy.Wait without end.
const Forever = time.Duration(math.MaxInt64)

// Policy says how to wait for something that is busy.
type Policy struct {
	Initial time.Duration // the first pause, about
	Max     time.Duration // no pause is longer
	Wait    time.Duration // give up after so long in all; 0 means after the first try
}

// DefaultPolicy never gives up.
var DefaultPolicy = Policy{Initial: 500 * time.Millisecond, Max: 5 * time.Second, Wait: Forever}

// Do calls try until it succeeds, fails with something else than ErrBusy or ErrUnreachable, the policy's time is up
// or ctx ends. It returns try's last error and how long it waited in all.
func (p Policy) Do(ctx context.Context, log *slog.Logger, try func(context.Context) error) (time.Duration, error) {
	e := p.Begin(log)
	for {
		err := try(ctx)
		if err == nil {
			e.Free()
			return e.Waited(), nil
		}
		if !errors.Is(err, ErrBusy) && !errors.Is(err, ErrUnreachable) {
			return e.Waited(), err
		}
		pause, giveUp := e.Next(err)
		if giveUp != nil {
			return e.Waited(), giveUp
		}
		if cause := sleep(ctx, pause); cause != nil {
			return e.Waited(), fmt.Errorf("%w while waiting: %w", cause, err)
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Episode is one time of waiting, from the first failure until all is well. The log gets one line when an obstacle is
// met and one when it is gone, not one for each try. It is used by one goroutine.
type Episode struct {
	policy Policy
	log    *slog.Logger
	pauses *backoff.ExponentialBackOff
	start  time.Time
	paused bool
	met    map[string]bool      // obstacles that the log has
	busy   map[string]time.Time // paths that are busy, since when
}

// Begin starts an Episode. A nil log logs nothing.
func (p Policy) Begin(log *slog.Logger) *Episode {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Episode{
		policy: p,
		log:    log,
		pauses: backoff.NewExponentialBackOff(backoff.WithInitialInterval(p.Initial), backoff.WithMaxInterval(p.Max),
			backoff.WithMultiplier(2), backoff.WithRandomizationFactor(0.5), backoff.WithMaxElapsedTime(0)),
		start: time.Now(),
		met:   map[string]bool{},
		busy:  map[string]time.Time{},
	}
}

// Waited is how long the episode has lasted, 0 when it never had to pause.
func (e *Episode) Waited() time.Duration {
	if !e.paused {
		return 0
	}
	return time.Since(e.start)
}

// Next logs the obstacle err if it is new, and returns how long to pause before the next try. It returns an error that
// wraps err when there is no time left.
func (e *Episode) Next(err error) (time.Duration, error) {
	left := e.policy.Wait - time.Since(e.start)
	if left <= 0 {
		if e.paused {
			err = fmt.Errorf("gave up after %v: %w", e.Waited().Round(time.Millisecond), err)
		}
		return 0, err
	}
	e.note(err)
	e.paused = true
	return min(e.pauses.NextBackOff(), e.policy.Max, left), nil
}

func (e *Episode) note(err error) {
	var busy *BusyError
	if errors.As(err, &busy) {
		if _, there := e.busy[busy.Path]; !there {
			e.busy[busy.Path] = time.Now()
			e.log.Info("store is busy, waiting", "path", busy.Path, "holder", busy.Holder.String())
		}
		return
	}
	if !e.met[err.Error()] {
		e.met[err.Error()] = true
		attrs := []any{"err", err}
		var hinted interface{ Hint() string }
		if errors.As(err, &hinted) && hinted.Hint() != "" {
			attrs = append(attrs, "hint", hinted.Hint())
		}
		e.log.Warn("cannot work now, will try again", attrs...)
	}
}

// Free says that everything that was busy has been acquired.
func (e *Episode) Free() {
	for _, path := range slices.Sorted(maps.Keys(e.busy)) {
		e.log.Info("store is free", "path", path, "waited", time.Since(e.busy[path]).Round(time.Millisecond))
	}
	clear(e.busy)
}
