package pst_test

import (
	"testing"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// eachFormat runs a test for stores of both formats.
func eachFormat(t *testing.T, test func(t *testing.T, o pst.CreateOptions)) {
	t.Helper()
	each(t, psttest.Formats, test)
}

// each runs a test for each kind of store.
func each(t *testing.T, kinds map[string]pst.CreateOptions, test func(t *testing.T, o pst.CreateOptions)) {
	t.Helper()
	for name, o := range kinds {
		t.Run(name, func(t *testing.T) { test(t, o) })
	}
}
