package disk_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
)

// store is a real file to test on.
type store struct {
	name string
	b    []byte
}

// damaged reports whether the file is in the corpus for being unreadable.
func (s store) damaged() bool { return strings.HasPrefix(s.name, "damaged-") }

// corpus returns the real stores: those of $PSTSYNCD_CORPUS, or of
// ../shared/corpus beside the module, and those that come with the go-pst module.
// Without the former it skips the test, or fails it if $PSTSYNCD_REQUIRE_CORPUS is set.
func corpus(t testing.TB) []store {
	t.Helper()
	stores := findCorpus(t)
	if len(stores) == 0 && os.Getenv("PSTSYNCD_REQUIRE_CORPUS") != "" {
		t.Fatalf("no stores in %s", corpusDir(t))
	}
	if len(stores) == 0 {
		t.Skipf("no stores in %s: set PSTSYNCD_CORPUS to a directory of .pst files", corpusDir(t))
	}
	return stores
}

// findCorpus is corpus for those who can do without.
func findCorpus(t testing.TB) []store {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(corpusDir(t), "*.pst"))
	require.NoError(t, err)
	if len(paths) == 0 {
		return nil
	}
	paths = append(paths, goPSTStores(t)...)
	var stores []store
	for _, p := range paths {
		b, err := os.ReadFile(p)
		require.NoError(t, err)
		stores = append(stores, store{filepath.Base(p), b})
	}
	return stores
}

func corpusDir(t testing.TB) string {
	t.Helper()
	if dir := os.Getenv("PSTSYNCD_CORPUS"); dir != "" {
		return dir
	}
	out, err := exec.Command("go", "env", "GOMOD").Output()
	require.NoError(t, err)
	return filepath.Join(filepath.Dir(strings.TrimSpace(string(out))), "..", "shared", "corpus")
}

func goPSTStores(t testing.TB) []string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/mooijtech/go-pst/v6").Output()
	dir := strings.TrimSpace(string(out))
	if err != nil || dir == "" {
		t.Logf("enron.pst and support.pst are not tested: go list -m go-pst: %v", err)
		return nil
	}
	var paths []string
	for _, name := range []string{"enron.pst", "support.pst"} {
		if p := filepath.Join(dir, "data", name); fileExists(p) {
			paths = append(paths, p)
		} else {
			t.Logf("%s is not tested: not in the go-pst module", name)
		}
	}
	return paths
}

func fileExists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// image is a store that has been walked from its header: every page and block that
// something refers to.
type image struct {
	store
	f      disk.Format
	h      disk.Header
	pages  []disk.BREF // of both B-trees
	nodes  []disk.NBTEntry
	blocks map[disk.BID]disk.BBTEntry
	errs   []error
}

func openImage(t testing.TB, s store) *image {
	t.Helper()
	f, err := disk.DetectFormat(s.b)
	require.NoError(t, err, s.name)
	im := &image{store: s, f: f, blocks: map[disk.BID]disk.BBTEntry{}}
	require.NoError(t, im.h.Unmarshal(f, s.b), s.name)
	im.walk(disk.PageNBT, im.h.Root.NBT, disk.MaxBTLevel+1)
	im.walk(disk.PageBBT, im.h.Root.BBT, disk.MaxBTLevel+1)
	if !s.damaged() {
		require.Empty(t, im.errs, s.name)
	}
	return im
}

// page returns the page at ib, or nil if it is not in the file.
func (im *image) page(ib uint64) []byte { return im.slice(ib, disk.PageSize) }

func (im *image) slice(ib uint64, n int) []byte {
	if ib+uint64(n) > uint64(len(im.b)) || ib+uint64(n) < ib {
		return nil
	}
	return im.b[ib : ib+uint64(n)]
}

func (im *image) walk(t disk.PageType, ref disk.BREF, above int) {
	var p disk.BTPage
	if err := p.Unmarshal(im.f, im.page(ref.IB)); err != nil {
		im.errs = append(im.errs, err)
		return
	}
	if err := p.Trailer.Check(t, ref); err != nil {
		im.errs = append(im.errs, err)
	}
	if int(p.Level) >= above {
		im.errs = append(im.errs, disk.Corruptf("btpage", int64(ref.IB), "level %d below %d", p.Level, above))
		return
	}
	im.pages = append(im.pages, ref)
	for _, e := range p.Inner {
		im.walk(t, e.Ref, int(p.Level))
	}
	im.nodes = append(im.nodes, p.NBT...)
	for _, e := range p.BBT {
		im.blocks[e.Ref.BID] = e
	}
}

// block returns a block with padding and trailer, as it is in the file.
func (im *image) block(e disk.BBTEntry) []byte {
	return im.slice(e.Ref.IB, im.f.BlockSize(int(e.Size)))
}

// data returns the decoded data of a block.
func (im *image) data(bid disk.BID) []byte {
	e, ok := im.blocks[bid.Lookup()]
	if !ok || im.block(e) == nil {
		return nil
	}
	b := append([]byte(nil), im.block(e)[:e.Size]...)
	disk.Decode(im.h.Crypt, bid, b)
	return b
}

// tree returns the blocks of data of a data tree.
func (im *image) tree(bid disk.BID) [][]byte {
	if bid == 0 {
		return nil
	}
	if !bid.Internal() {
		return [][]byte{im.data(bid)}
	}
	var x disk.XBlock
	if err := x.Unmarshal(im.f, im.data(bid)); err != nil {
		im.errs = append(im.errs, err)
		return nil
	}
	var blocks [][]byte
	for _, child := range x.BIDs {
		blocks = append(blocks, im.tree(child)...)
	}
	return blocks
}

// subnodes returns the entries of a subnode tree.
func (im *image) subnodes(bid disk.BID) []disk.SLEntry {
	if bid == 0 {
		return nil
	}
	b := im.data(bid)
	if level, err := disk.SubnodeLevel(b); err != nil || level == disk.LevelSI {
		var si disk.SIBlock
		if err := si.Unmarshal(im.f, b); err != nil {
			im.errs = append(im.errs, err)
		}
		var all []disk.SLEntry
		for _, e := range si.Entries {
			all = append(all, im.subnodes(e.BID)...)
		}
		return all
	}
	var sl disk.SLBlock
	if err := sl.Unmarshal(im.f, b); err != nil {
		im.errs = append(im.errs, err)
	}
	return sl.Entries
}

// sections returns how many sections the header says there are.
func (im *image) sections() int64 {
	return (int64(im.h.Root.AMapLast)-disk.FirstAMap)/disk.AMapInterval + 1
}
