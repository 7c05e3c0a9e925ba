package watch

import "golang.org/x/sys/unix"

// File systems where another machine, or another program behind a FUSE daemon, can write without an event here.
// Names of x/sys where it has them, else of linux/magic.h and of the drivers.
var distrusted = map[int64]string{
	unix.NFS_SUPER_MAGIC:  "nfs",
	unix.SMB_SUPER_MAGIC:  "smb",
	unix.CIFS_SUPER_MAGIC: "cifs",
	unix.SMB2_SUPER_MAGIC: "smb2",
	unix.FUSE_SUPER_MAGIC: "fuse",
	unix.V9FS_MAGIC:       "9p",
	unix.AFS_SUPER_MAGIC:  "afs",
	unix.AFS_FS_MAGIC:     "afs",
	unix.CEPH_SUPER_MAGIC: "ceph",
	unix.CODA_SUPER_MAGIC: "coda",
	unix.NCP_SUPER_MAGIC:  "ncp",
	0x01161970:            "gfs2",
	0x0BD00BD0:            "lustre",
	0x786F4256:            "vboxsf",
	0xBACBACBC:            "vmhgfs",
	0x7461636F:            "ocfs2",
}

// trustEvents says whether native events in dir tell of every writer, and names the file system when not.
func trustEvents(dir string) (bool, string) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return false, "unknown"
	}
	name, bad := distrusted[int64(uint32(st.Type))]
	return !bad, name
}
