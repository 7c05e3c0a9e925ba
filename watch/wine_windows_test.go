package watch_test

import "golang.org/x/sys/windows"

// onWine: Wine keeps a removed folder for as long as somebody watches it, and tells the watcher nothing.
func onWine() bool {
	return windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() == nil
}
