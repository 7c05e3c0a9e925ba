package pst

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
	"pstsyncd/syncjob/vfs"
)

// CreateOptions say what an empty store is like.
type CreateOptions struct {
	DisplayName string // default: the file's base name without extension
	Format      Format // only Unicode
}

// createSuffix follows the path of a store that is not finished yet.
const createSuffix = ".pstsyncd-new"

// Create makes an empty store at path and opens it: what Outlook puts into a new
// data file, and the folders Contacts and Calendar as its defaults. The file has
// its name only when it is whole and durable. fs.ErrExist when there is something
// of that name.
func Create(fsys vfs.FS, path string, o CreateOptions) (*File, error) {
	if err := create(fsys, path, o); err != nil {
		return nil, fmt.Errorf("create store %s: %w", path, err)
	}
	return Open(fsys, path, Options{})
}

func create(fsys vfs.FS, path string, o CreateOptions) error {
	if o.Format != Unicode {
		return fmt.Errorf("writing ansi stores: %w", ErrUnsupported)
	}
	if o.DisplayName == "" {
		base := filepath.Base(path)
		o.DisplayName = strings.TrimSuffix(base, filepath.Ext(base))
	}
	switch _, err := fsys.Stat(path); {
	case err == nil:
		return fs.ErrExist
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	temp := path + createSuffix
	if err := fsys.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := createAt(fsys, temp, o); err != nil {
		_ = fsys.Remove(temp)
		return err
	}
	if err := fsys.Rename(temp, path); err != nil {
		return err
	}
	return fsys.SyncDir(filepath.Dir(path))
}

func createAt(fsys vfs.FS, path string, o CreateOptions) error {
	f, err := fsys.Create(path)
	if err != nil {
		return err
	}
	journal := ndb.Journal{FS: fsys, Path: path + ndb.JournalSuffix}
	store, err := ndb.Create(f, o.Format, disk.CryptPermute, ndb.Options{Journal: journal})
	if err != nil {
		return err
	}
	if err := fillStore(store, o); err != nil {
		_ = store.Close()
		return err
	}
	return store.Close()
}

// fillStore puts the nodes of an empty store into a file that has none.
func fillStore(store *ndb.Store, o CreateOptions) error {
	ntx, err := store.Begin()
	if err != nil {
		return err
	}
	key := newGUID()
	tx := newTx(ntx, reader{view: ntx, key: key, cp: DefaultCodePage})
	tx.vetted = true     // there are no items
	defer ntx.Rollback() //nolint:errcheck // after Commit it does nothing
	if err := (&newStore{tx: tx, options: o}).fill(); err != nil {
		return err
	}
	if err := tx.flush(); err != nil {
		return err
	}
	return ntx.Commit()
}
