package check_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/check"
)

// oddities are the findings real stores are known to have, by file: code to number.
var oddities = map[string]map[string]int{
	// Outlook's own.
	"outlook-empty.pst":    {},
	"outlook-mixed.pst":    {},
	"outlook-password.pst": {},
	"outlook97-ansi.pst":   {},
	"32-bit.pst":           {},
	"enron.pst":            {},
	"outlook-mail-fai.pst": {"contents-cell": 8}, // stale sizes
	"support.pst":          {"amap-free": 1, "attachment-size": 2, "folder-count": 18, "rgnid": 2, "row-version": 45},

	// Aspose's, and two that are stamped by Outlook and have the same oddities.
	"outlook-6-contacts.pst": {"message-property": 17, "name-hash": 4, "row-version": 2, "search-folder": 1},
	"outlook-72-contacts-6x12.pst": {"contents-cell": 1, "message-property": 216, "name-hash": 4, "row-version": 70,
		"search-folder": 1},
	"trailing-bytes.pst": {"name-hash": 4, "node-missing": 5, "row-version": 2, "search-folder": 1},
	"aspose-9-appointments.pst": {"bth-order": 12, "folder-count": 1, "message-property": 36, "name-hash": 4,
		"name-missing": 776, "node-missing": 5, "row-version": 79, "search-folder": 1, "tc-columns": 82},

	"damaged-amap-invalid.pst": {"amap-valid": 1, "block-missing": 34, "bt-page": 1, "folder-nodes": 5, "header-crc": 2,
		"leak": 1, "node-missing": 5, "search-folder": 2, "store": 1},
}

func TestRun_RealStores(t *testing.T) {
	for name, want := range oddities {
		t.Run(name, func(t *testing.T) {
			f, err := os.Open(realStore(t, name))
			require.NoError(t, err)
			defer f.Close()
			info, err := f.Stat()
			require.NoError(t, err)
			got := make(map[string]int)
			for p := range check.Run(context.Background(), f, info.Size(), check.Options{}) {
				got[p.Code]++
				if want[p.Code] == 0 {
					t.Log(p)
				}
			}
			assert.Equal(t, want, got)
		})
	}
}

// realStore finds a store of the corpus or of the go-pst module.
func realStore(t testing.TB, name string) string {
	path, ok := findStore(name)
	if !ok {
		reason := name + " is not there: set PSTSYNCD_CORPUS to the folder of real stores"
		if os.Getenv("PSTSYNCD_REQUIRE_CORPUS") == "1" {
			t.Fatal(reason)
		}
		t.Skip("SKIPPED: " + reason)
	}
	return path
}

func findStore(name string) (path string, ok bool) {
	corpus := os.Getenv("PSTSYNCD_CORPUS")
	if corpus == "" {
		corpus = filepath.Join("..", "..", "..", "..", "..", "shared", "corpus")
	}
	for _, dir := range []string{corpus, moduleData()} {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err == nil {
			return path, true
		}
	}
	return "", false
}

// moduleData is where the go-pst module has stores.
var moduleData = sync.OnceValue(func() string {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/mooijtech/go-pst/v6").Output()
	if err != nil {
		return ""
	}
	return filepath.Join(strings.TrimSpace(string(out)), "data")
})
