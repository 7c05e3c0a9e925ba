package lockmgr

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// getLock asks for locks of other open file descriptions, this process's own included.
const getLock = unix.F_OFD_GETLK

// takeRecordLock takes an OFD lock on the whole file, which keeps away programs that use fcntl locks. Not on network
// file systems: there flock is a lock of the same kind on the server, and ours would be in its own way.
func takeRecordLock(fd int, path string, mode Mode) error {
	if fsKind(fd) == networkFS {
		return nil
	}
	lk := unix.Flock_t{Type: recordType(mode)}
	err := retryInterrupted(func() error { return unix.FcntlFlock(uintptr(fd), unix.F_OFD_SETLK, &lk) })
	switch {
	case err == nil || noLocks(err):
		return nil
	case errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EACCES):
		return &BusyError{Path: path, Holder: whoHas(path)}
	}
	return &fs.PathError{Op: "lock", Path: path, Err: err}
}

func dropRecordLock(fd int) {
	_, _ = unix.FcntlInt(uintptr(fd), unix.F_SETLEASE, unix.F_UNLCK)
	_ = unix.FcntlFlock(uintptr(fd), unix.F_OFD_SETLK, &unix.Flock_t{Type: unix.F_UNLCK})
}

// takeLease takes a write lease where there are leases, and reports whether it has. EAGAIN means that somebody has the
// file open.
func takeLease(fd int, path string) (bool, error) {
	// When somebody waits, the kernel sends a signal: by default SIGIO, which kills a process that does not expect it.
	// SIGURG is ignored by default, and the Go runtime is used to it.
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_SETSIG, int(unix.SIGURG)); err != nil {
		return false, nil
	}
	_, err := unix.FcntlInt(uintptr(fd), unix.F_SETLEASE, unix.F_WRLCK)
	if errors.Is(err, unix.EAGAIN) {
		return false, &BusyError{Path: path, Holder: whoHas(path)}
	}
	return err == nil, nil // else not our file, or no leases here
}

// reach says how far the locks that were taken reach.
func reach(fd int, leased bool) Kind {
	switch {
	case fsKind(fd) == fuseFS:
		return LocalOnly
	case leased:
		return Lease
	}
	return Locks
}

// leaseBroken says whether somebody waits for our lease, or has stopped waiting because we took too long.
func leaseBroken(f *os.File) bool {
	broken := false
	_ = control(f, func(fd int) error {
		state, err := unix.FcntlInt(uintptr(fd), unix.F_GETLEASE, 0)
		broken = err == nil && state != unix.F_WRLCK
		return err
	})
	return broken
}

type fileSystem uint8

const (
	localFS   fileSystem = iota
	networkFS            // locks go to the server
	fuseFS               // locks stay on this computer
)

func fsKind(fd int) fileSystem {
	var st unix.Statfs_t
	if unix.Fstatfs(fd, &st) != nil {
		return localFS
	}
	switch uint32(st.Type) {
	case unix.NFS_SUPER_MAGIC, unix.SMB_SUPER_MAGIC, unix.CIFS_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC:
		return networkFS
	case unix.FUSE_SUPER_MAGIC:
		return fuseFS
	}
	return localFS
}
