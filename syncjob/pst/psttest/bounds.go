package psttest

import (
	"fmt"
	"runtime/debug"
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
	defer debug.SetGCPercent(debug.SetGCPercent(25)) // it is not garbage that is to be measured
	limit := uint64(boundedMemory + boundedPerByte*size)
	before, began := heapInUse(), time.Now()
	done, peak := make(chan struct{}), make(chan uint64)
	go func() { peak <- watchHeap(done, before+4*limit) }()
	do()
	took := time.Since(began)
	close(done)
	if most := <-peak; most > before {
		assert.LessOrEqual(t, most-before, limit, "bytes of memory for a store of %d", size)
	}
	assert.LessOrEqual(t, took, boundedTime, "time for a store of %d bytes", size)
}

// watchHeap returns the most memory that was in use until done is closed.
func watchHeap(done <-chan struct{}, deadly uint64) (peak uint64) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	end := time.After(6 * boundedTime)
	for {
		select {
		case <-done:
			return max(peak, heapInUse())
		case <-tick.C:
			if peak = max(peak, heapInUse()); peak > deadly {
				panic(fmt.Sprintf("%d bytes of memory are in use", peak))
			}
		case <-end:
			panic(fmt.Sprintf("no end after %v", 6*boundedTime))
		}
	}
}
