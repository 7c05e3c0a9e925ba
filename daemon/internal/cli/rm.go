package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"pstsyncd/syncjob/pst"
)

func (a *app) rm() *cobra.Command {
	var flags storeFlags
	var purge bool
	c := &cobra.Command{
		Use:   "rm STORE ID...",
		Short: "delete items",
		Long: `Move items to the Deleted Items of their store, all or none of them. With --purge
they are gone for good.

` + exitCodes,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) < 2 {
				return &usageError{err: fmt.Errorf("rm takes STORE and at least one ID"), verb: verbOf(c)}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			return a.change(c.Context(), flags, args[0], func(tx *pst.Tx) ([]string, error) {
				remove := tx.MoveToDeletedItems
				if purge {
					remove = tx.Delete
				}
				for _, id := range args[1:] {
					nid, err := parseID(id)
					if err != nil {
						return nil, err
					}
					if err := remove(nid); err != nil {
						return nil, fmt.Errorf("item %s: %w", id, err)
					}
				}
				return nil, nil
			})
		},
	}
	flags.add(c)
	c.Flags().BoolVar(&purge, "purge", false, "delete for good, not into Deleted Items")
	return c
}
