package pst_test

import (
	"crypto/md5"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/psttest"
)

// Properties and columns of replication.
const (
	tagItemID  pst.Tag = 0x0E300102
	tagChange  pst.Tag = 0x0E330014
	tagHistory pst.Tag = 0x0E340102
)

func nodeBytes(t *testing.T, f *pst.File, nid pst.NID) []byte {
	t.Helper()
	b, err := pst.NodeBytes(f, nid)
	require.NoError(t, err)
	return b
}

// A store whose id map is in use: what Outlook gives its items, ours get too.
func TestReplication(t *testing.T) {
	f := psttest.Open(t, psttest.Copy(t, psttest.Corpus(t, "outlook-mail-fai.pst")))
	folder, err := f.Default(pst.ClassContact)
	require.NoError(t, err)
	top, err := f.IPMSubtree()
	require.NoError(t, err)
	var nid, sub pst.NID
	psttest.Edit(t, f, func(tx *pst.Tx) {
		nid, err = tx.Create(folder, psttest.In(t, tx, psttest.Contact("x", "")))
		require.NoError(t, err)
		sub, err = tx.CreateFolder(top, "sub", "")
		require.NoError(t, err)
	})
	made := message(t, f, nid)
	id, _ := made.Prop(tagItemID.ID())
	require.Len(t, id.Data, 16)
	assert.Equal(t, nid, idMapRecord(t, f, id.Data))
	history, _ := made.Prop(tagHistory.ID())
	assert.Equal(t, uint32(1), binary.LittleEndian.Uint32(history.Data[20:]))

	rowID, ok, err := pst.Cell(f, top, sub, tagItemID)
	require.NoError(t, err)
	require.True(t, ok)
	assert.Equal(t, sub, idMapRecord(t, f, rowID))

	psttest.Edit(t, f, func(tx *pst.Tx) { require.NoError(t, tx.Update(nid, pst.Edit{})) })
	changed := message(t, f, nid)
	requireProps(t, []pst.Property{id}, changed.Props)
	history, _ = changed.Prop(tagHistory.ID())
	assert.Equal(t, uint32(2), binary.LittleEndian.Uint32(history.Data[20:]))
	before, _ := made.Prop(tagChange.ID())
	after, _ := changed.Prop(tagChange.ID())
	assert.Greater(t, binary.LittleEndian.Uint64(after.Data), binary.LittleEndian.Uint64(before.Data))

	psttest.Edit(t, f, func(tx *pst.Tx) { require.NoError(t, tx.Delete(nid)) })
	assert.Zero(t, idMapRecord(t, f, id.Data))
}

// idMapRecord is what the id map says of a GUID.
func idMapRecord(t *testing.T, f *pst.File, guid []byte) pst.NID {
	t.Helper()
	nid, ok, err := pst.IDMapRecord(f, guid)
	require.NoError(t, err)
	require.True(t, ok)
	return nid
}

// What another store said of an item for replication is not carried over.
func TestReplication_foreign(t *testing.T) { eachFormat(t, testReplicationForeign) }

func testReplicationForeign(t *testing.T, o pst.CreateOptions) {
	c := psttest.Contact("x", "")
	c.Props = append(c.Props, psttest.Bytes(tagItemID, psttest.Noise(16)), psttest.Bytes(tagHistory, psttest.Noise(24)))
	_, m := item(t, o, c)
	for _, tag := range []pst.Tag{tagItemID, tagHistory, tagChange} {
		_, ok := m.Prop(tag.ID())
		assert.False(t, ok, tag)
	}
}

func TestServerKeys(t *testing.T) { eachFormat(t, testServerKeys) }

func testServerKeys(t *testing.T, o pst.CreateOptions) {
	c := psttest.Contact("x", "")
	c.Props = append(c.Props, psttest.Bytes(0x65E20102, psttest.Noise(22)))
	f, m := item(t, o, c)
	requireProps(t, psttest.PropsIn(t, f, c.Props...), m.Props)
	psttest.Edit(t, f, func(tx *pst.Tx) { require.NoError(t, tx.Update(m.NID, pst.Edit{})) })
	_, ok := message(t, f, m.NID).Prop(0x65E2)
	assert.False(t, ok, "it names a version that a server knows, which this is not any more")
}

// The queue of searches gets what happens in folders of the search domain, and
// nothing else.
func TestSearchQueue(t *testing.T) {
	f := psttest.Open(t, psttest.Copy(t, psttest.Corpus(t, "outlook-6-contacts.pst")))
	require.Equal(t, uint32s(0x8020, 0x8060, 0x8080), nodeBytes(t, f, disk.NIDSearchDomainObject))
	const top, deleted, contacts, outside = 0x8022, 0x8062, 0x8082, 0x80A2
	var a, b, sub pst.NID
	psttest.Edit(t, f, func(tx *pst.Tx) {
		var err error
		a, err = tx.Create(contacts, psttest.In(t, tx, psttest.Contact("a", "")))
		require.NoError(t, err)
		b, err = tx.Create(outside, psttest.In(t, tx, psttest.Contact("b", "")))
		require.NoError(t, err)
		sub, err = tx.CreateFolder(top, "sub", "")
		require.NoError(t, err)
		require.NoError(t, tx.Update(a, pst.Edit{}))
		require.NoError(t, tx.Move(a, deleted))
		require.NoError(t, tx.Move(a, outside))
		require.NoError(t, tx.Move(b, contacts))
		require.NoError(t, tx.Delete(b))
		require.NoError(t, tx.Delete(a))
	})
	want := []uint32{
		0x0001_0000, contacts, uint32(a), 0, 0, // added
		0x0005_0000, top, uint32(sub), 0, 0, // folder added
		0x0002_0000, contacts, uint32(a), 0, 0, // modified
		0x000C_0000, contacts, uint32(a), 0, 0, // and its row
		0x0004_0020, deleted, uint32(a), contacts, 0, // moved within the domain
		0x0004_0040, outside, uint32(a), deleted, 0, // out of it
		0x0004_0010, contacts, uint32(b), outside, 0, // into it
		0x0003_0000, contacts, uint32(b), 0, 0, // deleted
	}
	assert.Equal(t, uint32s(want...), nodeBytes(t, f, disk.NIDSearchManagementQueue))

	psttest.Edit(t, f, func(tx *pst.Tx) { // appended to what is there
		for range 500 {
			_, err := tx.Create(contacts, psttest.In(t, tx, psttest.Contact("c", "")))
			require.NoError(t, err)
		}
	})
	queue := nodeBytes(t, f, disk.NIDSearchManagementQueue)
	assert.Equal(t, uint32s(want...), queue[:4*len(want)])
	assert.Len(t, queue, 4*len(want)+500*20)
}

// New messages are entered into the conversation index as Outlook enters its own:
// at once where the index is complete, else into a queue.
func TestConversationIndex(t *testing.T) { eachFormat(t, testConversationIndex) }

func testConversationIndex(t *testing.T, o pst.CreateOptions) {
	f := psttest.Open(t, psttest.NewAs(t, o))
	folder, err := f.Default(pst.ClassContact)
	require.NoError(t, err)
	without := psttest.Contact("Ada", "")
	without.Props = slices.DeleteFunc(without.Props, func(p pst.Property) bool { return p.Tag == psttest.TagTopic })
	var a, b pst.NID
	psttest.Edit(t, f, func(tx *pst.Tx) {
		a, err = tx.Create(folder, psttest.In(t, tx, psttest.Contact("Ada", "")))
		require.NoError(t, err)
		b, err = tx.Create(folder, psttest.In(t, tx, without))
		require.NoError(t, err)
	})
	key := pst.ConversationKey(md5Of("ADA"))
	assert.Equal(t, uint32s(1, key, uint32(a), 1, 0xFFFFFFFF, uint32(b)), nodeBytes(t, f, 0xE41))
}

// A message that comes to be about something else is found there too.
func TestConversationIndex_update(t *testing.T) { eachFormat(t, testConversationIndexUpdate) }

func testConversationIndexUpdate(t *testing.T, o pst.CreateOptions) {
	f, m := item(t, o, psttest.Contact("one", ""))
	for _, topic := range []string{"one", "two", "two"} {
		psttest.Edit(t, f, func(tx *pst.Tx) {
			require.NoError(t, tx.Update(m.NID, psttest.EditIn(t, tx, pst.Edit{Set: []pst.Property{psttest.Text(psttest.TagTopic, topic)}})))
		})
	}
	psttest.Edit(t, f, func(tx *pst.Tx) { require.NoError(t, tx.MoveToDeletedItems(m.NID)) })
	one, two := pst.ConversationKey(md5Of("ONE")), pst.ConversationKey(md5Of("TWO"))
	assert.Equal(t, uint32s(1, one, uint32(m.NID), 1, two, uint32(m.NID)), nodeBytes(t, f, 0xE41))
}

// An item whose topic the index does not know yet is entered when it is changed.
func TestConversationIndex_topicAdded(t *testing.T) { eachFormat(t, testConversationIndexTopicAdded) }

func testConversationIndexTopicAdded(t *testing.T, o pst.CreateOptions) {
	without := psttest.Contact("one", "")
	without.Props = slices.DeleteFunc(without.Props, func(p pst.Property) bool { return p.Tag == psttest.TagTopic })
	f, m := item(t, o, without)
	psttest.Edit(t, f, func(tx *pst.Tx) {
		require.NoError(t, tx.Update(m.NID, psttest.EditIn(t, tx, pst.Edit{Set: []pst.Property{psttest.Text(psttest.TagTopic, "one")}})))
	})
	assert.Equal(t, uint32s(1, 0xFFFFFFFF, uint32(m.NID), 1, pst.ConversationKey(md5Of("ONE")), uint32(m.NID)), nodeBytes(t, f, 0xE41))
	before := nodeBytes(t, f, 0xE41)
	psttest.Edit(t, f, func(tx *pst.Tx) { require.NoError(t, tx.Delete(m.NID)) })
	assert.Equal(t, before, nodeBytes(t, f, 0xE41))
}

// What an item says itself of its conversation counts.
func TestConversationIndex_given(t *testing.T) { eachFormat(t, testConversationIndexGiven) }

func testConversationIndexGiven(t *testing.T, o pst.CreateOptions) {
	c := psttest.Contact("one", "")
	id := md5Of("something else")
	c.Props = append(c.Props, psttest.Bytes(0x30130102, id))
	f, m := item(t, o, c)
	cell, _, err := pst.Cell(f, m.Folder, m.NID, 0x30130102)
	require.NoError(t, err)
	assert.Equal(t, id, cell)
	assert.Equal(t, uint32s(1, pst.ConversationKey(id), uint32(m.NID)), nodeBytes(t, f, 0xE41))
}

// In an index that is complete, an item is in one conversation, and in none when
// it is no more.
func TestConversationIndex_leave(t *testing.T) {
	f := psttest.Open(t, psttest.Copy(t, psttest.Corpus(t, "outlook-mail-fai.pst")))
	folder, err := f.FolderByPath("Inbox")
	require.NoError(t, err)
	key := func(topic string) uint32 { return pst.ConversationKey(md5Of(topic)) }
	indexed := func(topic string) []pst.NID {
		all, err := pst.IndexedMessages(f, key(topic))
		require.NoError(t, err)
		return all
	}
	var ids []pst.NID
	psttest.Edit(t, f, func(tx *pst.Tx) {
		for range 3 {
			id, err := tx.Create(folder, psttest.In(t, tx, psttest.Contact("one", "")))
			require.NoError(t, err)
			ids = append(ids, id)
		}
	})
	require.Equal(t, ids, indexed("ONE"))

	retitle := func(id pst.NID, topic string) {
		psttest.Edit(t, f, func(tx *pst.Tx) {
			require.NoError(t, tx.Update(id, psttest.EditIn(t, tx, pst.Edit{Set: []pst.Property{psttest.Text(psttest.TagTopic, topic)}})))
		})
	}
	retitle(ids[1], "two")
	assert.Equal(t, []pst.NID{ids[0], ids[2]}, indexed("ONE"))
	assert.Equal(t, []pst.NID{ids[1]}, indexed("TWO"))
	retitle(ids[1], "one")
	assert.Equal(t, ids, indexed("ONE"), "ascending")
	assert.Empty(t, indexed("TWO"))

	psttest.Edit(t, f, func(tx *pst.Tx) {
		require.NoError(t, tx.Update(ids[0], pst.Edit{Remove: []uint16{psttest.TagTopic.ID()}}))
		require.NoError(t, tx.MoveToDeletedItems(ids[1]))
		require.NoError(t, tx.Delete(ids[2]))
	})
	assert.Equal(t, []pst.NID{ids[1]}, indexed("ONE"))
}

// The tables of older folders do not say in which conversation an item is.
func TestConversationIndex_noColumn(t *testing.T) {
	f := psttest.Open(t, psttest.Copy(t, psttest.Corpus(t, "outlook-mail-fai.pst")))
	const nid pst.NID = 0x200104 // "HTML body" in Sent Items
	m := message(t, f, nid)
	_, ok, err := pst.Cell(f, m.Folder, nid, 0x30130102)
	require.NoError(t, err)
	require.False(t, ok)
	indexed := func(topic string) []pst.NID {
		all, err := pst.IndexedMessages(f, pst.ConversationKey(md5Of(topic)))
		require.NoError(t, err)
		return all
	}
	require.Contains(t, indexed("HTML BODY"), nid)
	psttest.Edit(t, f, func(tx *pst.Tx) {
		require.NoError(t, tx.Update(nid, psttest.EditIn(t, tx, pst.Edit{Set: []pst.Property{psttest.Text(psttest.TagTopic, "other")}})))
	})
	assert.NotContains(t, indexed("HTML BODY"), nid)
	assert.Equal(t, []pst.NID{nid}, indexed("OTHER"))
	psttest.Edit(t, f, func(tx *pst.Tx) {
		inbox, err := tx.FolderByPath("Inbox")
		require.NoError(t, err)
		require.NoError(t, tx.Move(nid, inbox))
	})
	assert.Equal(t, []pst.NID{nid}, indexed("OTHER"))
}

// The status of an item goes where its row goes.
func TestMove_status(t *testing.T) {
	f := psttest.Open(t, psttest.Copy(t, psttest.Module(t, "support.pst")))
	const status pst.Tag = 0x0E170003
	moved := 0
	psttest.Edit(t, f, func(tx *pst.Tx) {
		for folder, err := range f.Walk(f.Root()) {
			require.NoError(t, err)
			for row, err := range f.Items(folder.NID) {
				require.NoError(t, err)
				cell, _, err := pst.Cell(f, folder.NID, row.NID, status)
				require.NoError(t, err)
				if cell[0] != 0 {
					require.NoError(t, tx.MoveToDeletedItems(row.NID))
					moved++
				}
			}
		}
	})
	require.Equal(t, 6, moved)
	deleted, err := f.DeletedItems()
	require.NoError(t, err)
	for row, err := range f.Items(deleted) {
		require.NoError(t, err)
		cell, _, err := pst.Cell(f, deleted, row.NID, status)
		require.NoError(t, err)
		assert.Equal(t, byte(8), cell[0])
	}
}

func md5Of(s string) []byte {
	sum := md5.Sum(pst.EncodeUTF16(s))
	return sum[:]
}

func TestConversationIndex_corpus(t *testing.T) {
	for _, name := range []string{"outlook-mail-fai.pst", "enron.pst"} {
		t.Run(name, func(t *testing.T) {
			path := psttest.Enron
			if name != "enron.pst" {
				path = func(t testing.TB) string { return psttest.Copy(t, psttest.Corpus(t, name)) }
			}
			f := psttest.Open(t, path(t))
			known := assertIndexed(t, f, nil)
			assert.NotEmpty(t, known)
			top, err := f.IPMSubtree()
			require.NoError(t, err)
			psttest.Edit(t, f, func(tx *pst.Tx) {
				folder, err := tx.CreateFolder(top, "new", pst.ClassContact)
				require.NoError(t, err)
				for range 3 {
					_, err := tx.Create(folder, psttest.In(t, tx, psttest.Contact("the same topic", "")))
					require.NoError(t, err)
				}
				_, err = tx.Create(folder, psttest.In(t, tx, psttest.Contact("another one", "")))
				require.NoError(t, err)
			})
			assert.Len(t, assertIndexed(t, f, []string{"new"}), 4)
		})
	}
}

// assertIndexed says that the conversation index has every message with a
// conversation in these folders, nil for all, and gives these messages.
func assertIndexed(t *testing.T, f *pst.File, folders []string) []pst.NID {
	t.Helper()
	var found []pst.NID
	for folder, err := range f.Walk(f.Root()) {
		require.NoError(t, err)
		if folders != nil && !slices.Contains(folders, folder.Name) {
			continue
		}
		for row, err := range f.Items(folder.NID) {
			require.NoError(t, err)
			id, ok, err := pst.Cell(f, folder.NID, row.NID, 0x30130102)
			require.NoError(t, err)
			if !ok {
				continue
			}
			messages, err := pst.IndexedMessages(f, pst.ConversationKey(id))
			require.NoError(t, err)
			assert.Contains(t, messages, row.NID)
			found = append(found, row.NID)
		}
	}
	return found
}
