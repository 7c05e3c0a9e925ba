package daemon

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// ErrInterrupted is the cause of the context of Signals when a second signal has come.
var ErrInterrupted = errors.New("interrupted")

// Signals turns SIGINT and SIGTERM into the two ways to end a Run: the first closes stop, the second ends the context.
// From the third on, and after release, signals have their usual effect again.
func Signals(parent context.Context) (ctx context.Context, stop <-chan struct{}, release func()) {
	ctx, cancel := context.WithCancelCause(parent)
	got := make(chan os.Signal, 2)
	signal.Notify(got, os.Interrupt, syscall.SIGTERM)
	stopping := make(chan struct{})
	go func() {
		select {
		case <-got:
			close(stopping)
		case <-ctx.Done():
			return
		}
		select {
		case <-got:
			signal.Stop(got)
			cancel(ErrInterrupted)
		case <-ctx.Done():
		}
	}()
	return ctx, stopping, func() {
		signal.Stop(got)
		cancel(nil)
	}
}
