package ndb_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
)

// verifier reads the bytes of a store from end to end, without the package under
// test, and lists what is wrong with it.
type verifier struct {
	b        []byte
	f        disk.Format
	h        disk.Header
	problems []string

	live    []bool // slots that something uses
	blocks  map[disk.BID]disk.BBTEntry
	refs    map[disk.BID]int
	content map[disk.BID][]byte
	nodes   map[disk.NID]disk.NBTEntry
	pages   map[disk.PageType]int
	leaked  int // slots allocated that nothing uses
	nextP   disk.BID
}

// verify returns the problems of the store in b.
func verify(b []byte) *verifier {
	v := &verifier{
		b: b, live: make([]bool, len(b)/disk.BlockAlign+1), blocks: map[disk.BID]disk.BBTEntry{}, refs: map[disk.BID]int{},
		content: map[disk.BID][]byte{}, nodes: map[disk.NID]disk.NBTEntry{}, pages: map[disk.PageType]int{},
	}
	v.header()
	if len(v.problems) == 0 {
		v.mapPages()
		v.tree(disk.PageBBT, v.h.Root.BBT)
		v.tree(disk.PageNBT, v.h.Root.NBT)
		v.countRefs()
		v.counters()
		v.maps()
	}
	return v
}

// requireCovered fails unless the maps in b cover all that its header reaches, whatever
// the header says of the maps: some programs do not look at that.
func requireCovered(t testing.TB, b []byte, msg ...any) {
	t.Helper()
	v := verify(b)
	v.problems = nil
	clear(v.live)
	clear(v.nodes)
	clear(v.blocks)
	v.mapPages()
	v.tree(disk.PageBBT, v.h.Root.BBT)
	v.tree(disk.PageNBT, v.h.Root.NBT)
	require.Empty(t, v.problems, msg...)
	v.maps()
	for _, p := range v.problems {
		require.NotContains(t, p, "is used and free", msg...)
	}
}

// requireSound fails unless the store in b has no problem and no space that is marked
// used and is not, beyond that many slots.
func requireSound(t testing.TB, b []byte, leaked int, msg ...any) *verifier {
	t.Helper()
	v := verify(b)
	require.Empty(t, v.problems, msg...)
	require.Equal(t, leaked, v.leaked, append([]any{"leaked slots "}, msg...)...)
	return v
}

func (v *verifier) bad(format string, args ...any) {
	if len(v.problems) < 20 {
		v.problems = append(v.problems, fmt.Sprintf(format, args...))
	}
}

func (v *verifier) header() {
	f, err := disk.DetectFormat(v.b)
	if err != nil {
		v.bad("format: %v", err)
		return
	}
	v.f = f
	if err := v.h.Unmarshal(f, v.b); err != nil {
		v.bad("header: %v", err)
		return
	}
	if partial, full, _ := disk.CheckHeaderCRC(f, v.b); !partial || !full {
		v.bad("header crc: %v, %v", partial, full)
	}
	if err := v.h.Validate(); err != nil {
		v.bad("header: %v", err)
	}
	r := v.h.Root
	if r.AMapValid == disk.AMapInvalid {
		v.bad("amaps are not valid")
	}
	if r.FileEOF > uint64(len(v.b)) {
		v.bad("eof %#x, file %#x", r.FileEOF, len(v.b))
	}
	if (r.FileEOF-disk.FirstAMap)%disk.AMapInterval != 0 && f == disk.Unicode {
		v.bad("eof %#x is not that of a section", r.FileEOF)
	}
	if r.AMapLast != uint64(disk.SectionOffset(v.sections()-1)) {
		v.bad("last amap %#x", r.AMapLast)
	}
}

func (v *verifier) sections() int64 {
	return (int64(v.h.Root.FileEOF) - disk.FirstAMap + disk.AMapInterval - 1) / disk.AMapInterval
}

func (v *verifier) use(ib uint64, size int, what string) {
	if ib%disk.BlockAlign != 0 || ib < disk.FirstAMap || ib+uint64(size) > min(v.h.Root.FileEOF, uint64(len(v.b))) {
		v.bad("%s at %#x", what, ib)
		return
	}
	s1, _, _ := disk.SectionOf(int64(ib))
	s2, _, _ := disk.SectionOf(int64(ib) + int64(size) - 1)
	if s1 != s2 {
		v.bad("%s at %#x crosses sections", what, ib)
	}
	for i := range int64(disk.SlotsOf(size)) {
		slot := int64(ib)/disk.BlockAlign + i
		if v.live[slot] {
			v.bad("%s at %#x overlaps", what, ib)
			return
		}
		v.live[slot] = true
	}
}

func (v *verifier) page(ref disk.BREF, kind disk.PageType) []byte {
	v.use(ref.IB, disk.PageSize, kind.String())
	v.pages[kind]++
	if ref.IB+disk.PageSize > uint64(len(v.b)) {
		return nil
	}
	b := v.b[ref.IB:][:disk.PageSize]
	var t disk.PageTrailer
	if err := t.Unmarshal(v.f, b); err != nil {
		v.bad("%v %v: %v", kind, ref, err)
		return nil
	}
	if err := t.Check(kind, ref); err != nil {
		v.bad("%v", err)
		return nil
	}
	return b
}

func (v *verifier) mapPages() {
	for i := range v.sections() {
		off := uint64(disk.SectionOffset(i))
		v.page(disk.BREF{IB: off}, disk.PageAMap)
		p, f, fp := disk.MapPagesAt(i)
		for offset, kind := range map[uint64]disk.PageType{512: disk.PagePMap, 1024: disk.PageFMap, 1025: disk.PageFPMap} {
			if kind == disk.PagePMap && p || kind == disk.PageFMap && f || kind == disk.PageFPMap && fp {
				v.page(disk.BREF{IB: off + offset&^1}, kind)
			}
		}
	}
}

func (v *verifier) tree(kind disk.PageType, root disk.BREF) {
	var prev uint64
	var visit func(ref disk.BREF, level int, key *uint64)
	visit = func(ref disk.BREF, level int, key *uint64) {
		b := v.page(ref, kind)
		if b == nil {
			return
		}
		v.nextP = max(v.nextP, ref.BID)
		var p disk.BTPage
		if err := p.Unmarshal(v.f, b); err != nil {
			v.bad("%v %v: %v", kind, ref, err)
			return
		}
		if level >= 0 && int(p.Level) != level || p.Len() == 0 && key != nil {
			v.bad("%v %v: level %d, %d entries", kind, ref, p.Level, p.Len())
			return
		}
		if key != nil && p.Key(0) != *key {
			v.bad("%v %v: first key %#x, in the parent %#x", kind, ref, p.Key(0), *key)
		}
		for i := range p.Inner {
			visit(p.Inner[i].Ref, int(p.Level)-1, &p.Inner[i].Key)
		}
		for i := range p.Len() {
			if p.Level > 0 {
				break
			}
			if p.Key(i) <= prev {
				v.bad("%v: key %#x after %#x", kind, p.Key(i), prev)
			}
			prev = p.Key(i)
			if kind == disk.PageNBT {
				v.nodes[p.NBT[i].NID] = p.NBT[i]
			} else {
				v.block(p.BBT[i])
			}
		}
	}
	visit(root, -1, nil)
}

func (v *verifier) block(e disk.BBTEntry) {
	size := v.f.BlockSize(int(e.Size))
	if int(e.Size) > v.f.MaxBlockData() || e.Ref.BID&1 != 0 {
		v.bad("block %v: size %d", e.Ref, e.Size)
		return
	}
	v.use(e.Ref.IB, size, "block "+e.Ref.BID.String())
	if e.Ref.IB+uint64(size) > uint64(len(v.b)) {
		return
	}
	b := slices.Clone(v.b[e.Ref.IB:][:size])
	var t disk.BlockTrailer
	if err := t.Unmarshal(v.f, b); err != nil {
		v.bad("block %v: %v", e.Ref, err)
		return
	}
	if err := t.Check(e.Ref, e.Size); err != nil {
		v.bad("%v", err)
	}
	disk.Decode(v.h.Crypt, e.Ref.BID, b[:e.Size])
	v.blocks[e.Ref.BID], v.content[e.Ref.BID] = e, b[:e.Size]
}

func (v *verifier) ref(bid disk.BID, from string) {
	if bid.Lookup() == 0 {
		return
	}
	if _, ok := v.blocks[bid.Lookup()]; !ok {
		v.bad("%s refers to %v, which is not there", from, bid)
	}
	v.refs[bid.Lookup()]++
}

func (v *verifier) countRefs() {
	for nid, n := range v.nodes {
		v.ref(n.Data, "node "+nid.String())
		v.ref(n.Sub, "node "+nid.String())
		if n.High != 0 {
			v.bad("node %v: high half", nid)
		}
	}
	for bid, b := range v.content {
		if bid.Internal() {
			v.internalBlock(bid, b)
		}
	}
	for bid, e := range v.blocks {
		if int(e.RefCnt) != v.refs[bid]+1 {
			v.bad("block %v: count is %d, %d references", bid, e.RefCnt, v.refs[bid])
		}
	}
}

func (v *verifier) internalBlock(bid disk.BID, b []byte) {
	var x disk.XBlock
	if err := x.Unmarshal(v.f, b); err == nil {
		v.xblock(bid, &x)
		return
	}
	var sl disk.SLBlock
	if err := sl.Unmarshal(v.f, b); err == nil {
		if err := sl.Validate(); err != nil {
			v.bad("block %v: %v", bid, err)
		}
		for i := range sl.Entries {
			v.ref(sl.Entries[i].Data, "subnode of "+bid.String())
			v.ref(sl.Entries[i].Sub, "subnode of "+bid.String())
		}
		return
	}
	var si disk.SIBlock
	if err := si.Unmarshal(v.f, b); err != nil || si.Validate() != nil {
		v.bad("block %v: %v, %v", bid, err, si.Validate())
		return
	}
	for i := range si.Entries {
		v.ref(si.Entries[i].BID, "siblock "+bid.String())
		if err := sl.Unmarshal(v.f, v.content[si.Entries[i].BID.Lookup()]); err != nil {
			v.bad("block %v: %v", bid, err)
			continue
		}
		if sl.Entries[0].NID != si.Entries[i].NID {
			v.bad("siblock %v: first id of child %d", bid, i)
		}
		if i+1 < len(si.Entries) && sl.Entries[len(sl.Entries)-1].NID >= si.Entries[i+1].NID {
			v.bad("siblock %v: ids of child %d", bid, i)
		}
	}
}

func (v *verifier) xblock(bid disk.BID, x *disk.XBlock) {
	if err := x.Validate(); err != nil {
		v.bad("block %v: %v", bid, err)
	}
	total := 0
	for i, child := range x.BIDs {
		v.ref(child, "xblock "+bid.String())
		c := v.content[child.Lookup()]
		if x.Level == disk.LevelX {
			if total += len(c); i < len(x.BIDs)-1 && len(c) != v.f.MaxBlockData() {
				v.bad("block %d of %v has %d bytes", i, bid, len(c))
			}
			continue
		}
		var xc disk.XBlock
		if err := xc.Unmarshal(v.f, c); err != nil || xc.Level != disk.LevelX {
			v.bad("xblock %v, child %v: level %d, %v", bid, child, xc.Level, err)
		}
		if i < len(x.BIDs)-1 && len(xc.BIDs) != v.f.MaxXBlockEntries() {
			v.bad("xblock %v, child %v has %d entries", bid, child, len(xc.BIDs))
		}
		total += int(xc.Total)
	}
	if total != int(x.Total) {
		v.bad("xblock %v: total %d, is %d", bid, x.Total, total)
	}
}

func (v *verifier) counters() {
	for bid := range v.blocks {
		if bid >= v.h.NextB {
			v.bad("block %v, next is %v", bid, v.h.NextB)
		}
	}
	if v.nextP >= v.h.NextP {
		v.bad("page %v, next is %v", v.nextP, v.h.NextP)
	}
	for nid := range v.nodes {
		switch t := nid.Type(); t {
		case disk.NIDTypeSearchUpdateQueue, disk.NIDTypeSearchCriteria, disk.NIDTypeSearchContentsTable:
		default:
			if nid.Index() > v.h.RgNID[t] {
				v.bad("node %v, last index is %#x", nid, v.h.RgNID[t])
			}
		}
	}
}

func (v *verifier) maps() {
	free := map[int64]int{}
	total := 0
	for i := range v.sections() {
		off := disk.SectionOffset(i)
		bits := v.b[off+int64(v.f.MapBitsOffset()):][:disk.MapBytes]
		v.fmap(i, bits)
		for slot := range int64(disk.AMapSlots) {
			set := bits[slot/8]>>(7-slot%8)&1 != 0
			at := off + slot*disk.BlockAlign
			live := at >= int64(v.h.Root.FileEOF) || v.live[at/disk.BlockAlign]
			switch {
			case live && !set:
				v.bad("slot %#x is used and free", at)
			case set && !live:
				v.leaked++
			case !set:
				free[i]++
				total++
			}
		}
	}
	if v.h.Root.AMapFree != uint64(total)*disk.BlockAlign {
		v.bad("cbAMapFree %d, is %d", v.h.Root.AMapFree, total*disk.BlockAlign)
	}
	var d disk.DList
	if d.Unmarshal(v.f, v.b[disk.DListOffset:][:disk.PageSize]) != nil || d.Trailer.BID != v.h.NextP {
		return
	}
	for _, e := range d.Entries {
		if e.Page == d.Current {
			v.bad("dlist: section %d is listed and current", e.Page)
		}
		if int(e.Free) != free[int64(e.Page)] {
			v.bad("dlist: section %d has %d free slots, is %d", e.Page, e.Free, free[int64(e.Page)])
		}
	}
}

// fmap compares what an FMap says of a section with the section's AMap.
func (v *verifier) fmap(section int64, amap []byte) {
	if section < 128 {
		return
	}
	longest, run := 0, 0
	for slot := range disk.AMapSlots {
		if run++; amap[slot/8]>>(7-slot%8)&1 != 0 {
			run = 0
		}
		longest = max(longest, run)
	}
	first := section - (section-128)%496
	at := disk.SectionOffset(first) + 1024 + int64(v.f.MapBitsOffset()) + section - first
	if got := int(v.b[at]); got != min(longest, 255) {
		v.bad("fmap: section %d has %d free slots in a row, is %d", section, got, longest)
	}
}
