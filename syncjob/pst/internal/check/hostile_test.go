package check_test

import (
	"bytes"
	"context"
	"flag"
	"maps"
	"math/rand/v2"
	"os"
	"runtime/metrics"
	"testing"

	"github.com/stretchr/testify/assert"

	"pstsyncd/syncjob/pst/internal/check"
)

var mutations = flag.Int("mutations", 400, "damaged copies of each store to check")

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

// TestRun_Mutations: a check of any file ends, whatever is in it.
func TestRun_Mutations(t *testing.T) {
	realStore(t, empty) // skips without a corpus
	for _, m := range mutants(t, 4<<20) {
		t.Run(m.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, uint64(len(m.b))))
			n := *mutations
			if len(m.b) > 1<<20 {
				n /= 10
			}
			program := make([]byte, 8*stepSize+4)
			noticed := 0
			for range n {
				for i := range program {
					program[i] = byte(r.Uint32())
				}
				length := (1 + r.IntN(8)) * stepSize
				if r.IntN(8) == 0 {
					length += 4 // truncate
				}
				if !maps.Equal(survive(t, m.run(program[:length])), oddities[m.name]) {
					noticed++
				}
			}
			assert.Greater(t, noticed, n/3, "copies that the check finds damaged")
		})
	}
}

// FuzzRun changes real stores by programs of [mutant.run].
func FuzzRun(f *testing.F) {
	if _, ok := findStore(empty); !ok {
		if dir := os.Getenv("PSTSYNCD_CORPUS"); dir != "" {
			f.Fatalf("no stores to begin with in %s", dir)
		}
		f.Skip("no stores: set PSTSYNCD_CORPUS to the folder of real stores")
	}
	all := mutants(f, 1<<20)
	for i, m := range all {
		f.Add(byte(i), []byte(nil))
		for kind := range byte(8) { // a seed for each kind of change
			f.Add(byte(i), []byte{kind, kind, byte(len(m.b)), 1, 2, 3, 4, 5})
		}
	}
	f.Fuzz(func(t *testing.T, store byte, program []byte) {
		survive(t, all[int(store)%len(all)].run(program))
	})
}
