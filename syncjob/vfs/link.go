//go:build !windows

package vfs

import (
	"errors"
	"io/fs"
	"os"
)

// linkNew gives the file a second name, which fails where there is one, and takes the
// first away. Where there are no second names it looks, and then renames.
func linkNew(from, to string) error {
	err := os.Link(from, to)
	switch {
	case err == nil:
		return os.Remove(from)
	case errors.Is(err, fs.ErrExist), errors.Is(err, fs.ErrNotExist):
		return err
	}
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(fs.ErrExist, err)
	}
	return os.Rename(from, to)
}
