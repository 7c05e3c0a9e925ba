package psttest_test

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// format is a kind of store that the engine writes.
type format struct {
	name    string
	options pst.CreateOptions
}

// ansi reports whether text is kept in a code page.
func (f format) ansi() bool { return f.options.Format == pst.ANSI }

// formats are all kinds of stores, by name.
func formats() []format {
	all := []format{{"unicode plain", pst.CreateOptions{Encoding: pst.EncodingNone}}}
	for _, of := range []map[string]pst.CreateOptions{psttest.Formats, psttest.Encoded} {
		for name, options := range of {
			all = append(all, format{name, options})
		}
	}
	slices.SortFunc(all, func(a, b format) int { return -cmp.Compare(a.name, b.name) })
	return all
}

// meant is an item as a test made it: what a store has to hold, in bytes.
type meant struct {
	kind    string
	folder  string // path below the top folder, '/' between names
	content pst.Content
	says    []string // parts of the file that readpst makes of it; none when it makes no file
	touched bool     // changed after it was made
}

// scene is a store under construction, and what it is meant to hold.
type scene struct {
	*testing.T
	format  format
	path    string
	file    *pst.File
	tx      *pst.Tx // the one that is open
	kind    string  // of the items that are added
	folder  string  // where they go
	items   map[pst.NID]*meant
	had     map[pst.NID]bool   // items that were there before
	folders map[string]pst.NID // by path below the top folder
	names   map[uint16]string  // named properties that were used, as pffexport calls them
}

// newScene is an empty store.
func newScene(t *testing.T, f format) *scene {
	return openScene(t, f, psttest.NewAs(t, f.options))
}

func openScene(t *testing.T, f format, path string) *scene {
	return &scene{
		T: t, format: f, path: path, file: psttest.Open(t, path), items: map[pst.NID]*meant{},
		folders: map[string]pst.NID{}, names: map[uint16]string{},
	}
}

// write runs change in a transaction.
func (s *scene) write(change func()) {
	s.Helper()
	psttest.Edit(s, s.file, func(tx *pst.Tx) {
		s.tx = tx
		change()
	})
	s.tx = nil
}

// in gives the folder at a path below the top folder, and makes it if need be.
func (s *scene) in(path string) pst.NID {
	s.Helper()
	if nid, ok := s.folders[path]; ok {
		return nid
	}
	above, name := filepath.Split(path)
	parent, err := s.tx.IPMSubtree()
	require.NoError(s, err)
	if above != "" {
		parent = s.in(strings.TrimSuffix(above, "/"))
	}
	nid, err := s.tx.CreateFolder(parent, name, "")
	require.NoError(s, err)
	s.folders[path] = nid
	return nid
}

// add puts an item into the folder of the scene and remembers what was meant. says
// are what readpst writes of it.
func (s *scene) add(c pst.Content, says ...string) pst.NID {
	s.Helper()
	c = s.stored(c)
	nid, err := s.tx.Create(s.in(s.folder), c)
	require.NoError(s, err)
	s.items[nid] = &meant{kind: s.kind, folder: s.folder, content: c, says: says}
	return nid
}

// update changes properties of an item. Recipients and attachments stay.
func (s *scene) update(nid pst.NID, set []pst.Property, remove ...uint16) {
	s.Helper()
	set = s.props(set)
	require.NoError(s, s.tx.Update(nid, pst.Edit{Set: set, Remove: remove}))
	m := s.items[nid]
	m.content.Props = merged(m.content.Props, set, remove)
	m.touched = true
}

// replace makes an item another one.
func (s *scene) replace(nid pst.NID, c pst.Content, says ...string) {
	s.Helper()
	c = s.stored(c)
	m := s.items[nid]
	edit := pst.Edit{Set: c.Props, Recipients: &c.Recipients, Attachments: &c.Attachments}
	for _, p := range m.content.Props {
		if _, ok := c.Prop(p.Tag.ID()); !ok {
			edit.Remove = append(edit.Remove, p.Tag.ID())
		}
	}
	require.NoError(s, s.tx.Update(nid, edit))
	m.content, m.says, m.touched = c, says, true
}

func (s *scene) move(nid pst.NID, folder string) {
	s.Helper()
	require.NoError(s, s.tx.Move(nid, s.in(folder)))
	s.items[nid].folder = folder
}

func (s *scene) delete(nid pst.NID) {
	s.Helper()
	require.NoError(s, s.tx.Delete(nid))
	delete(s.items, nid)
}

// named is the id of a named property.
func (s *scene) named(set [16]byte, id uint32, name string) uint16 {
	s.Helper()
	prop, err := s.tx.PutName(pst.PropName{GUID: set, ID: id, Name: name})
	require.NoError(s, err)
	if s.names[prop] = name; name == "" {
		s.names[prop] = hex4(id)
	}
	return prop
}
