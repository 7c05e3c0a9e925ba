package pst_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

var seed = flag.Uint64("seed", 0, "of random tests; 0 draws one")

// model is what a store should hold.
type model struct {
	rng     *rand.Rand
	folders []pst.NID
	items   map[pst.NID]modelItem
}

type modelItem struct {
	folder      pst.NID
	subject     string
	body        int // bytes
	attachments int
	recipients  int
	read        bool
}

// Random changes in random transactions, of which some are given up; after each
// the store holds what the model says, and after the last the checker is content.
func TestTx_random(t *testing.T) {
	s := *seed
	if s == 0 {
		s = uint64(time.Now().UnixNano())
	}
	t.Logf("replay with -seed %d", s)
	stores := map[string]string{
		"mixed":     psttest.Copy(t, psttest.Corpus(t, "outlook-mixed.pst")),
		"fai":       psttest.Copy(t, psttest.Corpus(t, "outlook-mail-fai.pst")),
		"outlook97": psttest.Copy(t, psttest.Corpus(t, "outlook97-ansi.pst")),
	}
	for _, kinds := range []map[string]pst.CreateOptions{psttest.Formats, psttest.Encoded} {
		for name, o := range kinds {
			stores["new "+name] = psttest.NewAs(t, o)
		}
	}
	for name, path := range stores {
		t.Run(name, func(t *testing.T) { testRandom(t, path, s) })
	}
}

func testRandom(t *testing.T, path string, seed uint64) {
	transactions := 15
	if testing.Short() {
		transactions = 3
	}
	f := psttest.Open(t, path)
	m := newModel(t, f, seed)
	for range transactions {
		m.transaction(t, f)
		m.compare(t, f)
	}
	assertCounts(t, f)
}

func newModel(t *testing.T, f *pst.File, seed uint64) *model {
	m := &model{rng: rand.New(rand.NewPCG(seed, 1)), items: map[pst.NID]modelItem{}}
	top, err := f.IPMSubtree()
	require.NoError(t, err)
	psttest.Edit(t, f, func(tx *pst.Tx) {
		for i := range 4 {
			nid, err := tx.CreateFolder(top, fmt.Sprint("folder ", i), "")
			require.NoError(t, err)
			m.folders = append(m.folders, nid)
		}
	})
	return m
}

func (m *model) transaction(t *testing.T, f *pst.File) {
	t.Helper()
	items, folders := maps.Clone(m.items), slices.Clone(m.folders)
	tx, err := f.Begin()
	require.NoError(t, err)
	for range m.rng.IntN(60) {
		m.step(t, tx)
	}
	if m.rng.IntN(5) == 0 {
		require.NoError(t, tx.Rollback())
		m.items, m.folders = items, folders
		return
	}
	require.NoError(t, tx.Commit())
}

func (m *model) step(t *testing.T, tx *pst.Tx) {
	t.Helper()
	var nid pst.NID
	if all := slices.Sorted(maps.Keys(m.items)); len(all) > 0 {
		nid = all[m.rng.IntN(len(all))]
	}
	switch k := m.rng.IntN(10); {
	case nid == 0 || k < 4:
		it := m.item()
		nid, err := tx.Create(it.folder, psttest.In(t, tx, it.content()))
		require.NoError(t, err)
		m.items[nid] = it
	case k < 7:
		it := m.item()
		it.folder = m.items[nid].folder
		c := psttest.In(t, tx, it.content())
		require.NoError(t, tx.Update(nid, pst.Edit{Set: c.Props, Recipients: &c.Recipients, Attachments: &c.Attachments}))
		m.items[nid] = it
	case k < 8:
		it := m.items[nid]
		it.folder = m.folders[m.rng.IntN(len(m.folders))]
		require.NoError(t, tx.Move(nid, it.folder))
		m.items[nid] = it
	case k < 9:
		require.NoError(t, tx.Delete(nid))
		delete(m.items, nid)
	default:
		m.folder(t, tx)
	}
}

// folder makes a folder, in one of the others, and a named property, which may be
// there already.
func (m *model) folder(t *testing.T, tx *pst.Tx) {
	t.Helper()
	parent := m.folders[m.rng.IntN(len(m.folders))]
	nid, err := tx.CreateFolder(parent, fmt.Sprint("ü ", len(m.folders)), "")
	require.NoError(t, err)
	m.folders = append(m.folders, nid)
	_, err = tx.PutName(pst.PropName{GUID: testSet, Name: fmt.Sprint("name ", m.rng.IntN(100))})
	require.NoError(t, err)
}

// item is a random item: most are small, some are not.
func (m *model) item() modelItem {
	it := modelItem{
		folder:  m.folders[m.rng.IntN(len(m.folders))],
		subject: fmt.Sprintf("ä€ %x", psttest.Noise(m.rng.IntN(100))),
		body:    m.rng.IntN(600),
		read:    m.rng.IntN(2) == 0,
	}
	if m.rng.IntN(8) == 0 {
		it.body = m.rng.IntN(50_000)
		it.attachments = m.rng.IntN(4)
		it.recipients = m.rng.IntN(4)
	}
	return it
}

func (it modelItem) content() pst.Content {
	c := psttest.Contact(it.subject, "")
	flags := int32(0)
	if it.read {
		flags = 1
	}
	c.Props = append(c.Props, psttest.Bytes(0x66810102, psttest.Noise(it.body)), psttest.Int(pst.PidTagMessageFlags, flags))
	for i := range it.attachments {
		c.Attachments = append(c.Attachments, psttest.FileAttachment(fmt.Sprint(i), psttest.Noise(it.body/2)))
	}
	for i := range it.recipients {
		c.Recipients = append(c.Recipients, psttest.Recipient(fmt.Sprint("r", i), 1))
	}
	return c
}

func (m *model) compare(t *testing.T, f *pst.File) {
	t.Helper()
	got := map[pst.NID]modelItem{}
	for _, folder := range m.folders {
		for row, err := range f.Items(folder) {
			require.NoError(t, err)
			msg := message(t, f, row.NID)
			subject, _ := msg.Prop(psttest.TagSubject.ID())
			body, _ := msg.Prop(0x6681)
			flags, _ := msg.Prop(pst.PidTagMessageFlags.ID())
			require.Equal(t, psttest.Noise(len(body.Data)), append([]byte{}, body.Data...))
			got[row.NID] = modelItem{
				folder: folder, subject: psttest.String(t, f, subject), body: len(body.Data),
				attachments: len(msg.Attachments), recipients: len(msg.Recipients), read: flags.Data[0]&1 != 0,
			}
		}
	}
	require.Equal(t, m.items, got)
}
