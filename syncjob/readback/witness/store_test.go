package witness_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/readback/internal/forge"
	"pstsyncd/syncjob/readback/witness"
)

const (
	nidItem = 0x200024
	tagName = 0x3001001F
)

func open(t *testing.T, s *forge.Store) *witness.Store {
	t.Helper()
	store, err := witness.Open(bytes.NewReader(s.Bytes()))
	require.NoError(t, err)
	return store
}

func read(t *testing.T, p witness.Prop) []byte {
	t.Helper()
	r, err := p.Open()
	require.NoError(t, err)
	b, err := io.ReadAll(r)
	require.NoError(t, err)
	return b
}

func TestObject_values(t *testing.T) {
	big := bytes.Repeat([]byte("0123456789abcdef"), 1000)
	s := new(forge.Store).
		Node(nidItem, 0x10, 0x12).
		Block(0x10, forge.PC(0,
			forge.Record{Tag: 0x0017_0003, HNID: 0xDEADBEEF},
			forge.Record{Tag: 0x0E1F_000B, HNID: 0xFFFFFF01}, // the upper bytes are anything
			forge.Record{Tag: 0x1000_001F, HNID: 0x1003F},
			forge.Record{Tag: tagName, Data: []byte("A\x00n\x00n\x00")},
			forge.Record{Tag: 0x3002_001F},
			forge.Record{Tag: 0x3007_0040, Data: []byte("12345678")},
			forge.Record{Tag: 0x3701_000D, Data: []byte("\x5F\x00\x01\x00\x04\x00\x00\x00")},
		)).
		Block(0x12, forge.Subnodes(0, forge.Subnode{NID: 0x1003F, Data: 0x16}, forge.Subnode{NID: 0x1005F, Data: 0x24})).
		Block(0x16, forge.Tree(1, uint32(len(big)), 0x19, 0x1C)). // bit 0 of a reference is to be ignored
		Block(0x18, big[:8176]).
		Block(0x1C, big[8176:]).
		Block(0x24, []byte("data"))

	o, err := open(t, s).Object(nidItem)
	require.NoError(t, err)
	got := map[uint32]string{}
	for _, p := range o.Props() {
		got[p.Tag] = string(read(t, p))
	}
	assert.Equal(t, map[uint32]string{
		0x0017_0003: "\xEF\xBE\xAD\xDE",
		0x0E1F_000B: "\x01",
		0x1000_001F: string(big),
		tagName:     "A\x00n\x00n\x00",
		0x3002_001F: "",
		0x3007_0040: "12345678",
		0x3701_000D: "data",
	}, got)
}

func TestObject_attachments(t *testing.T) {
	s := new(forge.Store).
		Node(nidItem, 0x10, 0x12).
		Block(0x10, forge.PC(0)).
		Block(0x12, forge.Subnodes(0,
			forge.Subnode{NID: 0x671, Data: 0x10},
			forge.Subnode{NID: 0x8025, Data: 0x14, Sub: 0x1A},
			forge.Subnode{NID: 0x8045, Data: 0x10})).
		Block(0x14, forge.PC(0, forge.Record{Tag: 0x3701_000D, Data: []byte("\x44\x00\x20\x00\x00\x00\x00\x00")})).
		Block(0x1A, forge.Subnodes(0, forge.Subnode{NID: 0x200044, Data: 0x1C})).
		Block(0x1C, forge.PC(0, forge.Record{Tag: tagName, Data: []byte("in")}))

	o, err := open(t, s).Object(nidItem)
	require.NoError(t, err)
	assert.Empty(t, o.Props())
	assert.Equal(t, []uint32{0x8025, 0x8045}, o.Attachments())
	rows, err := o.Recipients()
	require.NoError(t, err)
	assert.Empty(t, rows)

	a, err := o.Sub(0x8025)
	require.NoError(t, err)
	m, err := a.Embedded()
	require.NoError(t, err)
	assert.Equal(t, "in", string(read(t, m.Props()[0])))

	plain, err := o.Sub(0x8045)
	require.NoError(t, err)
	_, err = plain.Embedded()
	assert.ErrorIs(t, err, witness.ErrNotFound)
	_, err = o.Sub(0x8065)
	assert.ErrorIs(t, err, witness.ErrNotFound)
}

func TestOpen_refuses(t *testing.T) {
	for _, tt := range []struct {
		name  string
		store *forge.Store
		want  error
	}{
		{"cyclic", &forge.Store{Crypt: 2}, witness.ErrCannot},
		{"4K pages", &forge.Store{Version: 36}, witness.ErrCannot},
		{"WIP", &forge.Store{Version: 37}, witness.ErrCannot},
		{"block ids over 32 bits", &forge.Store{NextBID: 1 << 32}, witness.ErrCannot},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := witness.Open(bytes.NewReader(tt.store.Bytes()))
			assert.ErrorIs(t, err, tt.want)
		})
	}
	for _, file := range []string{"", "!BDN", "PK\x03\x04 and so on"} {
		_, err := witness.Open(bytes.NewReader([]byte(file)))
		assert.ErrorIs(t, err, witness.ErrBroken)
	}
}

func TestObject_refuses(t *testing.T) {
	item := func() *forge.Store { return new(forge.Store).Node(nidItem, 0x10, 0x12) }
	for _, tt := range []struct {
		name  string
		store *forge.Store
		want  error
	}{
		{"no such node", new(forge.Store), witness.ErrNotFound},
		{"no such block", item(), witness.ErrBroken},
		{"empty page above the leaves", &forge.Store{NBTLevel: 1}, witness.ErrNotFound},
		{"page that is its own child", (&forge.Store{NBTLevel: 1}).Node(0, 0, forge.NodePage), witness.ErrBroken},
		{"no heap", item().Block(0x10, make([]byte, 64)), witness.ErrBroken},
		{"heap of one byte", item().Block(0x10, make([]byte, 1)), witness.ErrBroken},
		{"no subnode block", item().Block(0x10, forge.PC(0)), witness.ErrBroken},
		{
			"two levels of properties",
			new(forge.Store).Node(nidItem, 0x10, 0).Block(0x10, forge.PC(1, forge.Record{Tag: tagName})),
			witness.ErrCannot,
		},
		{
			"two levels of subnodes",
			item().Block(0x10, forge.PC(0)).Block(0x12, forge.Subnodes(1)),
			witness.ErrCannot,
		},
		{
			"wrong total of a data tree",
			new(forge.Store).Node(nidItem, 0x16, 0).Block(0x10, forge.PC(0)).Block(0x16, forge.Tree(1, 5, 0x10)),
			witness.ErrBroken,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := open(t, tt.store).Object(nidItem)
			assert.ErrorIs(t, err, tt.want)
		})
	}
}

func TestProp_refuses(t *testing.T) {
	for _, tt := range []struct {
		name   string
		record forge.Record
	}{
		{"subnode that is not there", forge.Record{Tag: tagName, HNID: 0x1003F}},
		{"heap block that is not there", forge.Record{Tag: tagName, HNID: 0x10020}},
		{"object that is not there", forge.Record{Tag: 0x3701_000D, Data: make([]byte, 8)}},
		{"object without a record", forge.Record{Tag: 0x3701_000D, Data: make([]byte, 2)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := new(forge.Store).Node(nidItem, 0x10, 0).Block(0x10, forge.PC(0, tt.record))
			o, err := open(t, s).Object(nidItem)
			require.NoError(t, err)
			_, err = o.Props()[0].Open()
			assert.ErrorIs(t, err, witness.ErrBroken)
		})
	}
}

func TestHas(t *testing.T) {
	s := open(t, new(forge.Store).Node(nidItem, 0x10, 0))
	for nid, want := range map[uint32]bool{nidItem: true, nidItem + 0x20: false, 0x21: false} {
		got, err := s.Has(nid)
		require.NoError(t, err)
		assert.Equal(t, want, got, "%#x", nid)
	}
}
