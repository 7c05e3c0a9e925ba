package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"pstsyncd/lockmgr"
	"pstsyncd/syncjob"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/state"
)

func (a *app) history() *cobra.Command {
	var flags jobFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "history --common C --local L",
		Short: "what jobs have overwritten and deleted, and the way back",
		Long: `List what the jobs of two stores took from one of them: values that lost a
conflict, values that a change of the other side replaced, and items that were
deleted since the other side had deleted them. 'history show' prints one of them
whole, 'history restore' puts it back.

The history is kept on this computer, beside the state. The oldest entries go when
there are more than 256 MB or 100,000 of them.

` + exitCodes,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.past(c, &flags, func(p *pair) error {
				if asJSON {
					out := json.NewEncoder(a.Stdout)
					return p.entries(func(l historyLine) error { return out.Encode(l) })
				}
				return a.listHistory(p)
			})
		},
	}
	flags.add(c)
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line for each entry")
	c.AddCommand(a.historyShow(), a.historyRestore())
	return c
}

func (a *app) historyShow() *cobra.Command {
	return a.entryVerb("show", "print an entry as 'pstsyncd ls --json' prints an item",
		`Print what an entry of the history has: of a changed item the values that it had
before, of a deleted item all of it but what is large.`,
		func(_ context.Context, _ *pair, e state.Entry) error {
			a.tellOmitted(e)
			return mapi.NewEncoder(a.Stdout).Encode(mapi.Entry{ID: idOf(pst.NID(e.NID)), Folder: e.Folder, Item: &e.Before})
		})
}

func (a *app) historyRestore() *cobra.Command {
	return a.entryVerb("restore", "put an entry back",
		`Put back what an entry of the history has, in the store that it was taken from,
as a change of now: the next job takes it to the other store. A deleted item comes
back from Deleted Items. What is overwritten by that goes into the history too. The
id of the item is printed.`,
		a.restore)
}

// entryVerb is a verb below history that does something with one entry.
func (a *app) entryVerb(verb, short, long string, do func(context.Context, *pair, state.Entry) error) *cobra.Command {
	var flags jobFlags
	c := &cobra.Command{
		Use:   verb + " NUMBER --common C --local L",
		Short: short,
		Long:  long + "\n\n" + exitCodes,
		Args:  exactly("NUMBER"),
		RunE: func(c *cobra.Command, args []string) error {
			return a.past(c, &flags, func(p *pair) error {
				e, err := p.entry(args[0])
				if err != nil {
					return err
				}
				return do(c.Context(), p, e)
			})
		},
	}
	flags.add(c)
	return c
}

// past runs do with the pair of stores whose history the command line means.
func (a *app) past(c *cobra.Command, flags *jobFlags, do func(*pair) error) error {
	settings, err := flags.settings(c, a)
	if err != nil {
		return err
	}
	p, err := newPair(settings, a, a.talk())
	if err != nil {
		return err
	}
	if _, err := os.Stat(p.statePath); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("no job of %s and %s has run on this computer: %w", settings.Common, settings.Local, errNoEntry)
	}
	return do(p)
}

func (a *app) tellOmitted(e state.Entry) {
	for _, name := range lineOf(e).Omitted {
		a.say("%s was too large to be kept", name)
	}
}

// restore puts an entry back: first what leads back from there is in the history, then
// the store is changed.
func (a *app) restore(ctx context.Context, p *pair, e state.Entry) error {
	path := [...]string{p.settings.Common, p.settings.Local}[e.Side&1]
	codePage := [...]int{p.settings.CodePage.Common, p.settings.CodePage.Local}[e.Side&1]
	store, err := openStore(ctx, path, lockmgr.Write, p.passwords[e.Side&1].Reveal(), codePage)
	if err != nil {
		return err
	}
	err = a.transact(store, func(tx *pst.Tx) ([]string, error) {
		nid, undo, err := syncjob.Restore(tx, e)
		if err == nil && undo.Reason != "" {
			err = p.update(func(tx *state.Tx) error {
				_, err := tx.AddHistory(undo)
				return err
			})
		}
		return []string{idOf(nid)}, err
	})
	if err == nil {
		a.tellOmitted(e)
	}
	return err
}
