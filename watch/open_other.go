//go:build !unix && !windows

package watch

import "os"

// openForLook opens path for reading.
func openForLook(path string) (*os.File, error) { return os.Open(path) }
