package psttest_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// changeKinds are items that were changed in a later transaction.
var changeKinds = []kind{
	{name: "after update", add: func(s *scene) {
		s.add(s.contact("Ada Lovelace"))
		s.add(mail("Before"))
		kept := mail("Kept files")
		kept.Attachments = []pst.Attachment{psttest.FileAttachment("kept.bin", psttest.Noise(9_000)), psttest.EmbeddedMessage(mail("Kept message"))}
		kept.Recipients = [][]pst.Property{psttest.Recipient("Ada", 1)}
		s.add(kept)
	}, then: func(s *scene) {
		ids := s.ids(s.kind)
		s.update(ids[0], []pst.Property{psttest.Text(0x3A17001F, "Countess"), psttest.Text(tagMessageText, strings.Repeat("grown ", 2_000)), s.own(pst.TypeInt64, le64(7))}, 0x3A08, 0x3A42)
		s.items[ids[0]].says = []string{card("Ada Lovelace"), "TITLE:Countess", "grown grown"}
		after := mail("After")
		after.Attachments = []pst.Attachment{psttest.FileAttachment("new.bin", psttest.Noise(9_000))}
		after.Recipients = [][]pst.Property{psttest.Recipient("Mary", 2)}
		s.replace(ids[1], after, "Subject: After", "Cc: Mary")
		s.update(ids[2], []pst.Property{psttest.Text(psttest.TagSubject, "Kept files, new name")})
		s.items[ids[2]].says = []string{"Subject: Kept files, new name", "To: Ada", "Subject: Kept message"}
	}},
	{name: "after delete", add: func(s *scene) { addRows(s, 40) }, then: func(s *scene) {
		for i, nid := range s.ids(s.kind) {
			if i%3 != 1 {
				s.delete(nid)
			}
		}
	}},
	{name: "after move", add: func(s *scene) { addRows(s, 20) }, then: func(s *scene) {
		for i, nid := range s.ids(s.kind) {
			s.move(nid, fmt.Sprintf("%s/%s", s.folder, []string{"one", "two"}[i%2]))
		}
	}},
}

// ids are the items of a kind.
func (s *scene) ids(kind string) []pst.NID {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s.items)), func(nid pst.NID) bool { return s.items[nid].kind != kind })
}

// storeKinds are stores of their own.
var storeKinds = []storeKind{
	{name: "fresh store", build: newScene},
	{name: "300 random edits", build: func(t *testing.T, f format) *scene {
		s := newScene(t, f)
		s.kind = "300 random edits"
		edits(s, 300, 10)
		return s
	}},
	{name: "grown store", build: func(t *testing.T, f format) *scene {
		s := newScene(t, f)
		s.kind, s.folder = "grown store", "grown"
		for i := range 12 { // past the second PMap, which is at the eighth section
			s.write(func() {
				c := mail(fmt.Sprint("Part ", i))
				c.Attachments = []pst.Attachment{psttest.FileAttachment("part.bin", psttest.Noise(300_000))}
				s.add(c, fmt.Sprint("Subject: Part ", i))
			})
		}
		return s
	}},
	{name: "after recovery", build: func(t *testing.T, f format) *scene {
		s := newScene(t, f)
		s.kind = "after recovery"
		edits(s, 40, 10)
		return s.recovered()
	}},
}

// storeKind is a store that is a kind by itself.
type storeKind struct {
	name  string
	build func(t *testing.T, f format) *scene
}

// recovered is the store as somebody finds it whose predecessor died after a commit
// and in the middle of the next one, and as the engine then repairs it: the space
// maps are not valid, and behind the end there is what nothing refers to.
func (s *scene) recovered() *scene {
	b, err := os.ReadFile(s.path) // the store is still open
	require.NoError(s, err)
	path := filepath.Join(s.TempDir(), "new.pst")
	require.NoError(s, os.WriteFile(path, append(b, psttest.Noise(10_000)...), 0o600))
	after := openScene(s.T, s.format, path)
	after.kind, after.items, after.folders, after.names = s.kind, s.items, s.folders, s.names
	edits(after, 20, 10)
	return after
}

// edits makes n changes at random, so many in a transaction.
func edits(s *scene, n, each int) {
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	for done := 0; done < n; done += each {
		s.write(func() {
			for range each {
				edit(s, rng)
			}
		})
	}
}

func edit(s *scene, rng *rand.Rand) {
	s.folder = fmt.Sprintf("edits %d", rng.IntN(4))
	ids := slices.DeleteFunc(s.ids(s.kind), func(nid pst.NID) bool { return s.had[nid] })
	subject := fmt.Sprintf("Edit %d", rng.IntN(1_000_000))
	what := rng.IntN(10)
	if len(ids) < 5 {
		what = 0
	}
	switch pick := func() pst.NID { return ids[rng.IntN(len(ids))] }; {
	case what < 4:
		s.add(random(rng, subject), "Subject: "+subject)
	case what < 6:
		s.replace(pick(), random(rng, subject), "Subject: "+subject)
	case what < 7:
		nid := pick()
		s.update(nid, []pst.Property{psttest.Text(psttest.TagSubject, subject), psttest.Bytes(0x66810102, psttest.Noise(rng.IntN(5_000)))}, 0x1013)
		s.items[nid].says = []string{"Subject: " + subject}
	case what < 8:
		s.move(pick(), s.folder)
	default:
		s.delete(pick())
	}
}

// random is a mail of any size.
func random(rng *rand.Rand, subject string) pst.Content {
	c := mail(subject)
	c.Props = append(c.Props, psttest.Bytes(0x66810102, psttest.Noise(rng.IntN(1+rng.IntN(20_000)))))
	for i := range rng.IntN(4) {
		c.Attachments = append(c.Attachments, psttest.FileAttachment(fmt.Sprintf("%d.bin", i), psttest.Noise(rng.IntN(30_000))))
		c.Recipients = append(c.Recipients, psttest.Recipient(fmt.Sprint("r", i), int32(1+i%3)))
	}
	return c
}
