package cli

import (
	"syscall"

	"pstsyncd/syncjob/pst"
)

var getACP = syscall.NewLazyDLL("kernel32.dll").NewProc("GetACP")

// systemCodePage is what Outlook takes the texts of an ANSI store for; 0 is one that
// this program has no table of.
func systemCodePage() int {
	n, _, _ := getACP.Call()
	if _, err := pst.DecodeString8(int(n), nil); err != nil {
		return 0
	}
	return int(n)
}
