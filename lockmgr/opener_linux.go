package lockmgr

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// maxDescriptors bounds the search for an opener on a computer with very many open files.
const maxDescriptors = 50_000

// whoHas finds another process on this computer that has path open, under a name that ends the same. Without rights
// over that process it is not seen.
func whoHas(path string) Holder {
	target, err := os.Stat(path)
	if err != nil {
		return Holder{}
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	links, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, link := range links[:min(len(links), maxDescriptors)] {
		pid, err := strconv.Atoi(strings.Split(link, "/")[2])
		if err != nil || pid == os.Getpid() {
			continue
		}
		if to, err := os.Readlink(link); err != nil || filepath.Base(to) != filepath.Base(path) {
			continue
		}
		if info, err := os.Stat(link); err == nil && os.SameFile(info, target) {
			return process(pid)
		}
	}
	return Holder{}
}

func process(pid int) Holder {
	h := Holder{PID: pid}
	if name, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "comm")); err == nil {
		h.Program = strings.TrimSpace(string(name))
	}
	return h
}
