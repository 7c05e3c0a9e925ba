package syncjob_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "pstsyncd"

// rule says where a package stands: it may import packages of this module from
// lower layers only, and of other modules those named.
type rule struct {
	layer   int
	modules []string
	testing bool // for tests: nothing that ships may import it
}

const (
	backoff  = "github.com/cenkalti/backoff/v4"
	bbolt    = "go.etcd.io/bbolt"
	cobra    = "github.com/spf13/cobra"
	flock    = "github.com/gofrs/flock"
	fsnotify = "github.com/fsnotify/fsnotify"
	goPST    = "github.com/mooijtech/go-pst/v6"
	progress = "github.com/schollz/progressbar/v3"
	testify  = "github.com/stretchr/testify"
	toml     = "github.com/BurntSushi/toml"
	xsys     = "golang.org/x/sys"
	xterm    = "golang.org/x/term"
	xtext    = "golang.org/x/text"
)

// layers is the order of the packages, the same that the README shows.
var layers = map[string]rule{
	"configs":                     {layer: 0, modules: []string{toml}},
	"lockmgr":                     {layer: 0, modules: []string{flock, backoff, xsys}},
	"watch":                       {layer: 0, modules: []string{fsnotify, xsys}},
	"syncjob/item":                {layer: 0},
	"syncjob/vfs":                 {layer: 0, modules: []string{xsys}},
	"syncjob/vfs/crashfs":         {layer: 1, testing: true},
	"syncjob/pst/internal/disk":   {layer: 0},
	"syncjob/merge":               {layer: 1},
	"syncjob/state":               {layer: 1, modules: []string{bbolt}},
	"syncjob/pst/internal/ndb":    {layer: 1},
	"syncjob/pst/internal/check":  {layer: 1},
	"syncjob/pst/internal/damage": {layer: 1, testing: true},
	"syncjob/pst/internal/ltp":    {layer: 2},

	"syncjob/internal/mutants":        {layer: 0, testing: true},
	"syncjob/readback/internal/forge": {layer: 0, testing: true},
	"syncjob/readback/witness":        {layer: 3, modules: []string{goPST}},

	"syncjob/pst":         {layer: 3, modules: []string{xtext}},
	"syncjob/pst/psttest": {layer: 4, modules: []string{testify}, testing: true},
	"syncjob/mapi":        {layer: 4},
	"syncjob/readback":    {layer: 4},
	"syncjob":             {layer: 5},
	"daemon":              {layer: 6},
	"daemon/internal/cli": {layer: 7, modules: []string{cobra, progress, xterm}},
	"daemon/cmd/pstsyncd": {layer: 8},
}

func TestLayers(t *testing.T) {
	imports := importsByPackage(t, "..")
	for pkg := range layers {
		assert.Contains(t, imports, pkg, "the table lists a package that is not there")
	}
	for pkg, imported := range imports {
		own, ok := layers[pkg]
		if !assert.True(t, ok, "package %s has no layer", pkg) {
			continue
		}
		for _, i := range imported {
			assert.Empty(t, own.objection(i), "%s imports %s", pkg, i)
		}
	}
}

// objection says what is wrong with importing path, if anything.
func (r rule) objection(path string) string {
	if below, ok := strings.CutPrefix(path, module+"/"); ok {
		other, known := layers[below]
		switch {
		case !known:
			return "no such package in the table"
		case other.layer >= r.layer:
			return "not a lower layer"
		case other.testing && !r.testing:
			return "a package for tests"
		}
		return ""
	}
	first, _, _ := strings.Cut(path, "/")
	if !strings.Contains(first, ".") {
		return "" // standard library
	}
	if slices.ContainsFunc(r.modules, func(m string) bool { return path == m || strings.HasPrefix(path, m+"/") }) {
		return ""
	}
	return "a module that this layer does not need"
}

func TestRule_objection(t *testing.T) {
	for _, tt := range []struct {
		name, from, to string
		want           string
	}{
		{"standard library", "syncjob/item", "encoding/binary", ""},
		{"downward", "syncjob/merge", module + "/syncjob/item", ""},
		{"sideways", "syncjob/merge", module + "/syncjob/state", "not a lower layer"},
		{"upward", "syncjob/item", module + "/syncjob/merge", "not a lower layer"},
		{"unknown package", "syncjob", module + "/syncjob/other", "no such package in the table"},
		{"test package", "syncjob", module + "/syncjob/pst/psttest", "a package for tests"},
		{"module allowed", "syncjob/state", bbolt, ""},
		{"package of a module allowed", "syncjob/readback/witness", goPST + "/pkg", ""},
		{"module not allowed", "syncjob/merge", bbolt, "a module that this layer does not need"},
		{"prefix of another module", "configs", toml + "x", "a module that this layer does not need"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, layers[tt.from].objection(tt.to))
		})
	}
}

// importsByPackage reads the import clauses of all files that ship, for every
// platform, under root.
func importsByPackage(t *testing.T, root string) map[string][]string {
	t.Helper()
	imports := map[string][]string{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(name))
		pkg := path.Clean(filepath.ToSlash(dir))
		imports[pkg] = slices.Clone(imports[pkg])
		for _, spec := range file.Imports {
			p, _ := strconv.Unquote(spec.Path.Value)
			imports[pkg] = append(imports[pkg], p)
		}
		return err
	})
	require.NoError(t, err)
	return imports
}

// TestTopLevel: the folders of the first level are fixed.
func TestTopLevel(t *testing.T) {
	entries, err := os.ReadDir("..")
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	assert.ElementsMatch(t, []string{
		"README.md", "configs", "daemon", "go.mod", "go.sum", "justfile", "lockmgr", "syncjob", "watch",
	}, names)
}
