package syncjob_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// TestAcceptance_killed kills jobs that have a lot to do, at moments of chance.
// The job after it must end with what the killed one would have, also when all
// that the stores agreed on is lost with it.
func TestAcceptance_killed(t *testing.T) {
	d := newDesk(t, original(t, "outlook-mixed.pst"), original(t, "outlook-mail-fai.pst"))
	psttest.Fill(t, d.path[atCommon], 0, 150)
	psttest.Fill(t, d.path[atLocal], 100, 250) // 50 of them on both sides
	d.count(atCommon)
	d.count(atLocal)
	require.Equal(t, "common 102/0/0, local 104/0/0", tally(d.sync()))

	rng := rand.New(rand.NewPCG(5, 6))
	killed, usual := 0, time.Minute // the first is let live
	rounds := 12
	if testing.Short() {
		rounds = 5
	}
	for round := 0; round < rounds || killed == 0; round++ {
		forget := round%4 == 3
		want := d.upheaval(rng, round, !forget)
		began := time.Now()
		if d.kill(usual/10 + time.Duration(rng.Int64N(int64(usual)))) {
			killed++
		} else {
			usual = max(1, min(usual, time.Since(began))/2) // until none gets away
		}
		if round%3 == 2 {
			d.kill(time.Duration(rng.Int64N(int64(usual)))) // while it makes good what the first left
		}
		if forget {
			require.NoError(t, os.Remove(d.statePath()))
		}
		_, err := d.try()
		require.NoError(t, err)
		for s, path := range d.path {
			equalLines(t, want, d.items(s, "Contacts"), "round %d: %s", round, path)
			assert.Subset(t, d.flaws[s], findings(t, path), "round %d: %s", round, path)
		}
		d.rest()
		assert.Empty(t, d.journals())
		if t.Failed() {
			t.FailNow()
		}
	}
	t.Logf("%d jobs killed", killed)
}

// upheaval changes much on both sides, and returns what the contacts must be when
// it has arrived everywhere. Without remove nothing is taken away: a job that
// knows of no past takes what is missing on one side for new on the other.
func (d *desk) upheaval(rng *rand.Rand, round int, remove bool) []string {
	d.t.Helper()
	want := d.items(atCommon, "Contacts")
	names := slices.Compact(slices.Clone(want))
	rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	for s := range d.path {
		before := d.items(s, "Contacts")
		d.edit(s, func(f *pst.File, tx *pst.Tx) {
			c := newChanger(d, s, "Contacts", f, tx)
			for i := range 20 {
				_, err := tx.Create(c.nid, psttest.Contact(fmt.Sprintf("Round %d of %d, twin %d", round, s, i/2), "a note"))
				require.NoError(d.t, err)
			}
			own := names[s*10:]
			for _, name := range own[:5] {
				c.set(c.before[name][0])
			}
			if remove {
				c.change(c.before[own[7]][0])
				c.discard(c.before[own[5]][0])
				c.purge(c.before[own[6]][0])
			}
		})
		after := d.items(s, "Contacts")
		want = append(minus(want, minus(before, after)), minus(after, before)...)
	}
	slices.Sort(want)
	return want
}

// kill runs a job in a process of its own and kills that after a while, and
// reports whether it was still running.
func (d *desk) kill(after time.Duration) bool {
	d.t.Helper()
	self, err := os.Executable()
	require.NoError(d.t, err)
	victim := exec.Command(self)
	victim.Env = append(os.Environ(), killMark+"="+strings.Join([]string{d.path[atCommon], d.path[atLocal], d.state}, string(os.PathListSeparator)))
	require.NoError(d.t, victim.Start())
	timer := time.AfterFunc(after, func() { _ = victim.Process.Kill() })
	defer timer.Stop()
	return victim.Wait() != nil
}
