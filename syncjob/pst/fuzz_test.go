package pst_test

import (
	"context"
	"errors"
	"io"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/internal/damage"
	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs"
	"pstsyncd/syncjob/vfs/crashfs"
)

// richStore is a store of our own with something of everything in it.
func richStore(t testing.TB, o pst.CreateOptions) []byte {
	t.Helper()
	path := psttest.NewAs(t, o)
	f := psttest.Open(t, path)
	folder, err := f.Default(pst.ClassContact)
	require.NoError(t, err)
	inner := psttest.Contact("Inner", "within")
	inner.Attachments = []pst.Attachment{psttest.FileAttachment("a.txt", psttest.Noise(50))}
	outer := psttest.Contact("Outer", "note")
	outer.Recipients = [][]pst.Property{psttest.Recipient("Ada", 1), psttest.Recipient("Bob", 2)}
	outer.Attachments = []pst.Attachment{psttest.FileAttachment("b.bin", psttest.Noise(20_000)), psttest.EmbeddedMessage(inner)}
	psttest.Edit(t, f, func(tx *pst.Tx) {
		id, err := tx.PutName(pst.PropName{GUID: [16]byte{1}, Name: "Keywords"})
		require.NoError(t, err)
		outer.Props = append(outer.Props, psttest.Bytes(pst.MakeTag(id, pst.TypeMultiple|pst.TypeBinary), []byte{1, 0, 0, 0, 8, 0, 0, 0, 7}))
		_, err = tx.Create(folder, psttest.In(t, tx, outer))
		require.NoError(t, err)
		for range 20 {
			_, err = tx.Create(folder, psttest.In(t, tx, psttest.Contact("Many", "")))
			require.NoError(t, err)
		}
		sub, err := tx.CreateFolder(folder, "Team", "")
		require.NoError(t, err)
		_, err = tx.Create(sub, psttest.In(t, tx, psttest.Appointment("Plan", time.Unix(1e9, 0))))
		require.NoError(t, err)
	})
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return b
}

// fuzzStores are small stores of every form and encoding.
func fuzzStores(t testing.TB) (all []*damage.Store) {
	t.Helper()
	add := func(b []byte) {
		s, err := damage.New(b)
		require.NoError(t, err)
		all = append(all, s)
	}
	for _, o := range []pst.CreateOptions{{}, {Format: pst.ANSI}} {
		b := richStore(t, o)
		add(b)
		add(all[len(all)-1].Encoded(disk.CryptCyclic))
		add(all[len(all)-2].Encoded(disk.CryptNone))
	}
	small := psttest.SmallStores(t, 1<<19)
	for _, b := range small {
		s, err := damage.New(b)
		if err != nil {
			t.Logf("no store to begin with: %v", err) // a corpus has damaged ones, too
			continue
		}
		all = append(all, s)
	}
	require.True(t, len(small) == 0 || len(all) > 6, "a corpus without a sound store")
	return all
}

// The outcomes that a store that anybody may have written can have.
var hostileErrors = []error{
	pst.ErrCorrupt, pst.ErrNotPST, pst.ErrUnsupported, pst.ErrPassword, pst.ErrTooLarge, pst.ErrNotFound, pst.ErrInvalid, pst.ErrExists, pst.ErrFull,
}

func requireHostile(t testing.TB, err error) {
	t.Helper()
	for _, e := range hostileErrors {
		if err == nil || errors.Is(err, e) {
			return
		}
	}
	t.Errorf("not an error that says what the matter is: %v", err)
}

// survive reads, checks and changes a store that may be anything.
func survive(t testing.TB, b []byte) {
	t.Helper()
	psttest.Bounded(t, len(b), func() {
		fsys := crashfs.New()
		fsys.Load(storeName, b)
		readAndCheck(t, fsys)
		requireHostile(t, changeSome(fsys))
	})
}

// readAndCheck reports whether there is something wrong with the store.
func readAndCheck(t testing.TB, fsys vfs.FS) (damaged bool) {
	t.Helper()
	_, errs := readWhole(fsys)
	for _, err := range errs {
		requireHostile(t, err)
	}
	for range pst.Check(context.Background(), fsys, storeName, nil) {
		damaged = true
	}
	return damaged
}

// readWhole reads whatever can be read of a store, streams included, and gives the
// errors of the rest.
func readWhole(fsys vfs.FS) (items int, errs []error) {
	f, err := pst.Open(fsys, storeName, pst.Options{ReadOnly: true, Password: psttest.CorpusPassword})
	if err != nil {
		return 0, []error{err}
	}
	defer f.Close()
	_, err = f.DeletedItems()
	_, err2 := f.Default(pst.ClassContact)
	_, _, err3 := f.IDOf(pst.PropName{Name: "nobody has it"})
	errs = append(errs, err, err2, err3)
	for folder, err := range f.Walk(f.Root()) {
		if err != nil {
			return items, append(errs, err)
		}
		if _, err := f.FolderPath(folder.NID); !errors.Is(err, pst.ErrNotFound) { // it need not be one that people see
			errs = append(errs, err)
		}
		for _, rows := range []func(pst.NID) func(func(pst.Row, error) bool){
			func(n pst.NID) func(func(pst.Row, error) bool) { return f.Items(n) },
			func(n pst.NID) func(func(pst.Row, error) bool) { return f.AssociatedItems(n) },
		} {
			for row, err := range rows(folder.NID) {
				if err == nil {
					err = readItem(f, row.NID)
				}
				if errs = append(errs, err); err == nil {
					items++
				}
			}
		}
	}
	return items, errs
}

func readItem(f *pst.File, nid pst.NID) error {
	m, err := f.Message(nid)
	if err != nil {
		return err
	}
	return readContent(f, &m.Content)
}

func readContent(f *pst.File, c *pst.Content) error {
	errs := []error{readValues(f, c.Props)}
	for _, r := range c.Recipients {
		errs = append(errs, readValues(f, r))
	}
	for _, a := range c.Attachments {
		errs = append(errs, readValues(f, a.Props))
		if a.Embedded != nil {
			errs = append(errs, readContent(f, a.Embedded))
		}
	}
	return errors.Join(errs...)
}

func readValues(f *pst.File, props []pst.Property) error {
	var errs []error
	for _, p := range props {
		_, _, err := f.NameOf(p.Tag.ID())
		errs = append(errs, err)
		if p.Large == nil {
			continue
		}
		r, err := p.Large.Open()
		if err == nil {
			_, err = io.Copy(io.Discard, r)
			err = errors.Join(err, r.Close())
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// changeSome does a few of each kind of change and commits them.
func changeSome(fsys *crashfs.FS) error {
	f, err := pst.Open(fsys, storeName, pst.Options{Password: psttest.CorpusPassword})
	if err != nil {
		return err
	}
	defer f.Close()
	tx, err := f.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	folder, err := tx.Default(pst.ClassContact)
	if err != nil {
		return err
	}
	var items []pst.NID
	for row, err := range tx.Items(folder) {
		if err != nil || len(items) == 3 {
			break
		}
		items = append(items, row.NID)
	}
	if _, err := tx.PutName(pst.PropName{Name: "new"}); err != nil {
		return err
	}
	if _, err := tx.Create(folder, pst.Content{Props: []pst.Property{psttest.Int(0x00170003, 1)}}); err != nil {
		return err
	}
	if _, err := tx.CreateFolder(folder, "new", ""); err != nil {
		return err
	}
	for i, change := range []func(pst.NID) error{
		func(nid pst.NID) error {
			return tx.Update(nid, pst.Edit{Set: []pst.Property{psttest.Int(0x00170003, 2)}, Attachments: &[]pst.Attachment{}})
		},
		tx.MoveToDeletedItems,
		tx.Delete,
	} {
		if i < len(items) {
			if err := change(items[i]); err != nil {
				return err
			}
		}
	}
	return tx.Commit()
}

// Stores that are not damaged are read and changed without an error.
func TestFuzzStores(t *testing.T) {
	for i, s := range fuzzStores(t) {
		fsys := crashfs.New()
		fsys.Load(storeName, s.Run(nil))
		_, errs := readWhole(fsys)
		if err := errors.Join(errs...); i < 6 {
			require.NoError(t, err, "store %d", i)
			require.NoError(t, changeSome(fsys), "store %d", i)
			assert.NoError(t, readDamage(fsys), "store %d", i)
		}
	}
}

// readDamage gives what a check finds in a store.
func readDamage(fsys *crashfs.FS) error {
	var errs []error
	for p := range pst.Check(context.Background(), fsys, storeName, nil) {
		errs = append(errs, errors.New(p.String()))
	}
	return errors.Join(errs...)
}

// FuzzOpen opens, walks, checks and changes stores that are damaged by programs of
// [damage.Store.Run], whose checksums fit.
func FuzzOpen(f *testing.F) {
	all := fuzzStores(f)
	for i := range all {
		f.Add(byte(i), []byte(nil))
		for kind := range byte(8) { // a seed for each kind of change, and of what is changed
			f.Add(byte(i), []byte{kind, kind, byte(i), 1, 2, 3, 4, 5})
			f.Add(byte(i), []byte{7 - kind, kind, byte(i), kind, 2, 3, 4, 5, kind, 5, kind, 0, 0, 0, 8, 0})
		}
	}
	f.Fuzz(func(t *testing.T, store byte, program []byte) {
		if len(program) > 40*8 {
			return // more changes find nothing more
		}
		survive(t, all[int(store)%len(all)].Run(program))
	})
}
