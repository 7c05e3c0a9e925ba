package lockmgr

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/gofrs/flock"
)

// OfficeSuffix is what the lock file's name has after the store's.
const OfficeSuffix = ".pstsyncd-lock"

// Office is the office lock of one store. Only one process of all computers that share the store's folder has it, as
// far as the share passes locks on.
type Office struct {
	path    string
	lock    *flock.Flock
	release func() error
}

// AcquireOffice tries once to take the office lock of store. The lock file is made when missing, beside the store that
// a symbolic link leads to. Errors: *BusyError, *ReadOnlyError, *MissingError (no folder), or one of the system.
func AcquireOffice(store string) (*Office, error) {
	path := officePath(store)
	if err := createLockFile(path, store); err != nil {
		return nil, err
	}
	lock := flock.New(path, flock.SetFlag(os.O_RDWR|os.O_CREATE))
	ok, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("take office lock: %w", explain(path, err))
	}
	if !ok {
		h := readHolder(path)
		return nil, &BusyError{Path: store, Holder: h, Since: h.Locked}
	}
	o := &Office{path: path, lock: lock}
	o.release = sync.OnceValue(o.unlock)
	if err := writeHolder(path, self()); err != nil {
		return nil, errors.Join(err, o.Release())
	}
	return o, nil
}

// Release gives the lock up. A second call does nothing more.
func (o *Office) Release() error { return o.release() }

func (o *Office) unlock() error {
	wiped := writeHolder(o.path, Holder{})
	if err := o.lock.Unlock(); err != nil {
		return fmt.Errorf("release office lock %s: %w", o.path, err)
	}
	return wiped
}

func officePath(store string) string {
	if real, err := filepath.EvalSymlinks(store); err == nil {
		store = real
	}
	return store + OfficeSuffix
}

// createLockFile makes the lock file with the store's own permissions: whoever may write the store must be able to
// lock it. An existing file is left as it is.
func createLockFile(path, store string) error {
	perm := fs.FileMode(0o666)
	if info, err := os.Stat(store); err == nil {
		perm = info.Mode().Perm() | 0o600
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("make office lock: %w", explain(path, err))
	}
	_ = f.Chmod(perm) // against the umask; not every file system has permissions
	_, err = f.Write([]byte{' '})
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("make office lock: %w", err)
	}
	return nil
}
