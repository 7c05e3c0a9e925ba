//go:build unix

package daemon_test

import (
	"context"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/daemon"
)

func TestSignals(t *testing.T) {
	ctx, stop, release := daemon.Signals(t.Context())
	defer release()
	require.NoError(t, syscall.Kill(syscall.Getpid(), syscall.SIGTERM))
	<-stop
	require.NoError(t, ctx.Err(), "the first signal only stops")
	require.NoError(t, syscall.Kill(syscall.Getpid(), syscall.SIGINT))
	<-ctx.Done()
	require.ErrorIs(t, context.Cause(ctx), daemon.ErrInterrupted)
}
