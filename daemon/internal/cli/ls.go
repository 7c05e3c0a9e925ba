package cli

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"pstsyncd/lockmgr"
	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/pst"
)

func (a *app) ls() *cobra.Command {
	var l lister
	c := &cobra.Command{
		Use:   "ls STORE",
		Short: "list folders and items",
		Long: `List the folders and items of a store, or of one folder. With --json each item is
one line with all its properties, which 'pstsyncd put' reads again.

` + exitCodes,
		Args: exactly("STORE"),
		RunE: func(c *cobra.Command, args []string) error {
			store, err := l.store.open(c.Context(), a, args[0], lockmgr.Read)
			if err != nil {
				return err
			}
			l.app, l.one = a, c.Flags().Changed("folder")
			return errors.Join(l.list(store.File), store.Close())
		},
	}
	l.store.add(c)
	c.Flags().StringVar(&l.folder, "folder", "", "only this folder; `PATH` is its names from the top of the mailbox, separated by /")
	c.Flags().BoolVar(&l.json, "json", false, "one JSON object a line for each item")
	return c
}

// lister lists a store. An item or folder that cannot be read is told and passed
// over, and in the end an error.
type lister struct {
	*app
	store  storeFlags
	folder string
	one    bool // only folder
	json   bool
	failed error // the first
	misses int
}

func (l *lister) list(f *pst.File) error {
	for folder, err := range l.folders(f) {
		if err != nil {
			return err
		}
		list := l.text
		if l.json {
			list = l.lines
		}
		if err := list(f, folder); err != nil {
			return err
		}
	}
	if l.failed != nil {
		return fmt.Errorf("%d items cannot be read, the first: %w", l.misses, l.failed)
	}
	return nil
}

// folders are those to list, the top of the mailbox first.
func (l *lister) folders(f *pst.File) iter.Seq2[pst.PathFolder, error] {
	return func(yield func(pst.PathFolder, error) bool) {
		nid, err := f.FolderByPath(l.folder)
		if err != nil {
			yield(pst.PathFolder{}, err)
			return
		}
		top, err := f.Folder(nid)
		if !yield(pst.PathFolder{Path: l.folder, Folder: top}, err) || err != nil || l.one {
			return
		}
		f.Walk(nid)(yield)
	}
}

// items are those of a folder that can be read, in the order of their ids.
func (l *lister) items(f *pst.File, folder pst.PathFolder) iter.Seq2[string, *item.Item] {
	return func(yield func(string, *item.Item) bool) {
		var nids []pst.NID
		for row, err := range f.Items(folder.NID) {
			if err != nil {
				l.miss(fmt.Errorf("folder %q: %w", folder.Path, err))
				continue
			}
			nids = append(nids, row.NID)
		}
		slices.Sort(nids)
		for _, nid := range nids {
			it, err := readItem(f, nid)
			if err != nil {
				l.miss(fmt.Errorf("folder %q: %w", folder.Path, err))
				continue
			}
			if !yield(idOf(nid), it) {
				return
			}
		}
	}
}

func (l *lister) miss(err error) {
	l.say("%v", err)
	l.misses++
	l.failed = cmp.Or(l.failed, err)
}

func (l *lister) lines(f *pst.File, folder pst.PathFolder) error {
	out := mapi.NewEncoder(l.Stdout)
	for id, it := range l.items(f, folder) {
		if err := out.Encode(mapi.Entry{ID: id, Folder: folder.Path, Item: it}); err != nil {
			return err
		}
	}
	return nil
}

func (l *lister) text(f *pst.File, folder pst.PathFolder) error {
	if folder.Path == "" && folder.Items == 0 && !l.one {
		return nil
	}
	fmt.Fprintf(l.Stdout, "%s  %s  %d items\n", cmp.Or(folder.Path, "/"), cmp.Or(folder.Class, "-"), folder.Items)
	table := tabwriter.NewWriter(l.Stdout, 0, 0, 2, ' ', 0)
	for id, it := range l.items(f, folder) {
		modified := "-"
		if t, ok := it.Props.Time(item.KeyModified); ok {
			modified = t.UTC().Format(time.DateTime)
		}
		name := mapi.DisplayName(it)
		if series := mapi.Series(it); series != "" {
			name += "  (" + series + ")"
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", id, modified, cmp.Or(it.Class, "-"), name)
	}
	return table.Flush()
}

// items is the part of a store, or of a change of one, that items are read from.
type items interface {
	Message(pst.NID) (*pst.Message, error)
	NameOf(uint16) (pst.PropName, bool, error)
	CodePage() int
}

func readItem(store items, nid pst.NID) (*item.Item, error) {
	m, err := store.Message(nid)
	if err != nil {
		return nil, fmt.Errorf("item %s: %w", idOf(nid), err)
	}
	return toItem(store, m)
}

func toItem(store items, m *pst.Message) (*item.Item, error) {
	it, err := mapi.FromPST(m.Content, store.NameOf, store.CodePage())
	if err != nil {
		return nil, fmt.Errorf("item %s: %w", idOf(m.NID), err)
	}
	return it, nil
}
