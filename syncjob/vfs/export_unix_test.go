//go:build unix

package vfs

// LinkOrAsk is the rename of file systems that know none which replaces nothing.
var LinkOrAsk = linkOrAsk
