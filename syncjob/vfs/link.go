//go:build !windows

package vfs

import (
	"errors"
	"io/fs"
	"os"
)

// linkNew gives the file a second name, which fails where there is one, and takes the
// first away. Where there are no second names it looks, and then renames.
func linkNew(from, to string) error { return linkOrAsk(os.Link, from, to) }

func linkOrAsk(link func(from, to string) error, from, to string) error {
	err := link(from, to)
	switch {
	case err == nil:
		return os.Remove(from)
	case errors.Is(err, fs.ErrExist), errors.Is(err, fs.ErrNotExist):
		return err
	}
	switch _, err := os.Lstat(to); {
	case err == nil:
		return fs.ErrExist
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return os.Rename(from, to)
}
