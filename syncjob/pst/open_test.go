package pst_test

import (
	"bytes"
	"encoding/binary"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs"
)

func TestOpen_refuses(t *testing.T) {
	for _, tc := range []struct {
		name string
		make func(t *testing.T) string
		want error
	}{
		{"missing", func(t *testing.T) string { return filepath.Join(t.TempDir(), "x.pst") }, fs.ErrNotExist},
		{"empty", func(t *testing.T) string { return bytesFile(t, nil) }, pst.ErrNotPST},
		{"text", func(t *testing.T) string {
			return bytesFile(t, []byte("This is no store, and long enough to have a header."))
		}, pst.ErrNotPST},
		{"ost", func(t *testing.T) string { return patched(t, versionAt, disk.VersionOST4K) }, pst.ErrUnsupported},
		{"protected", func(t *testing.T) string { return patched(t, versionAt, disk.VersionWIP) }, pst.ErrUnsupported},
		{"offline store", func(t *testing.T) string { return patched(t, clientAt, 0x4F53) }, pst.ErrUnsupported},
		{"damaged", func(t *testing.T) string { return psttest.Copy(t, psttest.Corpus(t, "damaged-amap-invalid.pst")) }, pst.ErrCorrupt},
		{"truncated", truncated, pst.ErrCorrupt},
		{"password", func(t *testing.T) string { return psttest.Copy(t, psttest.Corpus(t, "outlook-password.pst")) }, pst.ErrPassword},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := tc.make(t)
			before, _ := os.ReadFile(path)
			_, err := pst.Open(vfs.OS, path, pst.Options{})
			require.ErrorIs(t, err, tc.want)
			assert.ErrorContains(t, err, filepath.Base(path))
			after, _ := os.ReadFile(path)
			assert.Equal(t, before, after, "nothing is written")
		})
	}
}

// Where the header has the client's magic and the version.
const (
	clientAt  = 8
	versionAt = 10
)

func bytesFile(t *testing.T, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.pst")
	require.NoError(t, os.WriteFile(path, b, 0o600))
	return path
}

// patched is a new store with another number in its header, whose checksums are
// right.
func patched(t *testing.T, off int, n uint16) string {
	t.Helper()
	b, err := os.ReadFile(psttest.New(t))
	require.NoError(t, err)
	binary.LittleEndian.PutUint16(b[off:], n)
	sealHeader(b)
	return bytesFile(t, b)
}

func truncated(t *testing.T) string {
	b, err := os.ReadFile(psttest.New(t))
	require.NoError(t, err)
	return bytesFile(t, b[:len(b)/2])
}

// A store that is refused for its password is not even repaired.
func TestOpen_passwordBeforeRepair(t *testing.T) {
	path := psttest.Copy(t, psttest.Corpus(t, "outlook-password.pst"))
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	var h disk.Header
	require.NoError(t, h.Unmarshal(disk.Unicode, b))
	h.Root.AMapValid = disk.AMapInvalid
	require.NoError(t, h.Marshal(disk.Unicode, b))
	require.NoError(t, os.WriteFile(path, b, 0o600))

	_, err = pst.Open(vfs.OS, path, pst.Options{Password: "wrong"})
	require.ErrorIs(t, err, pst.ErrPassword)
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(b, after), "the file is as it was")

	f, err := pst.Open(vfs.OS, path, pst.Options{Password: psttest.CorpusPassword})
	require.NoError(t, err)
	require.NoError(t, f.Close())
	after, err = os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, h.Unmarshal(disk.Unicode, after))
	assert.Equal(t, disk.AMapValid2, h.Root.AMapValid, "who has the password repairs it")
}

// Whatever name a store is opened by, its journal is beside the store itself.
func TestOpen_journalBesideTheStore(t *testing.T) {
	path := psttest.New(t)
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	require.NoError(t, err)
	link := filepath.Join(t.TempDir(), "link.pst")
	if err := os.Symlink(path, link); err != nil {
		t.Skipf("SKIPPED: symbolic links: none can be made here, on Windows turn on developer mode: %v", err)
	}
	fsys := &createdFS{FS: vfs.OS}
	f, err := pst.Open(fsys, link, pst.Options{})
	require.NoError(t, err)
	psttest.Edit(t, f, func(tx *pst.Tx) {
		_, err := tx.CreateFolder(0x8022, "Team", pst.ClassContact)
		require.NoError(t, err)
	})
	require.NoError(t, f.Close())
	require.NotEmpty(t, fsys.created, "journals")
	for _, name := range fsys.created {
		assert.Equal(t, filepath.Join(dir, filepath.Base(path)+".pstsyncd-journal"), name)
	}
}

// createdFS notes which files are created.
type createdFS struct {
	vfs.FS
	created []string
}

func (f *createdFS) Create(path string) (vfs.File, error) {
	f.created = append(f.created, path)
	return f.FS.Create(path)
}

func TestOpen_password(t *testing.T) {
	path := psttest.Copy(t, psttest.Corpus(t, "outlook-password.pst"))
	_, err := pst.Open(vfs.OS, path, pst.Options{Password: "wrong"})
	assert.ErrorIs(t, err, pst.ErrPassword)
	f, err := pst.Open(vfs.OS, path, pst.Options{Password: psttest.CorpusPassword})
	require.NoError(t, err)
	assert.NoError(t, f.Close())
}

func TestOpen_readOnly(t *testing.T) {
	f := openRead(t, psttest.New(t))
	_, err := f.Begin()
	assert.ErrorIs(t, err, pst.ErrReadOnly)
}

// Opening and one look-up cost the same in a small store and in a large one.
func TestOpen_cost(t *testing.T) {
	var c vfs.Counters
	f, err := pst.Open(vfs.Count(vfs.OS, &c), psttest.Module(t, "enron.pst"), pst.Options{ReadOnly: true})
	require.NoError(t, err)
	defer f.Close()
	assert.Less(t, c.BytesRead.Load(), int64(20<<10))
	_, err = f.Message(0x200024)
	require.NoError(t, err)
	assert.Less(t, c.BytesRead.Load(), int64(150<<10))
}

func TestFile_ansi(t *testing.T) {
	f := openRead(t, psttest.Corpus(t, "outlook97-ansi.pst"))
	assert.Equal(t, pst.ANSI, f.Format())
	calendar, err := f.Default(pst.ClassAppointment)
	require.NoError(t, err)
	path, err := f.FolderPath(calendar)
	require.NoError(t, err)
	assert.Equal(t, "Calendar", path)
	for row, err := range f.Items(calendar) {
		require.NoError(t, err)
		m, err := f.Message(row.NID)
		require.NoError(t, err)
		assert.Len(t, m.Recipients, 7)
		class, _ := m.Prop(pst.PidTagMessageClass.ID())
		assert.Equal(t, pst.TypeString8, class.Tag.Type())
		assert.Equal(t, "IPM.Appointment", string(class.Data))
	}
	_, err = f.Begin()
	assert.ErrorIs(t, err, pst.ErrReadOnly)
}

// What is in the real stores, as other readers count it.
func TestFile_corpus(t *testing.T) {
	type counts struct{ items, associated, attachments, embedded, recipients int }
	for name, want := range map[string]counts{
		"aspose-9-appointments.pst":    {61, 0, 43, 10, 31},
		"outlook-6-contacts.pst":       {6, 0, 0, 0, 0},
		"outlook-72-contacts-6x12.pst": {72, 0, 0, 0, 0},
		"outlook-empty.pst":            {},
		"outlook-mail-fai.pst":         {17, 10, 34, 4, 14},
		"outlook-mixed.pst":            {12, 0, 1, 0, 6},
		"outlook-password.pst":         {3, 13, 0, 0, 0},
		"outlook97-ansi.pst":           {1, 0, 0, 0, 7},
		"trailing-bytes.pst":           {},
	} {
		t.Run(name, func(t *testing.T) {
			f := openRead(t, psttest.Corpus(t, name))
			var got counts
			for nid := range psttest.Snap(t, f) {
				m, err := f.Message(nid)
				require.NoError(t, err)
				if m.Associated {
					got.associated++
				} else {
					got.items++
				}
				got.attachments += len(m.Attachments)
				got.recipients += len(m.Recipients)
				for _, a := range m.Attachments {
					if a.Embedded != nil {
						got.embedded++
					}
				}
			}
			assert.Equal(t, want, got)
		})
	}
}

func TestFile_NodePages(t *testing.T) {
	path := psttest.Enron(t)
	f := psttest.Open(t, path)
	known, nodes := map[pst.PageRef]bool{}, map[pst.NID]pst.NodeRef{}
	for p, err := range f.NodePages(func(pst.PageRef) bool { return false }) {
		require.NoError(t, err)
		known[p.Ref] = true
		for _, n := range p.Nodes {
			nodes[n.NID] = n
		}
	}
	all, err := pst.AllNodes(f)
	require.NoError(t, err)
	assert.Len(t, nodes, len(all))

	psttest.Edit(t, f, func(tx *pst.Tx) {
		require.NoError(t, tx.Update(0x200024, pst.Edit{Set: []pst.Property{psttest.Text(psttest.TagSubject, "x")}}))
	})
	pages, changed := 0, []pst.NID{}
	for p, err := range f.NodePages(func(r pst.PageRef) bool { return known[r] }) {
		require.NoError(t, err)
		pages++
		for _, n := range p.Nodes {
			if nodes[n.NID] != n {
				changed = append(changed, n.NID)
			}
		}
	}
	assert.Contains(t, changed, pst.NID(0x200024))
	assert.LessOrEqual(t, len(changed), 4, "the item, its table and little else")
	assert.LessOrEqual(t, pages, 12)
}

func TestFile_EntryID(t *testing.T) {
	f := openRead(t, psttest.New(t))
	top, err := f.IPMSubtree()
	require.NoError(t, err)
	got, err := f.NIDOf(f.EntryID(top))
	require.NoError(t, err)
	assert.Equal(t, top, got)
	for _, id := range [][]byte{nil, make([]byte, 24), f.EntryID(0x7FFFFFE4), openRead(t, psttest.New(t)).EntryID(top)} {
		_, err := f.NIDOf(id)
		assert.ErrorIs(t, err, pst.ErrNotFound)
	}
}

// The two versions of the ANSI format are alike; a store keeps its own.
func TestANSI_versions(t *testing.T) {
	for _, version := range []uint16{disk.VersionANSI, disk.VersionANSI15} {
		path := psttest.NewAs(t, pst.CreateOptions{Format: pst.ANSI})
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		var h disk.Header
		require.NoError(t, h.Unmarshal(disk.ANSI, b))
		h.Version = version
		require.NoError(t, h.Marshal(disk.ANSI, b))
		require.NoError(t, os.WriteFile(path, b, 0o600))

		f := psttest.Open(t, path)
		psttest.Edit(t, f, func(tx *pst.Tx) { fillSample(t, tx) })
		require.NoError(t, f.Close())
		b, err = os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, h.Unmarshal(disk.ANSI, b))
		assert.Equal(t, version, h.Version)
	}
}
