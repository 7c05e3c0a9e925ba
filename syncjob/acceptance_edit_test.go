package syncjob_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// exercise makes changes of every kind on both sides of every pair of folders,
// in two rounds, and fails unless exactly these arrive.
func (d *desk) exercise() {
	d.t.Helper()
	d.round("added", func(c *changer) {
		for i := range 2 {
			c.add(fmt.Sprintf("%s %d of %s", c.folder, i, []string{"common", "local"}[c.side]))
		}
	})
	d.round("changed and deleted", func(c *changer) {
		names := slices.Sorted(maps.Keys(c.before)) // the same on both sides
		own := names[2*c.side:]
		c.change(c.before[own[0]][0])
		if c.side == atCommon {
			c.discard(c.before[own[1]][0])
		} else {
			c.purge(c.before[own[1]][0])
		}
	})
}

// round lets change work on each side of each pair, runs a job, and compares all
// items with those that must be there now.
func (d *desk) round(name string, change func(*changer)) {
	d.t.Helper()
	var want [][]string
	for _, pair := range d.pairs {
		expected := d.items(atCommon, pair.Common)
		for s, folder := range []string{pair.Common, pair.Local} {
			before := d.items(s, folder)
			d.edit(s, func(f *pst.File, tx *pst.Tx) { change(newChanger(d, s, folder, f, tx)) })
			after := d.items(s, folder)
			expected = append(minus(expected, minus(before, after)), minus(after, before)...)
		}
		slices.Sort(expected)
		want = append(want, expected)
	}
	for s := range d.path {
		d.count(s)
	}
	r := d.sync()
	d.t.Logf("%s: %s in %v", name, tally(r), r.Took)
	for i, pair := range d.pairs {
		equalLines(d.t, want[i], d.items(atCommon, pair.Common), "%s: folder %s", name, pair.Common)
	}
	n := len(d.pairs)
	assert.Equal(d.t, map[string]string{
		"added":               fmt.Sprintf("common %[1]d/0/0, local %[1]d/0/0", 2*n),
		"changed and deleted": fmt.Sprintf("common 0/%[1]d/%[1]d, local 0/%[1]d/%[1]d", n),
	}[name], tally(r))
}

// minus is the lines of all without those of some, each once for each time.
func minus(all, some []string) []string {
	left := slices.Clone(all)
	for _, s := range some {
		if i := slices.Index(left, s); i >= 0 {
			left = slices.Delete(left, i, i+1)
		}
	}
	return left
}

// changer changes the items of one folder as another program would.
type changer struct {
	*desk
	side   int
	folder string
	nid    pst.NID
	tx     *pst.Tx
	before map[string][]pst.NID // items by what they are
}

func newChanger(d *desk, side int, folder string, f *pst.File, tx *pst.Tx) *changer {
	nid, err := f.FolderByPath(folder)
	require.NoError(d.t, err)
	c := &changer{desk: d, side: side, folder: folder, nid: nid, tx: tx, before: map[string][]pst.NID{}}
	for row, err := range f.Items(nid) {
		require.NoError(d.t, err)
		l := line(d.t, f, row.NID)
		c.before[l] = append(c.before[l], row.NID)
	}
	return c
}

// add makes an item with parts of every kind.
func (c *changer) add(name string) {
	inner := &item.Item{Class: "IPM.Appointment", Props: item.Props{
		item.KeyMessageClass: item.String("IPM.Appointment"), item.KeySubject: item.String("Exception of " + name),
	}}
	it := &item.Item{
		Class: "IPM.Appointment",
		Props: item.Props{
			item.KeyMessageClass: item.String("IPM.Appointment"),
			item.KeySubject:      item.String(name),
			item.KeyDisplayName:  item.String(name),
			mapi.KeyFileUnder:    item.String(name + " <täst>"),
			mapi.KeyStart:        item.Time(time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)),
			item.NameKey(mapi.UnnamedSet, "Colour"): {
				Type: item.TypeUnicode | item.TypeMulti,
				Data: []byte{2, 0, 0, 0, 12, 0, 0, 0, 14, 0, 0, 0, 'a', 0, 'b', 0, 'c', 0},
			},
			item.TagKey(0x1000): item.String(strings.Repeat("a line of text\r\n", 300) + name),
		},
		Recipients: []item.Props{{
			item.TagKey(0x0C15): item.Int32(1), item.KeyDisplayName: item.String("Ada"), item.TagKey(0x3003): item.String("ada@example.com"),
		}},
		Attachments: []item.Attachment{
			{Props: item.Props{item.TagKey(0x3707): item.String("photo.jpg"), item.TagKey(0x3701): item.Binary(psttest.Noise(20_000))}},
			{Props: item.Props{item.KeyDisplayName: item.String("exception")}, Embedded: inner},
		},
	}
	content, err := mapi.ToPST(it, c.tx)
	require.NoError(c.t, err)
	_, err = c.tx.Create(c.nid, content)
	require.NoError(c.t, err)
}

// change sets a tagged and a named property and removes one.
func (c *changer) change(nid pst.NID) {
	c.set(nid)
	c.apply(nid, mapi.Changes{Remove: []item.Key{item.TagKey(0x1000), item.TagKey(0x3A17)}})
}

// set sets a tagged and a named property.
func (c *changer) set(nid pst.NID) {
	c.apply(nid, mapi.Changes{Set: item.Props{
		item.TagKey(0x3A16): item.String("Company of " + c.folder),
		mapi.KeyLocation:    item.String(fmt.Sprintf("Room %s at %d", c.folder, time.Now().UnixNano())),
	}})
}

func (c *changer) apply(nid pst.NID, changes mapi.Changes) {
	m, err := c.tx.Message(nid)
	require.NoError(c.t, err)
	edit, err := mapi.ToEdit(changes, m.Content, c.tx)
	require.NoError(c.t, err)
	require.NoError(c.t, c.tx.Update(nid, edit))
}

// discard deletes an item as Outlook does.
func (c *changer) discard(nid pst.NID) { require.NoError(c.t, c.tx.MoveToDeletedItems(nid)) }

// purge deletes an item for good.
func (c *changer) purge(nid pst.NID) { require.NoError(c.t, c.tx.Delete(nid)) }
