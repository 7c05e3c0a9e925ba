package syncjob_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob"
	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// ansiOffice has an ANSI common store, Western, and a Unicode local one.
func ansiOffice(t *testing.T) *office {
	t.Helper()
	o := newOffice(t, "")
	require.NoError(t, os.Remove(o.common))
	o.common = psttest.NewAs(t, pst.CreateOptions{Format: pst.ANSI, CodePage: 1252})
	return o
}

// foretold runs a job that a dry run has foretold: what is done, and what is held.
func (o *office) foretold() syncjob.Result {
	o.t.Helper()
	before := [2]string{sum(o.t, o.common), sum(o.t, o.local)}
	o.opt.DryRun = true
	dry := o.sync()
	o.opt.DryRun = false
	assert.Equal(o.t, before, [2]string{sum(o.t, o.common), sum(o.t, o.local)})
	r := o.sync()
	assert.Equal(o.t, did(r), did(dry))
	assert.Equal(o.t, r.Holds, dry.Holds)
	return r
}

const heldOne = ", conflicts 0, held 1, unverified 0, private 0, halts 0"

// TestRun_CodePage holds an item with a text that the ANSI store can not have, says
// which property of which item, and carries all others over.
func TestRun_CodePage(t *testing.T) {
	o := ansiOffice(t)
	nids := add(t, o.local, "Contacts", contact("Søren", nil), contact("Жанна", nil), contact("Ada", nil))
	r := o.foretold()
	assert.Equal(t, "common +2 ~0 -0, local +0 ~0 -0"+heldOne, did(r))
	assert.Equal(t, []syncjob.Hold{{
		Store: "local", Folder: "Contacts", Item: fmt.Sprintf("%x", uint32(nids[1])), Alone: true,
		Reason: "for " + o.common + ": property PidTagDisplayName: the text has a character that code page 1252 of the " +
			"ANSI store lacks: replace the character, or the store by a Unicode store",
	}}, r.Holds)
	o.still(heldOne)

	set(t, o.local, "Contacts", "Жанна", 1, item.Props{item.KeyDisplayName: item.String("Zhanna")})
	assert.Equal(t, "common +1 ~0 -0, local +0 ~0 -0", did(o.sync()))
	o.equalMaps()
	o.idle()
	o.sound()
}

// still runs jobs that find the same as before, and write nothing.
func (o *office) still(held string) {
	o.t.Helper()
	before := [2]string{sum(o.t, o.common), sum(o.t, o.local)}
	entries := len(o.history())
	for range 2 {
		r := o.sync()
		assert.Equal(o.t, "common +0 ~0 -0, local +0 ~0 -0"+held, did(r))
		assert.Zero(o.t, r.Common.BytesWritten+r.Local.BytesWritten)
	}
	assert.Equal(o.t, before, [2]string{sum(o.t, o.common), sum(o.t, o.local)})
	assert.Len(o.t, o.history(), entries, "what is not overwritten is no history")
}

// TestRun_CodePageOfAChange holds a change that the ANSI store can not take, as a
// whole, with what is in the store as it was.
func TestRun_CodePageOfAChange(t *testing.T) {
	o := ansiOffice(t)
	add(t, o.local, "Contacts", contact("Ada", item.Props{phone: item.String("1")}), contact("Grace", nil))
	o.sync()
	set(t, o.local, "Contacts", "Ada", 1, item.Props{phone: item.String("2"), title: item.String("Ωmega")})
	set(t, o.local, "Contacts", "Grace", 1, item.Props{phone: item.String("3")})
	r := o.foretold()
	assert.Equal(t, "common +0 ~1 -0, local +0 ~0 -0"+heldOne, did(r))
	assert.Contains(t, r.Holds[0].Reason, "property PidTagTitle: ")
	_, ada := find(t, o.common, "Contacts", "Ada")
	assert.Equal(t, item.String("1"), ada.Props[phone])
	o.still(heldOne)

	set(t, o.common, "Contacts", "Ada", 2, item.Props{"0x3A16": item.String("Engines")})
	set(t, o.local, "Contacts", "Ada", 3, item.Props{title: item.String("Omega")})
	assert.Equal(t, "common +0 ~1 -0, local +0 ~1 -0", did(o.foretold()))
	o.equalMaps()
	o.idle()
}

// TestRun_UnknownCodePage: a store that does not say what its texts are in gives and
// takes ASCII only, until somebody says it.
func TestRun_UnknownCodePage(t *testing.T) {
	original := psttest.Corpus(t, "outlook97-ansi.pst") // which names none
	o := newOffice(t, original)
	add(t, o.common, "Contacts", contact("Zoë", nil), contact("Ada", nil))
	r := o.foretold()
	assert.Equal(t, "common +1 ~0 -0, local +1 ~0 -0"+heldOne, did(r))
	assert.Contains(t, r.Holds[0].Reason, "property PidTagDisplayName: the ANSI store does not say in which code page its text is: ")
	o.still(heldOne)

	o.localCodePage = 1252
	assert.Equal(t, "common +0 ~0 -0, local +1 ~0 -0", did(o.sync()))
	o.equalMaps()
	o.idle()

	o.localCodePage = 0
	set(t, o.common, "Contacts", "Ada", 1, item.Props{phone: item.String("1")})
	assert.Equal(t, "common +0 ~0 -0, local +0 ~1 -0", did(o.sync()), "what is not touched is not read")
}

func TestRun_CodePageOfTheOptions(t *testing.T) {
	o := newOffice(t, "")
	o.localCodePage = 4711
	_, err := o.try()
	require.ErrorIs(t, err, syncjob.ErrOptions)
	assert.ErrorContains(t, err, "code page 4711 of local")
}

// TestRun_Undecodable leaves an item alone whose text no code page explains, and its
// folder with it: it may be the counterpart of anything.
func TestRun_Undecodable(t *testing.T) {
	o := ansiOffice(t)
	edit(t, o.common, func(tx *pst.Tx) {
		folder, err := tx.FolderByPath("Contacts")
		require.NoError(t, err)
		_, err = tx.Create(folder, pst.Content{Props: []pst.Property{
			{Tag: pst.MakeTag(0x001A, pst.TypeString8), Data: []byte("IPM.Contact")},
			{Tag: pst.MakeTag(0x3001, pst.TypeString8), Data: []byte("a\x81b")},
		}})
		require.NoError(t, err)
	})
	add(t, o.local, "Contacts", contact("Ada", nil))
	add(t, o.local, "Calendar", contact("Grace", nil))
	r := o.sync()
	assert.Equal(t, "common +1 ~0 -0, local +0 ~0 -0, conflicts 0, held 2, unverified 0, private 0, halts 0", did(r))
	reasons := r.Holds[0].Reason + r.Holds[1].Reason
	assert.Contains(t, reasons, "item can not be read: property 0x3001001E, PidTagDisplayName: the text has bytes that code page 1252 does not define")
	assert.NotContains(t, reasons, "\x81")
	o.still(", conflicts 0, held 2, unverified 0, private 0, halts 0")
}

// TestRun_FolderNameOfCodePage holds a folder whose name the other store can not have.
func TestRun_FolderNameOfCodePage(t *testing.T) {
	o := ansiOffice(t)
	edit(t, o.local, func(tx *pst.Tx) {
		top, err := tx.IPMSubtree()
		require.NoError(t, err)
		for _, name := range []string{"Друзья", "Amis"} {
			_, err = tx.CreateFolder(top, name, pst.ClassContact)
			require.NoError(t, err)
		}
	})
	o.opt.Maps = []syncjob.FolderMap{{Common: "Друзья", Local: "Друзья"}, {Common: "Amis", Local: "Amis"}}
	add(t, o.local, "Друзья", contact("Ada", nil))
	add(t, o.local, "Amis", contact("Grace", nil))
	r := o.foretold()
	assert.Equal(t, "common +1 ~0 -0, local +0 ~0 -0, conflicts 0, held 2, unverified 0, private 0, halts 0", did(r))
	assert.Contains(t, r.Holds[0].Reason, "code page 1252")
	o.still(", conflicts 0, held 2, unverified 0, private 0, halts 0")
	o.equal("Amis", "Amis")

	o.opt.Maps[0].Common = "Friends"
	assert.Equal(t, "common +1 ~0 -0, local +0 ~0 -0", did(o.sync()))
	o.equalMaps()
	o.idle()
}
