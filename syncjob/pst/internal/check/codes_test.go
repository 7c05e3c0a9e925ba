package check_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/check"
	"pstsyncd/syncjob/pst/internal/disk"
)

// The stores that are broken.
const (
	empty    = "outlook-empty.pst"
	mixed    = "outlook-mixed.pst"
	withFAI  = "outlook-password.pst" // associated messages, an id map in use
	oldStore = "outlook97-ansi.pst"   // ends within a section
)

// What is in them.
const (
	subtree    disk.NID = 0x8022   // of empty and mixed
	trash      disk.NID = 0x8062   // below it
	contacts   disk.NID = 0x8082   // of mixed
	spare      disk.NID = 0x501    // no node of them, and none that the checker knows
	person     disk.NID = 0x2000A4 // of mixed: recipients, no attachments
	mail       disk.NID = 0x200084 // of mixed, with an attachment
	attachment disk.NID = 0x8025   // of mail
)

// breakages break one thing in a good store. What follows from it is in also.
var breakages = []struct {
	code  string
	on    string
	store func(s *store)
	file  func(im *image)
	also  []string
}{
	// header
	{code: "header-magic", on: empty, file: func(im *image) { im.b[0] = '?' }},
	{code: "header-version", on: empty, file: func(im *image) { im.header(func(h *disk.Header) { h.Version = disk.VersionWIP }) }},
	{code: "header-crc", on: empty, file: func(im *image) { im.b[16] ^= 1 }},
	{code: "header-field", on: empty, file: func(im *image) { im.header(func(h *disk.Header) { h.Sentinel = 0 }) }},
	{code: "eof", on: empty, file: cutEOF},
	{code: "amap-last", on: empty, file: func(im *image) { im.header(func(h *disk.Header) { h.Root.AMapLast = 0 }) }},
	{code: "amap-free", on: empty, file: func(im *image) { im.header(func(h *disk.Header) { h.Root.AMapFree += disk.BlockAlign }) }},
	{code: "amap-valid", on: empty, file: func(im *image) { im.header(func(h *disk.Header) { h.Root.AMapValid = disk.AMapInvalid }) }},

	// maps
	{code: "amap-page", on: empty, file: func(im *image) { im.b[disk.FirstAMap+disk.MapBytes-1] ^= 1 }},
	{code: "map-page", on: empty, file: func(im *image) { im.b[disk.FirstAMap+disk.PMapOffset] ^= 1 }},
	{code: "page-place", on: empty, file: func(im *image) { im.header(func(h *disk.Header) { h.Root.NBT.IB = disk.DListOffset }) }, also: noNodes},
	{code: "overlap", on: empty, store: addOrphan, file: func(im *image) { move(im, 0) }, also: []string{"block-trailer", "leak"}},
	{code: "unallocated", on: empty, file: func(im *image) { im.amap(func(m *disk.AMap) { m.Clear(slot(im.hdr.Root.NBT.IB), 1) }) }},
	{code: "amap-eof", on: oldStore, file: func(im *image) { im.amap(func(m *disk.AMap) { m.Clear(disk.AMapSlots-1, 1) }) }},
	{code: "leak", on: empty, file: func(im *image) { im.amap(func(m *disk.AMap) { m.Set(disk.AMapSlots-1, 1) }) }},
	{code: "pmap-bits", on: empty, file: reservePage},
	{code: "dlist", on: empty, file: densityList},

	// counters
	{code: "next-bid", on: empty, file: func(im *image) { im.header(func(h *disk.Header) { h.NextP = 1 }) }},
	{code: "rgnid", on: mixed, file: func(im *image) { im.header(func(h *disk.Header) { h.RgNID[disk.NIDTypeNormalMessage] = 1 }) }},

	// B-trees
	{code: "bt-page", on: empty, file: func(im *image) { im.b[im.hdr.Root.NBT.IB] ^= 1 }, also: noNodes},
	{code: "bt-level", on: empty, store: addSpares, file: func(im *image) { im.page(disk.PageNBT, lift) }},
	{code: "bt-count", on: empty, file: func(im *image) { im.page(disk.PageNBT, func(p *disk.BTPage) bool { p.MaxEntries = 1; return true }) }},
	{code: "bt-order", on: empty, store: addSpares, file: func(im *image) { im.page(disk.PageNBT, swapSpares) }},
	{code: "bt-key", on: empty, file: func(im *image) { im.page(disk.PageNBT, lowerKey) }},
	{code: "node-ref", on: empty, store: addSpares, file: func(im *image) { im.page(disk.PageNBT, raiseLast) }},
	{code: "block-missing", on: empty, store: func(s *store) { s.addNode(disk.NBTEntry{NID: spare, Data: 0x7000}) }},

	// blocks
	{code: "block-place", on: empty, store: addOrphan, file: func(im *image) { move(im, 32) }, also: []string{"leak"}},
	{code: "block-trailer", on: empty, store: addOrphan, file: func(im *image) { im.b[im.block(lastBlock(im)).Ref.IB] ^= 1 }},
	{code: "block-kind", on: empty, store: func(s *store) { s.spare(xblock{3, 1, 0}) }},
	{code: "ref-count", on: empty, store: func(s *store) { s.lies[s.node(disk.NIDMessageStore).Data] = 1 }},
	{code: "orphans", on: empty, file: func(im *image) { im.header(func(h *disk.Header) { h.Orphans++ }) }},
	{code: "data-full", on: empty, store: func(s *store) { s.spare(xblock{1, 20, 20}, 10, 10) }},
	{code: "data-total", on: empty, store: func(s *store) { s.spare(xblock{1, 8187, 8187}, 8176, 10) }},
	{code: "subnode", on: empty, store: func(s *store) { s.addNode(disk.NBTEntry{NID: spare, Sub: s.addInternal(unsorted)}) }},

	// heaps
	{code: "hn-signature", on: empty, store: func(s *store) { s.own(disk.NIDRecipientTable)[2] = 0 }},
	{code: "hn-pagemap", on: empty, store: func(s *store) { b := s.own(disk.NIDMessageStore); b[len(b)-2] -= 2 }},
	{code: "hn-free", on: empty, store: func(s *store) { b := s.own(disk.NIDMessageStore); b[int(b[0])|int(b[1])<<8+2]++ }},
	{code: "hn-fill", on: empty, store: func(s *store) { s.own(disk.NIDMessageStore)[8] = 0xF }},
	{code: "bth", on: empty, store: func(s *store) { b := s.own(disk.NIDRecipientTable); s.item(b, s.table(b).RowIndex)[2]++ }},
	{code: "bth-key", on: empty, store: func(s *store) { s.setIDMap([]string{"a", "c"}, []string{"a", "b"}, []string{"d"}) }},
	{code: "bth-order", on: empty, store: func(s *store) { s.setIDMap(nil, []string{"b", "a"}) }},

	// contexts
	{code: "hnid", on: empty, store: func(s *store) { setDword(s.record(s.own(disk.NIDMessageStore), 0x3001), 4, 0x7E0) }},
	{code: "hnid-shared", on: empty, store: func(s *store) {
		b := s.own(disk.NIDMessageStore)
		copy(s.record(b, 0x3001)[4:], s.record(b, 0x0FF9)[4:])
	}},
	{code: "subnode-unowned", on: mixed, store: func(s *store) { s.addSub(person, 0x41F) }},
	{code: "value-size", on: empty, store: func(s *store) { s.record(s.own(disk.NIDMessageStore), 0x3001)[2] = 0x48 }},
	{code: "object", on: mixed, store: func(s *store) { s.record(s.own(person), 0x3007)[2] = 0x0D }},

	// tables
	{code: "tc-info", on: empty, store: func(s *store) { s.root(s.own(disk.NIDRecipientTable))[0] = 0 }},
	{code: "tc-columns", on: empty, store: func(s *store) {
		s.retable(disk.NIDRecipientTable, func(i *disk.TCInfo) { i.Columns[5].Bit = i.Columns[6].Bit })
	}},
	{code: "tc-rows", on: empty, store: func(s *store) { b := s.own(0x802D); setDword(s.bth(b, s.table(b).RowIndex), 4, 7) }},
	{code: "tc-matrix", on: empty, store: func(s *store) { s.receiveFolders(1) }},
	{code: "row-id", on: empty, store: func(s *store) { s.rows(s.own(disk.NIDReceiveFolderTable))[0]++ }},
	{code: "row-version", on: empty, store: func(s *store) { setDword(s.rows(s.own(disk.NIDReceiveFolderTable)), 4, s.hdr.Unique+1) }},

	// messaging
	{code: "node-missing", on: empty, store: func(s *store) { s.drop(disk.NIDTemplate6B6) }},
	{code: "store", on: empty, store: func(s *store) { s.record(s.own(disk.NIDMessageStore), 0x0FF9)[0]-- }},
	{code: "folder-nodes", on: empty, store: func(s *store) { s.drop(subtree.WithType(disk.NIDTypeAssocContentsTable)) }},
	{code: "search-folder", on: empty, store: func(s *store) { s.drop(0x2230) }},
	{code: "folder-parent", on: empty, store: func(s *store) { s.node(trash).Parent = trash }, also: []string{"hierarchy-row"}},
	{code: "hierarchy-row", on: empty, store: func(s *store) { s.node(trash).Parent = disk.NIDRootFolder }},
	{code: "contents-row", on: mixed, store: func(s *store) { s.node(person).Parent = trash }},
	{code: "fai-row", on: withFAI, store: func(s *store) { s.node(s.associated()).Parent = disk.NIDRootFolder }},
	{code: "folder-count", on: mixed, store: miscount},
	{code: "hierarchy-cell", on: empty, store: func(s *store) { s.cell(s.own(0x802D), uint32(trash), 0x36020003)[0]++ }},
	{code: "contents-cell", on: mixed, store: func(s *store) { s.contentsCell(person, 0x00170003)[0]++ }},
	{code: "fai-cell", on: withFAI, store: func(s *store) { s.faiCell(0x0E070003)[0] ^= 0x80 }},
	{code: "attachment-row", on: mixed, store: func(s *store) { s.moveAttachment() }},
	{code: "attachment-cell", on: mixed, store: func(s *store) { s.cell(s.ownSub(mail, disk.NIDAttachmentTable), uint32(attachment), 0x37050003)[0]++ }},
	{code: "attachment-flag", on: mixed, store: func(s *store) { s.record(s.own(mail), 0x0E07)[4] ^= 0x10; s.contentsCell(mail, 0x0E070003)[0] ^= 0x10 }},
	{code: "recipients", on: mixed, store: rename},
	{code: "message", on: mixed, store: func(s *store) { s.node(person).Data = 0 }},
	{code: "message-parent", on: mixed, store: func(s *store) { s.node(person).Parent = 0x7FFE2 }, also: []string{"contents-row"}},
	{code: "template-rows", on: empty, store: func(s *store) { s.node(disk.NIDHierarchyTableTemplate).Data = s.node(0x802D).Data }},
	{code: "column-missing", on: empty, store: func(s *store) {
		s.retable(disk.NIDRecipientTable, func(i *disk.TCInfo) { i.Columns[11].Tag += 0x10000 })
	}},
	{code: "name-map", on: empty, store: func(s *store) { setDword(s.record(s.own(disk.NIDNameToIDMap), 1), 4, 0) }},
	{code: "name-hash", on: empty, store: func(s *store) { s.value(s.own(disk.NIDNameToIDMap), 0x1000)[0]++ }},
	{code: "name-spelling", on: mixed, store: respell, also: []string{"name-hash"}},
	{code: "name-missing", on: mixed, store: unname},
	{code: "entry-id", on: empty, store: func(s *store) { s.value(s.own(disk.NIDMessageStore), 0x35E7)[21]++ }},
	{code: "search-queue", on: empty, store: func(s *store) { s.node(disk.NIDSearchManagementQueue).Parent = 7 }},
	{code: "search-list", on: empty, store: func(s *store) { s.node(disk.NIDSearchDomainObject).Data = s.add([]byte{0xE3, 0x7F, 0, 0}) }},
	{code: "id-map", on: withFAI, store: func(s *store) { s.idMapRecord()[16] ^= 0x20 }},

	// any
	{code: "truncated", on: empty, file: func(im *image) { im.b = im.b[:im.hdr.Root.NBT.IB+1] }, also: append([]string{"eof"}, noNodes...)},
	{code: "entangled", on: empty, store: entangle, also: []string{"contents-row", "attachment-row", "attachment-flag", "subnode"}},
}

// TestRun_Codes breaks a store in one place for each code and demands that code,
// and no more than follows from it.
func TestRun_Codes(t *testing.T) {
	for _, tt := range breakages {
		t.Run(tt.code, func(t *testing.T) {
			var im *image
			if tt.on == oldStore { // whose end within a section would not outlive being put together again
				b, err := os.ReadFile(realStore(t, tt.on))
				require.NoError(t, err)
				im = parse(t, b)
			} else {
				s := take(t, tt.on)
				if tt.store != nil {
					tt.store(s)
				}
				im = s.image()
			}
			if tt.file != nil {
				tt.file(im)
			}
			got := findings(t, im.b)
			assert.Contains(t, got, tt.code)
			assert.Subset(t, append(tt.also, tt.code), slices.Collect(maps.Keys(got)))
			for _, code := range tt.also {
				assert.Contains(t, got, code, "does not follow after all")
			}
		})
	}
}

// outside are the codes of what is not in the file, with a test of their own.
var outside = map[string]bool{"read": true, "interrupted": true}

// TestRun_EveryCode: each code that the package comment lists can be provoked.
func TestRun_EveryCode(t *testing.T) {
	tested := slices.Collect(maps.Keys(outside))
	for _, tt := range breakages {
		tested = append(tested, tt.code)
	}
	assert.ElementsMatch(t, documented(t), tested)
}

// documented gives the codes in the package comment.
func documented(t testing.TB) []string {
	codes, err := codesInDoc()
	require.NoError(t, err)
	return codes
}

var codesInDoc = sync.OnceValues(func() ([]string, error) {
	b, err := os.ReadFile("doc.go")
	if err != nil {
		return nil, err
	}
	_, list, _ := strings.Cut(string(b), "with the codes of their findings:\n//\n")
	list, _, _ = strings.Cut(list, "//\n")
	list = regexp.MustCompile(`(?m)^//(\t[A-Za-z-]+)?\s+([0-9-]+\s|any)?`).ReplaceAllString(list, " ")
	return strings.Fields(list), nil
})

// brokenDisk is a file with a bad sector.
type brokenDisk struct {
	io.ReaderAt
	bad int64
}

var errSector = errors.New("bad sector")

func (d brokenDisk) ReadAt(b []byte, off int64) (int, error) {
	if off <= d.bad && d.bad < off+int64(len(b)) {
		return 0, errSector
	}
	return d.ReaderAt.ReadAt(b, off)
}

func TestRun_ReadError(t *testing.T) {
	im := take(t, empty).image()
	d := brokenDisk{strings.NewReader(string(im.b)), disk.FirstAMap + disk.PMapOffset}
	got := slices.Collect(check.Run(t.Context(), d, int64(len(im.b)), check.Options{}))
	require.Len(t, got, 1)
	assert.Equal(t, "read", got[0].Code)
	assert.Contains(t, got[0].Detail, errSector.Error())
}

func TestRun_Interrupted(t *testing.T) {
	im := take(t, empty).image()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got := slices.Collect(check.Run(ctx, strings.NewReader(string(im.b)), int64(len(im.b)), check.Options{}))
	require.Len(t, got, 1)
	assert.Equal(t, "interrupted", got[0].Code)
}
