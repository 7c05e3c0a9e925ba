package ndb_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// corpusFile returns the path of a store of the corpus, which is in
// $PSTSYNCD_CORPUS or beside the module.
func corpusFile(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("PSTSYNCD_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "..", "shared", "corpus")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("PSTSYNCD_REQUIRE_CORPUS") == "1" {
			t.Fatalf("no %s", path)
		}
		t.Skipf("no %s: set PSTSYNCD_CORPUS to the folder of real stores (see README.md)", path)
	}
	return path
}

// goPSTFile returns the path of a store that comes with the go-pst module.
func goPSTFile(t testing.TB, name string) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/mooijtech/go-pst/v6").Output()
	if err != nil {
		t.Skipf("go list -m go-pst: %v: run the tests within the module", err)
	}
	path := filepath.Join(strings.TrimSpace(string(out)), "data", name)
	require.FileExists(t, path)
	return path
}

var soundStores = []string{
	"aspose-9-appointments.pst",
	"outlook-6-contacts.pst",
	"outlook-72-contacts-6x12.pst",
	"outlook-empty.pst",
	"outlook-mail-fai.pst",
	"outlook-mixed.pst",
	"outlook-password.pst",
	"outlook97-ansi.pst",
	"trailing-bytes.pst",
}
