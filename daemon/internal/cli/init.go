package cli

import (
	"github.com/spf13/cobra"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/vfs"
)

func (a *app) init() *cobra.Command {
	var name string
	c := &cobra.Command{
		Use:   "init STORE",
		Short: "create a store with Contacts and Calendar",
		Long: `Create an empty Unicode store that Outlook can open, with a Contacts and a
Calendar folder. A file that is there already is left alone.

` + exitCodes,
		Args: exactly("STORE"),
		RunE: func(_ *cobra.Command, args []string) error {
			f, err := pst.Create(vfs.OS, args[0], pst.CreateOptions{DisplayName: name})
			if err != nil {
				return err
			}
			return f.Close()
		},
	}
	c.Flags().StringVar(&name, "name", "", "what Outlook calls the store (default: the file's name)")
	return c
}
