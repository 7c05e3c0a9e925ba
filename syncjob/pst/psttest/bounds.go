package psttest

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// What the work on a store that anybody may have written may cost: memory in bytes above
// what was in use, besides a multiple of the file's size, and time, which is seconds only
// where the machine is busy with other things.
const (
	boundedMemory  = 64 << 20
	boundedPerByte = 4
	boundedTime    = 10 * time.Second
)

// Bounded does something with a store of size bytes, and fails the test when that takes
// more time or memory than any such store may. What does not come to an end ends the
// test program, as memory that grows on and on does: fuzzing takes that for a crash, and
// keeps the input.
func Bounded(t testing.TB, size int, do func()) {
	t.Helper()
	limit := uint64(boundedMemory + boundedPerByte*size)
	began, done, grown := time.Now(), make(chan struct{}), make(chan uint64)
	go func(base uint64) { grown <- watchBounds(done, base, limit) }(heapLive())
	do()
	took := time.Since(began)
	close(done)
	assert.LessOrEqual(t, <-grown, limit, "bytes of memory for a store of %d", size)
	assert.LessOrEqual(t, took, boundedTime, "time for a store of %d bytes", size)
}

// watchBounds returns by how much more than base was in use at most until done is closed.
// Where that is over the limit, garbage is not counted: how much of it there is depends on
// how busy the machine is.
func watchBounds(done <-chan struct{}, base, limit uint64) (grown uint64) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	end := time.After(6 * boundedTime)
	for {
		select {
		case <-done:
			return grown
		case <-tick.C:
			used := heapInUse()
			if used > base+limit {
				runtime.GC()
				used = heapLive()
			}
			grown = max(grown, used-min(used, base))
			if grown > 4*limit {
				panic(fmt.Sprintf("%d bytes of memory are in use", used))
			}
		case <-end:
			panic(fmt.Sprintf("no end after %v", 6*boundedTime))
		}
	}
}
