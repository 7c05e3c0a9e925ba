package ltp_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
)

// The verifier reads heaps, B-trees, property contexts and tables from raw bytes
// and reports whatever a strict reader could object to. It shares no code with the
// package: it has its own offsets and its own arithmetic.

var le = binary.LittleEndian

// rawNode is a node as stored: the blocks of its data and its subnodes.
type rawNode struct {
	ansi   bool
	blocks [][]byte
	subs   map[uint32]rawNode
}

func (n rawNode) blockMax() int {
	if n.ansi {
		return 8180
	}
	return 8176
}

// findings collects what is wrong, and keeps account of who owns which heap item
// and which subnode.
type findings struct {
	node     rawNode
	list     []string
	items    map[uint32][]byte
	owners   map[uint32]string
	client   byte
	userRoot uint32
}

func (f *findings) add(format string, args ...any) {
	if len(f.list) < 1000 {
		f.list = append(f.list, fmt.Sprintf(format, args...))
	}
}

// own notes that an item or a subnode belongs to something.
func (f *findings) own(id uint32, who string) {
	if other, ok := f.owners[id]; ok {
		f.add("%#x is owned by %s and by %s", id, other, who)
	}
	f.owners[id] = who
	if id&31 == 0 {
		if b, ok := f.items[id]; !ok || len(b) == 0 {
			f.add("%s refers to item %#x, which is not there or empty", who, id)
		}
	} else if _, ok := f.node.subs[id]; !ok {
		f.add("%s refers to subnode %#x, which is not there", who, id)
	}
}

// unowned reports items and value subnodes that nobody owns.
func (f *findings) unowned() {
	for id, b := range f.items {
		if _, ok := f.owners[id]; !ok && len(b) > 0 {
			f.add("item %#x of %d bytes is nobody's", id, len(b))
		}
	}
	for id := range f.node.subs {
		if _, ok := f.owners[id]; !ok && id&31 == 0x1F {
			f.add("subnode %#x is nobody's", id)
		}
	}
}

// value returns what an HNID refers to.
func (f *findings) value(id uint32) []byte {
	if id == 0 {
		return nil
	}
	if id&31 == 0 {
		return f.items[id]
	}
	return bytes.Join(f.node.subs[id].blocks, nil)
}

// verifyHeap checks the blocks of a heap ([MS-PST] 2.3.1).
func verifyHeap(n rawNode) *findings {
	f := &findings{node: n, items: map[uint32][]byte{}, owners: map[uint32]string{}}
	if len(n.blocks) == 0 || len(n.blocks[0]) < 12 {
		f.add("no heap header")
		return f
	}
	head := n.blocks[0]
	f.client, f.userRoot = head[3], le.Uint32(head[4:])
	if head[2] != 0xEC {
		f.add("heap signature %#x", head[2])
	}
	if !bytes.Contains([]byte{0x6C, 0x7C, 0x8C, 0x9C, 0xA5, 0xAC, 0xB5, 0xBC, 0xCC}, head[3:4]) {
		f.add("client signature %#x", head[3])
	}
	free := make([]int, len(n.blocks))
	for i, b := range n.blocks {
		free[i] = f.verifyBlock(i, b)
	}
	f.verifyLevels(free)
	return f
}

// verifyBlock checks a block and returns the free bytes in it.
func (f *findings) verifyBlock(i int, b []byte) int {
	header := 2
	switch {
	case i == 0:
		header = 12
	case i == 8 || i > 8 && (i-8)%128 == 0:
		header = 66
	}
	if len(b) < header+6 || len(b) > f.node.blockMax() {
		f.add("block %d has %d bytes", i, len(b))
		return 0
	}
	at := int(le.Uint16(b))
	if at%2 != 0 || at < header || at+6 > len(b) {
		f.add("block %d: page map at %d", i, at)
		return 0
	}
	count, empties := int(le.Uint16(b[at:])), int(le.Uint16(b[at+2:]))
	end := at + 4 + 2*(count+1)
	if count > 2047 || end > len(b) {
		f.add("block %d: %d items", i, count)
		return 0
	}
	f.verifyItems(i, b, header, at, count, empties)
	if last := i == len(f.node.blocks)-1; last && len(b) != end {
		f.add("last block ends at %d, page map at %d", len(b), end)
	} else if !last && (len(b) != f.node.blockMax() || len(bytes.Trim(b[end:], "\x00")) > 0) {
		f.add("block %d of %d bytes is not padded with zeros", i, len(b))
	}
	return f.node.blockMax() - end
}

func (f *findings) verifyItems(i int, b []byte, header, at, count, empties int) {
	start := func(k int) int { return int(le.Uint16(b[at+4+2*k:])) }
	if start(0) != header {
		f.add("block %d: first item at %d", i, start(0))
	}
	if gap := at - start(count); gap < 0 || gap > 1 {
		f.add("block %d: items end at %d, page map at %d", i, start(count), at)
	}
	seen := 0
	for k := range count {
		lo, hi := start(k), start(k+1)
		if lo > hi || hi > at || hi-lo > 3580 {
			f.add("block %d: item %d from %d to %d", i, k+1, lo, hi)
			continue
		}
		if lo == hi {
			seen++
		}
		f.items[uint32(i)<<16|uint32(k+1)<<5] = b[lo:hi]
	}
	if seen != empties {
		f.add("block %d: %d empty items, free count %d", i, seen, empties)
	}
	if count > 0 && start(count-1) == start(count) {
		f.add("block %d: last item is empty", i)
	}
}

// verifyLevels checks the fill levels of all blocks, those that are not there
// included.
func (f *findings) verifyLevels(free []int) {
	least := []int{3584, 2560, 2048, 1792, 1536, 1280, 1024, 768, 512, 256, 128, 64, 32, 16, 8}
	nibble := func(b []byte, i int) int { return int(b[i/2]>>(4*(i%2))) & 15 }
	check := func(block, level int) {
		want := 0
		if block < len(free) {
			want = slices.IndexFunc(least, func(n int) bool { return free[block] >= n })
			if want < 0 {
				want = 15
			}
		}
		if level != want {
			f.add("fill level of block %d is %d, not %d", block, level, want)
		}
	}
	for i := range 8 {
		check(i, nibble(f.node.blocks[0][8:], i))
	}
	for holder := 8; holder < len(free); holder += 128 {
		for i := range 128 {
			check(holder+i, nibble(f.node.blocks[holder][2:], i))
		}
	}
}

// rawRecord is a record of a B-tree.
type rawRecord struct{ key, data []byte }

func keyLess(a, b []byte) bool {
	if len(a) < 16 {
		a, b = slices.Clone(a), slices.Clone(b)
		slices.Reverse(a)
		slices.Reverse(b)
	}
	return bytes.Compare(a, b) < 0
}

// verifyBTH checks a B-tree ([MS-PST] 2.3.2) and returns its records.
func (f *findings) verifyBTH(header uint32, who string, keySize, dataSize int) []rawRecord {
	f.own(header, who+" header")
	h := f.items[header]
	if len(h) != 8 || h[0] != 0xB5 || int(h[1]) != keySize || int(h[2]) != dataSize {
		f.add("%s: header %x", who, h)
		return nil
	}
	root, levels := le.Uint32(h[4:]), int(h[3])
	if root == 0 {
		if levels != 0 {
			f.add("%s: empty with %d levels", who, levels)
		}
		return nil
	}
	records := f.verifyNode(root, levels, who, keySize, dataSize)
	for i := 1; i < len(records); i++ {
		if !keyLess(records[i-1].key, records[i].key) {
			f.add("%s: key %x after %x", who, records[i].key, records[i-1].key)
		}
	}
	return records
}

func (f *findings) verifyNode(id uint32, level int, who string, keySize, dataSize int) []rawRecord {
	f.own(id, who+" node")
	b := f.items[id]
	size := keySize + dataSize
	if level > 0 {
		size = keySize + 4
	}
	if len(b) == 0 || len(b)%size != 0 {
		f.add("%s: node %#x of %d bytes", who, id, len(b))
		return nil
	}
	var records []rawRecord
	for ; len(b) > 0; b = b[size:] {
		if level == 0 {
			records = append(records, rawRecord{b[:keySize], b[keySize:size]})
			continue
		}
		below := f.verifyNode(le.Uint32(b[keySize:]), level-1, who, keySize, dataSize)
		if len(below) == 0 || !bytes.Equal(below[0].key, b[:keySize]) {
			f.add("%s: index key %x is not the first below it", who, b[:keySize])
		}
		records = append(records, below...)
	}
	return records
}

// sizes of fixed-size types; the rest is variable.
var rawSizes = map[uint16]int{2: 2, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 1, 0x14: 8, 0x40: 8, 0x48: 16}

// verifyValue checks that a value has a size that its type can have.
func (f *findings) verifyValue(who string, typ uint16, b []byte) {
	size, fixed := rawSizes[typ]
	switch {
	case fixed && len(b) != size:
		f.add("%s: %d bytes", who, len(b))
	case typ == 0x1F && len(b)%2 != 0:
		f.add("%s: odd text of %d bytes", who, len(b))
	case typ&0x1000 != 0 && len(b) > 0:
		f.verifyMulti(who, typ, b)
	}
}

func (f *findings) verifyMulti(who string, typ uint16, b []byte) {
	if size, ok := rawSizes[typ&^0x1000]; ok {
		if len(b)%size != 0 {
			f.add("%s: %d bytes of values of %d", who, len(b), size)
		}
		return
	}
	n := int(le.Uint32(b))
	if len(b) < 4+4*n {
		f.add("%s: %d values in %d bytes", who, n, len(b))
		return
	}
	for i, last := 0, 4+4*n; i < n; i++ {
		at := int(le.Uint32(b[4+4*i:]))
		if at < last || at > len(b) || i == 0 && at != last {
			f.add("%s: value %d at %d", who, i, at)
		}
		last = at
	}
}

// verifyPC checks a property context ([MS-PST] 2.3.3) and returns its properties.
func verifyPC(n rawNode) (map[uint32][]byte, []string) {
	f := verifyHeap(n)
	if f.client != 0xBC {
		f.add("client %#x is no property context", f.client)
	}
	props := map[uint32][]byte{}
	for _, r := range f.verifyBTH(f.userRoot, "properties", 2, 6) {
		id, typ, word := le.Uint16(r.key), le.Uint16(r.data), le.Uint32(r.data[2:])
		tag := uint32(id)<<16 | uint32(typ)
		who := fmt.Sprintf("property %08x", tag)
		if size, ok := rawSizes[typ]; ok && size <= 4 {
			if size < 4 && word>>(8*size) != 0 || typ == 11 && word > 1 {
				f.add("%s: garbage in %#x", who, word)
			}
			props[tag] = r.data[2 : 2+size]
			continue
		}
		if word != 0 {
			f.own(word, who)
		}
		value := f.value(word)
		f.verifyValue(who, typ, value)
		if typ == 0x0D && len(value) == 8 {
			f.own(le.Uint32(value), who+" object")
		}
		props[tag] = value
	}
	f.unowned()
	return props, f.list
}

type rawColumn struct {
	tag            uint32
	at, width, bit int
	inline         bool
}

// rawTable is a table as the verifier found it: values by row id and tag.
type rawTable struct {
	rows    map[uint32]map[uint32][]byte
	columns []rawColumn
}

// verifyTC checks a table ([MS-PST] 2.3.4).
func verifyTC(n rawNode) (rawTable, []string) {
	f := verifyHeap(n)
	table := rawTable{rows: map[uint32]map[uint32][]byte{}}
	if f.client != 0x7C {
		f.add("client %#x is no table", f.client)
	}
	f.own(f.userRoot, "tcinfo")
	info := f.items[f.userRoot]
	if len(info) < 22 || info[0] != 0x7C || len(info) != 22+8*int(info[1]) {
		f.add("tcinfo of %d bytes", len(info))
		return table, f.list
	}
	var ends [4]int
	for i := range ends {
		ends[i] = int(le.Uint16(info[2+2*i:]))
	}
	if le.Uint32(info[18:]) != 0 {
		f.add("hidIndex is set")
	}
	table.columns = f.verifyColumns(info[22:], ends)
	idData := 4
	if n.ansi {
		idData = 2
	}
	records := f.verifyBTH(le.Uint32(info[10:]), "row index", 4, idData)
	rows := f.verifyMatrix(le.Uint32(info[14:]), ends[3], len(records))
	f.verifyRows(table, records, rows, ends[2])
	f.unowned()
	return table, f.list
}

func (f *findings) verifyColumns(b []byte, ends [4]int) []rawColumn {
	count := len(b) / 8
	if ends[0] > ends[1] || ends[1] > ends[2] || ends[3] != ends[2]+(count+7)/8 {
		f.add("groups end at %v with %d columns", ends, count)
	}
	var cols []rawColumn
	used := make([]bool, ends[2])
	bits := map[int]bool{}
	for i := range count {
		d := b[8*i:]
		c := rawColumn{tag: le.Uint32(d), at: int(le.Uint16(d[4:])), width: int(d[6]), bit: int(d[7])}
		size, fixed := rawSizes[uint16(c.tag)]
		c.inline = fixed && size <= 8
		if want := map[bool]int{true: size, false: 4}[c.inline]; c.width != want {
			f.add("column %08x is %d wide", c.tag, c.width)
		}
		lo, hi := 0, ends[0]
		switch c.width {
		case 1:
			lo, hi = ends[1], ends[2]
		case 2:
			lo, hi = ends[0], ends[1]
		}
		if c.at < lo || c.at+c.width > hi || bits[c.bit] || c.bit >= count {
			f.add("column %08x at %d, bit %d", c.tag, c.at, c.bit)
			return nil
		}
		for k := range c.width {
			if used[c.at+k] {
				f.add("column %08x overlaps", c.tag)
			}
			used[c.at+k] = true
		}
		if i > 0 && cols[i-1].tag >= c.tag {
			f.add("column %08x is out of order", c.tag)
		}
		bits[c.bit] = true
		cols = append(cols, c)
	}
	for i, tag := range []uint32{0x67F20003, 0x67F30003} {
		if !slices.ContainsFunc(cols, func(c rawColumn) bool { return c.tag == tag && c.at == 4*i && c.bit == i }) {
			f.add("column %08x is not at its place", tag)
		}
	}
	return cols
}

// verifyMatrix checks where the rows are and returns them.
func (f *findings) verifyMatrix(id uint32, size, count int) [][]byte {
	if id == 0 {
		if count > 0 {
			f.add("no rows for %d ids", count)
		}
		return nil
	}
	f.own(id, "row matrix")
	blocks := [][]byte{f.items[id]}
	if id&31 != 0 {
		blocks = f.node.subs[id].blocks
	}
	perBlock := f.node.blockMax() / size
	var rows [][]byte
	for i, b := range blocks {
		here := len(b) / size
		if i < len(blocks)-1 {
			here = perBlock
			if len(b) != f.node.blockMax() || len(bytes.Trim(b[perBlock*size:], "\x00")) > 0 {
				f.add("row block %d of %d bytes is not padded", i, len(b))
			}
		} else if len(b)%size != 0 || here > perBlock || here == 0 {
			f.add("last row block has %d bytes for rows of %d", len(b), size)
		}
		for k := range here {
			rows = append(rows, b[k*size:(k+1)*size])
		}
	}
	if len(rows) != count {
		f.add("%d rows, %d ids", len(rows), count)
	}
	return rows
}

func (f *findings) verifyRows(table rawTable, records []rawRecord, rows [][]byte, bitmap int) {
	seen := make([]bool, len(rows))
	for _, r := range records {
		id, i := le.Uint32(r.key), int(le.Uint16(r.data))
		if len(r.data) == 4 {
			i = int(le.Uint32(r.data))
		}
		if i >= len(rows) || seen[i] {
			f.add("row %#x is number %d of %d", id, i, len(rows))
			continue
		}
		seen[i] = true
		if le.Uint32(rows[i]) != id {
			f.add("row %#x has the id %#x in it", id, le.Uint32(rows[i]))
		}
		table.rows[id] = f.verifyRow(id, rows[i], table.columns, bitmap)
	}
}

func (f *findings) verifyRow(id uint32, row []byte, cols []rawColumn, bitmap int) map[uint32][]byte {
	cells := map[uint32][]byte{}
	for _, c := range cols {
		cell := row[c.at : c.at+c.width]
		present := row[bitmap+c.bit/8]&(0x80>>(c.bit%8)) != 0
		who := fmt.Sprintf("cell %08x of row %#x", c.tag, id)
		switch {
		case !present:
			if len(bytes.Trim(cell, "\x00")) > 0 {
				f.add("%s is absent and not zero", who)
			}
		case c.inline:
			cells[c.tag] = cell
			f.verifyValue(who, uint16(c.tag), cell)
		default:
			if id := le.Uint32(cell); id != 0 {
				f.own(id, who)
				cells[c.tag] = f.value(id)
				f.verifyValue(who, uint16(c.tag), cells[c.tag])
			} else {
				cells[c.tag] = []byte{}
			}
		}
	}
	for bit := len(cols); bit < 8*(len(row)-bitmap); bit++ {
		if row[bitmap+bit/8]&(0x80>>(bit%8)) != 0 {
			f.add("row %#x has bit %d of no column", id, bit)
		}
	}
	return cells
}
