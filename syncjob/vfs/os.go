package vfs

import (
	"os"
	"path/filepath"
)

// OS is the file system of the operating system.
var OS FS = osFS{}

// osFS is an [FS]; what its methods promise is said there.
type osFS struct{}

func (osFS) Open(path string) (File, error) { return wrap(os.Open(path)) }

func (osFS) OpenWrite(path string) (File, error) {
	return wrap(os.OpenFile(path, os.O_RDWR, 0))
}

func (osFS) Create(path string) (File, error) {
	return wrap(os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666))
}

func (osFS) Remove(path string) error { return os.Remove(path) }

func (osFS) Rename(from, to string) error {
	if err := renameNew(from, to); err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	return nil
}

// RealPath looks at the folders above only where it has to: a user may be allowed to open
// a file of a share and not to look at the folders that it is in.
func (osFS) RealPath(path string) (string, error) {
	fi, err := os.Lstat(path)
	if err != nil || fi.Mode()&os.ModeSymlink == 0 {
		return path, err
	}
	return filepath.EvalSymlinks(path)
}

func (osFS) SyncDir(dir string) error { return syncDir(dir) }

func (osFS) Stat(path string) (Info, error) {
	fi, err := os.Stat(path)
	if err != nil {
		return Info{}, err
	}
	return Info{
		Size:     fi.Size(),
		ModTime:  fi.ModTime(),
		ID:       fileID(path, fi),
		ReadOnly: fi.Mode().Perm()&0o222 == 0,
	}, nil
}

// osFile is a file of the operating system. Sync of [os.File] is fsync, on macOS
// F_FULLFSYNC and on Windows FlushFileBuffers.
type osFile struct{ *os.File }

// FromOS returns a file that is open already as a File, which owns it from then on.
func FromOS(f *os.File) File { return osFile{f} }

func wrap(f *os.File, err error) (File, error) {
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

func (f osFile) Size() (int64, error) {
	fi, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return fi.Size(), nil
}
