package psttest

import (
	"bytes"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
)

// EnvPSTExtractor names the node_modules folder that has pst-extractor.
const EnvPSTExtractor = "PSTSYNCD_PST_EXTRACTOR"

// PSTExtractor is the pst-extractor package for node. It cannot read ANSI
// stores, nor associated items, nor messages in attachments, and a process is
// good for one file only.
var PSTExtractor = Reader{
	Name:    "pst-extractor",
	Install: "npm install pst-extractor, and set " + EnvPSTExtractor + " to its node_modules folder",
	find:    findPSTExtractor,
	list:    listPSTExtractor,
}

//go:embed interop_extractor.js
var extractorScript string

// findPSTExtractor looks where the environment says, else where node does.
func findPSTExtractor() (string, bool) {
	node, err := exec.LookPath("node")
	if err != nil {
		return "", false
	}
	if dir := os.Getenv(EnvPSTExtractor); dir != "" {
		_, err := os.Stat(filepath.Join(dir, "pst-extractor"))
		return node, err == nil
	}
	return node, exec.Command(node, "-e", "require.resolve('pst-extractor')").Run() == nil
}

func listPSTExtractor(t testing.TB, command, path string) Listing {
	cmd := exec.Command(command, "-e", extractorScript, path)
	if dir := os.Getenv(EnvPSTExtractor); dir != "" {
		cmd.Env = append(os.Environ(), "NODE_PATH="+dir)
	}
	stdout, complaints := run(t, cmd)
	l := Listing{Complaints: complaints}
	for dec := json.NewDecoder(bytes.NewReader(stdout)); dec.More(); {
		var it extracted
		require.NoError(t, dec.Decode(&it))
		l.Items = append(l.Items, it.item(t))
	}
	if len(l.Items) == 0 && len(l.Complaints) == 1 && (isANSI(t, path) || l.Complaints[0] == noCyclic) {
		return Listing{Cannot: l.Complaints[0]}
	}
	return l
}

// noCyclic is what the package says of blocks in cyclic encoding.
const noCyclic = "Error: PSTFile::open PST is encrypted"

// isANSI looks at wVer in the header.
func isANSI(t testing.TB, path string) bool {
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	var head [12]byte
	_, err = f.ReadAt(head[:], 0)
	return err == nil && head[10] < 20
}

// extracted is a line that the script prints.
type extracted struct {
	NID         pst.NID
	Folder      string
	Props       []extractedValue
	Recipients  int
	Attachments [][]extractedValue
}

type extractedValue struct {
	Tag  pst.Tag
	Data *string // hex; nil where the package does not get at the bytes
}

func (e extracted) item(t testing.TB) ReadItem {
	it := ReadItem{NID: e.NID, Folder: e.Folder, Props: rawValues(t, e.Props)}
	it.Recipients = make([]Values, e.Recipients)
	it.Embedded = make([]*ReadItem, len(e.Attachments))
	for _, a := range e.Attachments {
		it.Attachments = append(it.Attachments, rawValues(t, a))
	}
	return it
}

func rawValues(t testing.TB, props []extractedValue) Values {
	values := make(Values, len(props))
	for _, p := range props {
		var data []byte
		if p.Data != nil {
			b, err := hex.DecodeString(*p.Data)
			require.NoError(t, err)
			data = append([]byte{}, b...)
		}
		values[p.Tag] = data
	}
	return values
}
