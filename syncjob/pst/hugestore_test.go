package pst_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs"
	"pstsyncd/syncjob/vfs/crashfs"
)

// hugeName is where stores are in file systems in memory.
const hugeName = "huge.pst"

// full is for [psttest.Inflate]: not a page is free.
func full(int64, int) bool { return true }

// Stores grow past each place where map pages are due, in sparse files: [MS-PST]
// 2.6.1.1.2. The second FMap page stands after 155 MB, the first FPMap page after 2 GB,
// the second after 10 GB.
func TestGrowth_mapPages(t *testing.T) {
	for _, tt := range []struct {
		format   string
		sections int64 // so many are full, and the next one has the page
		page     disk.PageType
		large    bool
	}{
		{format: "unicode", sections: 8, page: disk.PagePMap},
		{format: "unicode", sections: 128, page: disk.PageFMap},
		{format: "unicode", sections: 128 + 496, page: disk.PageFMap},
		{format: "unicode", sections: 8_192, page: disk.PageFPMap, large: true},
		{format: "unicode", sections: 8_192 + 31_744, page: disk.PageFPMap, large: true},
		{format: "ansi", sections: 8, page: disk.PagePMap},
		{format: "ansi", sections: 128, page: disk.PageFMap},
		{format: "ansi", sections: 128 + 496, page: disk.PageFMap},
		{format: "ansi", sections: 128 + 16*496, page: disk.PageFMap, large: true}, // the last one
	} {
		t.Run(fmt.Sprintf("%s/%v at section %d", tt.format, tt.page, tt.sections), func(t *testing.T) {
			if testing.Short() && tt.large {
				t.Skip("SKIPPED: thousands of map pages: run without -short")
			}
			path := psttest.NewAs(t, psttest.Formats[tt.format])
			psttest.Inflate(t, path, tt.sections, full)
			f, err := pst.Open(unsynced{vfs.OS}, path, pst.Options{})
			require.NoError(t, err)
			defer f.Close()
			nid, meant := makeStructure(t, f, filePerSection)
			requireContent(t, meant, message(t, f, nid).Content)

			at := mapPageOffset(tt.sections, tt.page)
			b := readAt(t, path, at, disk.PageSize)
			var trailer disk.PageTrailer
			require.NoError(t, trailer.Unmarshal(f.Format(), b))
			require.NoError(t, trailer.Check(tt.page, disk.BREF{BID: disk.BID(at), IB: uint64(at)}))
			assert.Empty(t, psttest.Problems(t, path))
			l := psttest.GoPST.Read(t, path)
			assert.Empty(t, l.Complaints)
			assert.Empty(t, psttest.Disagreements(psttest.Listing{Items: []psttest.ReadItem{meantItem(t, nid, meant)}}, l))
		})
	}
}

// filePerSection is an item that takes more than one section.
var filePerSection = psttest.Structure{Content: func(testing.TB, *pst.Tx) pst.Content {
	c := psttest.Contact("beyond", "")
	c.Attachments = []pst.Attachment{psttest.FileAttachment("f.bin", psttest.Noise(300_000))}
	return c
}}

func mapPageOffset(section int64, page disk.PageType) int64 {
	if page == disk.PagePMap {
		return disk.SectionOffset(section) + disk.PMapOffset
	}
	return disk.SectionOffset(section) + disk.FMapOffset
}

func readAt(t *testing.T, path string, off int64, n int) []byte {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	b := make([]byte, n)
	_, err = f.ReadAt(b, off)
	require.NoError(t, err)
	return b
}

// What one change may cost in a store of 10 GB, however its free space is spread: a
// bounded number of AMaps is looked at, in the first commit after the store was opened
// too.
const (
	hugeSections = 42_000      // 10.6 GB
	hugeReads    = 100_000     // bytes of a commit
	hugeWrites   = 50_000      // bytes of a commit, journal included
	hugeGrowth   = 2 * 253_952 // bytes of the file, after all commits
)

func TestCommit_costAt10GB(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: 42,000 map pages, four times: run without -short")
	}
	for name, taken := range map[string]func(section int64, page int) bool{
		"nothing free":          full,
		"one section free":      func(section int64, _ int) bool { return section != 20_000 },
		"every other page free": func(_ int64, page int) bool { return page%2 == 0 },
		"all free":              func(int64, int) bool { return false },
	} {
		t.Run(name, func(t *testing.T) {
			var count vfs.Counters
			fsys := crashfs.New()
			f, err := pst.Create(fsys, hugeName, pst.CreateOptions{})
			require.NoError(t, err)
			require.NoError(t, f.Close())
			items := fillSome(t, fsys, hugeName, 300)
			psttest.InflateIn(t, fsys, hugeName, hugeSections, taken)
			var read, written int64 // the most
			for i := range 30 {
				r, w := count.BytesRead.Load(), count.BytesWritten.Load()
				f, err := pst.Open(vfs.Count(fsys, &count), hugeName, pst.Options{})
				require.NoError(t, err)
				note := psttest.Bytes(0x10090102, psttest.Noise(3_000+i))
				psttest.Edit(t, f, func(tx *pst.Tx) {
					require.NoError(t, tx.Update(items[i*7], pst.Edit{Set: []pst.Property{note}}))
				})
				require.NoError(t, f.Close())
				read, written = max(read, count.BytesRead.Load()-r), max(written, count.BytesWritten.Load()-w)
			}
			info, err := fsys.Stat(hugeName)
			require.NoError(t, err)
			grown := info.Size - disk.SectionOffset(hugeSections)
			t.Logf("a commit reads up to %d bytes and writes %d; the file grew by %d", read, written, grown)
			assert.LessOrEqual(t, read, int64(hugeReads))
			assert.LessOrEqual(t, written, int64(hugeWrites))
			assert.LessOrEqual(t, grown, int64(hugeGrowth))
			for p := range pst.Check(context.Background(), fsys, hugeName, nil) {
				assert.Fail(t, p.String())
			}
		})
	}
}
