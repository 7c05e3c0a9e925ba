package check_test

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// invariants is how many the engine's design counts that a sound store has.
const invariants = 53

// outside are the codes of what is not in the file, with a test of their own.
var outside = []string{"read", "interrupted"}

// TestRules: each rule has codes, and each code that the program can report is
// listed under a rule and provoked by a test.
func TestRules(t *testing.T) {
	rules := make(map[int]int)
	for _, c := range documented(t) {
		for _, n := range c.rules {
			rules[n]++
		}
	}
	for n := range invariants {
		assert.NotZero(t, rules[n+1], "rule %d has no code", n+1)
	}
	assert.Len(t, rules, invariants+1, "rules, and what is of none")

	tested := slices.Clone(outside)
	for _, b := range breakages {
		tested = append(tested, b.code)
	}
	slices.Sort(tested)
	inSource := codesInSource(t)
	assert.Equal(t, inSource, slices.Sorted(maps.Keys(documented(t))), "the codes of the package comment")
	assert.Equal(t, inSource, slices.Compact(tested), "the codes with a test")
}

// TestRules_Warnings: the codes with an asterisk are those that a test has seen as a warning.
func TestRules_Warnings(t *testing.T) {
	seen := make(map[string]bool)
	for _, b := range breakages {
		seen[b.code] = seen[b.code] || b.warn
	}
	for code, c := range documented(t) {
		assert.Equal(t, c.warn, seen[code], code)
	}
}

// TestImports: the checker uses nothing of the engine but its structures.
func TestImports(t *testing.T) {
	for _, f := range sources(t, token.NewFileSet()) {
		for _, spec := range f.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			require.NoError(t, err)
			if strings.Contains(path, ".") || strings.HasPrefix(path, "pstsyncd/") {
				assert.Equal(t, "pstsyncd/syncjob/pst/internal/disk", path)
			}
		}
	}
}

// codesInSource gives every constant of type code in the package, in order.
func codesInSource(t *testing.T) []string {
	fset := token.NewFileSet()
	info := types.Info{Types: make(map[ast.Expr]types.TypeAndValue)}
	config := types.Config{Importer: noImporter{}, Error: func(error) {}} // what is imported is not looked at
	_, _ = config.Check("check", fset, sources(t, fset), &info)
	codes := make(map[string]bool)
	for _, v := range info.Types {
		if named, ok := v.Type.(*types.Named); ok && named.Obj().Name() == "code" && v.Value != nil {
			codes[constant.StringVal(v.Value)] = true
		}
	}
	return slices.Sorted(maps.Keys(codes))
}

// noImporter gives empty packages.
type noImporter struct{}

func (noImporter) Import(path string) (*types.Package, error) {
	p := types.NewPackage(path, filepath.Base(path))
	p.MarkComplete()
	return p, nil
}

// sources parses the package without its tests.
func sources(t *testing.T, fset *token.FileSet) (files []*ast.File) {
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, 0)
		require.NoError(t, err)
		files = append(files, f)
	}
	return files
}

// codeDoc is what the package comment says of a code.
type codeDoc struct {
	rules []int // 0 for what is of none
	warn  bool
}

// documented gives the codes in the package comment.
func documented(t testing.TB) map[string]codeDoc {
	codes, err := codesInDoc()
	require.NoError(t, err)
	return codes
}

var (
	ruleLine = regexp.MustCompile(`(?m)^//\t *(\d+|any)  .*: (.*(?:\n//\t {4}.*)*)`)
	codeName = regexp.MustCompile(`([a-z-]+)(\*?)`)
)

var codesInDoc = sync.OnceValues(func() (map[string]codeDoc, error) {
	b, err := os.ReadFile("doc.go")
	if err != nil {
		return nil, err
	}
	codes := make(map[string]codeDoc)
	for _, line := range ruleLine.FindAllStringSubmatch(string(b), -1) {
		n, _ := strconv.Atoi(line[1]) // 0 for any
		for _, name := range codeName.FindAllStringSubmatch(line[2], -1) {
			c := codes[name[1]]
			codes[name[1]] = codeDoc{rules: append(c.rules, n), warn: c.warn || name[2] != ""}
		}
	}
	return codes, nil
})
