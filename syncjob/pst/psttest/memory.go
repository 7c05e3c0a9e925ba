package psttest

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// Allocated is how many bytes of memory were ever asked for. What is in use at
// one time is never more.
func Allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// WatchHeap samples how many bytes the heap and the stacks take, garbage included that
// was not collected yet, until stop is called, which returns the most. How much garbage
// there is depends on how busy the machine is: it is to be reported, WatchLive to be
// compared with a limit.
func WatchHeap() (stop func() (peak uint64)) {
	runtime.GC()
	return watch(heapInUse)
}

// WatchLive samples how many bytes the garbage collector last found in use, and the
// stacks take, until stop is called, which returns by how much that grew at most. The
// collector runs whenever the heap has grown by a quarter in that time.
func WatchLive() (stop func() (grown uint64)) {
	percent := debug.SetGCPercent(25)
	runtime.GC()
	base, most := heapLive(), watch(heapLive)
	return func() uint64 {
		defer debug.SetGCPercent(percent)
		return most() - base
	}
}

// watch reads a number of bytes every millisecond, when it begins and when stop is
// called, which returns the highest.
func watch(read func() uint64) (stop func() (peak uint64)) {
	done, result, peak := make(chan struct{}), make(chan uint64), read()
	go func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				peak = max(peak, read())
			case <-done:
				result <- max(peak, read())
				return
			}
		}
	}()
	return func() uint64 { close(done); return <-result }
}

func heapInUse() uint64 {
	return measured("/memory/classes/heap/objects:bytes", "/memory/classes/heap/unused:bytes", "/memory/classes/heap/stacks:bytes")
}

func heapLive() uint64 {
	return measured("/gc/heap/live:bytes", "/memory/classes/heap/stacks:bytes")
}

// measured is the sum of metrics of the runtime.
func measured(names ...string) (sum uint64) {
	samples := make([]metrics.Sample, len(names))
	for i, name := range names {
		samples[i].Name = name
	}
	metrics.Read(samples)
	for _, s := range samples {
		sum += s.Value.Uint64()
	}
	return sum
}
