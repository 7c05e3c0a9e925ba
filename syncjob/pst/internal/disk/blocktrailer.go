package disk

// BlockTrailer is BLOCKTRAILER, the end of every block ([MS-PST] 2.2.2.8.1).
type BlockTrailer struct {
	Size uint16 // cb: bytes of data, without padding and trailer
	Sig  uint16 // wSig
	CRC  uint32 // dwCRC of the data as it is in the file, encoded; Marshal computes it
	BID  BID    // bid
}

// NewBlockTrailer returns the trailer that the block ref with size bytes of data has.
func NewBlockTrailer(ref BREF, size int) BlockTrailer {
	return BlockTrailer{Size: uint16(size), Sig: Signature(ref.IB, ref.BID), BID: ref.BID}
}

// Unmarshal decodes the trailer of a block, checks that the data fills the block as
// [Format.BlockSize] says, and its CRC. block is the whole block, data at its
// beginning.
func (t *BlockTrailer) Unmarshal(f Format, block []byte) error {
	if err := need("block", block, BlockAlign); err != nil {
		return err
	}
	r := &reader{f: f, b: block[len(block)-f.BlockTrailerSize():]}
	t.Size = r.u16()
	t.Sig = r.u16()
	if f == Unicode {
		t.CRC = r.u32()
		t.BID = BID(r.u64())
	} else {
		t.BID = BID(r.u32())
		t.CRC = r.u32()
	}
	if f.BlockSize(int(t.Size)) != len(block) {
		return Corruptf("block", -1, "%d bytes of data in a block of %d", t.Size, len(block))
	}
	if crc := CRC(block[:t.Size]); crc != t.CRC {
		return Corruptf("block", -1, "crc is %#08x, stored %#08x", crc, t.CRC)
	}
	return nil
}

// Marshal writes the trailer at the end of a block of [Format.BlockSize] bytes, with
// the CRC of the Size bytes of encoded data at its beginning. The padding between
// them is left as it is.
func (t *BlockTrailer) Marshal(f Format, block []byte) error {
	if err := room("block", block, f.BlockSize(int(t.Size))); err != nil {
		return err
	}
	block = block[:f.BlockSize(int(t.Size))]
	crc := CRC(block[:t.Size])
	w := &writer{f: f, b: block[len(block)-f.BlockTrailerSize():]}
	w.u16(t.Size)
	w.u16(t.Sig)
	if f == Unicode {
		w.u32(crc)
		w.u64(uint64(t.BID))
	} else {
		w.id(uint64(t.BID))
		w.u32(crc)
	}
	return w.err
}

// Check returns [ErrCorrupt] unless the trailer is that of the block ref with size
// bytes of data.
func (t *BlockTrailer) Check(ref BREF, size uint16) error {
	if t.BID.Lookup() != ref.BID.Lookup() {
		return Corruptf("block", int64(ref.IB), "bid is %v, want %v", t.BID, ref.BID)
	}
	if t.Size != size {
		return Corruptf("block", int64(ref.IB), "%d bytes of data, want %d", t.Size, size)
	}
	if sig := Signature(ref.IB, t.BID); t.Sig != sig {
		return Corruptf("block", int64(ref.IB), "signature is %#04x, want %#04x", t.Sig, sig)
	}
	return nil
}
