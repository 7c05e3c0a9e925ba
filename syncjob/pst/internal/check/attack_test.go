package check_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"pstsyncd/syncjob/pst/internal/disk"
)

// attacks are stores that nobody wrote by mistake.
var attacks = []struct {
	name  string
	store func(s *store)
	file  func(im *image)
	want  []string
}{
	{name: "messages within one another", store: entangle, want: []string{"entangled"}},
	{name: "an XXBLOCK of one XBLOCK of one block", store: endlessData, want: []string{"data-total"}},
	{name: "a node that is its own subnode", store: func(s *store) { ownSubnode(s) }, want: []string{"subnode"}},
	{name: "subnodes of subnodes", store: deepSubnodes, want: []string{"subnode"}},
	{name: "folders that share a large table", store: sharedTable, want: []string{"entangled"}},
	{name: "buckets that share a large value", store: sharedBuckets, want: []string{"entangled", "hnid-shared"}},
	{name: "an SIBLOCK of itself", store: ownSIBlock, want: []string{"block-kind"}},
	{name: "an XBLOCK of itself", store: ownXBlock, want: []string{"block-kind"}},
	{name: "a B-tree in a heap that is its own child", store: ownRecord, want: []string{"bth-order", "hnid-shared"}},
	{name: "an index of many levels over itself", store: deepIndex, want: []string{"hnid-shared"}},
	{name: "values of all bytes there are", store: hugeCounts, want: []string{"value-size"}},
	{name: "objects within one another", store: objectRing, want: []string{"entangled"}},
	{name: "folders within one another", store: folderRing, want: []string{"folder-parent"}},
	{name: "a page that is its own child", file: ownChild, want: []string{"overlap"}},
	{name: "a tree that is the other one", file: func(im *image) { im.header(func(h *disk.Header) { h.Root.BBT = h.Root.NBT }) }, want: []string{"bt-page"}},
	{name: "a page at the end of all offsets", file: func(im *image) { im.header(func(h *disk.Header) { h.Root.NBT.IB = im.end() - disk.PageSize }) }, want: []string{"page-place"}},
	{name: "blocks at the end of all offsets", file: farBlocks, want: []string{"block-place"}},
	{name: "rows of 2 bytes", store: func(s *store) { s.retable(disk.NIDRecipientTable, shortRows) }, want: []string{"tc-info"}},
	{name: "a cell of one byte at the end of a row", store: narrowCell, want: []string{"tc-columns"}},
}

func TestRun_Attacks(t *testing.T) {
	for _, on := range []string{empty, ansi} {
		for _, tt := range attacks {
			t.Run(on+"/"+tt.name, func(t *testing.T) {
				s := take(t, on)
				if tt.store != nil {
					tt.store(s)
				}
				im := s.image()
				if tt.file != nil {
					tt.file(im)
				}
				got := survive(t, im.b)
				for _, code := range tt.want {
					assert.Contains(t, got, code)
				}
			})
		}
	}
}
