package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The disk is full after some bytes more. When there is room again, all is well.
func TestInterrupt_fullDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: a disk that fills up: run without -short")
	}
	forEachFormat(t, func(d *desk) {
		dir := d.t.TempDir()
		if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", dir).CombinedOutput(); err != nil {
			d.t.Skipf("SKIPPED: a disk that fills up: run as root where a tmpfs can be mounted: %v: %s", err, out)
		}
		d.t.Cleanup(func() { assert.NoError(d.t, exec.Command("umount", dir).Run()) })
		resize := func(bytes int64) {
			out, err := exec.Command("mount", "-o", fmt.Sprintf("remount,size=%d", bytes), dir).CombinedOutput()
			require.NoError(d.t, err, string(out))
		}
		d.begin(dir)
		before := d.used()
		require.NoError(d.t, d.sync(nil))
		after := d.used()
		n, stopped := *rounds, 0
		for round := range n {
			resize(64 << 20)
			d.begin(dir)
			room := (after - before) * int64(round) / int64(n)
			resize(before + room)
			err := d.sync(nil)
			if err != nil {
				stopped++
				assert.Equal(d.t, 1, exitOf(d.t, err), "%v", err)
				assert.ErrorContains(d.t, err, "no space left")
			}
			resize(64 << 20)
			d.mended(fmt.Sprintf("room for %d bytes, %v", room, err))
		}
		d.t.Logf("%d of %d stopped by a full disk", stopped, n)
		assert.NotZero(d.t, stopped)
	})
}

// used is how much of a tmpfs the files in it take.
func (d *desk) used() int64 {
	var sum int64
	require.NoError(d.t, filepath.Walk(d.dir, func(path string, info os.FileInfo, err error) error {
		if err == nil {
			sum += (info.Size() + 4095) / 4096 * 4096
		}
		return err
	}))
	return sum + 8<<10 // for the folders
}

// The n-th of a kind of system call fails in each thread of the program, for n = 1, 2, …
func TestInterrupt_systemCalls(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: system calls that fail: run without -short")
	}
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("SKIPPED: system calls that fail: apt-get install strace")
	}
	if out, err := exec.Command(strace, "-f", "-o", os.DevNull, "true").CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: system calls that fail: run where strace may trace: %v: %s", err, out)
	}
	forEachFormat(t, func(d *desk) {
		dir := d.t.TempDir()
		stopped := map[string]int{}
		for _, inject := range []string{
			"pwrite64:error=ENOSPC", "pwrite64:error=EIO", "fsync:error=EIO", "ftruncate:error=EIO",
			"unlinkat:error=EIO", "pwrite64:signal=SIGKILL", "fsync:signal=SIGKILL",
		} {
			for n := range *rounds {
				d.begin(dir)
				rule := fmt.Sprintf("%s:when=%d", inject, 1+n)
				err := d.sync([]string{
					strace, "-f", "-qq", "-o", os.DevNull, "-P", d.common, "-P", d.local,
					"-P", d.common + ".pstsyncd-journal", "-P", d.local + ".pstsyncd-journal", "-e", "inject=" + rule,
				})
				if err != nil {
					stopped[inject]++
				}
				d.mended(fmt.Sprintf("%s, %v", rule, err))
			}
		}
		d.t.Logf("stopped: %v", stopped)
		assert.NotEmpty(d.t, stopped)
	})
}
