package check_test

import (
	"bytes"
	"context"
	"runtime/metrics"
	"testing"

	"github.com/stretchr/testify/assert"

	"pstsyncd/syncjob/pst/internal/check"
)

// memoryPerByte of file, and memoryBase besides, is what a check may keep: twice
// that with what the garbage collector has not come to.
const (
	memoryBase    = 32 << 20
	memoryPerByte = 16
)

// gauge is a context that watches the memory in use, whenever it is asked.
type gauge struct {
	context.Context
	asked int
	peak  uint64
}

func (g *gauge) Err() error {
	if g.asked++; g.asked%256 == 0 {
		g.peak = max(g.peak, inUse())
	}
	return nil
}

func inUse() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// survive checks a store that may be anything.
func survive(t testing.TB, b []byte) map[string]int {
	g := &gauge{Context: context.Background()}
	before := inUse()
	got := make(map[string]int)
	for p := range check.Run(g, bytes.NewReader(b), int64(len(b)), check.Options{}) {
		got[p.Code]++
	}
	if g.peak > before {
		assert.Less(t, g.peak-before, uint64(memoryBase+memoryPerByte*len(b)), "bytes of memory in use")
	}
	for code := range got {
		assert.Contains(t, documented(t), code)
	}
	return got
}
