//go:build unix

package watch

import (
	"os"
	"syscall"
)

// openForLook opens path for reading. O_NONBLOCK: when somebody holds a lease on the file, fail at once instead of
// waiting up to the lease-break time; and never hang on a pipe that took the file's place.
func openForLook(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
}
