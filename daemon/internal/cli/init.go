package cli

import (
	"cmp"
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/spf13/cobra"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/vfs"
)

func (a *app) init() *cobra.Command {
	var o pst.CreateOptions
	var ansi bool
	c := &cobra.Command{
		Use:   "init STORE",
		Short: "create a store with Contacts and Calendar",
		Long: `Create an empty store that Outlook can open, with a Contacts and a Calendar
folder. A file that is there already is left alone.

With --ansi the store is one of the format of Outlook 97 to 2002, for an office that
still has these. Such a store ends at 2 GB, and its texts are in one code page:
items with other characters are not copied to it, and 'pstsyncd sync' names them.

` + exitCodes,
		Args: exactly("STORE"),
		RunE: func(_ *cobra.Command, args []string) error {
			if o.CodePage != 0 && !ansi {
				return usagef("--code-page is for ANSI stores: give --ansi too, or leave it out")
			}
			if err := knownCodePage(o.CodePage); err != nil {
				return err
			}
			if ansi {
				o.Format = pst.ANSI
			}
			return createStore(args[0], o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.DisplayName, "name", "", "what Outlook calls the store (default: the file's name)")
	f.BoolVar(&ansi, "ansi", false, "make an ANSI store, for Outlook 97 to 2002")
	f.IntVar(&o.CodePage, "code-page", 0, "`NUMBER` of the code page of an ANSI store, such as 1251 (default: the system's on Windows, else 1252)")
	return c
}

// createStore makes an empty store. An ANSI store names its code page.
func createStore(path string, o pst.CreateOptions) error {
	if o.Format == pst.ANSI {
		o.CodePage = cmp.Or(o.CodePage, systemCodePage(), pst.DefaultCodePage)
	}
	f, err := pst.Create(vfs.OS, path, o)
	if errors.Is(err, fs.ErrNotExist) {
		err = &noFolderError{err, filepath.Dir(path)}
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// noFolderError: a store was to be made where there is no folder.
type noFolderError struct {
	error
	folder string
}

// Unwrap is the error of the system.
func (e *noFolderError) Unwrap() error { return e.error }

// Hint says what to do first.
func (e *noFolderError) Hint() string {
	return "there is no folder " + e.folder + ": make it first, or check the path"
}
