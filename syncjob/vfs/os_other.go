//go:build !unix && !windows

package vfs

import "io/fs"

func syncDir(string) error { return nil }

func fileID(string, fs.FileInfo) string { return "" }
