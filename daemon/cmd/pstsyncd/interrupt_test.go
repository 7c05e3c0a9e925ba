package main_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	rounds = flag.Int("rounds", 1, "interruptions of each kind and format")
	seed   = flag.Uint64("seed", 0, "of the moments at which the program is interrupted; 0 draws one")
)

// program is the path of the program that is interrupted.
var program string

func TestMain(m *testing.M) {
	flag.Parse()
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano()) % 1_000_000
	}
	os.Exit(withProgram(m))
}

func withProgram(m *testing.M) int {
	dir, err := os.MkdirTemp("", "pstsyncd")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "pstsyncd.exe")
	build := exec.Command("go", "build", "-o", program, ".")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintln(os.Stderr, err, string(out))
		return 1
	}
	return m.Run()
}

// The program is killed at moments of chance, once or while it mends what it left.
func TestInterrupt_kill(t *testing.T) {
	forEachFormat(t, func(d *desk) {
		rng := rand.New(rand.NewPCG(*seed, 1))
		began := time.Now()
		d.begin(d.t.TempDir())
		require.NoError(d.t, d.sync(nil))
		usual := time.Since(began)
		killed, cut := 0, 0
		for round := 0; round < 2**rounds || killed == 0; round++ {
			d.begin(d.dir)
			for range 1 + round%2 {
				after := time.Duration(rng.Int64N(int64(usual)))
				if d.kill(after) {
					killed++
				} else {
					usual -= usual / 10 // it has become faster
				}
			}
			if d.recovering() {
				cut++
			}
			d.mended(fmt.Sprintf("killed, round %d, seed %d", round, *seed))
		}
		d.t.Logf("%d killed, %d of them amid a commit, seed %d", killed, cut, *seed)
	})
}

// kill runs the program, kills it after a while, and reports whether it was still running.
func (d *desk) kill(after time.Duration) bool {
	victim := d.command()
	require.NoError(d.t, victim.Start())
	timer := time.AfterFunc(after, func() { _ = victim.Process.Kill() })
	defer timer.Stop()
	return victim.Wait() != nil
}

// recovering reports whether a store was left in the middle of a commit.
func (d *desk) recovering() bool {
	return slices.ContainsFunc(d.problems(), func(p string) bool { return strings.Contains(p, "amap-valid") })
}
