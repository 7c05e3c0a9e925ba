//go:build linux || darwin || freebsd

package lockmgr

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// replaceable: a file can be renamed over while it is open.
const replaceable = true

// open opens a store. O_NONBLOCK: when somebody holds a lease on it, fail at once instead of waiting.
func open(path string, mode Mode) (*os.File, error) {
	flags := os.O_RDONLY
	if mode == Write {
		flags = os.O_RDWR
	}
	f, err := os.OpenFile(path, flags|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, explain(path, err)
	}
	info, err := f.Stat()
	// A superuser may write everything; what is marked read-only stays as it is all the same.
	if err == nil && mode == Write && info.Mode().IsRegular() && info.Mode().Perm()&0o222 == 0 {
		err = &ReadOnlyError{Path: path}
	}
	if err == nil {
		err = control(f, func(fd int) error { return unix.SetNonblock(fd, false) })
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// protect takes every lock that the file system offers, or says who is in the way. It also says whether a lease is
// among them.
func protect(f *os.File, path string, mode Mode) (kind Kind, leased bool, err error) {
	err = control(f, func(fd int) error {
		// Ask before taking our own: some network file systems would answer with our own lock.
		if err := foreignLock(fd, path, mode); err != nil {
			return err
		}
		if err := takeFlock(fd, path, mode); err != nil {
			return err
		}
		if err := takeRecordLock(fd, path, mode); err != nil {
			return err
		}
		if mode == Write {
			if leased, err = takeLease(fd, path); err != nil {
				return err
			}
		}
		kind = reach(fd, leased)
		return nil
	})
	return kind, leased, err
}

// unprotect gives up the locks by name: a child process that is just being started has a copy of the descriptor.
func unprotect(f *os.File) {
	_ = control(f, func(fd int) error {
		dropRecordLock(fd)
		return unix.Flock(fd, unix.LOCK_UN)
	})
}

func takeFlock(fd int, path string, mode Mode) error {
	how := unix.LOCK_EX
	if mode == Read {
		how = unix.LOCK_SH
	}
	err := retryInterrupted(func() error { return unix.Flock(fd, how|unix.LOCK_NB) })
	switch {
	case err == nil || noLocks(err):
		return nil
	case isBusy(err):
		return &BusyError{Path: path, Holder: whoHas(path)}
	}
	return &fs.PathError{Op: "flock", Path: path, Err: err}
}

// foreignLock asks whether an fcntl or OFD lock of somebody else is in the way of mode.
func foreignLock(fd int, path string, mode Mode) error {
	lk := unix.Flock_t{Type: recordType(mode)}
	err := retryInterrupted(func() error { return unix.FcntlFlock(uintptr(fd), getLock, &lk) })
	switch {
	case err != nil && noLocks(err), err == nil && lk.Type == unix.F_UNLCK:
		return nil
	case err != nil:
		return &fs.PathError{Op: "ask for locks of", Path: path, Err: err}
	}
	h := whoHas(path)
	if lk.Pid > 0 && h == (Holder{}) {
		h.PID = int(lk.Pid)
	}
	return &BusyError{Path: path, Holder: h}
}

func recordType(mode Mode) int16 {
	if mode == Read {
		return unix.F_RDLCK
	}
	return unix.F_WRLCK
}

// control runs do with the descriptor of f, without putting f into blocking mode as f.Fd would.
func control(f *os.File, do func(fd int) error) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var inner error
	if err := conn.Control(func(fd uintptr) { inner = do(int(fd)) }); err != nil {
		return err
	}
	return inner
}

func retryInterrupted(call func() error) error {
	for {
		if err := call(); err != unix.EINTR {
			return err
		}
	}
}

// noLocks: the file system has no locks of this kind, or its lock service does not answer.
func noLocks(err error) bool {
	return anyOf(err, unix.ENOLCK, unix.ENOSYS, unix.EOPNOTSUPP, unix.ENOTSUP, unix.EINVAL)
}

func isBusy(err error) bool {
	return anyOf(err, unix.EAGAIN, unix.EWOULDBLOCK, unix.EBUSY, unix.ETXTBSY)
}
func isMissing(err error) bool  { return anyOf(err, unix.ENOENT, unix.ENOTDIR) }
func isReadOnly(err error) bool { return anyOf(err, unix.EROFS, unix.EACCES, unix.EPERM) }

func isUnreachable(err error) bool {
	return anyOf(err, unix.EIO, unix.ESTALE, unix.ENOTCONN, unix.ETIMEDOUT, unix.EHOSTDOWN, unix.EHOSTUNREACH,
		unix.ENETUNREACH, unix.ENETDOWN, unix.ECONNABORTED, unix.ECONNRESET, unix.ECONNREFUSED, unix.ENODEV, unix.ENXIO)
}

func anyOf(err error, codes ...syscall.Errno) bool {
	for _, c := range codes {
		if errors.Is(err, c) {
			return true
		}
	}
	return false
}
