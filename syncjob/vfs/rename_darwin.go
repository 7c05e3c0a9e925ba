package vfs

import (
	"errors"

	"golang.org/x/sys/unix"
)

// renameNew asks the kernel for a rename that replaces nothing, which not every file
// system has.
func renameNew(from, to string) error {
	err := unix.RenamexNp(from, to, unix.RENAME_EXCL)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		return linkNew(from, to)
	}
	return err
}
