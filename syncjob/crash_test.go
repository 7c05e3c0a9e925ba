package syncjob_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob"
	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/state"

	"pstsyncd/syncjob/vfs/crashfs"
)

// disk is two stores in memory and a state file.
type disk struct {
	fs    *crashfs.FS
	state string
}

// onDisks returns a function that puts the office as it is now on a new disk each time.
func (o *office) onDisks() func() disk {
	o.t.Helper()
	var before [3][]byte
	for i, path := range []string{o.common, o.local, syncjob.StatePath(o.state, o.common, o.local)} {
		b, err := os.ReadFile(path)
		require.NoError(o.t, err)
		before[i] = b
	}
	return func() disk {
		d := disk{crashfs.New(), filepath.Join(o.t.TempDir(), "state")}
		d.fs.Load("/common.pst", before[0])
		d.fs.Load("/outlook.pst", before[1])
		require.NoError(o.t, os.WriteFile(d.state, before[2], 0o600))
		return d
	}
}

func (d disk) run(t *testing.T) (syncjob.Result, error) {
	t.Helper()
	db, err := state.Open(d.state, state.Options{})
	require.NoError(t, err)
	defer db.Close()
	return syncjob.Run(context.Background(), syncjob.Options{
		FS: d.fs, State: db,
		Common: syncjob.Endpoint{Path: "/common.pst"}, Local: syncjob.Endpoint{Path: "/outlook.pst"},
	})
}

// names are the items of a folder, by name and telephone number.
func (d disk) names(t *testing.T, store, folder string) []string {
	t.Helper()
	file, err := pst.Open(d.fs, store, pst.Options{ReadOnly: true})
	require.NoError(t, err)
	defer file.Close()
	nid, err := file.FolderByPath(folder)
	require.NoError(t, err)
	names := []string{}
	for row, err := range file.Items(nid) {
		require.NoError(t, err)
		m, err := file.Message(row.NID)
		require.NoError(t, err)
		it, err := mapi.FromPST(m.Content, file.NameOf, file.CodePage())
		require.NoError(t, err)
		name, _ := it.Props.String(item.KeyDisplayName)
		number, _ := it.Props.String(phone)
		names = append(names, name+" "+number)
	}
	slices.Sort(names)
	return names
}

// TestRun_Crash cuts a job off at each of its operations on the stores, and
// keeps all, nothing or some of what was not durable. The job that follows must
// bring both stores to what the first one would have, with nothing twice.
func TestRun_Crash(t *testing.T) {
	for name, prepare := range map[string]func(t *testing.T) *office{
		"first contact": func(t *testing.T) *office {
			o := newOffice(t, "")
			twin := contact("Twin", nil)
			add(t, o.local, "Contacts", twin, twin, twin, contact("Ada", nil), contact("Zoë", nil))
			add(t, o.common, "Contacts", twin, contact("Ada", nil), contact("Bob", nil))
			return o
		},
		"changes on both sides": func(t *testing.T) *office {
			o := people(t, 6)
			add(t, o.common, "Contacts", contact("New in common", nil))
			add(t, o.local, "Contacts", contact("New in local", nil), contact("Person 1", nil))
			set(t, o.common, "Contacts", "Person 2", 5, item.Props{phone: item.String("two")})
			set(t, o.local, "Contacts", "Person 3", 5, item.Props{phone: item.String("three")})
			remove(t, o.common, "Contacts", "Person 4")
			remove(t, o.local, "Contacts", "Person 5")
			return o
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := prepare(t)
			common, err := os.ReadFile(o.common)
			require.NoError(t, err)
			local, err := os.ReadFile(o.local)
			require.NoError(t, err)
			statePath := syncjob.StatePath(o.state, o.common, o.local)
			dir := t.TempDir()
			begin := func(name string) disk {
				d := disk{crashfs.New(), filepath.Join(dir, name)}
				d.fs.Load("/common.pst", common)
				d.fs.Load("/outlook.pst", local)
				if _, err := os.Stat(statePath); err == nil {
					copyFile(t, statePath, d.state)
				}
				return d
			}

			whole := begin("whole")
			_, err = whole.run(t)
			require.NoError(t, err)
			want := whole.names(t, "/common.pst", "Contacts")
			deleted := whole.names(t, "/common.pst", "Deleted Items")
			require.Equal(t, want, whole.names(t, "/outlook.pst", "Contacts"))

			crashes := 0
			for i := begin("count").fs.Ops(); i < whole.fs.Ops(); i++ {
				cut := begin(fmt.Sprint(i))
				cut.fs.FailFrom(i, crashfs.EIO)
				_, err := cut.run(t)
				if err == nil {
					continue // the sidecar of a commit that is through
				}
				require.Equal(t, syncjob.Retry, syncjob.Classify(err), "%v", err)
				crashes++
				for _, kept := range []crashfs.Kept{crashfs.None, crashfs.All, crashfs.Seed(uint64(i))} {
					after := disk{cut.fs.CrashImage(cut.fs.Ops(), kept), cut.state + fmt.Sprint(kept)}
					copyFile(t, cut.state, after.state)
					_, err := after.run(t)
					require.NoError(t, err, "after operation %d: %s", i, whole.fs.Op(i))
					require.Equal(t, want, after.names(t, "/common.pst", "Contacts"), "operation %d: %s", i, whole.fs.Op(i))
					require.Equal(t, want, after.names(t, "/outlook.pst", "Contacts"), "operation %d: %s", i, whole.fs.Op(i))
					require.Equal(t, deleted, after.names(t, "/common.pst", "Deleted Items"))
					for _, store := range []string{"/common.pst", "/outlook.pst"} {
						for p := range pst.Check(context.Background(), after.fs, store, nil) {
							assert.Equal(t, pst.Warning, p.Severity, "%s: %+v", store, p)
						}
					}
					again, err := after.run(t)
					require.NoError(t, err)
					require.Zero(t, again.Common.BytesWritten+again.Local.BytesWritten)
				}
			}
			t.Logf("%d crashes", crashes)
			assert.Greater(t, crashes, 20)
		})
	}
}
