// Package cli is the command line of pstsyncd: one file for each verb. Start
// with [Run].
//
// Rules that all verbs keep: data goes to standard output and everything else
// to standard error, there with "pstsyncd: " in front, in lower case, without a
// full stop, and followed by a "hint:" line when there is something to do about
// it. Errors come back to Run, which alone prints them and chooses the exit
// code; no verb prints an error and goes on as if nothing had been.
//
// The flags, the JSON and the exit codes are stable: scripts rely on them. The
// package decides nothing about items; that is for syncjob and below.
package cli
