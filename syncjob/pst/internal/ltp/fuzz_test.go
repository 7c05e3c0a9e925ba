package ltp_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzNode reads and edits any bytes as a property context and as a table.
func FuzzNode(f *testing.F) {
	heaps, rows := soundNodes(f)
	require.NotEmpty(f, heaps)
	for _, heap := range heaps {
		f.Add(heap, rows)
		f.Add(heap, heap)
	}
	h := newHostile(f)
	f.Fuzz(func(t *testing.T, heap, rows []byte) {
		if len(heap) > 1<<16 || len(rows) > 1<<16 {
			t.Skip("larger input finds nothing more")
		}
		(&hostile{t, h.store}).try(heap, rows)
	})
}
