package psttest

import (
	"bufio"
	"encoding/hex"
	"fmt"
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
	nid pst.NID
	dir string
}

var (
	logItem = regexp.MustCompile(`^Processing ([^:]+): \d+ \(identifier: (\d+)\) in path: (.*)$`)
	logDir  = regexp.MustCompile(`^Created directory: (.*)\.$`)
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
		}
	}
	return items
}

func readExport(t testing.TB, base string, e export) ReadItem {
	dir := filepath.Join(base, filepath.FromSlash(e.dir))
	_, folder, _ := strings.Cut(filepath.ToSlash(filepath.Dir(e.dir)), "/")
	it := exportedItem(t, dir)
	it.NID, it.Folder = e.nid, folder
	return it
}

// exportedItem reads the folder of an item.
func exportedItem(t testing.TB, dir string) ReadItem {
	it := ReadItem{Names: map[uint16]string{}}
	if sets := dump(t, filepath.Join(dir, "ItemValues.txt"), &it); len(sets) > 0 {
		it.Props = sets[0]
	}
	it.Recipients = dump(t, filepath.Join(dir, "RecipientsItemValues.txt"), nil)
	in := filepath.Join(dir, "Attachments")
	for i, row := range dump(t, filepath.Join(in, "ItemValues.txt"), nil) {
		it.Attachments = append(it.Attachments, row)
		it.Embedded = append(it.Embedded, nil)
		if inner, err := filepath.Glob(filepath.Join(in, fmt.Sprintf("Attachment%05d", i+1), "*", "ItemValues.txt")); err == nil && len(inner) == 1 {
			message := exportedItem(t, filepath.Dir(inner[0]))
			it.Embedded[i] = &message
		}
	}
	files, err := os.ReadDir(in)
	if !os.IsNotExist(err) {
		require.NoError(t, err)
	}
	for _, file := range files {
		number, _, ok := strings.Cut(file.Name(), "_")
		n, err := strconv.Atoi(number)
		if !ok || err != nil || n < 1 || n > len(it.Attachments) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(in, file.Name()))
		require.NoError(t, err)
		it.Attachments[n-1][pst.MakeTag(0x3701, pst.TypeBinary)] = data
	}
	return it
}

var dumpLine = regexp.MustCompile(`^0x[0-9a-f]{8}: `)

// dump reads an ItemValues file: sets of entries, each with a hex dump. In the
// dump of an object, not that of a table, an entry without one is an empty value,
// and the names of properties go to the object.
func dump(t testing.TB, path string, object *ReadItem) []Values {
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		return nil
	}
	require.NoError(t, err)
	defer f.Close()
	var (
		sets []Values
		id   uint64
		tag  pst.Tag
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
			id = hexNumber(t, value)
		case key == "Value type":
			tag = pst.Tag(id<<16 | hexNumber(t, value))
			if object != nil {
				sets[len(sets)-1][tag] = []byte{}
			}
		case strings.HasPrefix(key, "Maps to entry") && object != nil:
			object.Names[tag.ID()] = mappedName(t, key, value)
		case dumpLine.MatchString(lines.Text()):
			sets[len(sets)-1][tag] = append(sets[len(sets)-1][tag], hexBytes(t, value)...)
		}
	}
	require.NoError(t, lines.Err())
	return sets
}

func hexNumber(t testing.TB, s string) uint64 {
	n, err := strconv.ParseUint(strings.TrimPrefix(s, "0x"), 16, 32)
	require.NoError(t, err)
	return n
}

// mappedName is a string as it is and a number as 0x8005.
func mappedName(t testing.TB, key, value string) string {
	if key == "Maps to entry type" {
		return fmt.Sprintf("%#04x", hexNumber(t, value))
	}
	return value
}

// hexBytes reads the middle of a dump line: two groups of eight bytes, then
// the same as text.
func hexBytes(t testing.TB, s string) []byte {
	const width = 49 // of the groups, with the gap between them
	b, err := hex.DecodeString(strings.ReplaceAll(s[:min(len(s), width)], " ", ""))
	require.NoError(t, err, s)
	return b
}
