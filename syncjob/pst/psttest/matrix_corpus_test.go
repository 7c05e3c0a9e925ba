package psttest_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// edited are the real stores that are edited, those of the ordinary share first.
var edited = []string{"outlook-mixed.pst", "outlook97-ansi.pst", "outlook-mail-fai.pst", "outlook-6-contacts.pst", "outlook-password.pst"}

const dailyEdited = 2

// corpusScene is a copy of a real store after edits of its items and with items of
// ours. What readers said of it before, with those edits, is what they have to say.
func (m *matrix) corpusScene(t *testing.T, name string) {
	original := psttest.Corpus(t, name)
	s := openScene(t, format{name: "as found"}, psttest.Copy(t, original))
	s.format.options.Format = s.file.Format()
	s.kind, s.had = "edits of "+name, map[pst.NID]bool{}
	for nid := range psttest.Snap(t, s.file) {
		s.had[nid] = true
	}
	require.True(t, len(s.had) > 0)
	changed := s.editFound()
	edits(s, 60, 10)
	for _, r := range psttest.Readers {
		t.Run(name+"/"+r.Name, func(t *testing.T) {
			before, after := r.Original(t, original), r.Read(t, s.path)
			after.Complaints = slices.DeleteFunc(after.Complaints, func(c string) bool { return slices.Contains(before.Complaints, c) })
			if r.Name != psttest.ReadPST.Name { // which knows no ids
				assert.Empty(t, psttest.Changes(changed.in(before), changed.in(s.found(after))), "items that were there")
			}
			for kind, v := range judge(s, r, after) {
				m.add(r.Name, kind, name, s.format.name, v)
				assert.Empty(t, v.differs, kind)
			}
		})
	}
}

// change is what happens to an item of a real store.
type change struct {
	gone   bool
	folder string       // where it is now, or empty
	title  pst.Property // what is set, or nothing
}

type changes map[pst.NID]change

// editFound changes, moves and deletes items that were there.
func (s *scene) editFound() changes {
	all := changes{}
	s.write(func() {
		title := s.props([]pst.Property{psttest.Text(0x3A17001F, "Countess")})
		for i, nid := range slices.Sorted(maps.Keys(s.had)) {
			switch {
			case i%3 == 0:
				require.NoError(s, s.tx.Update(nid, pst.Edit{Set: title}))
				all[nid] = change{title: title[0]}
			case i%7 == 1 && nid.Type() == 4:
				require.NoError(s, s.tx.Move(nid, s.in("moved")))
				all[nid] = change{folder: "moved"}
			case i%7 == 2:
				require.NoError(s, s.tx.Delete(nid))
				all[nid] = change{gone: true}
			}
		}
	})
	return all
}

// in is a listing with the changes. What the engine computes anew goes from items
// that were changed, so that listings before and after compare.
func (c changes) in(l psttest.Listing) psttest.Listing {
	l.Items = slices.DeleteFunc(slices.Clone(l.Items), func(it psttest.ReadItem) bool { return c[it.NID].gone })
	for i := range l.Items {
		it := &l.Items[i]
		made, ok := c[it.NID]
		if !ok {
			continue
		}
		if made.folder != "" {
			it.Folder = made.folder
		}
		it.Props = maps.Clone(it.Props)
		maps.DeleteFunc(it.Props, func(tag pst.Tag, _ []byte) bool { return recomputed[tag.ID()] })
		if made.title.Tag != 0 {
			it.Props[made.title.Tag] = made.title.Data
		}
	}
	return l
}

// recomputed are the size, the time of the last change, what replication keeps, and
// what a server knew of the version before.
var recomputed = set(0x0E08, 0x3008, 0x0E30, 0x0E33, 0x0E34, 0x65E2, 0x65E3)

// found is a listing without the items of the scene.
func (s *scene) found(l psttest.Listing) psttest.Listing {
	l.Items = slices.DeleteFunc(slices.Clone(l.Items), func(it psttest.ReadItem) bool { return !s.had[it.NID] })
	return l
}
