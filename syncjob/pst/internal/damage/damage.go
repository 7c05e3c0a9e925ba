// Package damage makes damaged copies of stores, for tests. The checksums of what is
// changed fit afterwards: a reader meets what a hostile writer would have written, and
// not a wrong checksum.
package damage

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// Store is a sound store that copies are made of. It is only read, and can be used from
// many goroutines.
type Store struct {
	format disk.Format
	header disk.Header
	bytes  []byte
	pages  []int64 // offsets of all pages, maps first
	blocks []disk.BBTEntry
}

// New finds the structures of the store with these bytes, which it keeps. Only what the
// damage needs is checked: other damage may be in it.
func New(b []byte) (*Store, error) {
	f, err := disk.DetectFormat(b)
	if err != nil {
		return nil, err
	}
	s := &Store{format: f, bytes: b, pages: []int64{disk.FirstAMap, disk.FirstAMap + disk.PMapOffset, disk.DListOffset}}
	if err := s.header.Unmarshal(f, b); err != nil {
		return nil, err
	}
	for _, root := range []disk.BREF{s.header.Root.NBT, s.header.Root.BBT} {
		if err := s.tree(root, disk.MaxBTLevel); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// tree notes the pages and blocks of a B-tree.
func (s *Store) tree(ref disk.BREF, depth int) error {
	if depth < 0 || int64(ref.IB)+disk.PageSize > int64(len(s.bytes)) {
		return fmt.Errorf("b-tree page %v: %w", ref, disk.ErrCorrupt)
	}
	var p disk.BTPage
	if err := p.Unmarshal(s.format, s.bytes[ref.IB:][:disk.PageSize]); err != nil {
		return err
	}
	s.pages = append(s.pages, int64(ref.IB))
	for _, e := range p.BBT {
		if e.Ref.IB+uint64(s.format.BlockSize(int(e.Size))) > uint64(len(s.bytes)) {
			return fmt.Errorf("block %v: %w", e.Ref, disk.ErrCorrupt)
		}
		s.blocks = append(s.blocks, e)
	}
	for _, e := range p.Inner {
		if err := s.tree(e.Ref, depth-1); err != nil {
			return err
		}
	}
	return nil
}

// Format is the form of the store.
func (s *Store) Format() disk.Format { return s.format }

// Size is the size of the store in bytes.
func (s *Store) Size() int { return len(s.bytes) }

// Encoded is a copy of the store whose blocks are encoded by another method: with
// [disk.CryptCyclic], one that hardly a program writes any more.
func (s *Store) Encoded(method uint8) []byte {
	b := bytes.Clone(s.bytes)
	for _, e := range s.blocks {
		s.block(b, e, s.header.Crypt, method, func([]byte) {})
	}
	h := s.header
	h.Crypt = method
	_ = h.Marshal(s.format, b) // of a header that was read
	return b
}

// stepSize bytes of a program make one change: what is changed, how, where, with which
// value.
const stepSize = 8

// Run makes a copy that is damaged as a program says, which may be any bytes: eight for
// each change, and four more for the length to which the copy is cut.
func (s *Store) Run(program []byte) []byte {
	b := bytes.Clone(s.bytes)
	for ; len(program) >= stepSize; program = program[stepSize:] {
		where := binary.LittleEndian.Uint32(program[2:])
		change := func(span []byte) { edit(span, program[1], where>>8, binary.LittleEndian.Uint16(program[6:])) }
		switch program[0] % 8 {
		case 0:
			change(b[:s.format.HeaderSize()])
			s.sealHeader(b)
		case 1, 2:
			s.page(b, s.pages[int(where%uint32(len(s.pages)))], change)
		case 3, 4, 5, 6:
			if len(s.blocks) > 0 {
				s.block(b, s.blocks[int(where%uint32(len(s.blocks)))], s.header.Crypt, s.header.Crypt, change)
			}
		case 7:
			change(b) // checksums stay as they are
		}
	}
	if len(program) >= 4 {
		return b[:binary.LittleEndian.Uint32(program)%uint32(len(b))]
	}
	return b
}

// edit changes up to 4 bytes of b, or moves what follows.
func edit(b []byte, how byte, where uint32, value uint16) {
	if len(b) < 4 {
		return
	}
	at := int(where % uint32(len(b)-3))
	from := int(value) % (len(b) - 3) &^ 3
	switch how % 8 {
	case 0:
		b[at] = byte(value)
	case 1:
		b[at] ^= 1 << (value % 8)
	case 2:
		b[at] += byte(value)
	case 3:
		binary.LittleEndian.PutUint16(b[at:], value)
	case 4:
		binary.LittleEndian.PutUint16(b[at&^1:], binary.LittleEndian.Uint16(b[at&^1:])+value%64-32)
	case 5:
		binary.LittleEndian.PutUint32(b[at:], 0xFFFFFFFF>>(value%32))
	case 6:
		copy(b[at&^3:][:4], b[from:])
	case 7:
		copy(b[at&^3:], b[from:])
	}
}

func (s *Store) sealHeader(b []byte) {
	var h disk.Header
	if h.Unmarshal(s.format, b) == nil {
		_ = h.Marshal(s.format, b) // of a header that was read
	}
}

// page changes a page unless it was spoilt by an earlier change.
func (s *Store) page(b []byte, off int64, change func([]byte)) {
	if off+disk.PageSize > int64(len(b)) {
		return
	}
	page := b[off:][:disk.PageSize]
	var t disk.PageTrailer
	if t.Unmarshal(s.format, page) != nil {
		return
	}
	change(page[:s.format.PageDataSize()])
	_ = t.Marshal(s.format, page) // in a page of full size
}

// block changes the decoded data of a block unless it was spoilt by an earlier change.
func (s *Store) block(b []byte, e disk.BBTEntry, from, to uint8, change func([]byte)) {
	block := b[e.Ref.IB:][:s.format.BlockSize(int(e.Size))]
	var t disk.BlockTrailer
	if t.Unmarshal(s.format, block) != nil || t.Size > e.Size {
		return
	}
	data := block[:t.Size]
	disk.Decode(from, e.Ref.BID, data)
	change(data)
	disk.Encode(to, e.Ref.BID, data)
	_ = t.Marshal(s.format, block)
}
