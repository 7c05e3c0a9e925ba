// Command pstsyncd keeps the contacts and calendars of two Outlook data files
// equal. What it does is in the packages it calls; 'pstsyncd --help' lists it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"pstsyncd/daemon/internal/cli"
	"pstsyncd/syncjob/readback"
)

func main() {
	readback.RunIfChild()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(cli.Run(ctx, os.Args[1:], cli.Env{
		Stdin:  os.Stdin,
		Stdout: os.Stdout,
		Stderr: os.Stderr,
		Getenv: os.Getenv,
	}))
}
