package watch

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// folder is the parent of one or more watched files.
type folder struct {
	info    fs.FileInfo // of the folder that events come from, nil while there is none
	trusted bool        // events here tell of every writer
	system  string      // name of the file system when not trusted
	failed  bool        // the last attempt to get events here failed; so the log says it once
}

// places are the folders in which a write to the file can show, and its base name there: its own, and for a symbolic
// link that of its target too.
func (w *Watcher) places(f *file) []string {
	if target := w.sys.resolve(f.path); target != f.path {
		return []string{f.path, target}
	}
	return []string{f.path}
}

// arm makes sure that events come from dir: it may have been missing until now, or be another folder than before
// (deleted and made again, a share mounted over it). It reports whether events can be relied on.
func (w *Watcher) arm(dir string) bool {
	d := w.folders[dir]
	if d == nil {
		d = &folder{}
		w.folders[dir] = d
	}
	info, err := w.sys.folder(dir)
	if err != nil {
		w.disarm(dir)
		return false
	}
	if d.info != nil && os.SameFile(d.info, info) {
		return d.trusted
	}
	w.disarm(dir)
	d.trusted, d.system = w.sys.trust(dir)
	d.trusted = d.trusted || w.opt.Mode == Events
	if w.notify == nil {
		return false
	}
	if err := w.notify.Add(dir); err != nil {
		if !d.failed {
			w.opt.Log.Warn("no file events from folder, polling it", "folder", dir, "err", err)
		}
		d.failed = true
		return false
	}
	d.info, d.failed = info, false
	w.opt.Log.Debug("watching folder", "folder", dir, "trusted", d.trusted, "filesystem", d.system)
	return d.trusted
}

func (w *Watcher) disarm(dir string) {
	d := w.folders[dir]
	if d == nil || d.info == nil {
		return
	}
	// It fails when the folder is gone, and the system has dropped the watch by itself.
	_ = w.notify.Remove(dir)
	d.info = nil
}

// sameName compares base names as the usual file systems of this system do.
func sameName(a, b string) bool {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return strings.EqualFold(a, b)
	}
	return a == b
}

// isPlace says whether an event's path is one of places.
func isPlace(places []string, path string) bool {
	dir, base := filepath.Split(filepath.Clean(path))
	for _, p := range places {
		d, b := filepath.Split(p)
		if sameName(b, base) && sameName(d, dir) {
			return true
		}
	}
	return false
}
