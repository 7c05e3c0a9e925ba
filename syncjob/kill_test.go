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

	"pstsyncd/syncjob/item"
)

// killMark, when set, makes the test binary run one job: common, local, state.
const killMark = "PSTSYNCD_TEST_SYNC"

func runIfVictim() {
	paths := strings.Split(os.Getenv(killMark), string(os.PathListSeparator))
	if len(paths) != 3 {
		return
	}
	o := &office{t: &testing.T{}, common: paths[0], local: paths[1], state: paths[2]}
	if _, err := o.try(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// TestRun_Killed kills jobs at moments of chance, and lets the next one finish
// what they began.
func TestRun_Killed(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	o := people(t, 30)
	rng := rand.New(rand.NewPCG(3, 4))
	killed := 0
	for round := 0; round < 20 || killed == 0; round++ {
		twin := contact(fmt.Sprint("Twin ", round), nil)
		for _, path := range []string{o.common, o.local} {
			add(t, path, "Contacts", twin, twin, contact(fmt.Sprint("Only ", round, path == o.local), nil))
			set(t, path, "Contacts", fmt.Sprint("Person ", rng.IntN(30)), round, item.Props{phone: item.String(fmt.Sprint(round, path))})
		}
		victim := exec.Command(self)
		victim.Env = append(os.Environ(), killMark+"="+strings.Join([]string{o.common, o.local, o.state}, string(os.PathListSeparator)))
		require.NoError(t, victim.Start())
		time.AfterFunc(time.Duration(rng.IntN(60))*time.Millisecond, func() { _ = victim.Process.Kill() })
		if victim.Wait() != nil {
			killed++
		}

		o.sync()
		o.equalMaps()
		o.idle()
		assert.Len(t, itemsOf(t, o.common, "Contacts"), 30+4*(round+1), "nothing lost, nothing twice")
		if t.Failed() {
			t.FailNow()
		}
	}
	o.sound()
	t.Logf("%d jobs killed", killed)
}

// TestRun_ManyTwins has many equal items that say nothing of themselves, and
// loses the state between copying and recording.
func TestRun_ManyTwins(t *testing.T) {
	o := newOffice(t, "")
	twin := contact("Twin", nil)
	add(t, o.local, "Contacts", slices.Repeat([]*item.Item{twin}, 12)...)
	add(t, o.common, "Contacts", slices.Repeat([]*item.Item{twin}, 5)...)
	o.sync()
	assert.Len(t, itemsOf(t, o.common, "Contacts"), 12)
	o.equalMaps()
	require.NoError(t, os.RemoveAll(o.state))
	o.sync()
	assert.Len(t, itemsOf(t, o.local, "Contacts"), 12)
	o.equalMaps()
	o.idle()
}
