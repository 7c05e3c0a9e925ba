package pst

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
	"pstsyncd/syncjob/vfs"
)

// CreateOptions say what an empty store is like.
type CreateOptions struct {
	DisplayName string   // default: the file's base name without extension
	Format      Format   // default: Unicode
	CodePage    int      // of an ANSI store, which then names it; 0 is DefaultCodePage
	Encoding    Encoding // of the blocks
}

// Encoding is how the data blocks of a store are kept from being read by chance.
// [MS-PST] 5.1 and 5.2. It protects nothing.
type Encoding uint8

// The encodings. Outlook calls them compressible, none and high encryption.
const (
	EncodingPermute Encoding = iota
	EncodingNone
	EncodingCyclic
)

var crypts = map[Encoding]uint8{
	EncodingPermute: disk.CryptPermute,
	EncodingNone:    disk.CryptNone,
	EncodingCyclic:  disk.CryptCyclic,
}

// createSuffix follows the path of a store that is not finished yet, and a number follows
// it: each of two programs that create the same store at once has a file of its own. What a
// crash leaves of that name can be deleted.
const createSuffix = ".pstsyncd-new-"

// Create makes an empty store at path and opens it: what Outlook puts into a new
// data file, and the folders Contacts and Calendar as its defaults. The file has
// its name only when it is whole and durable. fs.ErrExist when there is something
// of that name, ErrCodePage for a display name that an ANSI store cannot say.
func Create(fsys vfs.FS, path string, o CreateOptions) (*File, error) {
	if err := create(fsys, path, o); err != nil {
		return nil, fmt.Errorf("create store %s: %w", path, err)
	}
	return Open(fsys, path, Options{})
}

func create(fsys vfs.FS, path string, o CreateOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	if o.DisplayName == "" {
		base := filepath.Base(path)
		o.DisplayName = strings.TrimSuffix(base, filepath.Ext(base))
	}
	return createWhole(fsys, path, func(temp string) error { return createAt(fsys, temp, o) })
}

// createWhole lets write make a file under another name, which has to be durable then, and
// gives it the name path. fs.ErrExist when there is something of that name.
func createWhole(fsys vfs.FS, path string, write func(temp string) error) error {
	switch _, err := fsys.Stat(path); {
	case err == nil:
		return fs.ErrExist
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	temp := path + createSuffix + strconv.FormatUint(rand.Uint64(), 36)
	if err := write(temp); err != nil {
		_ = fsys.Remove(temp)
		return err
	}
	if err := fsys.Rename(temp, path); err != nil {
		_ = fsys.Remove(temp)
		return err
	}
	return fsys.SyncDir(filepath.Dir(path))
}

func (o CreateOptions) check() error {
	if _, known := crypts[o.Encoding]; !known {
		return fmt.Errorf("encoding %d: %w", o.Encoding, ErrUnsupported)
	}
	if o.CodePage == 0 {
		return nil
	}
	if o.Format != ANSI {
		return fmt.Errorf("code page %d for a store in unicode: %w", o.CodePage, ErrInvalid)
	}
	_, err := codePage(o.CodePage)
	return err
}

// createAt makes the store under the name that it has until it is whole. It needs no
// journal before: what a crash leaves of it nobody opens.
func createAt(fsys vfs.FS, path string, o CreateOptions) error {
	f, err := fsys.Create(path)
	if err != nil {
		return err
	}
	store, err := ndb.Create(f, o.Format, crypts[o.Encoding], ndb.Options{})
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
	tx := newTx(ntx, reader{view: ntx, key: key, cp: cmp.Or(o.CodePage, DefaultCodePage)})
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
