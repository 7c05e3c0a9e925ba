package pst_test

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs"
)

// item makes one item in a new store and gives it back as it is read.
func item(t *testing.T, o pst.CreateOptions, c pst.Content) (*pst.File, *pst.Message) {
	t.Helper()
	f := psttest.Open(t, psttest.NewAs(t, o))
	folder, err := f.Default(pst.ClassContact)
	require.NoError(t, err)
	var nid pst.NID
	psttest.Edit(t, f, func(tx *pst.Tx) {
		nid, err = tx.Create(folder, psttest.In(t, tx, c))
		require.NoError(t, err)
	})
	return f, message(t, f, nid)
}

func message(t *testing.T, f *pst.File, nid pst.NID) *pst.Message {
	t.Helper()
	m, err := f.Message(nid)
	require.NoError(t, err)
	return m
}

// requireProps says that a message has these values.
func requireProps(t *testing.T, want, got []pst.Property) {
	t.Helper()
	c := pst.Content{Props: got}
	for _, w := range want {
		g, ok := c.Prop(w.Tag.ID())
		require.True(t, ok, "property %v", w.Tag)
		require.Equal(t, w.Tag, g.Tag)
		require.Equal(t, w.Size(), g.Size(), "size of %v", w.Tag)
		if w.Large == nil && g.Large == nil {
			require.True(t, bytes.Equal(w.Data, g.Data), "value of %v", w.Tag)
		}
	}
}

func TestMessage_everyType(t *testing.T) { eachFormat(t, testMessageEveryType) }

func testMessageEveryType(t *testing.T, o pst.CreateOptions) {
	if o.Format == pst.ANSI {
		o.CodePage = 65001 // which has all characters
	}
	u16 := pst.EncodeUTF16
	c := psttest.Contact("types", "")
	c.Props = append(c.Props,
		pst.Property{Tag: pst.MakeTag(0x6600, pst.TypeInt16), Data: []byte{1, 2}},
		pst.Property{Tag: pst.MakeTag(0x6601, pst.TypeInt32), Data: []byte{1, 2, 3, 4}},
		pst.Property{Tag: pst.MakeTag(0x6602, pst.TypeFloat32), Data: []byte{1, 2, 3, 4}},
		pst.Property{Tag: pst.MakeTag(0x6603, pst.TypeFloat64), Data: psttest.Noise(8)},
		pst.Property{Tag: pst.MakeTag(0x6604, pst.TypeCurrency), Data: psttest.Noise(8)},
		pst.Property{Tag: pst.MakeTag(0x6605, pst.TypeAppTime), Data: psttest.Noise(8)},
		pst.Property{Tag: pst.MakeTag(0x6606, pst.TypeError), Data: psttest.Noise(4)},
		pst.Property{Tag: pst.MakeTag(0x6607, pst.TypeBoolean), Data: []byte{1}},
		pst.Property{Tag: pst.MakeTag(0x6608, pst.TypeInt64), Data: psttest.Noise(8)},
		pst.Property{Tag: pst.MakeTag(0x6609, pst.TypeString8), Data: []byte("caf\xe9")},
		pst.Property{Tag: pst.MakeTag(0x660A, pst.TypeUnicode), Data: u16("日本 🎉")},
		pst.Property{Tag: pst.MakeTag(0x660B, pst.TypeTime), Data: psttest.Noise(8)},
		pst.Property{Tag: pst.MakeTag(0x660C, pst.TypeGUID), Data: psttest.Noise(16)},
		pst.Property{Tag: pst.MakeTag(0x660D, pst.TypeBinary), Data: []byte{}},
		pst.Property{Tag: pst.MakeTag(0x660E, pst.TypeInt32|pst.TypeMultiple), Data: psttest.Noise(12)},
		pst.Property{Tag: pst.MakeTag(0x660F, pst.TypeUnicode|pst.TypeMultiple), Data: multi(u16("a"), u16(""), u16("bc"))},
		pst.Property{Tag: pst.MakeTag(0x6610, pst.TypeBinary|pst.TypeMultiple), Data: multi(psttest.Noise(5000), []byte{1})},
		pst.Property{Tag: pst.MakeTag(0x6611, pst.TypeTime|pst.TypeMultiple), Data: []byte{}},
		pst.Property{Tag: pst.MakeTag(0x6612, pst.TypeServerID), Data: psttest.Noise(21)},
	)
	f, m := item(t, o, c)
	requireProps(t, psttest.PropsIn(t, f, c.Props...), m.Props)
	assert.IsIncreasing(t, tags(m.Props))
}

func tags(props []pst.Property) []int64 {
	all := make([]int64, len(props))
	for i, p := range props {
		all[i] = int64(p.Tag)
	}
	return all
}

// multi lays out a multi-valued property of values of different sizes.
func multi(values ...[]byte) []byte {
	b := uint32s(uint32(len(values)))
	at := uint32(4 + 4*len(values))
	for _, v := range values {
		b = append(b, uint32s(at)...)
		at += uint32(len(v))
	}
	for _, v := range values {
		b = append(b, v...)
	}
	return b
}

func uint32s(values ...uint32) []byte {
	var b []byte
	for _, v := range values {
		b = append(b, byte(v), byte(v>>8), byte(v>>16), byte(v>>24))
	}
	return b
}

// Sizes around the limits of heap items, blocks, XBLOCKs and slices.
func TestMessage_sizes(t *testing.T) { eachFormat(t, testMessageSizes) }

func testMessageSizes(t *testing.T, o pst.CreateOptions) {
	sizes := []int64{0, 1, 1023, 1024, 1025, 3579, 3580, 3581, 8175, 8176, 8177, 16352, 16353, pst.LargeSize, pst.LargeSize + 1, xxblockSize}
	c := psttest.Contact("sizes", "")
	for i, n := range sizes {
		c.Props = append(c.Props, psttest.Stream(pst.MakeTag(uint16(0x6700+i), pst.TypeBinary), n))
	}
	f, m := item(t, o, c)
	requireProps(t, psttest.PropsIn(t, f, c.Props...), m.Props)
	for i, n := range sizes {
		p, _ := m.Prop(uint16(0x6700 + i))
		assert.Equal(t, n > pst.LargeSize, p.Large != nil, "%d bytes", n)
		assert.True(t, equalStreams(t, c.Props[len(c.Props)-len(sizes)+i], p), "%d bytes", n)
	}
}

// A message with more than may be held in memory is read all the same, and what is read of
// it can be stored again: what cannot be a stream is in memory however much there is.
func TestMessage_muchOfAll(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: a message of 58 MB: run without -short")
	}
	c := psttest.Contact("much", "")
	noise := psttest.Noise(pst.LargeSize)
	for i := range uint16(9) {
		c.Props = append(c.Props, pst.Property{Tag: pst.MakeTag(0x6700+i, pst.TypeBinary), Data: noise})
	}
	list := pst.Property{Tag: pst.MakeTag(0x6710, pst.TypeInt32|pst.TypeMultiple), Data: psttest.Noise(8000)}
	c.Props = append(c.Props, list)
	for range 49 { // 9 and 49 MiB
		c.Attachments = append(c.Attachments, pst.Attachment{Props: []pst.Property{
			{Tag: pst.MakeTag(0x3701, pst.TypeObject), Data: noise},
		}})
	}
	f, m := item(t, pst.CreateOptions{}, c)
	got, _ := m.Prop(list.Tag.ID())
	assert.Equal(t, list, got)
	var again pst.NID
	psttest.Edit(t, f, func(tx *pst.Tx) {
		var err error
		again, err = tx.Create(m.Folder, m.Content)
		require.NoError(t, err)
	})
	last := message(t, f, again).Attachments[48].Props
	i := slices.IndexFunc(last, func(p pst.Property) bool { return p.Tag.Type() == pst.TypeObject })
	require.GreaterOrEqual(t, i, 0)
	assert.True(t, equalStreams(t, c.Attachments[48].Props[0], last[i]))
}

// Copies of a store that go on apart give one block id to two values: what names a value
// is where it is, too, and how long.
func TestValueID(t *testing.T) {
	id := pst.ValueID(disk.BREF{BID: 0x44, IB: 0x6000}, 2<<20)
	assert.NotZero(t, id)
	assert.Equal(t, id, pst.ValueID(disk.BREF{BID: 0x44, IB: 0x6000}, 2<<20))
	assert.NotEqual(t, id, pst.ValueID(disk.BREF{BID: 0x48, IB: 0x6000}, 2<<20))
	assert.NotEqual(t, id, pst.ValueID(disk.BREF{BID: 0x44, IB: 0x8000}, 2<<20))
	assert.NotEqual(t, id, pst.ValueID(disk.BREF{BID: 0x44, IB: 0x6000}, 3<<20))
	assert.Zero(t, pst.ValueID(disk.BREF{BID: 0x44}, 2<<20), "what is not in the file has no name yet")
}

func equalStreams(t *testing.T, a, b pst.Property) bool {
	t.Helper()
	return bytes.Equal(whole(t, a), whole(t, b))
}

func whole(t *testing.T, p pst.Property) []byte {
	t.Helper()
	if p.Large == nil {
		return p.Data
	}
	r, err := p.Large.Open()
	require.NoError(t, err)
	defer r.Close()
	b, err := io.ReadAll(r)
	require.NoError(t, err)
	return b
}

func TestMessage_manyProperties(t *testing.T) { eachFormat(t, testMessageManyProperties) }

func testMessageManyProperties(t *testing.T, o pst.CreateOptions) {
	c := psttest.Contact("many", "")
	for i := range 1200 { // a B-tree of two levels, a heap of several blocks
		c.Props = append(c.Props, psttest.Text(pst.MakeTag(uint16(0x6800+i), pst.TypeUnicode), "value of a property"))
	}
	f, m := item(t, o, c)
	requireProps(t, psttest.PropsIn(t, f, c.Props...), m.Props)
	psttest.Edit(t, f, func(tx *pst.Tx) {
		require.NoError(t, tx.Update(m.NID, pst.Edit{Remove: []uint16{0x6800, 0x6801}}))
	})
	assert.Len(t, message(t, f, m.NID).Props, len(m.Props)-2)
}

func TestMessage_parts(t *testing.T) { eachFormat(t, testMessageParts) }

func testMessageParts(t *testing.T, o pst.CreateOptions) {
	inner := psttest.Appointment("inner", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	inner.Attachments = []pst.Attachment{psttest.FileAttachment("x.bin", psttest.Noise(9000))}
	c := psttest.Contact("parts", "")
	c.Recipients = [][]pst.Property{psttest.Recipient("Ada", 1), psttest.Recipient("Bob", 2), psttest.Recipient("Cy", 1)}
	ole := pst.Attachment{Props: []pst.Property{{Tag: pst.MakeTag(0x3701, pst.TypeObject), Data: psttest.Noise(5000)}}}
	c.Attachments = []pst.Attachment{psttest.FileAttachment("a.txt", []byte("a")), psttest.EmbeddedMessage(inner), ole}
	f, m := item(t, o, c)

	require.Len(t, m.Recipients, 3)
	for i, r := range c.Recipients {
		requireProps(t, psttest.PropsIn(t, f, r...), m.Recipients[i])
	}
	to, _ := m.Prop(0x0E04)
	assert.Equal(t, "Ada; Cy", psttest.String(t, f, to))
	cc, _ := m.Prop(0x0E03)
	assert.Equal(t, "Bob", psttest.String(t, f, cc))
	_, ok := m.Prop(0x0E02)
	assert.False(t, ok)

	require.Len(t, m.Attachments, 3)
	requireProps(t, psttest.PropsIn(t, f, c.Attachments[0].Props...), m.Attachments[0].Props)
	requireProps(t, psttest.PropsIn(t, f, ole.Props...), m.Attachments[2].Props)
	require.NotNil(t, m.Attachments[1].Embedded)
	requireProps(t, psttest.PropsIn(t, f, inner.Props...), m.Attachments[1].Embedded.Props)
	requireProps(t, psttest.PropsIn(t, f, inner.Attachments[0].Props...), m.Attachments[1].Embedded.Attachments[0].Props)
	for i, want := range []byte{1, 5, 6} {
		p, _ := (&pst.Content{Props: m.Attachments[i].Props}).Prop(0x3705)
		assert.Equal(t, want, p.Data[0], "method of attachment %d", i)
	}
	flags, _ := m.Prop(pst.PidTagMessageFlags.ID())
	assert.NotZero(t, flags.Data[0]&0x10)
}

func TestUpdate_parts(t *testing.T) { eachFormat(t, testUpdateParts) }

func testUpdateParts(t *testing.T, o pst.CreateOptions) {
	c := psttest.Contact("parts", "")
	for _, name := range []string{"a", "b", "c"} {
		c.Attachments = append(c.Attachments, psttest.FileAttachment(name, psttest.Noise(9000)))
	}
	f, m := item(t, o, c)
	keep := []pst.Attachment{
		{Number: m.Attachments[0].Number},
		{Number: m.Attachments[2].Number},
		psttest.FileAttachment("d", []byte("d")),
	}
	recipients := [][]pst.Property{psttest.Recipient("Ada", 1)}
	psttest.Edit(t, f, func(tx *pst.Tx) {
		require.NoError(t, tx.Update(m.NID, psttest.EditIn(t, tx, pst.Edit{Attachments: &keep, Recipients: &recipients})))
	})
	got := message(t, f, m.NID)
	require.Len(t, got.Attachments, 3)
	assert.Equal(t, m.Attachments[0], got.Attachments[0])
	assert.Equal(t, m.Attachments[2], got.Attachments[1])
	requireProps(t, psttest.PropsIn(t, f, keep[2].Props...), got.Attachments[2].Props)
	assert.Len(t, got.Recipients, 1)

	none, nobody := []pst.Attachment{}, [][]pst.Property{}
	psttest.Edit(t, f, func(tx *pst.Tx) {
		require.NoError(t, tx.Update(m.NID, psttest.EditIn(t, tx, pst.Edit{Attachments: &none, Recipients: &nobody})))
	})
	got = message(t, f, m.NID)
	assert.Empty(t, got.Attachments)
	assert.Empty(t, got.Recipients)
	flags, _ := got.Prop(pst.PidTagMessageFlags.ID())
	assert.Zero(t, flags.Data[0]&0x10)
	_, ok := got.Prop(0x0E04)
	assert.False(t, ok, "a list of nobody")

	tx, err := f.Begin()
	require.NoError(t, err)
	defer tx.Rollback() //nolint:errcheck // nothing was done
	gone := keep[:1]
	assert.ErrorIs(t, tx.Update(m.NID, pst.Edit{Attachments: &gone}), pst.ErrNotFound)
}

func TestUpdate_times(t *testing.T) { eachFormat(t, testUpdateTimes) }

func testUpdateTimes(t *testing.T, o pst.CreateOptions) {
	f, m := item(t, o, psttest.Contact("x", ""))
	set := psttest.Time(pst.PidTagLastModificationTime, time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
	psttest.Edit(t, f, func(tx *pst.Tx) { require.NoError(t, tx.Update(m.NID, pst.Edit{Set: []pst.Property{set}})) })
	requireProps(t, []pst.Property{set}, message(t, f, m.NID).Props)
	psttest.Edit(t, f, func(tx *pst.Tx) { require.NoError(t, tx.Update(m.NID, pst.Edit{})) })
	got, _ := message(t, f, m.NID).Prop(set.Tag.ID())
	assert.NotEqual(t, set.Data, got.Data)
	cell, ok, err := pst.Cell(f, m.Folder, m.NID, set.Tag)
	require.NoError(t, err)
	assert.True(t, ok)
	assert.Equal(t, got.Data, cell)
}

func TestUpdate_readFlag(t *testing.T) { eachFormat(t, testUpdateReadFlag) }

func testUpdateReadFlag(t *testing.T, o pst.CreateOptions) {
	f, m := item(t, o, psttest.Contact("x", ""))
	for _, unread := range []int{1, 1, 0, 0} {
		flags := int32(1 - unread)
		psttest.Edit(t, f, func(tx *pst.Tx) {
			require.NoError(t, tx.Update(m.NID, pst.Edit{Set: []pst.Property{psttest.Int(pst.PidTagMessageFlags, flags)}}))
		})
		folder, err := f.Folder(m.Folder)
		require.NoError(t, err)
		assert.Equal(t, unread, folder.Unread)
	}
}

func TestUpdate_required(t *testing.T) { eachFormat(t, testUpdateRequired) }

func testUpdateRequired(t *testing.T, o pst.CreateOptions) {
	f, m := item(t, o, psttest.Contact("x", ""))
	psttest.Edit(t, f, func(tx *pst.Tx) {
		require.NoError(t, tx.Update(m.NID, pst.Edit{Remove: tagIDs(m.Props)}))
	})
	got := message(t, f, m.NID)
	assert.Equal(t, tagsIn(f,
		pst.PidTagMessageClass, pst.PidTagMessageFlags, pst.PidTagMessageSize,
		pst.PidTagCreationTime, pst.PidTagLastModificationTime, pst.PidTagSearchKey,
	), propTags(got.Props))
}

func tagIDs(props []pst.Property) []uint16 {
	var ids []uint16
	for _, p := range props {
		ids = append(ids, p.Tag.ID())
	}
	return ids
}

// A message within a message has what every message must have, as those of Outlook
// do. In a faithful copy it is kept as it came, but for its size.
func TestMessage_embedded(t *testing.T) { eachFormat(t, testMessageEmbedded) }

func testMessageEmbedded(t *testing.T, o pst.CreateOptions) {
	inner := pst.Content{Props: []pst.Property{psttest.Text(psttest.TagSubject, "inner")}}
	c := psttest.Contact("x", "")
	c.Attachments = []pst.Attachment{psttest.EmbeddedMessage(inner)}
	f, m := item(t, o, c)
	assert.Equal(t, tagsIn(f,
		pst.PidTagMessageClass, psttest.TagSubject, pst.PidTagMessageFlags, pst.PidTagMessageSize,
		pst.PidTagCreationTime, pst.PidTagLastModificationTime, pst.PidTagSearchKey,
	), propTags(m.Attachments[0].Embedded.Props))

	c.Faithful = true
	f, m = item(t, o, c)
	assert.Equal(t, tagsIn(f, psttest.TagSubject, pst.PidTagMessageSize), propTags(m.Attachments[0].Embedded.Props))
	psttest.Edit(t, f, func(tx *pst.Tx) { require.NoError(t, tx.Delete(m.NID)) }) // a check would miss the rest
}

// A cell repeats the property, however long; a long one is kept once for both.
func TestCreate_longCell(t *testing.T) { eachFormat(t, testCreateLongCell) }

func testCreateLongCell(t *testing.T, o pst.CreateOptions) {
	for _, n := range []int{0, 100, 511, 512, 513, 1790, 1791, 30_000} {
		c := psttest.Contact(strings.Repeat("n", n), "")
		f, m := item(t, o, c)
		for _, tag := range tagsIn(f, psttest.TagSubject, psttest.TagTopic) {
			p, _ := m.Prop(tag.ID())
			cell, ok, err := pst.Cell(f, m.Folder, m.NID, tag)
			require.NoError(t, err)
			assert.True(t, ok)
			assert.Equal(t, len(p.Data), len(cell))
			assert.True(t, bytes.Equal(p.Data, cell))
		}
		psttest.Edit(t, f, func(tx *pst.Tx) {
			require.NoError(t, tx.Update(m.NID, psttest.EditIn(t, tx, pst.Edit{Set: []pst.Property{psttest.Text(psttest.TagSubject, "short")}, Remove: []uint16{psttest.TagTopic.ID()}})))
		})
		_, ok, err := pst.Cell(f, m.Folder, m.NID, psttest.TextTag(f, psttest.TagTopic))
		require.NoError(t, err)
		assert.False(t, ok)
		psttest.Edit(t, f, func(tx *pst.Tx) { require.NoError(t, tx.Delete(m.NID)) })
	}
}

// A faithful copy has what its original has, and the rest is computed.
func TestFaithful(t *testing.T) { eachFormat(t, testFaithful) }

func testFaithful(t *testing.T, o pst.CreateOptions) {
	f, err := pst.Open(vfs.OS, psttest.NewAs(t, o), pst.Options{}) // a check would miss the names of recipients
	require.NoError(t, err)
	defer f.Close()
	c := pst.Content{Faithful: true, Props: []pst.Property{psttest.Text(psttest.TagSubject, "bare")}}
	c.Recipients = [][]pst.Property{psttest.Recipient("Ada", 1)}
	folder, err := f.Default(pst.ClassContact)
	require.NoError(t, err)
	var nid pst.NID
	psttest.Edit(t, f, func(tx *pst.Tx) {
		nid, err = tx.Create(folder, psttest.In(t, tx, c))
		require.NoError(t, err)
	})
	m := message(t, f, nid)
	assert.Equal(t, tagsIn(f, psttest.TagSubject, pst.PidTagMessageSize), propTags(m.Props))

	files := []pst.Attachment{psttest.FileAttachment("a", []byte("a"))}
	psttest.Edit(t, f, func(tx *pst.Tx) {
		require.NoError(t, tx.Update(m.NID, psttest.EditIn(t, tx, pst.Edit{Faithful: true, Attachments: &files})))
	})
	got := message(t, f, m.NID)
	assert.Equal(t, tagsIn(f, psttest.TagSubject, pst.PidTagMessageFlags, pst.PidTagMessageSize), propTags(got.Props))
	psttest.Edit(t, f, func(tx *pst.Tx) {
		ids := []uint16{psttest.TagSubject.ID(), pst.PidTagMessageFlags.ID(), pst.PidTagMessageSize.ID()}
		require.NoError(t, tx.Update(m.NID, pst.Edit{Faithful: true, Remove: ids}))
	})
	got = message(t, f, m.NID)
	assert.Equal(t, tagsIn(f, pst.PidTagMessageFlags, pst.PidTagMessageSize), propTags(got.Props))
	flags, _ := got.Prop(pst.PidTagMessageFlags.ID())
	assert.Equal(t, byte(0x10), flags.Data[0], "it has attachments, whatever else goes")
}

// tagsIn are the tags that properties have in a store.
func tagsIn(f *pst.File, tags ...pst.Tag) []pst.Tag {
	for i, tag := range tags {
		tags[i] = psttest.TextTag(f, tag)
	}
	return tags
}

func propTags(props []pst.Property) []pst.Tag {
	all := make([]pst.Tag, len(props))
	for i, p := range props {
		all[i] = p.Tag
	}
	return all
}
