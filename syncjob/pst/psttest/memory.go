package psttest

import (
	"runtime"
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

// WatchHeap samples every millisecond how many bytes the heap and the stacks take,
// garbage included that was not collected yet, until stop is called, which returns the
// most. base is what they took when it began, without garbage.
func WatchHeap() (base uint64, stop func() (peak uint64)) {
	runtime.GC()
	base = heapInUse()
	done, result := make(chan struct{}), make(chan uint64)
	go func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		peak := base
		for {
			select {
			case <-tick.C:
				peak = max(peak, heapInUse())
			case <-done:
				result <- max(peak, heapInUse())
				return
			}
		}
	}()
	return base, func() uint64 { close(done); return <-result }
}

func heapInUse() (sum uint64) {
	samples := []metrics.Sample{
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/heap/unused:bytes"},
		{Name: "/memory/classes/heap/stacks:bytes"},
	}
	metrics.Read(samples)
	for _, s := range samples {
		sum += s.Value.Uint64()
	}
	return sum
}
