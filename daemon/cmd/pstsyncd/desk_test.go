package main_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs"
)

// desk is two stores that have to be brought together, and what they must hold then.
type desk struct {
	t             *testing.T
	before        string // folder with the stores as they were
	dir           string // folder with the stores in hand
	common, local string
	known         []string // findings of before
	want          []string // contacts
}

// forEachFormat runs a test with a desk of each format: an empty common store and a local
// one with real and made up contacts.
func forEachFormat(t *testing.T, run func(d *desk)) {
	for format, o := range psttest.Formats {
		t.Run(format, func(t *testing.T) {
			d := &desk{t: t, before: t.TempDir()}
			d.place(d.before)
			d.create(d.common, o)
			if format == "unicode" {
				d.copy(psttest.Corpus(t, "outlook-mixed.pst"), d.local)
			} else {
				d.create(d.local, o)
			}
			psttest.Fill(t, d.common, 0, 40)
			psttest.Fill(t, d.local, 20, 200) // 20 of them on both sides
			d.known = d.problems()
			d.begin(t.TempDir())
			require.NoError(t, d.sync(nil))
			d.want = d.contacts(d.common)
			require.GreaterOrEqual(t, len(d.want), 200)
			require.Equal(t, d.want, d.contacts(d.local))
			run(d)
		})
	}
}

func (d *desk) create(path string, o pst.CreateOptions) {
	f, err := pst.Create(vfs.OS, path, o)
	require.NoError(d.t, err)
	require.NoError(d.t, f.Close())
}

func (d *desk) copy(from, to string) {
	in, err := os.Open(from)
	require.NoError(d.t, err)
	defer in.Close()
	out, err := os.Create(to)
	require.NoError(d.t, err)
	_, err = io.Copy(out, in)
	require.NoError(d.t, err)
	require.NoError(d.t, out.Close())
}

func (d *desk) place(dir string) {
	d.dir = dir
	d.common, d.local = filepath.Join(dir, "common.pst"), filepath.Join(dir, "outlook.pst")
}

// begin puts the stores as they were into dir.
func (d *desk) begin(dir string) {
	d.t.Helper()
	require.NoError(d.t, os.RemoveAll(filepath.Join(dir, "state")))
	d.place(dir)
	d.copy(filepath.Join(d.before, "common.pst"), d.common)
	d.copy(filepath.Join(d.before, "outlook.pst"), d.local)
}

// command is the program, run by another one, which gets what to run as its last
// arguments.
func (d *desk) command(by ...string) *exec.Cmd {
	args := slices.Concat(by, []string{program, "sync", "--common", d.common, "--local", d.local, "--state", filepath.Join(d.dir, "state")})
	return exec.Command(args[0], args[1:]...)
}

// sync runs the program to its end.
func (d *desk) sync(by []string) error {
	out, err := d.command(by...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, bytes.TrimSpace(out))
	}
	return nil
}

// problems are the findings in both stores.
func (d *desk) problems() []string {
	return append(psttest.Problems(d.t, d.common), psttest.Problems(d.t, d.local)...)
}

// contacts are the names in a store's Contacts.
func (d *desk) contacts(path string) []string {
	d.t.Helper()
	f, err := pst.Open(vfs.OS, path, pst.Options{ReadOnly: true})
	require.NoError(d.t, err)
	defer f.Close()
	folder, err := f.Default(pst.ClassContact)
	require.NoError(d.t, err)
	var names []string
	for row, err := range f.Items(folder) {
		require.NoError(d.t, err)
		m, err := f.Message(row.NID)
		require.NoError(d.t, err)
		subject, _ := m.Prop(psttest.TagSubject.ID())
		names = append(names, psttest.String(d.t, f, subject))
	}
	slices.Sort(names)
	return names
}

// mended requires that the next run brings both stores to where the interrupted one would
// have, and that they are sound.
func (d *desk) mended(after string) {
	d.t.Helper()
	require.NoError(d.t, d.sync(nil), after)
	for _, path := range []string{d.common, d.local} {
		require.Equal(d.t, d.want, d.contacts(path), "%s: %s", after, path)
		assert.NoFileExists(d.t, path+".pstsyncd-journal", after)
	}
	assert.Subset(d.t, d.known, d.problems(), after)
	stores := d.bytes()
	require.NoError(d.t, d.sync(nil), after)
	assert.True(d.t, bytes.Equal(stores, d.bytes()), "%s: a second run writes nothing", after)
	if d.t.Failed() {
		d.t.FailNow()
	}
}

func (d *desk) bytes() []byte {
	var all []byte
	for _, path := range []string{d.common, d.local} {
		b, err := os.ReadFile(path)
		require.NoError(d.t, err)
		all = append(all, b...)
	}
	return all
}

// exitOf is the exit code of a program that failed, -1 when it was killed.
func exitOf(t *testing.T, err error) int {
	t.Helper()
	var exit *exec.ExitError
	require.True(t, errors.As(err, &exit), "%v", err)
	return exit.ExitCode()
}
