package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Whoever changes a line that a mutant is about changes the mutant as well.
func TestAll_FitsTheSource(t *testing.T) {
	root, err := moduleRoot()
	require.NoError(t, err)
	names := map[string]bool{}
	for _, m := range all() {
		t.Run(m.name, func(t *testing.T) {
			assert.False(t, names[m.name], "there are two of that name")
			names[m.name] = true
			assert.NotEmpty(t, m.breaks)
			require.NotEmpty(t, m.suites)
			for _, s := range m.suites {
				tests, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(s.pkg), "*_test.go"))
				require.NoError(t, err)
				assert.NotEmpty(t, tests, s.pkg)
			}
			changed, err := m.sources(root)
			require.NoError(t, err)
			require.NotEmpty(t, changed)
			for path, src := range changed {
				before, err := os.ReadFile(path)
				require.NoError(t, err)
				assert.NotEqual(t, string(before), string(src))
			}
		})
	}
	assert.Greater(t, len(names), 100)
}

func TestMutant_sources(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, "a.go"), []byte("package a\n\nvar x = 1\n\nvar y = 1\n"), 0o600))
	for name, tt := range map[string]struct {
		edits []edit
		want  string
		fails string
	}{
		"one":         {one("a.go", "x = 1", "x = 2"), "package a\n\nvar x = 2\n\nvar y = 1\n", ""},
		"two":         {[]edit{{"a.go", "x = 1", "x = 2"}, {"a.go", "y = 1", "y = 3"}}, "package a\n\nvar x = 2\n\nvar y = 3\n", ""},
		"not there":   {one("a.go", "z = 1", "z = 2"), "", errStale.Error()},
		"there twice": {one("a.go", " = 1", " = 2"), "", errStale.Error()},
		"no go":       {one("a.go", "x = 1", "x = ("), "", "expected"},
		"no file":     {one("b.go", "x", "y"), "", "b.go"},
	} {
		t.Run(name, func(t *testing.T) {
			m := mutant{edits: tt.edits}
			got, err := m.sources(root)
			if tt.fails != "" {
				require.ErrorContains(t, err, tt.fails)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want, string(got[filepath.Join(root, "a.go")]))
		})
	}
}

// A module with one function and its tests stands for the whole program.
func TestRunner(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: mutants of a small module are compiled: run without -short")
	}
	root := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":      "module small\n\ngo 1.26\n",
		"p/p.go":      "package p\n\nfunc Two() int { return 2 }\n\nfunc Unused() {}\n",
		"p/p_test.go": "package p\n\nimport \"testing\"\n\nfunc TestTwo(t *testing.T) {\n\tif Two() != 2 {\n\t\tt.Error()\n\t}\n}\n",
	} {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	r := &runner{root: root}
	two := func(body string) mutant {
		return mutant{name: body, breaks: "two", edits: one("p/p.go", "return 2", body), suites: in("p", "Two")}
	}
	mutants := []mutant{two("return 3"), two("panic(0)"), two("return 1 + 1"), two("return x"), two("return 4")}
	mutants[4].suites = in("p", "Three")
	require.NoError(t, r.green(context.Background(), mutants[:4], 1))
	assert.Greater(t, r.limits["p"], time.Minute)

	verdicts := make([]verdict, len(mutants))
	for i := range mutants {
		verdicts[i] = r.try(context.Background(), &mutants[i])
	}
	assert.Equal(t, "p TestTwo", verdicts[0].killer)
	assert.Equal(t, "p TestTwo", verdicts[1].killer)
	assert.Equal(t, "SURVIVED", verdicts[2].String())
	require.ErrorIs(t, verdicts[3].err, errBuild)
	require.ErrorIs(t, verdicts[4].err, errNoTests)

	var out bytes.Buffer
	require.Error(t, table(&out, mutants, verdicts, time.Second))
	assert.Contains(t, out.String(), "2 of 5 mutants killed")
	require.NoError(t, table(&out, mutants[:2], verdicts[:2], time.Second))
}

func TestReadReport(t *testing.T) {
	for name, tt := range map[string]struct {
		out  string
		want report
	}{
		"green":   {`{"Action":"run","Test":"TestA"}` + "\n" + `{"Action":"pass","Test":"TestA"}`, report{ran: 1}},
		"subtest": {`{"Action":"run","Test":"TestA"}` + "\n" + `{"Action":"fail","Test":"TestA/b"}` + "\n" + `{"Action":"fail","Test":"TestA"}`, report{ran: 1, first: "TestA/b"}},
		"build":   {`{"Action":"build-output","Output":"# pkg\n"}` + "\n" + `{"Action":"build-output","Output":"a.go:1: no\n"}` + "\n" + `{"Action":"fail","FailedBuild":"pkg"}`, report{build: "a.go:1: no"}},
		"hangs":   {`{"Action":"output","Output":"panic: test timed out after 1s\n"}` + "\n" + `{"Action":"fail","Test":"TestA"}`, report{first: "TestA", timeout: true}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tt.want, readReport(bytes.NewBufferString(tt.out)))
		})
	}
	assert.Equal(t, "TestA (does not end)", (&report{first: "TestA", timeout: true}).failed())
	assert.True(t, strings.HasPrefix((&report{}).failed(), "("))
}
