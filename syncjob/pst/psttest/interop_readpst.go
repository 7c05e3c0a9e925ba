package psttest

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// ReadPST is libpst's readpst. It makes a file of each item, a vCard or a
// calendar for those that are one, and knows no tasks and notes.
var ReadPST = Reader{
	Name:    "readpst",
	Install: "apt-get install pst-utils",
	find:    onPath("readpst"),
	list:    listReadPST,
}

func listReadPST(t testing.TB, command, path string) Listing {
	path, err := filepath.Abs(path)
	require.NoError(t, err)
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	require.NoError(t, os.Mkdir(out, 0o700))
	debug := filepath.Join(dir, "debug")
	cmd := exec.Command(command, "-j", "0", "-S", "-w", "-D", "-8", "-cv", "-t", "eacj", "-L", "3", "-d", debug, "-o", out, path)
	stdout, complaints := run(t, cmd)
	l := Listing{Complaints: append(complaints, readpstComplaints(t, stdout, debug)...)}
	err = filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(out, filepath.Dir(path))
		l.Items = append(l.Items, ReadItem{Folder: filepath.ToSlash(folder), Text: string(text)})
		return err
	})
	require.NoError(t, err)
	return l
}

var (
	readpstProgress = regexp.MustCompile(`^(Opening PST file|Processing Folder|\s*".*" - \d+ items done)`)
	// Of its debug log, what it writes when a structure is not as it should be.
	readpstAlarm = regexp.MustCompile(`does not match required|Could not get|is NULL for d_id|d_ptr->desc == NULL|Unknown ref_type|CRC`)
)

// readpstComplaints are what it prints beyond its progress, and what its debug
// log, which it also fills about sound stores, has of alarms.
func readpstComplaints(t testing.TB, stdout []byte, debug string) []string {
	var odd bytes.Buffer
	for line := range strings.Lines(string(stdout)) {
		if !readpstProgress.MatchString(line) {
			odd.WriteString(line)
		}
	}
	log, err := os.ReadFile(debug)
	require.NoError(t, err)
	for line := range strings.Lines(string(log)) {
		if readpstAlarm.MatchString(line) {
			odd.WriteString(line)
		}
	}
	return lines(odd.Bytes())
}
