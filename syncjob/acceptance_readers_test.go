package syncjob_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// TestAcceptance_readers has programs that are not ours read both stores after
// changes of all kinds: without complaint, the same items on both sides, and
// everything outside the mapped folders as in the original.
func TestAcceptance_readers(t *testing.T) {
	for name, common := range map[string]string{"outlook-mixed.pst": "unicode", "outlook-mail-fai.pst": "ansi", "outlook-6-contacts.pst": "ansi"} {
		t.Run(name, func(t *testing.T) {
			inShare(t, name == "outlook-mixed.pst")
			source := original(t, name)
			d := newDesk(t, storeOf(t, common), source)
			d.sync()
			d.exercise()
			var sides [2]map[string]psttest.Listing
			for s, path := range d.path {
				t.Run([]string{"common", "local"}[s], func(t *testing.T) { sides[s] = psttest.Interop(t, path, source) })
			}
			for _, r := range psttest.Readers {
				c, there := sides[atCommon][r.Name]
				if !there || c.Cannot != "" {
					continue // said so when it was skipped
				}
				l := sides[atLocal][r.Name]
				assert.Equal(t, d.kinds(c), d.kinds(l), "items of the mapped folders in the eyes of %s", r.Name)
				if r.Name != psttest.ReadPST.Name { // which knows no ids
					before := r.Read(t, source)
					assert.Empty(t, psttest.Changes(d.outside(before), d.outside(l)), "outside the mapped folders in the eyes of %s", r.Name)
				}
			}
		})
	}
}

// mapped reports whether a folder of a listing is one of those that are synced, or
// the one that deleted items go to.
func (d *desk) mapped(folder string) bool {
	names := []string{"Deleted Items"}
	for _, pair := range d.pairs {
		names = append(names, pair.Common, pair.Local)
	}
	return slices.ContainsFunc(names, func(n string) bool { return folder == n || strings.HasSuffix(folder, "/"+n) })
}

// kept reports whether an item is one that jobs copy, or one that was deleted.
// Readers that know ids list associated items too.
func (d *desk) kept(it psttest.ReadItem) bool {
	return d.mapped(it.Folder) && (it.NID == 0 || it.NID.Type() == typeNormalMessage)
}

// outside is a listing without what jobs and the test may change.
func (d *desk) outside(l psttest.Listing) psttest.Listing {
	l.Items = slices.DeleteFunc(slices.Clone(l.Items), d.kept)
	return l
}

// subject is the subject of an item, in a store of either format.
func subject(it psttest.ReadItem) string {
	if narrow, ok := it.Props[pst.MakeTag(psttest.TagSubject.ID(), pst.TypeString8)]; ok {
		text, _ := pst.DecodeString8(pst.DefaultCodePage, narrow)
		return text
	}
	return pst.DecodeUTF16(it.Props[psttest.TagSubject])
}

// kinds are the items of the mapped folders by folder, name and number of parts.
func (d *desk) kinds(l psttest.Listing) []string {
	var all []string
	for _, it := range l.Items {
		if name := it.Folder[strings.LastIndex(it.Folder, "/")+1:]; d.kept(it) && name != "Deleted Items" {
			all = append(all, fmt.Sprintf("%s %q %d %d", name, subject(it), len(it.Recipients), len(it.Attachments)))
		}
	}
	slices.Sort(all)
	return all
}
