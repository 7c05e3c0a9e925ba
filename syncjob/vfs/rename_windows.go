package vfs

import "golang.org/x/sys/windows"

// renameNew renames without MOVEFILE_REPLACE_EXISTING, and returns when the name is on the
// disk.
func renameNew(from, to string) error {
	f, err := windows.UTF16PtrFromString(from)
	if err != nil {
		return err
	}
	t, err := windows.UTF16PtrFromString(to)
	if err != nil {
		return err
	}
	return windows.MoveFileEx(f, t, windows.MOVEFILE_WRITE_THROUGH)
}
