//go:build !windows

package watch_test

func onWine() bool { return false }
