package syncjob_test

import (
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob"
	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// contactsOf is the folder of the contacts of a store.
func contactsOf(t *testing.T, path string) (folder pst.NID) {
	t.Helper()
	read(t, path, func(f *pst.File) {
		var err error
		folder, err = f.Default(pst.ClassContact)
		require.NoError(t, err)
	})
	return folder
}

// TestRun_EvidenceOfDeletion: an item was deleted when neither its node nor its folder's
// table has it. Where these contradict each other, or the table cannot be asked, it is
// held, and stays on the other side.
func TestRun_EvidenceOfDeletion(t *testing.T) {
	for name, damage := range map[string]func(t *testing.T, path string, nid pst.NID){
		"gone and still listed": func(t *testing.T, path string, nid pst.NID) {
			psttest.DropNode(t, path, nid)
		},
		"gone, and the table cannot be read": func(t *testing.T, path string, nid pst.NID) {
			psttest.DropNode(t, path, nid)
			psttest.SpoilData(t, path, contactsOf(t, path)&^0x1F|0x0E)
		},
		"changed and not listed": func(t *testing.T, path string, nid pst.NID) {
			set(t, path, "Contacts", "Person 2", 1, item.Props{phone: item.String("two")})
			psttest.DropRow(t, path, contactsOf(t, path), nid)
		},
	} {
		for _, s := range []string{"common", "local"} {
			t.Run(name+" in "+s, func(t *testing.T) {
				o := people(t, 6)
				path, other := o.local, o.common
				if s == "common" {
					path, other = other, path
				}
				nid, _ := find(t, path, "Contacts", "Person 2")
				damage(t, path, nid)
				before := sum(t, other)
				r := o.sync()
				assert.Equal(t, "common +0 ~0 -0, local +0 ~0 -0", did(r)[:len("common +0 ~0 -0, local +0 ~0 -0")])
				assert.Positive(t, r.Held)
				assert.Equal(t, before, sum(t, other))
				_, it := find(t, other, "Contacts", "Person 2")
				got, _ := it.Props.String(phone)
				assert.Equal(t, "1002", got)
			})
		}
	}
}

// TestRun_DamagedStore damages one store in many ways, with checksums that fit. Whatever a
// job makes of it, it deletes nothing in the other one.
func TestRun_DamagedStore(t *testing.T) {
	o := people(t, 8) // fewer than the brake lets pass
	files := map[string][]byte{o.common: nil, o.local: nil, syncjob.StatePath(o.state, o.common, o.local): nil}
	for path := range files {
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		files[path] = b
	}
	rnd := rand.New(rand.NewPCG(5, 5))
	rounds, refused := 60, 0
	if testing.Short() {
		rounds = 8
	}
	for i := range rounds {
		for path, b := range files {
			require.NoError(t, os.WriteFile(path, b, 0o600))
		}
		program := make([]byte, 8*(1+i%4))
		for at := range program {
			program[at] = byte(rnd.Uint32())
		}
		path, other := o.local, o.common
		if i%2 == 1 {
			path, other = other, path
		}
		psttest.Damage(t, path, program)
		r, err := o.try()
		if err != nil || r.Held > 0 {
			refused++
		}
		assert.Zero(t, r.Common.Deleted+r.Local.Deleted, "program %x", program)
		assert.GreaterOrEqual(t, len(itemsOf(t, other, "Contacts")), 8, "program %x", program)
	}
	assert.Positive(t, refused)
}

// TestRun_RestoredToBeforeTheJob has a backup put back that was made just before a job
// wrote to the store.
func TestRun_RestoredToBeforeTheJob(t *testing.T) {
	o := people(t, 4)
	add(t, o.common, "Contacts", contact("New", nil))
	backup, err := os.ReadFile(o.local)
	require.NoError(t, err)
	assert.Equal(t, "common +0 ~0 -0, local +1 ~0 -0", did(o.sync()))
	require.NoError(t, os.WriteFile(o.local, backup, 0o600))
	assert.Equal(t, "common +0 ~0 -0, local +1 ~0 -0", did(o.sync()))
	o.equalMaps()
	o.idle()
}

// TestRun_AnotherStoreAhead has another store put in place of the local one, written to
// more often than that was. What it lacks was not deleted.
func TestRun_AnotherStoreAhead(t *testing.T) {
	o := people(t, 4)
	another := newOffice(t, "").local
	for i := range 30 {
		add(t, another, "Contacts", contact("Stranger "+string(rune('A'+i)), nil))
	}
	b, err := os.ReadFile(another)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(o.local, b, 0o600))
	assert.Equal(t, "common +30 ~0 -0, local +4 ~0 -0", did(o.sync()))
	o.equalMaps()
	o.idle()
}
