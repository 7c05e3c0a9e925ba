//go:build !windows

package cli

// systemCodePage is 0: what Outlook takes the texts of an ANSI store for is known on
// Windows only.
func systemCodePage() int { return 0 }
