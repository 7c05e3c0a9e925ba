package syncjob_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/item"
)

// named are the items of the contacts of a store, by name.
func named(t *testing.T, path string) []string {
	t.Helper()
	var all []string
	for _, it := range itemsOf(t, path, "Contacts") {
		n, _ := it.Props.String(item.KeyDisplayName)
		all = append(all, n)
	}
	return all
}

// TestRun_StoreSetBack brings back an older state of a store, in the same file, and
// goes on from there before the next job: from a backup, or since a file server lost
// what it had said was durable. What the store lacks was not deleted by anybody, and
// what got the same node is not the same item.
func TestRun_StoreSetBack(t *testing.T) {
	later := item.Props{item.KeyCreated: item.Time(noon.Add(time.Hour))}
	tests := map[string]struct {
		since func(t *testing.T, path string)
		want  []string
	}{
		"as many changes": {
			func(t *testing.T, path string) { add(t, path, "Contacts", contact("Yves", later)) },
			[]string{"Person 0", "Person 1", "Person 2", "Xaver", "Yves"},
		},
		"more changes": {
			func(t *testing.T, path string) {
				add(t, path, "Contacts", contact("Yves", later))
				for i := range 5 {
					set(t, path, "Contacts", "Person 1", i, item.Props{phone: item.String(fmt.Sprint(i))})
				}
			},
			[]string{"Person 0", "Person 1", "Person 2", "Xaver", "Yves"},
		},
		"no new item": {
			func(t *testing.T, path string) {
				for i := range 6 {
					set(t, path, "Contacts", "Person 1", i, item.Props{phone: item.String(fmt.Sprint(i))})
				}
			},
			[]string{"Person 0", "Person 1", "Person 2", "Xaver"},
		},
	}
	for name, tt := range tests {
		for _, at := range []string{"common", "local"} {
			t.Run(name+" in "+at, func(t *testing.T) {
				o := people(t, 3)
				back := o.local
				if at == "common" {
					back = o.common
				}
				before, err := os.ReadFile(back)
				require.NoError(t, err)
				add(t, o.local, "Contacts", contact("Xaver", nil))
				o.sync()
				require.NoError(t, os.WriteFile(back, before, 0o600))
				tt.since(t, back)
				o.sync()
				assert.ElementsMatch(t, tt.want, named(t, o.common))
				o.equalMaps()
				o.idle()
				o.sound()
			})
		}
	}
}
