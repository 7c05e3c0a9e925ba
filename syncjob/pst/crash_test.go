package pst_test

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// What a run of the crash tests can be told:
//
//	go test -run Crash -v ./syncjob/pst -images 100000 -seed 7
//	go test -run 'TestCrash/matrix/add/ansi$' ./syncjob/pst -seed 7 -image 0:12:torn:93
var (
	flagImages = flag.Int("images", 0, "crash images to try, all kinds and formats together (default 3000, with -short 600)")
	flagImage  = flag.String("image", "", "try only this image, written as a failure names it")
)

// allImages is how many images make a run that leaves no failing operation out, but for
// those of the kinds whose stores are large, see TestFault.
const allImages = 100_000

// crashSeed is -seed, or else one that is drawn: of what the crashes leave behind, and of
// which of them are tried.
var crashSeed = sync.OnceValue(func() uint64 {
	if *seed != 0 {
		return *seed
	}
	return uint64(time.Now().UnixNano()) % 1_000_000
})

func imageCount() int {
	switch {
	case *flagImages > 0:
		return *flagImages
	case testing.Short():
		return 600
	default:
		return 3_000
	}
}

// forEachFormat runs a test for each format and encoding of a store that a kind is for,
// side by side, with its share of n images. Encodings that hardly anybody has get less,
// and so do the kinds that take long.
func forEachFormat(t *testing.T, n int, run func(t *testing.T, k crashKind, o pst.CreateOptions, share int)) {
	const usual, rare = 4, 1
	shares := 0
	each := func(visit func(k crashKind, format string, o pst.CreateOptions, weight int)) {
		for _, k := range crashKinds {
			for _, formats := range []struct {
				of     map[string]pst.CreateOptions
				weight int
			}{{psttest.Formats, usual}, {psttest.Encoded, rare}} {
				for _, format := range slices.Sorted(maps.Keys(formats.of)) {
					if o := formats.of[format]; k.only == "" || k.only == format {
						visit(k, format, o, formats.weight)
					}
				}
			}
		}
	}
	each(func(k crashKind, _ string, _ pst.CreateOptions, weight int) {
		if k.most == 0 {
			shares += weight
		}
	})
	each(func(k crashKind, format string, o pst.CreateOptions, weight int) {
		t.Run(k.name+"/"+format, func(t *testing.T) {
			t.Parallel()
			share := (n*weight + shares - 1) / shares
			if k.most > 0 {
				share = min(share, max(1, k.most*n/allImages))
			}
			run(t, k, o, share)
		})
	})
}

// A power failure at any moment, with any part of what was not durable lost, leaves a
// store that the next Open brings back to exactly before or exactly after, in which check
// finds nothing.
func TestCrash(t *testing.T) {
	var mu sync.Mutex
	var lines []string
	images := 0
	t.Run("matrix", func(t *testing.T) {
		forEachFormat(t, imageCount(), func(t *testing.T, k crashKind, o pst.CreateOptions, share int) {
			tried := k.crash(t, o, share)
			mu.Lock()
			defer mu.Unlock()
			images += tried.images
			_, name, _ := strings.Cut(t.Name(), "matrix/")
			lines = append(lines, fmt.Sprintf("%-42s %s", name, tried))
		})
	})
	slices.Sort(lines)
	for _, line := range lines {
		t.Log(line)
	}
	t.Logf("%d distinct crash images, %d kinds and formats, seed %d", images, len(lines), crashSeed())
}

// tally counts the images of one kind and format.
type tally struct {
	images    int // that differ
	before    int // showed a state before the last
	recovered int // had to be brought back
	goneOn    int // were changed and checked again afterwards
}

func (n tally) String() string {
	return fmt.Sprintf("%6d images: %d before, %d after; %d recovered, %d changed again",
		n.images, n.before, n.images-n.before, n.recovered, n.goneOn)
}
