package pst_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs/crashfs"
)

// crashKind is a kind of change, of which every step is made to fail.
type crashKind struct {
	name string

	// base makes the disk before the change. draw is another one for each of the runs
	// that are looked at, for a kind that has several.
	base func(t *testing.T, o pst.CreateOptions, draw uint64) *crashfs.FS

	// run makes the change, and calls committed whenever a part of it is durable.
	run func(r *crashRun) error

	only   string // the format it is for; "" for each
	most   int    // images of it among allImages, for the stores that take long; 0 for no limit
	perRun int    // images of one run at most; 0 for no limit
}

// crashRun is one run of a kind.
type crashRun struct {
	t         *testing.T
	fsys      *crashfs.FS
	options   pst.CreateOptions
	committed func()
	failed    func(f *pst.File) // after a transaction failed, while the store is open
}

var crashKinds = []crashKind{
	{name: "add", base: crashStore, run: transaction((*scene).add)},
	{name: "change", base: crashStore, run: transaction((*scene).change)},
	{name: "delete", base: crashStore, run: transaction((*scene).delete)},
	{name: "move", base: crashStore, run: transaction((*scene).move)},
	{name: "new folder", base: crashStore, run: transaction((*scene).newFolder)},
	{name: "named property", base: crashStore, run: transaction((*scene).nameProperty)},
	{name: "large value", base: crashStore, run: transaction((*scene).addLarge)},
	{name: "all in one", base: crashStore, run: transaction((*scene).everything)},
	{name: "several transactions", base: crashStore, run: transaction((*scene).add, (*scene).change, (*scene).move, (*scene).delete)},
	{name: "growth", base: crashStore, run: transaction((*scene).grow)},
	{name: "growth over a tail", base: tailed, run: transaction((*scene).grow)},
	{name: "growth with pmap", base: inflated(8), run: transaction((*scene).grow)},
	{name: "growth with fmap", base: inflated(128), run: transaction((*scene).grow), most: 300},
	{name: "growth with fpmap", base: inflated(8192), run: transaction((*scene).grow), only: "unicode", most: 24},
	{name: "rollback", base: crashStore, run: rolledBack},
	{name: "creation", base: noStore, run: creation},
	{name: "recovery", base: crashed, run: recovery, perRun: 40},
}

// transaction is a run of some transactions on one open file.
func transaction(changes ...func(s *scene) error) func(r *crashRun) error {
	return func(r *crashRun) error {
		f, err := pst.Open(r.fsys, storeName, pst.Options{})
		if err != nil {
			return err
		}
		defer f.Close()
		for _, change := range changes {
			if err := inScene(r.t, f, change, (*pst.Tx).Commit); err != nil {
				r.failed(f)
				return err
			}
			r.committed()
		}
		return nil
	}
}

// rolledBack is a transaction that has written a lot and is given up.
func rolledBack(r *crashRun) error {
	f, err := pst.Open(r.fsys, storeName, pst.Options{})
	if err != nil {
		return err
	}
	defer f.Close()
	if err := inScene(r.t, f, (*scene).growMore, (*pst.Tx).Rollback); err != nil {
		r.failed(f)
		return err
	}
	return nil
}

func creation(r *crashRun) error {
	f, err := pst.Create(r.fsys, storeName, r.options)
	if err != nil {
		return err
	}
	r.committed()
	return f.Close()
}

func recovery(r *crashRun) error {
	f, err := pst.Open(r.fsys, storeName, pst.Options{})
	if err != nil {
		return err
	}
	return f.Close()
}

// scene is a transaction on a crashStore, and what it finds there.
type scene struct {
	t      *testing.T
	tx     *pst.Tx
	folder pst.NID
	items  []pst.NID
}

// inScene makes changes in a transaction and ends it.
func inScene(t *testing.T, f *pst.File, change func(s *scene) error, end func(*pst.Tx) error) error {
	tx, err := f.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // the error that matters is that of end
	s := &scene{t: t, tx: tx}
	if s.folder, err = tx.Default(pst.ClassContact); err != nil {
		return err
	}
	for row, err := range tx.Items(s.folder) {
		if err != nil {
			return err
		}
		s.items = append(s.items, row.NID)
	}
	if err := change(s); err != nil {
		return err
	}
	return end(tx)
}

func (s *scene) create(folder pst.NID, c pst.Content) error {
	_, err := s.tx.Create(folder, psttest.In(s.t, s.tx, c))
	return err
}

func (s *scene) add() error {
	c := psttest.Contact("new", "")
	c.Recipients = [][]pst.Property{psttest.Recipient("a", 1)}
	if err := s.create(s.folder, c); err != nil {
		return err
	}
	return s.create(s.folder, psttest.Contact("another", "with a note"))
}

func (s *scene) change() error {
	edit := pst.Edit{
		Set:    psttest.PropsIn(s.t, s.tx, psttest.Text(psttest.TagSubject, "changed"), psttest.Int(pst.PidTagMessageFlags, 1)),
		Remove: []uint16{psttest.TagBody.ID()},
	}
	return s.tx.Update(s.items[0], edit)
}

func (s *scene) delete() error { return s.tx.Delete(s.items[1]) }

func (s *scene) move() error {
	calendar, err := s.tx.Default(pst.ClassAppointment)
	if err != nil {
		return err
	}
	if err := s.tx.Move(s.items[2], calendar); err != nil {
		return err
	}
	return s.tx.MoveToDeletedItems(s.items[3])
}

func (s *scene) newFolder() error {
	sub, err := s.tx.CreateFolder(s.folder, "sub", "")
	if err != nil {
		return err
	}
	return s.create(sub, psttest.Contact("below", ""))
}

func (s *scene) nameProperty() error {
	c := psttest.Contact("named", "")
	for i := range 3 {
		id, err := s.tx.PutName(pst.PropName{GUID: testSet, Name: fmt.Sprint("field ", i)})
		if err != nil {
			return err
		}
		c.Props = append(c.Props, psttest.Text(pst.MakeTag(id, pst.TypeUnicode), "x"))
	}
	return s.create(s.folder, c)
}

// addLarge puts a data tree into the place of another.
func (s *scene) addLarge() error {
	c := psttest.Contact("large", "")
	c.Props = append(c.Props, psttest.Bytes(0x66810102, psttest.Noise(20_000)))
	c.Attachments = []pst.Attachment{
		psttest.FileAttachment("f", psttest.Noise(30_000)),
		psttest.EmbeddedMessage(psttest.Contact("inner", "")),
	}
	if err := s.create(s.folder, c); err != nil {
		return err
	}
	return s.tx.Delete(s.items[len(s.items)-1])
}

func (s *scene) everything() error {
	for _, step := range []func() error{s.add, s.change, s.delete, s.move, s.newFolder, s.nameProperty, s.addLarge} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// grow adds more than the first section has room for.
func (s *scene) grow() error { return s.addFile(300_000) }

// growMore adds more than a transaction keeps back before it is committed.
func (s *scene) growMore() error { return s.addFile(1_500_000) }

func (s *scene) addFile(size int64) error {
	c := psttest.Contact("file", "")
	c.Attachments = []pst.Attachment{{Props: []pst.Property{psttest.Text(psttest.TagLongName, "f"), psttest.Stream(psttest.TagFileData, size)}}}
	if err := s.create(s.folder, c); err != nil {
		return err
	}
	return s.delete()
}

func (s *scene) addAfterwards() error { return s.create(s.folder, psttest.Contact("afterwards", "")) }

// requireUsable fails unless a store in which a transaction failed can be changed on, or
// says that it has to be opened again. What it changes it takes back.
func requireUsable(t *testing.T, f *pst.File, msg string) {
	t.Helper()
	var added pst.NID
	err := inScene(t, f, func(s *scene) (err error) {
		added, err = s.tx.Create(s.folder, psttest.In(t, s.tx, psttest.Contact("afterwards", "")))
		return err
	}, (*pst.Tx).Commit)
	if err != nil {
		require.ErrorIs(t, err, pst.ErrBroken, msg)
		return
	}
	require.NoError(t, inScene(t, f, func(s *scene) error { return s.tx.Delete(added) }, (*pst.Tx).Commit), msg)
}
