package psttest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
)

// EnvRequireReaders set to 1 makes a missing reader a failure.
const EnvRequireReaders = "PSTSYNCD_REQUIRE_READERS"

// Values are the raw bytes of an object's properties, as [pst.Property] has
// them. A value the reader knows of but does not give is nil.
type Values map[pst.Tag][]byte

// ReadItem is an item of a store in the eyes of a reader that is not ours.
// Which fields it fills is the reader's own matter.
type ReadItem struct {
	NID         pst.NID  // 0 from readpst
	Folder      string   // names joined by '/'; where they begin differs by reader
	Props       Values   // nil from readpst
	Recipients  []Values // rows of the recipient table
	Attachments []Values
	Embedded    []*ReadItem       // of each attachment, the message in it or nil
	Names       map[uint16]string // of named properties, from pffexport: a number like 0x8005, or a string
	Text        string            // from readpst: the file that it made of the item
	Complaint   string            // why it was not read whole; one of the listing's
}

// Listing is a store in the eyes of a reader.
type Listing struct {
	Items      []ReadItem
	Complaints []string // what it said was wrong, numbers blanked
	Cannot     string   // why the reader knows nothing of such a store, with its own words, or empty
}

// ByNID are the items by their ids.
func (l Listing) ByNID() map[pst.NID]ReadItem {
	items := make(map[pst.NID]ReadItem, len(l.Items))
	for _, it := range l.Items {
		items[it.NID] = it
	}
	return items
}

// Reader is a program or library that reads PST stores and shares no code with
// the engine.
type Reader struct {
	Name    string
	Install string                                           // what to do when it is missing
	find    func() (command string, ok bool)                 // where it is
	list    func(t testing.TB, command, path string) Listing // fails the test when the reader cannot be run
}

// Readers are all outside readers, in the order of how closely their values can
// be compared.
var Readers = []Reader{GoPST, PFFExport, PSTExtractor, ReadPST}

// Read has the reader list the store at path. Without the reader the test is
// skipped, or has failed where readers are required.
func (r Reader) Read(t testing.TB, path string) Listing {
	t.Helper()
	command, ok := r.find()
	if !ok {
		reason := fmt.Sprintf("outside reader %s is missing: %s", r.Name, r.Install)
		if os.Getenv(EnvRequireReaders) == "1" {
			t.Fatal(reason)
		}
		t.Skip("SKIPPED: " + reason)
	}
	return r.list(t, command, path)
}

// Interop has every outside reader list the store at path, each in a subtest of
// its own. A reader must not complain, except as it does about a store in
// originals, and the readers must agree on every value that they give. The
// listings are by the readers' names, without those that are missing.
func Interop(t *testing.T, path string, originals ...string) map[string]Listing {
	t.Helper()
	listings := map[string]Listing{}
	for _, r := range Readers {
		t.Run(r.Name, func(t *testing.T) {
			l := r.Read(t, path)
			listings[r.Name] = l
			for _, original := range originals {
				l.Complaints = without(l.Complaints, r.Original(t, original).Complaints)
			}
			assert.Empty(t, l.Complaints, "%s complains about %s", r.Name, path)
			if own, ok := listings[GoPST.Name]; ok {
				assert.Empty(t, Disagreements(own, l), "go-pst and %s read %s differently", r.Name, path)
			}
		})
	}
	return listings
}

// unchanging caches what readers say of stores that do not change.
var unchanging sync.Map

// Original is [Reader.Read] of a store that never changes, read once.
func (r Reader) Original(t testing.TB, path string) Listing {
	t.Helper()
	key := r.Name + " " + path
	if l, ok := unchanging.Load(key); ok {
		return l.(Listing)
	}
	l := r.Read(t, path)
	unchanging.Store(key, l)
	return l
}

func without(list, drop []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(drop, s) })
}

// run runs a reader's command in dir. That it exits with an error is its last
// complaint; that it cannot be started fails the test.
func run(t testing.TB, cmd *exec.Cmd) (stdout []byte, complaints []string) {
	t.Helper()
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		fmt.Fprintln(&said, exit)
	} else {
		require.NoError(t, err)
	}
	return out.Bytes(), lines(said.Bytes())
}

var numbers = regexp.MustCompile(`0x[0-9a-fA-F]+|[0-9]+`)

// blank takes the numbers out of a complaint, so that the same complaint about
// another block or item is the same text.
func blank(complaint string) string { return numbers.ReplaceAllString(complaint, "#") }

// lines are the lines of what a program said, blanked, each once.
func lines(b []byte) []string {
	var said []string
	for line := range strings.Lines(string(b)) {
		if line = blank(strings.TrimSpace(line)); line != "" {
			said = append(said, line)
		}
	}
	slices.Sort(said)
	return slices.Compact(said)
}
