package psttest

import (
	"errors"
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/readback/witness"
)

// GoPST is mooijtech/go-pst, by its primitives and in this process.
var GoPST = Reader{
	Name:    "go-pst",
	Install: "it is a module of this project",
	find:    func() (string, bool) { return "", true },
	list:    listGoPST,
}

func listGoPST(t testing.TB, _, path string) Listing {
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	var l Listing
	store, err := witness.Open(f)
	if errors.Is(err, witness.ErrCannot) {
		return Listing{Cannot: err.Error()}
	}
	if err != nil {
		return Listing{Complaints: []string{blank(err.Error())}}
	}
	for it, err := range store.Items() {
		if err != nil {
			l.Complaints = append(l.Complaints, blank(err.Error()))
			continue
		}
		item := ReadItem{NID: pst.NID(it.NID), Folder: it.Folder}
		o, err := store.Object(it.NID)
		if err == nil {
			err = item.fill(o)
		}
		if err != nil {
			item.Complaint = blank(err.Error())
			l.Complaints = append(l.Complaints, item.Complaint)
		}
		l.Items = append(l.Items, item)
	}
	return l
}

func (it *ReadItem) fill(o *witness.Object) (err error) {
	if it.Props, err = witnessed(o.Props()); err != nil {
		return err
	}
	rows, err := o.Recipients()
	if err != nil {
		return err
	}
	for _, row := range rows {
		cells, err := witnessed(row)
		if err != nil {
			return err
		}
		it.Recipients = append(it.Recipients, cells)
	}
	for _, nid := range o.Attachments() {
		if err := it.attach(o, nid); err != nil {
			return err
		}
	}
	return nil
}

func (it *ReadItem) attach(o *witness.Object, nid uint32) error {
	a, err := o.Sub(nid)
	if err != nil {
		return err
	}
	values, err := witnessed(a.Props())
	if err != nil {
		return err
	}
	var embedded *ReadItem
	if m, err := a.Embedded(); err == nil {
		embedded = &ReadItem{}
		if err := embedded.fill(m); err != nil {
			return err
		}
	} else if !errors.Is(err, witness.ErrNotFound) {
		return err
	}
	it.Attachments = append(it.Attachments, values)
	it.Embedded = append(it.Embedded, embedded)
	return nil
}

func witnessed(props []witness.Prop) (Values, error) {
	values := make(Values, len(props))
	for _, p := range props {
		r, err := p.Open()
		if err != nil {
			return values, err
		}
		b, err := io.ReadAll(r)
		if err != nil {
			return values, err
		}
		values[pst.Tag(p.Tag)] = b
	}
	return values, nil
}
