//go:build darwin || freebsd

package lockmgr

import (
	"os"

	"golang.org/x/sys/unix"
)

// getLock asks for fcntl locks of other processes.
const getLock = unix.F_GETLK

// flock and fcntl locks are in each other's way on these systems: one is enough.
func takeRecordLock(int, string, Mode) error { return nil }
func dropRecordLock(int)                     {}

// There are no leases.
func takeLease(int, string) (bool, error) { return false, nil }
func leaseBroken(*os.File) bool           { return false }
func reach(int, bool) Kind                { return Locks }
