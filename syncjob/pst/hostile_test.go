package pst_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/internal/damage"
	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/internal/ndb"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs/crashfs"
)

// hostileStore is a store with something of everything in it, that is made as bad as can
// be.
type hostileStore struct {
	testing.TB
	fsys *crashfs.FS
}

// edit changes nodes, whose content may be anything, and commits.
func (h *hostileStore) edit(change func(tx *ndb.Tx)) {
	h.Helper()
	psttest.EditNodes(h, h.fsys, storeName, change)
}

// damage changes pages and blocks, whose checksums fit afterwards.
func (h *hostileStore) damage(change func(c *damage.Copy) error) {
	h.Helper()
	s, err := damage.New(h.fsys.Bytes(storeName))
	require.NoError(h, err)
	c := s.Copy()
	require.NoError(h, change(c))
	h.fsys.Load(storeName, c.Bytes())
}

// outer is the message that has recipients and attachments.
func (h *hostileStore) outer(tx *ndb.Tx) ndb.Node {
	h.Helper()
	for n, err := range tx.Nodes(0, math.MaxUint32) {
		require.NoError(h, err)
		if n.NID.Type() != disk.NIDTypeNormalMessage || n.Sub == 0 {
			continue
		}
		if _, err := tx.Subnode(n.Sub, disk.NIDAttachmentTable); err == nil {
			return n
		}
	}
	require.Fail(h, "no such message")
	return ndb.Node{}
}

// folder is the folder of that message.
func (h *hostileStore) folder(tx *ndb.Tx) disk.NID { return h.outer(tx).Parent }

// setProps gives a node properties, besides those it has.
func (h *hostileStore) setProps(tx *ndb.Tx, nid disk.NID, values ...ltp.Value) {
	h.Helper()
	n, err := tx.Node(nid)
	require.NoError(h, err)
	n, err = psttest.RewritePC(tx, n, values...)
	require.NoError(h, err)
	require.NoError(h, tx.PutNode(n))
}

// heap changes the heap of a node.
func (h *hostileStore) heap(tx *ndb.Tx, nid disk.NID, change func(heap *ltp.HeapEditor)) {
	h.Helper()
	n, err := tx.Node(nid)
	require.NoError(h, err)
	heap, err := ltp.EditHeap(tx, n.Data)
	require.NoError(h, err)
	change(heap)
	n.Data, err = heap.Flush()
	require.NoError(h, err)
	require.NoError(h, tx.PutNode(n))
}

// aliases puts a value of n bytes into a subnode of a property context, and count
// properties that all claim it.
func (h *hostileStore) aliases(tx *ndb.Tx, n ndb.Node, size, count int) ndb.Node {
	h.Helper()
	const shared = disk.NID(0x7F)
	subs, err := tx.EditSubnodes(n.Sub)
	require.NoError(h, err)
	data, _, err := tx.WriteData(bytes.NewReader(make([]byte, size)))
	require.NoError(h, err)
	require.NoError(h, subs.Set(ndb.Node{NID: shared, Data: data}))
	n.Sub, err = subs.Flush()
	require.NoError(h, err)
	heap, err := ltp.EditHeap(tx, n.Data)
	require.NoError(h, err)
	root, err := heap.UserRoot()
	require.NoError(h, err)
	tree, err := ltp.EditBTH(heap, root)
	require.NoError(h, err)
	for i := range count {
		key := binary.LittleEndian.AppendUint16(nil, uint16(0x6000+i))
		value := binary.LittleEndian.AppendUint16(nil, uint16(pst.TypeBinary))
		require.NoError(h, tree.Put(key, binary.LittleEndian.AppendUint32(value, uint32(shared))))
	}
	n.Data, err = heap.Flush()
	require.NoError(h, err)
	return n
}

// setBIDs overwrites all that an internal block refers to.
func setBIDs(f disk.Format, data []byte, bid disk.BID) {
	for at := 8; at+f.BIDSize() <= len(data); at += f.BIDSize() {
		if f == disk.ANSI {
			binary.LittleEndian.PutUint32(data[at:], uint32(bid))
		} else {
			binary.LittleEndian.PutUint64(data[at:], uint64(bid))
		}
	}
}

// internalBlock reports whether a block is internal and of that type.
func internalBlock(e disk.BBTEntry, data []byte, kind byte) bool {
	return e.Ref.BID.Internal() && data[0] == kind
}

// hostileStores are the worst that came to mind. Each is to give an error or a finding.
var hostileStores = map[string]func(h *hostileStore, f disk.Format){
	"node tree comes back to its root": func(h *hostileStore, _ disk.Format) {
		h.damage(func(c *damage.Copy) error {
			return c.Page(disk.PageNBT, func(ref disk.BREF, p *disk.BTPage) bool {
				for i := range p.Inner {
					p.Inner[i].Ref = ref
				}
				return p.Level > 0
			})
		})
	},
	"block tree comes back to its root": func(h *hostileStore, _ disk.Format) {
		h.damage(func(c *damage.Copy) error {
			return c.Page(disk.PageBBT, func(ref disk.BREF, p *disk.BTPage) bool {
				for i := range p.Inner {
					p.Inner[i].Ref = ref
				}
				return p.Level > 0
			})
		})
	},
	"one tree is both": func(h *hostileStore, _ disk.Format) {
		h.damage(func(c *damage.Copy) error { return c.Header(func(hdr *disk.Header) { hdr.Root.NBT = hdr.Root.BBT }) })
	},
	"xblock refers to itself": func(h *hostileStore, f disk.Format) {
		h.damage(func(c *damage.Copy) error {
			return c.Block(func(e disk.BBTEntry, data []byte) bool {
				if !internalBlock(e, data, 1) {
					return false
				}
				data[1] = 2
				setBIDs(f, data, e.Ref.BID)
				return true
			})
		})
	},
	"xblock of 4 GB": func(h *hostileStore, _ disk.Format) {
		h.damage(func(c *damage.Copy) error {
			return c.Block(func(e disk.BBTEntry, data []byte) bool {
				if !internalBlock(e, data, 1) {
					return false
				}
				binary.LittleEndian.PutUint32(data[4:], math.MaxUint32)
				return true
			})
		})
	},
	"a value of 80 MB in a file of 2 MB": func(h *hostileStore, f disk.Format) {
		const blocks = 100
		full := f.MaxBlockData()
		h.edit(func(tx *ndb.Tx) {
			h.setProps(tx, h.outer(tx).NID, ltp.Value{Tag: 0x66010102, Data: make([]byte, blocks*full)}, ltp.Value{Tag: 0x66020102, Data: make([]byte, blocks*full)})
		})
		h.damage(func(c *damage.Copy) error { // the second is a hundred times the first
			var first disk.BID
			return c.Block(func(e disk.BBTEntry, data []byte) bool {
				if !internalBlock(e, data, 1) || binary.LittleEndian.Uint16(data[2:]) != blocks {
					return false
				}
				if first == 0 {
					first = e.Ref.BID
					return false
				}
				data[1] = 2
				binary.LittleEndian.PutUint32(data[4:], uint32(blocks*blocks*full))
				setBIDs(f, data, first)
				return true
			})
		})
	},
	"subnode trees are their own subnodes": func(h *hostileStore, f disk.Format) {
		h.damage(func(c *damage.Copy) error {
			for {
				err := c.Block(func(e disk.BBTEntry, data []byte) bool {
					var sl disk.SLBlock
					if !internalBlock(e, data, 2) || sl.Unmarshal(f, data) != nil || sl.Entries[0].Sub == e.Ref.BID {
						return false
					}
					for i := range sl.Entries {
						sl.Entries[i].Sub = e.Ref.BID
					}
					return sl.Marshal(f, data) == nil
				})
				if err != nil {
					return nil // all have been changed
				}
			}
		})
	},
	"a message is attached to itself, twice": func(h *hostileStore, f disk.Format) {
		h.edit(func(tx *ndb.Tx) { // a second attachment in the subnodes of the first
			n := h.outer(tx)
			subs, err := tx.EditSubnodes(n.Sub)
			require.NoError(h, err)
			for at, err := range subs.All() {
				require.NoError(h, err)
				if at.NID.Type() != disk.NIDTypeAttachment || at.Sub == 0 {
					continue
				}
				inner, err := tx.EditSubnodes(at.Sub)
				require.NoError(h, err)
				for m, err := range inner.All() {
					require.NoError(h, err)
					if m.NID.Type() == disk.NIDTypeNormalMessage {
						m.Sub = n.Sub // what it is within, before this change
						m.Data = n.Data
						require.NoError(h, inner.Set(m))
						break
					}
				}
				at.Sub, err = inner.Flush()
				require.NoError(h, err)
				require.NoError(h, subs.Set(at))
			}
			n.Sub, err = subs.Flush()
			require.NoError(h, err)
			require.NoError(h, tx.PutNode(n))
		})
		h.damage(func(c *damage.Copy) error { // and now that it is within this one
			var outer disk.BID
			err := c.Page(disk.PageNBT, func(_ disk.BREF, p *disk.BTPage) bool {
				for _, e := range p.NBT {
					if e.NID.Type() == disk.NIDTypeNormalMessage && e.Sub != 0 && outer == 0 {
						outer = e.Sub
					}
				}
				return outer != 0
			})
			if err != nil {
				return err
			}
			for range 10 {
				_ = c.Block(func(e disk.BBTEntry, data []byte) bool {
					var sl disk.SLBlock
					if !internalBlock(e, data, 2) || sl.Unmarshal(f, data) != nil {
						return false
					}
					changed := false
					for i, m := range sl.Entries {
						if m.NID.Type() == disk.NIDTypeNormalMessage && m.Sub != outer {
							sl.Entries[i].Sub, changed = outer, true
						}
					}
					return changed && sl.Marshal(f, data) == nil
				})
			}
			return nil
		})
	},
	"a folder is in itself": func(h *hostileStore, _ disk.Format) {
		h.edit(func(tx *ndb.Tx) {
			nid := h.folder(tx)
			n, err := tx.Node(nid)
			require.NoError(h, err)
			n.Parent = nid
			require.NoError(h, tx.PutNode(n))
			hierarchy, err := tx.Node(nid.WithType(disk.NIDTypeHierarchyTable))
			require.NoError(h, err)
			e, err := ltp.EditTC(tx, hierarchy)
			require.NoError(h, err)
			require.NoError(h, e.Set(uint32(nid), nil))
			hierarchy, err = e.Flush()
			require.NoError(h, err)
			require.NoError(h, tx.PutNode(hierarchy))
		})
	},
	"a heap of 65,535 items": func(h *hostileStore, _ disk.Format) {
		h.damage(func(c *damage.Copy) error {
			return c.Block(func(e disk.BBTEntry, data []byte) bool {
				if e.Ref.BID.Internal() || len(data) < 16 || data[2] != 0xEC {
					return false
				}
				at := binary.LittleEndian.Uint16(data)
				copy(data[at:], []byte{0xFF, 0xFF, 0xFF, 0xFF})
				return true
			})
		})
	},
	"a b-tree of 255 levels": func(h *hostileStore, _ disk.Format) {
		h.edit(func(tx *ndb.Tx) {
			h.heap(tx, h.outer(tx).NID, func(heap *ltp.HeapEditor) {
				root, err := heap.UserRoot()
				require.NoError(h, err)
				item, err := heap.Item(root)
				require.NoError(h, err)
				item = bytes.Clone(item)
				item[3] = 255
				id, err := heap.Realloc(root, item)
				require.NoError(h, err)
				require.Equal(h, root, id)
			})
		})
	},
	"rows of 65,535 bytes": func(h *hostileStore, _ disk.Format) {
		h.edit(func(tx *ndb.Tx) {
			h.heap(tx, h.folder(tx).WithType(disk.NIDTypeContentsTable), func(heap *ltp.HeapEditor) {
				root, err := heap.UserRoot()
				require.NoError(h, err)
				item, err := heap.Item(root)
				require.NoError(h, err)
				item = bytes.Clone(item)
				copy(item[2:], bytes.Repeat([]byte{0xFF}, 8)) // rgib
				_, err = heap.Realloc(root, item)
				require.NoError(h, err)
			})
		})
	},
	"rows beyond the table": func(h *hostileStore, f disk.Format) {
		h.edit(func(tx *ndb.Tx) {
			h.heap(tx, h.folder(tx).WithType(disk.NIDTypeContentsTable), func(heap *ltp.HeapEditor) {
				root, err := heap.UserRoot()
				require.NoError(h, err)
				item, err := heap.Item(root)
				require.NoError(h, err)
				var info disk.TCInfo
				require.NoError(h, info.Unmarshal(f, item))
				index, err := ltp.EditBTH(heap, info.RowIndex)
				require.NoError(h, err)
				for id := range uint32(3) {
					require.NoError(h, index.Put(binary.LittleEndian.AppendUint32(nil, id), bytes.Repeat([]byte{0xFF}, index.DataSize())))
				}
			})
		})
	},
	"a table that is a property context": func(h *hostileStore, _ disk.Format) {
		h.edit(func(tx *ndb.Tx) {
			table, err := tx.Node(h.folder(tx).WithType(disk.NIDTypeContentsTable))
			require.NoError(h, err)
			table.Data = h.outer(tx).Data
			require.NoError(h, tx.PutNode(table))
		})
	},
	"2^31 hash buckets": func(h *hostileStore, _ disk.Format) {
		h.edit(func(tx *ndb.Tx) {
			h.setProps(tx, disk.NIDNameToIDMap, ltp.Value{Tag: 0x00010003, Data: []byte{0, 0, 0, 0x80}})
		})
	},
	"names that begin beyond the end": func(h *hostileStore, _ disk.Format) {
		h.edit(func(tx *ndb.Tx) {
			h.setProps(tx, disk.NIDNameToIDMap, ltp.Value{Tag: 0x00030102, Data: bytes.Repeat([]byte{0xFF, 0xFF, 0xFF, 0xFF, 7, 0, 0, 0}, 100)})
		})
	},
	"32,000 names of the same 64 KB": func(h *hostileStore, _ disk.Format) {
		h.edit(func(tx *ndb.Tx) {
			text := append([]byte{0, 0, 1, 0}, bytes.Repeat([]byte{'x', 0}, 1<<15)...)
			h.setProps(tx, disk.NIDNameToIDMap,
				ltp.Value{Tag: 0x00030102, Data: bytes.Repeat([]byte{0, 0, 0, 0, 5, 0, 0, 0}, 32_000)}, ltp.Value{Tag: 0x00040102, Data: text})
		})
	},
	"entry ids of other sizes": func(h *hostileStore, _ disk.Format) {
		h.edit(func(tx *ndb.Tx) {
			h.setProps(tx, disk.NIDMessageStore, ltp.Value{Tag: 0x35E00102, Data: []byte{1}}, ltp.Value{Tag: 0x35E30102, Data: make([]byte, 1000)})
		})
	},
	"a folder's name of 9 KB": func(h *hostileStore, f disk.Format) {
		h.edit(func(tx *ndb.Tx) {
			tag := pst.MakeTag(0x3001, pst.TypeUnicode)
			if f == disk.ANSI {
				tag = pst.MakeTag(0x3001, pst.TypeString8)
			}
			h.setProps(tx, h.folder(tx), ltp.Value{Tag: tag, Data: bytes.Repeat([]byte{'x', 0}, 4608)})
		})
	},
	"a search domain of 2 MB": func(h *hostileStore, _ disk.Format) {
		h.edit(func(tx *ndb.Tx) {
			data, _, err := tx.WriteData(bytes.NewReader(make([]byte, 2<<20)))
			require.NoError(h, err)
			require.NoError(h, tx.PutNode(ndb.Node{NID: disk.NIDSearchDomainObject, Data: data}))
		})
	},
	"no id of a message left": func(h *hostileStore, _ disk.Format) {
		r := newRemains(h, h.fsys.Bytes(storeName))
		r.header.RgNID[disk.NIDTypeNormalMessage] = 1<<32 - 1
		r.seal()
		h.fsys.Load(storeName, r.b)
	},
	"a thousand properties of the same megabyte": func(h *hostileStore, _ disk.Format) {
		h.edit(func(tx *ndb.Tx) { require.NoError(h, tx.PutNode(h.aliases(tx, h.outer(tx), pst.LargeSize, 1000))) })
	},
}

// TestHostile: whoever wrote a store, to read, check and change it ends soon and with an
// error or a finding.
func TestHostile(t *testing.T) {
	for _, o := range []pst.CreateOptions{{}, {Format: pst.ANSI}} {
		b := richStore(t, o)
		for name, make := range hostileStores {
			t.Run(o.Format.String()+" "+name, func(t *testing.T) {
				h := &hostileStore{TB: t, fsys: crashfs.New()}
				h.fsys.Load(storeName, b)
				make(h, o.Format)
				bad := h.fsys.Bytes(storeName)
				require.False(t, bytes.Equal(b, bad))
				survive(t, bad)
				assert.True(t, readAndCheck(t, h.fsys) || changeSome(h.fsys) != nil, "nobody notices")
			})
		}
	}
}

// What fails amid changes that belong together is not committed by half: the message is
// not there when its folder cannot list it.
func TestTx_failedAmid(t *testing.T) {
	h := &hostileStore{TB: t, fsys: crashfs.New()}
	h.fsys.Load(storeName, richStore(t, pst.CreateOptions{}))
	hostileStores["a table that is a property context"](h, disk.Unicode)
	before := h.fsys.Bytes(storeName)
	f, err := pst.Open(h.fsys, storeName, pst.Options{})
	require.NoError(t, err)
	defer f.Close()
	folder, err := f.Default(pst.ClassContact)
	require.NoError(t, err)
	tx, err := f.Begin()
	require.NoError(t, err)
	_, err = tx.Create(folder, psttest.Contact("A", ""))
	require.ErrorIs(t, err, pst.ErrCorrupt)
	require.ErrorIs(t, tx.Commit(), pst.ErrCorrupt)
	assert.Equal(t, before, h.fsys.Bytes(storeName))
}

// A value of more bytes than the whole store is refused, not copied.
func TestMessage_largerThanTheStore(t *testing.T) {
	h := &hostileStore{TB: t, fsys: crashfs.New()}
	h.fsys.Load(storeName, richStore(t, pst.CreateOptions{}))
	hostileStores["a value of 80 MB in a file of 2 MB"](h, disk.Unicode)
	f, err := pst.Open(h.fsys, storeName, pst.Options{ReadOnly: true})
	require.NoError(t, err)
	defer f.Close()
	folder, err := f.Default(pst.ClassContact)
	require.NoError(t, err)
	refused := 0
	for row, err := range f.Items(folder) {
		require.NoError(t, err)
		if _, err := f.Message(row.NID); err != nil {
			require.ErrorIs(t, err, pst.ErrCorrupt)
			refused++
		}
	}
	assert.Equal(t, 1, refused)
}
