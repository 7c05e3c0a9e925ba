package lockmgr

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/windows"
)

// replaceable: without FILE_SHARE_DELETE a file cannot be renamed over while it is open.
const replaceable = false

// open opens a store so that nobody else can, or in mode Read so that nobody else can write.
func open(path string, mode Mode) (*os.File, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	if attributes, err := windows.GetFileAttributes(name); err == nil {
		switch {
		case attributes&windows.FILE_ATTRIBUTE_DIRECTORY != 0:
			return nil, &os.PathError{Op: "open", Path: path, Err: syscall.EISDIR}
		case mode == Write && attributes&windows.FILE_ATTRIBUTE_READONLY != 0:
			return nil, &ReadOnlyError{Path: path}
		}
	}
	access, share := uint32(windows.GENERIC_READ|windows.GENERIC_WRITE), uint32(0)
	if mode == Read {
		access, share = windows.GENERIC_READ, windows.FILE_SHARE_READ
	}
	h, err := windows.CreateFile(name, access, share, nil, windows.OPEN_EXISTING, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return nil, explain(path, &os.PathError{Op: "open", Path: path, Err: err})
	}
	return os.NewFile(uintptr(h), path), nil
}

// The open handle is the protection.
func protect(*os.File, string, Mode) (Kind, bool, error) { return ShareMode, false, nil }
func unprotect(*os.File)                                 {}
func leaseBroken(*os.File) bool                          { return false }

func isBusy(err error) bool {
	return anyOf(err, windows.ERROR_SHARING_VIOLATION, windows.ERROR_LOCK_VIOLATION)
}

func isMissing(err error) bool {
	return anyOf(err, windows.ERROR_FILE_NOT_FOUND, windows.ERROR_PATH_NOT_FOUND, windows.ERROR_BAD_NETPATH,
		windows.ERROR_BAD_NET_NAME, windows.ERROR_NOT_READY, windows.ERROR_DEV_NOT_EXIST)
}

func isReadOnly(err error) bool {
	return anyOf(err, windows.ERROR_ACCESS_DENIED, windows.ERROR_WRITE_PROTECT, windows.ERROR_NETWORK_ACCESS_DENIED)
}

func isUnreachable(err error) bool {
	return anyOf(err, windows.ERROR_NETNAME_DELETED, windows.ERROR_UNEXP_NET_ERR, windows.ERROR_NETWORK_UNREACHABLE,
		windows.ERROR_HOST_UNREACHABLE, windows.ERROR_NETWORK_BUSY, windows.ERROR_SEM_TIMEOUT,
		windows.ERROR_CONNECTION_ABORTED, windows.ERROR_NO_NETWORK, windows.ERROR_IO_DEVICE)
}

func anyOf(err error, codes ...syscall.Errno) bool {
	for _, c := range codes {
		if errors.Is(err, c) {
			return true
		}
	}
	return false
}
