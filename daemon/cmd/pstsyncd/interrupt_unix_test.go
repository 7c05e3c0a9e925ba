//go:build unix

package main_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// No file may become longer than a limit, which the program meets in its stores and in
// its state file.
func TestInterrupt_fileSizeLimit(t *testing.T) {
	const least, block = 200_000, 512 // of ulimit
	forEachFormat(t, func(d *desk) {
		dir := d.t.TempDir()
		d.begin(dir)
		require.NoError(d.t, d.sync(nil))
		longest := d.longest()
		n, stopped := *rounds, 0
		for round := range n {
			d.begin(dir)
			limit := (least + (longest-least)*int64(round)/int64(n)) / block
			err := d.sync([]string{"sh", "-c", `ulimit -f "$0" && exec "$@"`, fmt.Sprint(limit)})
			if err != nil {
				stopped++
				assert.Equal(d.t, 1, exitOf(d.t, err), "%v", err)
				assert.ErrorContains(d.t, err, "file too large")
			}
			d.mended(fmt.Sprintf("files of %d bytes at most, %v", limit*block, err))
		}
		d.t.Logf("%d of %d stopped by a limit", stopped, n)
		assert.NotZero(d.t, stopped)
	})
}

// longest is the size of the longer store.
func (d *desk) longest() int64 {
	var size int64
	for _, path := range []string{d.common, d.local} {
		info, err := os.Stat(path)
		require.NoError(d.t, err)
		size = max(size, info.Size())
	}
	return size
}
