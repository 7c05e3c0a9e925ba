package check_test

import (
	"flag"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"pstsyncd/syncjob/pst/internal/check"
	"pstsyncd/syncjob/pst/psttest"
)

var large = flag.Bool("large", false, "check stores of 10 GB and of a million messages, too")

// What a check may keep in memory, garbage included.
const (
	heapBase    = 48 << 20 // the cache of blocks, twice, and the program
	heapPerGB   = 6 << 20  // of file, in which a bit for 64 bytes takes 2 MB
	heapPerNode = 250      // bytes, with its block
)

// Large stores are checked in little memory, however much they hold.
func TestRun_Large(t *testing.T) {
	for _, tt := range []struct {
		name     string
		messages int64
		size     int // bytes of each
		large    bool
	}{
		{name: "few large messages", messages: 10_000, size: 7000},
		{name: "many small messages", messages: 50_000},
		{name: "10 GB", messages: 1_300_000, size: 7000, large: true},
		{name: "a million small messages", messages: 1_000_000, large: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.large && !*large {
				t.Skip("SKIPPED: " + tt.name + ": run with -large")
			}
			if testing.Short() {
				t.Skip("SKIPPED: " + tt.name + ", hundreds of MB: run without -short")
			}
			g := generate(t, tt.messages, tt.size)
			stop := psttest.WatchLive()
			began := time.Now()
			got := map[string]int{}
			for p := range check.Run(t.Context(), g, g.size(), check.Options{}) {
				got[p.Code]++
			}
			peak := stop()
			t.Logf("%d messages, %d MB: %d MB of memory at most, %v", tt.messages, g.size()>>20, peak>>20, time.Since(began).Round(time.Millisecond))
			assert.Equal(t, map[string]int{"node-missing": 16, "store": 1, "folder-nodes": 3}, got, "all that a store without other nodes has")
			assert.LessOrEqual(t, peak, uint64(heapBase+heapPerGB*(g.size()>>30)+heapPerNode*tt.messages))
		})
	}
}

// A store of 10 GB that is almost empty takes no more than its maps.
func TestRun_Sparse(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: the maps of 10 GB: run without -short")
	}
	e := extend(open(t, mixed), 42_300)
	stop := psttest.WatchLive()
	for p := range check.Run(t.Context(), e, int64(e.hdr.Root.FileEOF), check.Options{}) {
		assert.Fail(t, p.String())
	}
	peak := stop()
	t.Logf("%d MB: %d MB of memory at most", e.hdr.Root.FileEOF>>20, peak>>20)
	assert.LessOrEqual(t, peak, uint64(heapBase+heapPerGB*(e.hdr.Root.FileEOF>>30)))
}
