package ndb_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
	"pstsyncd/syncjob/vfs/crashfs"
)

func TestTx_RandomEditsOfRealStores(t *testing.T) {
	paths := map[string]string{"enron.pst": goPSTFile(t, "enron.pst"), "support.pst": goPSTFile(t, "support.pst")}
	for _, name := range soundStores {
		paths[name] = corpusFile(t, name)
	}
	for name, path := range paths {
		t.Run(name, func(t *testing.T) {
			fsys := loadCorpus(t, path)
			original := fsys.Bytes(storePath)
			reserved := verify(original).leaked // pages that PMaps of old files reserve
			s := openStore(t, fsys)
			m, err := readModel(s)
			require.NoError(t, err)
			require.EqualValues(t, s.Header().Root.FileEOF, len(fsys.Bytes(storePath)), "the tail of trailing-bytes.pst is cut off")
			rnd := rand.New(rand.NewPCG(11, uint64(len(original))))
			for range 4 {
				m = editReal(t, s, rnd, m)
				requireSound(t, fsys.Bytes(storePath), reserved)
				s = reopen(t, fsys, s)
			}
			requireModel(t, m, s)
			h := s.Header()
			require.NoError(t, s.Close())
			requireUntouched(t, original, h)
			requireRecovery(t, fsys, m)
		})
	}
}

// editReal makes random changes, also to what was there.
func editReal(t *testing.T, s *ndb.Store, rnd *rand.Rand, m model) model {
	tx, err := s.Begin()
	require.NoError(t, err)
	e := &editor{t: t, rnd: rnd, tx: tx, m: m.clone(), max: 60_000}
	for range 12 {
		e.add()
		e.replace()
		e.edit()
		e.editSubnodes()
		e.share()
		e.delete()
	}
	require.NoError(t, tx.Commit())
	return e.m
}

// requireUntouched fails if fields of the header that we have no business with were
// changed.
func requireUntouched(t *testing.T, original []byte, h disk.Header) {
	f, err := disk.DetectFormat(original)
	require.NoError(t, err)
	var was disk.Header
	require.NoError(t, was.Unmarshal(f, original))
	was.CRCPartial, was.CRCFull, was.Unique = h.CRCPartial, h.CRCFull, h.Unique
	was.NextB, was.NextP, was.RgNID, was.Root = h.NextB, h.NextP, h.RgNID, h.Root
	assert.Equal(t, was, h)
}

// requireRecovery marks the maps of a store as not to be trusted, fills them with
// nonsense, and fails unless opening it makes them right.
func requireRecovery(t *testing.T, fsys *crashfs.FS, m model) {
	b := fsys.Bytes(storePath)
	f, err := disk.DetectFormat(b)
	require.NoError(t, err)
	var h disk.Header
	require.NoError(t, h.Unmarshal(f, b))
	h.Root.AMapValid = disk.AMapInvalid
	require.NoError(t, h.Marshal(f, b))
	for i := int64(0); disk.SectionOffset(i) < int64(h.Root.FileEOF); i++ {
		for j := range 300 {
			b[disk.SectionOffset(i)+int64(j)] = 0x5A
		}
	}
	fsys.Load(storePath, append(b, "surplus"...))
	s := openStore(t, fsys)
	requireModel(t, m, s)
	require.NoError(t, s.Close())
	requireSound(t, fsys.Bytes(storePath), 0)
	assert.Len(t, fsys.Bytes(storePath), int(h.Root.FileEOF))
}
