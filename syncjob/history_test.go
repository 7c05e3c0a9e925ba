package syncjob_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/state"
	"pstsyncd/syncjob/vfs/crashfs"
)

// TestRun_HistoryOfFirstContact names the pair of what lost a conflict before the
// pair had a name.
func TestRun_HistoryOfFirstContact(t *testing.T) {
	o := newOffice(t, "")
	key := item.Binary([]byte("0123456789abcdef"))
	for _, path := range []string{o.common, o.local} {
		add(t, path, "Contacts", contact("Ann", item.Props{phone: item.String(filepath.Base(path)), item.KeySearchKey: key}))
	}
	assert.Equal(t, 1, o.sync().Conflicts)
	history := o.history()
	require.NotEmpty(t, history)
	for _, e := range history {
		assert.NotZero(t, e.Pair)
	}
}

// TestRun_HistoryOfHalfAnAction: an item that one store takes a change of and the other
// can not. What the change replaced in the first is gone there, and has to be found.
func TestRun_HistoryOfHalfAnAction(t *testing.T) {
	o := newOffice(t, "")
	require.NoError(t, os.Remove(o.local))
	o.local = psttest.NewAs(t, pst.CreateOptions{Format: pst.ANSI, CodePage: 1252})
	add(t, o.common, "Contacts", contact("Ada", item.Props{phone: item.String("old")}))
	o.sync()
	set(t, o.common, "Contacts", "Ada", 1, item.Props{title: item.String("Ωmega")})
	set(t, o.local, "Contacts", "Ada", 2, item.Props{phone: item.String("new")})
	assert.Equal(t, 1, o.sync().Held)

	_, ada := find(t, o.common, "Contacts", "Ada")
	require.Equal(t, item.String("new"), ada.Props[phone], "the first store has its part")
	history := o.history()
	require.Len(t, history, 1)
	assert.Equal(t, item.String("old"), history[0].Before.Props[phone])
	assert.Equal(t, state.Side(0), history[0].Side)
}

// TestRun_HistoryOfFailedCommits has a job fail at each of its operations, three times. The
// history then has what was replaced once, whether the commit came about or not.
func TestRun_HistoryOfFailedCommits(t *testing.T) {
	o := people(t, 2)
	set(t, o.local, "Contacts", "Person 1", 1, item.Props{phone: item.String("new")})
	begin := o.onDisks()
	whole := begin()
	from := whole.fs.Ops()
	_, err := whole.run(t)
	require.NoError(t, err)
	require.Len(t, historyOf(t, whole.state), 1)
	kinds := []crashfs.Fault{crashfs.FailedSync, crashfs.EIO, crashfs.ENOSPC}
	if testing.Short() {
		t.Log("SKIPPED: other faults than syncs that fail: run without -short")
		kinds = kinds[:1]
	}
	for _, kind := range kinds {
		for i := from; i < whole.fs.Ops(); i++ {
			d := begin()
			d.fs.FailFrom(i, kind)
			for range 3 {
				_, _ = d.run(t)
			}
			at := fmt.Sprintf("fault %d from %d on: %s", kind, i, whole.fs.Op(i))
			require.LessOrEqual(t, len(historyOf(t, d.state)), 1, at)
			d.fs.Repair()
			_, err := d.run(t)
			require.NoError(t, err, at)
			history := historyOf(t, d.state)
			require.Len(t, history, 1, at)
			require.Equal(t, item.String("1001"), history[0].Before.Props[phone], at)
			require.Contains(t, d.names(t, "/common.pst", "Contacts"), "Person 1 new", at)
		}
	}
}
