package syncjob_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/readback"
	"pstsyncd/syncjob/state"
	"pstsyncd/syncjob/vfs"
)

// The two stores of a desk.
const (
	atCommon = iota
	atLocal
)

// desk is two stores, and all that somebody can see of them from the outside.
type desk struct {
	t     testing.TB
	path  [2]string
	state string
	maps  []syncjob.FolderMap // nil: the default folders
	pairs []syncjob.FolderMap // what is to be equal

	readback syncjob.Readback
	unread   [2]bool // the independent reader knows nothing of such a store

	flaws  [2][]string // what a check found before the first job
	census [2]census   // of that time
}

// newDesk copies the stores at the paths; an empty path is a new store.
func newDesk(t testing.TB, common, local string, maps ...syncjob.FolderMap) *desk {
	t.Helper()
	d := &desk{t: t, state: t.TempDir(), maps: maps, pairs: maps, readback: verifyAll}
	if maps == nil {
		d.pairs = []syncjob.FolderMap{{Common: "Contacts", Local: "Contacts"}, {Common: "Calendar", Local: "Calendar"}}
	}
	for s, original := range []string{common, local} {
		if original == "" {
			original = psttest.New(t)
		}
		d.path[s] = psttest.Copy(t, original)
		d.note(s)
	}
	return d
}

// inShare leaves a part of a test out with -short unless it is in the share that is
// run then.
func inShare(t testing.TB, share bool) {
	t.Helper()
	if testing.Short() && !share {
		t.Skip("SKIPPED: this part is not in the share of -short: run without -short")
	}
}

// note takes down what one store is like now.
func (d *desk) note(s int) {
	d.flaws[s] = findings(d.t, d.path[s])
	d.count(s)
}

// count makes all that is in a store by now what it is to be compared with.
func (d *desk) count(s int) {
	f := d.look(s)
	defer f.Close()
	d.census[s] = takeCensus(d.t, f)
}

// statePath is the file with what the stores last agreed on.
func (d *desk) statePath() string {
	return syncjob.StatePath(d.state, d.path[atCommon], d.path[atLocal])
}

// try runs one job.
func (d *desk) try() (syncjob.Result, error) {
	d.t.Helper()
	db, err := syncjob.OpenState(d.statePath(), state.Options{}, nil)
	require.NoError(d.t, err)
	defer db.Close()
	return syncjob.Run(context.Background(), syncjob.Options{
		Common:   d.endpoint(atCommon),
		Local:    d.endpoint(atLocal),
		Maps:     d.maps,
		State:    db,
		Readback: d.readback,
	})
}

// unverified is how many of the items that a job wrote nobody else can read.
func (d *desk) unverified(r syncjob.Result) (n int) {
	for s, did := range []syncjob.Counts{r.Common, r.Local} {
		if d.unread[s] {
			n += did.Added + did.Changed
		}
	}
	return n
}

func (d *desk) endpoint(s int) syncjob.Endpoint {
	return syncjob.Endpoint{Path: d.path[s], Password: psttest.CorpusPassword, CodePage: pst.DefaultCodePage}
}

func verifyAll(ctx context.Context, r io.ReaderAt, size int64, wants iter.Seq[readback.Want]) (readback.Report, error) {
	return readback.Verify(ctx, r, size, wants, readback.Limits{})
}

// sync runs one job, after which the stores must be equal and whole, and a
// further job must have nothing to do.
func (d *desk) sync() syncjob.Result {
	d.t.Helper()
	r, err := d.try()
	require.NoError(d.t, err)
	require.True(d.t, r.Settled(), "%+v", r)
	assert.Equal(d.t, d.unverified(r), r.Unverified, "items that the independent reader can not read")
	d.inspect(r)
	d.rest()
	return r
}

// rest runs a job that must find nothing to do and leave both files alone.
func (d *desk) rest() {
	d.t.Helper()
	before := d.bytes()
	r, err := d.try()
	require.NoError(d.t, err)
	assert.Equal(d.t, "common 0/0/0, local 0/0/0", tally(r))
	assert.Zero(d.t, r.Common.BytesWritten+r.Local.BytesWritten+r.Common.Syncs+r.Local.Syncs, "bytes written, syncs")
	for s, b := range d.bytes() {
		assert.True(d.t, bytes.Equal(before[s], b), "%s was written by a job that had nothing to do", d.path[s])
	}
}

// inspect fails unless mapped folders are equal, both stores are as sound as
// they were, only as many items were touched as the job says, and everything else
// is as it was.
func (d *desk) inspect(r syncjob.Result) {
	d.t.Helper()
	for _, pair := range d.pairs {
		equalLines(d.t, d.items(atLocal, pair.Local), d.items(atCommon, pair.Common), "folder %s", pair.Common)
	}
	flaws := [2][]string{findings(d.t, d.path[atCommon]), findings(d.t, d.path[atLocal])}
	for s, path := range d.path {
		assert.Subset(d.t, d.flaws[s], d.own(s, flaws), "new findings in %s", path)
		did := []syncjob.Counts{r.Common, r.Local}[s]
		f := d.look(s)
		bin, err := f.DeletedItems()
		require.NoError(d.t, err)
		items, wrong := d.census[s].touched(takeCensus(d.t, f), d.folders(f, s), bin)
		require.NoError(d.t, f.Close())
		assert.Empty(d.t, wrong, "outside the mapped folders of %s", path)
		assert.Equal(d.t, did.Added+did.Changed+did.Deleted, items, "items that are not as before in %s", path)
	}
}

// own are the findings of a store without those that follow from what was there: a
// copy lacks the properties that its original lacks, and new rows get versions that
// are in use where some were not given out by the header.
func (d *desk) own(s int, now [2][]string) []string {
	all := slices.Clone(now[s])
	if slices.ContainsFunc(now[1-s], lacksProperty) {
		all = slices.DeleteFunc(all, lacksProperty)
	}
	if slices.ContainsFunc(d.flaws[s], oddVersion) {
		all = slices.DeleteFunc(all, sharedVersion.MatchString)
	}
	return all
}

// oddVersion is a finding of a store with row versions that its program has not had
// from the header: some are there twice, or the header will give them out too.
func oddVersion(finding string) bool {
	return strings.HasSuffix(finding, "above dwUnique of the header") || sharedVersion.MatchString(finding)
}

func lacksProperty(finding string) bool {
	return strings.HasPrefix(finding, "warning message-property: ")
}

// findings are what a check says of a store, word for word, but for which rows have one
// version: of several the one that is met first is not told.
func findings(t testing.TB, path string) []string {
	t.Helper()
	var all []string
	for p := range pst.Check(t.Context(), vfs.OS, path, nil) {
		text := p.String()
		if m := sharedVersion.FindString(text); m != "" {
			text = m
		}
		all = append(all, text)
	}
	return all
}

var sharedVersion = regexp.MustCompile(`version 0x[0-9a-f]+ is also that of row`)

// folders are the ids of the mapped folders of one store.
func (d *desk) folders(f *pst.File, s int) []pst.NID {
	var ids []pst.NID
	for _, pair := range d.pairs {
		nid, err := f.FolderByPath([]string{pair.Common, pair.Local}[s])
		require.NoError(d.t, err)
		ids = append(ids, nid)
	}
	return ids
}

// items are the items of a folder, each as a line of JSON without its id.
func (d *desk) items(s int, folder string) []string {
	d.t.Helper()
	f := d.look(s)
	defer f.Close()
	lines := d.lines(f, folder)
	slices.Sort(lines)
	return lines
}

func (d *desk) lines(f *pst.File, folder string) []string {
	d.t.Helper()
	nid, err := f.FolderByPath(folder)
	require.NoError(d.t, err)
	var lines []string
	for row, err := range f.Items(nid) {
		require.NoError(d.t, err)
		lines = append(lines, line(d.t, f, row.NID))
	}
	return lines
}

// line is an item as `pstsyncd ls --json` prints it, without its id.
func line(t testing.TB, f *pst.File, nid pst.NID) string {
	t.Helper()
	m, err := f.Message(nid)
	require.NoError(t, err, "item %v", nid)
	it, err := mapi.FromPST(m.Content, f.NameOf, f.CodePage())
	require.NoError(t, err, "item %v", nid)
	var b strings.Builder
	require.NoError(t, mapi.NewEncoder(&b).Encode(mapi.Entry{Item: it}))
	return b.String()
}

// edit changes a store as another program would.
func (d *desk) edit(s int, do func(*pst.File, *pst.Tx)) {
	d.t.Helper()
	f, err := pst.Open(vfs.OS, d.path[s], pst.Options{Password: psttest.CorpusPassword})
	require.NoError(d.t, err)
	defer f.Close()
	psttest.Edit(d.t, f, func(tx *pst.Tx) { do(f, tx) })
}

// look opens a store to see what is in it.
func (d *desk) look(s int) *pst.File {
	d.t.Helper()
	f, err := pst.Open(vfs.OS, d.path[s], pst.Options{Password: psttest.CorpusPassword, ReadOnly: true})
	require.NoError(d.t, err)
	return f
}

func (d *desk) bytes() (all [2][]byte) {
	for s, path := range d.path {
		b, err := os.ReadFile(path)
		require.NoError(d.t, err)
		all[s] = b
	}
	return all
}

// tally is added/changed/deleted of both stores.
func tally(r syncjob.Result) string {
	return fmt.Sprintf("common %d/%d/%d, local %d/%d/%d", r.Common.Added, r.Common.Changed, r.Common.Deleted,
		r.Local.Added, r.Local.Changed, r.Local.Deleted)
}

// original finds a real store by its name.
func original(t testing.TB, name string) string {
	t.Helper()
	switch name {
	case "":
		return ""
	case "enron.pst", "support.pst", "32-bit.pst":
		return psttest.Module(t, name)
	}
	return psttest.Corpus(t, name)
}

// journals are the sidecar files that a job left beside the stores.
func (d *desk) journals() []string {
	var left []string
	for _, path := range d.path {
		files, err := filepath.Glob(path + "?*")
		require.NoError(d.t, err)
		left = append(left, files...)
	}
	return left
}

// equalLines fails unless both lists of items are the same. It shows the first
// that differ.
func equalLines(t testing.TB, want, have []string, about string, args ...any) {
	t.Helper()
	missing, extra := minus(want, have), minus(have, want)
	if len(missing)+len(extra) == 0 {
		return
	}
	report := fmt.Sprintf(about+": %d items missing, %d too many", append(args, len(missing), len(extra))...)
	for i, l := range slices.Concat(missing[:min(1, len(missing))], extra[:min(1, len(extra))]) {
		report += fmt.Sprintf("\n%d %.1000s", i, l)
	}
	assert.Fail(t, report)
}
