package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"pstsyncd/lockmgr"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/vfs"
)

// envPassword is the password of the store that a verb works on.
const envPassword = "PSTSYNCD_PASSWORD"

// shortWait is how long a verb that works on one store waits for it: long
// enough for a job of the daemon to pass.
var shortWait = lockmgr.Policy{Initial: 50 * time.Millisecond, Max: 500 * time.Millisecond, Wait: 2 * time.Second}

// storeFlags are the flags of the verbs that work on one store.
type storeFlags struct {
	passwordFile string
	codePage     int
}

func (s *storeFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&s.passwordFile, "password-file", "", "file with the store's password (or set "+envPassword+")")
	c.Flags().IntVar(&s.codePage, "code-page", 0, "`NUMBER` of the code page of an ANSI store that does not name it (default: the system's on Windows)")
}

func (s *storeFlags) password(a *app) (string, error) {
	if s.passwordFile == "" {
		return a.Getenv(envPassword), nil
	}
	b, err := os.ReadFile(s.passwordFile)
	if err != nil {
		return "", fmt.Errorf("read password: %w", err)
	}
	return string(bytes.TrimRight(b, "\r\n")), nil
}

// opened is a store that is claimed and open.
type opened struct {
	*pst.File
	release func() error
}

// Close closes the store and gives up the claim.
func (o *opened) Close() error { return errors.Join(o.File.Close(), o.release()) }

// open claims and opens the store at path.
func (s *storeFlags) open(ctx context.Context, a *app, path string, mode lockmgr.Mode) (*opened, error) {
	password, err := s.password(a)
	if err != nil {
		return nil, err
	}
	if err := knownCodePage(s.codePage); err != nil {
		return nil, err
	}
	return openStore(ctx, path, mode, password, s.codePage)
}

// knownCodePage refuses the number of a code page that means nothing; 0 is none.
func knownCodePage(n int) error {
	if _, err := pst.DecodeString8(n, nil); err != nil && n != 0 {
		return usagef("--code-page %d: no code page that is known here", n)
	}
	return nil
}

// openStore claims and opens a store. codePage is for one that names none; 0 is that
// of the system.
func openStore(ctx context.Context, path string, mode lockmgr.Mode, password string, codePage int) (*opened, error) {
	claim, release, err := claim(ctx, path, mode)
	if err != nil {
		return nil, err
	}
	f, err := pst.OpenFile(vfs.OS, vfs.FromOS(claim.File()), path, pst.Options{
		ReadOnly: mode == lockmgr.Read,
		Password: password,
		CodePage: cmp.Or(codePage, systemCodePage()),
	})
	if err != nil {
		return nil, errors.Join(err, release())
	}
	return &opened{File: f, release: release}, nil
}

// claim keeps other programs away from the store at path, and for writing, when
// the office has a lock on it, also the office.
func claim(ctx context.Context, path string, mode lockmgr.Mode) (c *lockmgr.Claim, release func() error, err error) {
	var office *lockmgr.Office
	_, err = shortWait.Do(ctx, nil, func(ctx context.Context) error {
		if _, err := os.Stat(path + lockmgr.OfficeSuffix); mode == lockmgr.Write && !errors.Is(err, fs.ErrNotExist) {
			if office, err = lockmgr.AcquireOffice(path); err != nil {
				return err
			}
		}
		if c, err = lockmgr.Acquire(ctx, path, mode); err != nil && office != nil {
			err = errors.Join(err, office.Release())
			office = nil
		}
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return c, func() error {
		err := c.Release()
		if office != nil {
			err = errors.Join(err, office.Release())
		}
		return err
	}, nil
}

// idOf is how an item is named in listings: its node id in hexadecimal.
func idOf(nid pst.NID) string { return strconv.FormatUint(uint64(nid), 16) }

// parseID reads what idOf wrote, with or without 0x in front.
func parseID(id string) (pst.NID, error) {
	text := id
	if len(text) > 2 && (text[:2] == "0x" || text[:2] == "0X") {
		text = text[2:]
	}
	n, err := strconv.ParseUint(text, 16, 32)
	if err != nil {
		return 0, fmt.Errorf("%q is no id of an item", id)
	}
	nid := pst.NID(n)
	if kind := n & 0x1F; kind != nidMessage && kind != nidAssociated {
		return 0, fmt.Errorf("%q is no id of an item: %w", id, pst.ErrNotFound)
	}
	return nid, nil
}

// The types of node that are items. [MS-PST] 2.2.2.1.
const (
	nidMessage    = 0x04
	nidAssociated = 0x08
)
