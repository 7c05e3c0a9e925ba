package psttest

import (
	"fmt"
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
	stop, began, done := WatchLive(), time.Now(), make(chan struct{})
	go endless(done, heapInUse()+4*limit)
	do()
	took := time.Since(began)
	close(done)
	assert.LessOrEqual(t, stop(), limit, "bytes of memory for a store of %d", size)
	assert.LessOrEqual(t, took, boundedTime, "time for a store of %d bytes", size)
}

// endless ends the test program when a deadly amount of memory is in use, or when done is
// not closed in time.
func endless(done <-chan struct{}, deadly uint64) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	end := time.After(6 * boundedTime)
	for {
		select {
		case <-done:
			return
		case <-tick.C:
			if used := heapInUse(); used > deadly {
				panic(fmt.Sprintf("%d bytes of memory are in use", used))
			}
		case <-end:
			panic(fmt.Sprintf("no end after %v", 6*boundedTime))
		}
	}
}
