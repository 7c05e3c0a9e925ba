package psttest

import (
	"bufio"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
)

// PFFExport is libpff's pffexport. It dumps raw property bytes; its log says
// which item went where. Items of classes it does not know it leaves out.
var PFFExport = Reader{
	Name:    "pffexport",
	Install: "apt-get install pff-tools",
	find:    onPath("pffexport"),
	list:    listPFFExport,
}

func onPath(program string) func() (string, bool) {
	return func() (string, bool) {
		path, err := exec.LookPath(program)
		return path, err == nil
	}
}

func listPFFExport(t testing.TB, command, path string) Listing {
	path, err := filepath.Abs(path)
	require.NoError(t, err)
	cmd := exec.Command(command, "-q", "-m", "items", "-d", "-l", "log", "-t", "out", path)
	cmd.Dir = t.TempDir()
	var l Listing
	_, l.Complaints = run(t, cmd)
	log, err := os.ReadFile(filepath.Join(cmd.Dir, "log"))
	require.NoError(t, err)
	for _, e := range exported(log) {
		l.Items = append(l.Items, readExport(t, cmd.Dir, e))
	}
	return l
}

// export is an item that pffexport wrote to a folder.
type export struct {
	nid         pst.NID
	dir         string
	attachments []string // files, in order; "" for an embedded message
}

var (
	logItem       = regexp.MustCompile(`^Processing (\S+): \d+ \(identifier: (\d+)\) in path: (.*)$`)
	logDir        = regexp.MustCompile(`^Created directory: (.*)\.$`)
	logAttachment = regexp.MustCompile(`^Saving attachment with filename: .* as: (.*)$`)
	logNoName     = regexp.MustCompile(`^Missing attachment filename saving as: (.*)$`)
)

// exported reads the log. Messages inside attachments are not items.
func exported(log []byte) []export {
	var (
		items []export
		next  pst.NID // of the item whose folder is made next
	)
	inAttachment := func(dir string) bool {
		return len(items) > 0 && strings.HasPrefix(dir, items[len(items)-1].dir+"/Attachments/")
	}
	for line := range strings.Lines(string(log)) {
		line = strings.TrimRight(line, "\r\n")
		if m := logItem.FindStringSubmatch(line); m != nil {
			n, _ := strconv.ParseUint(m[2], 10, 32)
			if next = pst.NID(n); m[1] == "folder" || inAttachment(m[3]) {
				next = 0
			}
		} else if m := logDir.FindStringSubmatch(line); m != nil && next != 0 {
			items = append(items, export{nid: next, dir: m[1]})
			next = 0
		} else if len(items) > 0 {
			if name, ok := attachmentName(line); ok {
				last := &items[len(items)-1]
				last.attachments = append(last.attachments, name)
			}
		}
	}
	return items
}

func attachmentName(line string) (string, bool) {
	for _, re := range []*regexp.Regexp{logAttachment, logNoName} {
		if m := re.FindStringSubmatch(line); m != nil {
			return m[1], true
		}
	}
	return "", false
}

func readExport(t testing.TB, base string, e export) ReadItem {
	dir := filepath.Join(base, filepath.FromSlash(e.dir))
	_, folder, _ := strings.Cut(filepath.ToSlash(filepath.Dir(e.dir)), "/")
	it := ReadItem{NID: e.nid, Folder: folder}
	if sets := dump(t, filepath.Join(dir, "ItemValues.txt")); len(sets) > 0 {
		it.Props = sets[0]
	}
	it.Recipients = dump(t, filepath.Join(dir, "RecipientsItemValues.txt"))
	for _, name := range e.attachments {
		data, err := os.ReadFile(filepath.Join(dir, "Attachments", name))
		values := Values{}
		if err == nil {
			values[pst.MakeTag(0x3701, pst.TypeBinary)] = data
		}
		it.Attachments = append(it.Attachments, values)
	}
	return it
}

var dumpLine = regexp.MustCompile(`^0x[0-9a-f]{8}: `)

// dump reads an ItemValues file: sets of entries, each with a hex dump.
func dump(t testing.TB, path string) []Values {
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		return nil
	}
	require.NoError(t, err)
	defer f.Close()
	var (
		sets   []Values
		id, ty uint64
	)
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimSpace(value)
		switch {
		case key == "Set":
			n, err := strconv.Atoi(value)
			require.NoError(t, err)
			for len(sets) <= n {
				sets = append(sets, Values{})
			}
		case key == "Entry type":
			id, err = strconv.ParseUint(strings.TrimPrefix(value, "0x"), 16, 32)
			require.NoError(t, err)
		case key == "Value type":
			ty, err = strconv.ParseUint(strings.TrimPrefix(value, "0x"), 16, 32)
			require.NoError(t, err)
		case dumpLine.MatchString(lines.Text()):
			tag := pst.Tag(id<<16 | ty)
			sets[len(sets)-1][tag] = append(sets[len(sets)-1][tag], hexBytes(t, value)...)
		}
	}
	require.NoError(t, lines.Err())
	return sets
}

// hexBytes reads the middle of a dump line: two groups of eight bytes, then
// the same as text.
func hexBytes(t testing.TB, s string) []byte {
	const width = 49 // of the groups, with the gap between them
	b, err := hex.DecodeString(strings.ReplaceAll(s[:min(len(s), width)], " ", ""))
	require.NoError(t, err, s)
	return b
}
