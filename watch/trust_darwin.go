package watch

import "golang.org/x/sys/unix"

// trustEvents says whether native events in dir tell of every writer, and names the file system when not.
func trustEvents(dir string) (bool, string) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return false, "unknown"
	}
	name := unix.ByteSliceToString(st.Fstypename[:])
	return st.Flags&unix.MNT_LOCAL != 0 && (name == "apfs" || name == "hfs"), name
}
