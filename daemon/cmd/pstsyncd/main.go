// Command pstsyncd keeps the contacts and calendars of two Outlook data files
// equal. What it does is in the packages it calls; 'pstsyncd --help' lists it.
package main

import (
	"context"
	"os"

	"pstsyncd/daemon"
	"pstsyncd/daemon/internal/cli"
	"pstsyncd/syncjob/readback"
)

func main() {
	readback.RunIfChild()
	ctx, stop, _ := daemon.Signals(context.Background())
	os.Exit(cli.Run(ctx, os.Args[1:], cli.Env{
		Stdin:  os.Stdin,
		Stdout: os.Stdout,
		Stderr: os.Stderr,
		Getenv: os.Getenv,
		Stop:   stop,
	}))
}
