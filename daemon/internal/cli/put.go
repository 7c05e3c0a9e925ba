package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"pstsyncd/lockmgr"
	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/pst"
)

func (a *app) put() *cobra.Command {
	var flags storeFlags
	var folder string
	c := &cobra.Command{
		Use:   "put STORE --folder PATH",
		Short: "add and change items",
		Long: `Read lines of the form that 'pstsyncd ls --json' prints, and apply all of them in
one transaction. A line with "id" changes that item: properties that it names are
set, those with the value null are removed, all others stay. A line without "id"
is a new item. The ids are printed in the order of the lines.

` + exitCodes,
		Args: exactly("STORE"),
		RunE: func(c *cobra.Command, args []string) error {
			lines, err := io.ReadAll(a.Stdin) // before the claim: 'pstsyncd ls' at the other end of a pipe needs the store
			if err != nil {
				return fmt.Errorf("read standard input: %w", err)
			}
			return a.change(c.Context(), flags, args[0], func(tx *pst.Tx) ([]string, error) {
				return (&putter{tx: tx, folder: folder}).all(bytes.NewReader(lines))
			})
		},
	}
	flags.add(c)
	c.Flags().StringVar(&folder, "folder", "", "where new items go: the `PATH` of a folder, names separated by /")
	return c
}

// change opens a store and has edit change it: see [app.transact].
func (a *app) change(ctx context.Context, flags storeFlags, path string, edit func(*pst.Tx) ([]string, error)) error {
	store, err := flags.open(ctx, a, path, lockmgr.Write)
	if err != nil {
		return err
	}
	return a.transact(store, edit)
}

// transact has edit change a store in one transaction, prints what it returns once
// that is durable, and closes the store. An edit that changes nothing writes nothing.
func (a *app) transact(store *opened, edit func(*pst.Tx) ([]string, error)) (err error) {
	defer func() { err = errors.Join(err, store.Close()) }()
	tx, err := store.Begin()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	ids, err := edit(tx)
	if err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := fmt.Fprintln(a.Stdout, id); err != nil {
			return err
		}
	}
	return nil
}

// putter applies lines to a store.
type putter struct {
	tx     *pst.Tx
	folder string       // of new items
	old    *pst.Message // that the line is about, if it has an id
}

func (p *putter) all(lines io.Reader) (ids []string, err error) {
	in := mapi.NewDecoder(lines)
	for {
		line, err := in.Decode(p.existing)
		if errors.Is(err, io.EOF) {
			return ids, nil
		}
		if err != nil {
			return nil, err
		}
		id, err := p.one(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line.Line, err)
		}
		ids = append(ids, id)
	}
}

func (p *putter) existing(id string) (*item.Item, error) {
	nid, err := parseID(id)
	if err != nil {
		return nil, err
	}
	p.old, err = p.tx.Message(nid)
	if err != nil {
		return nil, fmt.Errorf("item %s: %w", id, err)
	}
	return toItem(p.tx, p.old)
}

func (p *putter) one(line mapi.Input) (string, error) {
	if line.ID == "" {
		return p.create(line)
	}
	id := idOf(p.old.NID)
	if err := p.stays(line); err != nil {
		return "", err
	}
	if line.Changes.Empty() {
		return id, nil
	}
	if err := mapi.CheckSubject(line.Changes.Set); err != nil {
		return "", err
	}
	edit, err := mapi.ToEdit(line.Changes, p.old.Content, mapi.Into(p.tx))
	if err != nil {
		return "", err
	}
	return id, p.tx.Update(p.old.NID, edit)
}

// stays refuses a line that names another folder than the item is in: put moves nothing.
func (p *putter) stays(line mapi.Input) error {
	if line.Folder == "" {
		return nil
	}
	folder, err := p.tx.FolderPath(p.old.Folder)
	if err == nil && folder != line.Folder {
		err = usagef("item %s is in folder %q, not in %q: put does not move items", line.ID, folder, line.Folder)
	}
	return err
}

func (p *putter) create(line mapi.Input) (string, error) {
	path := p.folder
	if path == "" {
		path = line.Folder
	}
	if path == "" {
		return "", usagef("a new item needs a folder: give --folder PATH")
	}
	folder, err := p.tx.FolderByPath(path)
	if err != nil {
		return "", err
	}
	if err := mapi.CheckSubject(line.Item.Props); err != nil {
		return "", err
	}
	content, err := mapi.ToPST(line.Item, mapi.Into(p.tx))
	if err != nil {
		return "", err
	}
	nid, err := p.tx.Create(folder, content)
	return idOf(nid), err
}
