package pst_test

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs/crashfs"
)

// drawn are the properties that come of the time and of chance: two runs of one change
// differ in them.
var drawn = []uint16{
	pst.PidTagCreationTime.ID(), pst.PidTagLastModificationTime.ID(), pst.PidTagSearchKey.ID(),
}

const itemLine = "item "

// contents is everything that the store of a disk holds, a line for each folder, named
// property and item; nil when there is no store. Unless it is to be exact, it is what two
// runs of one change have in common.
func contents(t *testing.T, fsys *crashfs.FS, exact bool) []string {
	t.Helper()
	f, err := pst.Open(fsys, storeName, pst.Options{ReadOnly: true, Password: psttest.CorpusPassword})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	require.NoError(t, err)
	defer f.Close()
	var lines []string
	for folder, err := range f.Walk(f.Root()) {
		require.NoError(t, err)
		lines = append(lines, fmt.Sprintf("folder %+v", folder))
	}
	for id := uint16(0x8000); ; id++ {
		name, found, err := f.NameOf(id)
		require.NoError(t, err)
		if !found {
			break
		}
		lines = append(lines, fmt.Sprintf("name %#x %+v", id, name))
	}
	var ignored []uint16
	if !exact {
		ignored = drawn
	}
	for nid, digest := range psttest.Snap(t, f, ignored...) {
		lines = append(lines, fmt.Sprintf("%s%v %s", itemLine, nid, digest))
	}
	slices.Sort(lines)
	return lines
}

// itemLines are the lines of a store's items.
func itemLines(lines []string) []string {
	items := []string{}
	for _, line := range lines {
		if strings.HasPrefix(line, itemLine) {
			items = append(items, line)
		}
	}
	return items
}
