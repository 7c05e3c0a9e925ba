package main

import (
	"errors"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"strings"
)

// mutant is one way in which the program could be wrong.
type mutant struct {
	name   string
	breaks string // what it breaks, in words
	edits  []edit
	suites []suite // in the order in which they are run, until one is red
}

// edit replaces a piece of source.
type edit struct {
	file     string // from the root of the module, with slashes
	old, new string // old stands in the file exactly once
}

// suite is the tests of one package that a pattern of go test -run names.
type suite struct{ pkg, run string }

// Packages and tests that several mutants are for.
const (
	ndbPkg  = "syncjob/pst/internal/ndb"
	diskPkg = "syncjob/pst/internal/disk"
	ltpPkg  = "syncjob/pst/internal/ltp"
	pstPkg  = "syncjob/pst"
	jobPkg  = "syncjob"

	crashes = "Crash|Fault|Recover|Torn|Fail"
)

func one(file, old, new string) []edit { return []edit{{file, old, new}} }

func in(pkg, run string) []suite { return []suite{{pkg, run}} }

// all returns every mutant.
func all() []mutant {
	var list []mutant
	for _, part := range [][]mutant{commitMutants, recoveryMutants, spaceMutants, treeMutants, formatMutants, tableMutants, folderMutants, jobMutants, decisionMutants, lockMutants} {
		list = append(list, part...)
	}
	return list
}

var errStale = errors.New("the list does not fit the source any more")

// sources returns the changed files by path. The module is in root.
func (m *mutant) sources(root string) (map[string][]byte, error) {
	changed := map[string][]byte{}
	for _, e := range m.edits {
		path := filepath.Join(root, filepath.FromSlash(e.file))
		src, ok := changed[path]
		if !ok {
			var err error
			if src, err = os.ReadFile(path); err != nil {
				return nil, err
			}
		}
		text, err := e.apply(string(src))
		if err != nil {
			return nil, err
		}
		changed[path] = []byte(text)
	}
	for path, src := range changed {
		if _, err := format.Source(src); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return changed, nil
}

func (e *edit) apply(src string) (string, error) {
	if n := strings.Count(src, e.old); n != 1 {
		return "", fmt.Errorf("%s has %d times %q: %w", e.file, n, e.old, errStale)
	}
	return strings.Replace(src, e.old, e.new, 1), nil
}
