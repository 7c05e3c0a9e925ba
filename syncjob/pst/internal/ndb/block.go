package ndb

import (
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// blockEntry looks a block up in the block B-tree. A block that something refers to
// and that is not there is corruption.
func (s *Store) blockEntry(bid disk.BID) (disk.BBTEntry, error) {
	leaf, i, ok, err := s.bbt().find(uint64(bid.Lookup()))
	if err != nil {
		return disk.BBTEntry{}, fmt.Errorf("block %v: %w", bid, err)
	}
	if !ok {
		return disk.BBTEntry{}, disk.Corruptf("bbt", -1, "there is no block %v", bid)
	}
	return leaf.BBT[i], nil
}

func (s *Store) blockRef(bid disk.BID) (disk.BREF, error) {
	e, err := s.blockEntry(bid)
	return e.Ref, err
}

func (s *Store) blockLen(bid disk.BID) (int, error) {
	e, err := s.blockEntry(bid)
	return int(e.Size), err
}

func (s *Store) block(bid disk.BID) ([]byte, error) {
	return s.blockTo(bid, nil)
}

// blockTo is block for a caller that soon forgets what it reads: a block that is not in
// the cache is read into buf, which has room for any, and not kept.
func (s *Store) blockTo(bid disk.BID, buf []byte) ([]byte, error) {
	bid = bid.Lookup()
	if b, ok := s.blocks.get(bid); ok {
		return b, nil
	}
	e, err := s.blockEntry(bid)
	if err != nil {
		return nil, err
	}
	if err := s.checkBlockPlace(e.Ref, int(e.Size)); err != nil {
		return nil, err
	}
	return s.readBlock(e.Ref, int(e.Size), buf)
}

// readBlock reads the block with size bytes of data at ref, checks its trailer and
// CRC, and decodes it. It reads into buf or, if that is nil, keeps the block in the
// cache.
func (s *Store) readBlock(ref disk.BREF, size int, buf []byte) ([]byte, error) {
	img := s.current()
	b := buf
	if b == nil {
		b = make([]byte, img.format.BlockSize(size))
	}
	b = b[:img.format.BlockSize(size)]
	if err := s.read(b, int64(ref.IB)); err != nil {
		return nil, fmt.Errorf("block %v: %w", ref, err)
	}
	var t disk.BlockTrailer
	if err := t.Unmarshal(img.format, b); err != nil {
		return nil, fmt.Errorf("block %v: %w", ref, err)
	}
	if err := t.Check(ref, uint16(size)); err != nil {
		return nil, err
	}
	b = b[:size:size]
	if !disk.Decode(img.header.Crypt, ref.BID, b) {
		return nil, fmt.Errorf("encoding %#x of block %v: %w", img.header.Crypt, ref, ErrUnsupported)
	}
	if buf == nil {
		s.blocks.put(ref.BID, b, len(b))
	}
	return b, nil
}

func (s *Store) checkBlockPlace(ref disk.BREF, size int) error {
	img := s.current()
	switch {
	case size > img.format.MaxBlockData():
		return disk.Corruptf("bbt", -1, "block %v has %d bytes of data", ref, size)
	case ref.IB%disk.BlockAlign != 0 || ref.IB < disk.FirstAMap || ref.IB > img.header.Root.FileEOF-uint64(img.format.BlockSize(size)):
		return disk.Corruptf("bbt", -1, "block %v with %d bytes of data cannot be there", ref, size)
	}
	return nil
}
