package watch

import (
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"
)

// trustEvents says whether native events in dir tell of every writer, and names the kind of drive when not: UNC paths
// and mapped drives do not.
func trustEvents(dir string) (bool, string) {
	volume := filepath.VolumeName(dir)
	if strings.HasPrefix(volume, `\\`) && !isLocalDevice(volume) {
		return false, "unc"
	}
	root, err := windows.UTF16PtrFromString(volume + `\`)
	if err != nil {
		return false, "unknown"
	}
	switch windows.GetDriveType(root) {
	case windows.DRIVE_FIXED, windows.DRIVE_RAMDISK, windows.DRIVE_REMOVABLE:
		return true, ""
	case windows.DRIVE_REMOTE:
		return false, "remote drive"
	}
	return false, "unknown"
}

// isLocalDevice recognises \\?\C: and \\.\C:, which look like UNC paths and are not.
func isLocalDevice(volume string) bool {
	rest, ok := strings.CutPrefix(volume, `\\?\`)
	if !ok {
		rest, ok = strings.CutPrefix(volume, `\\.\`)
	}
	return ok && !strings.HasPrefix(strings.ToUpper(rest), `UNC\`)
}
