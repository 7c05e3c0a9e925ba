package disk

import "fmt"

// SLBlock is SLBLOCK, a leaf of a subnode tree ([MS-PST] 2.2.2.8.3.3.1.2). Its
// bytes are the data of the block, without padding and trailer.
type SLBlock struct {
	Pad     uint32    // dwPadding, Unicode only
	Entries []SLEntry // rgentries, by ascending NID
	Slack   []byte    // what follows the entries, usually nothing
}

// SLEntry is SLENTRY, a subnode ([MS-PST] 2.2.2.8.3.3.1.1).
type SLEntry struct {
	NID  NID    // nid, unique within the node
	High uint32 // high half of the 8 bytes of nid, Unicode only: no part of the key
	Data BID    // bidData: the subnode's data, 0 for none
	Sub  BID    // bidSub: the root of its own subnodes, 0 for none
}

func (e *SLEntry) unmarshal(r *reader) {
	e.NID, e.High = r.nid()
	e.Data = BID(r.id())
	e.Sub = BID(r.id())
}

func (e *SLEntry) marshal(w *writer) {
	w.nid(e.NID, e.High)
	w.id(uint64(e.Data))
	w.id(uint64(e.Sub))
}

// Size returns the length of the block's data.
func (s *SLBlock) Size(f Format) int {
	return f.slHeaderSize() + len(s.Entries)*f.SLEntrySize() + len(s.Slack)
}

// Unmarshal decodes the data of a block, all of b.
func (s *SLBlock) Unmarshal(f Format, b []byte) error {
	*s = SLBlock{}
	n, pad, r, err := unmarshalSubnodeHeader(f, b, LevelSL, f.SLEntrySize())
	if err != nil {
		return err
	}
	s.Pad = pad
	s.Entries = make([]SLEntry, n)
	for i := range s.Entries {
		s.Entries[i].unmarshal(r)
	}
	s.Slack = append([]byte(nil), r.b...)
	return nil
}

// Marshal writes the block's data to the first Size bytes of b.
func (s *SLBlock) Marshal(f Format, b []byte) error {
	w, err := marshalSubnodeHeader(f, b, s.Size(f), LevelSL, len(s.Entries), s.Pad)
	if err != nil {
		return err
	}
	for i := range s.Entries {
		s.Entries[i].marshal(w)
	}
	w.copy(s.Slack)
	return w.err
}

// Validate checks that there are subnodes and that their ids ascend.
func (s *SLBlock) Validate() error {
	if len(s.Entries) == 0 {
		return Corruptf("slblock", -1, "no entries")
	}
	for i := 1; i < len(s.Entries); i++ {
		if s.Entries[i-1].NID >= s.Entries[i].NID {
			return Corruptf("slblock", -1, "subnode %v is followed by %v", s.Entries[i-1].NID, s.Entries[i].NID)
		}
	}
	return nil
}

// SubnodeLevel returns the level of a block of a subnode tree from its data:
// [LevelSL] or [LevelSI].
func SubnodeLevel(b []byte) (uint8, error) {
	if err := need("subnode block", b, 2); err != nil {
		return 0, err
	}
	if b[0] != blockTypeSL || b[1] > LevelSI {
		return 0, Corruptf("subnode block", 0, "block of type %d, level %d", b[0], b[1])
	}
	return b[1], nil
}

func unmarshalSubnodeHeader(f Format, b []byte, level uint8, entrySize int) (n int, pad uint32, r *reader, err error) {
	if err := need("subnode block", b, f.slHeaderSize()); err != nil {
		return 0, 0, nil, err
	}
	got, err := SubnodeLevel(b)
	if err != nil {
		return 0, 0, nil, err
	}
	if got != level {
		return 0, 0, nil, Corruptf("subnode block", 1, "level is %d, want %d", got, level)
	}
	r = &reader{f: f, b: b[2:]}
	n = int(r.u16())
	pad = r.unicode32()
	if n*entrySize > len(r.b) {
		return 0, 0, nil, Corruptf("subnode block", 2, "%d entries in %d bytes", n, len(r.b))
	}
	return n, pad, r, nil
}

func marshalSubnodeHeader(f Format, b []byte, size int, level uint8, n int, pad uint32) (*writer, error) {
	if size > f.MaxBlockData() {
		return nil, fmt.Errorf("%d entries in a subnode block: %w", n, ErrRange)
	}
	if err := room("subnode block", b, size); err != nil {
		return nil, err
	}
	w := &writer{f: f, b: b}
	w.u8(blockTypeSL)
	w.u8(level)
	w.u16(uint16(n))
	w.unicode32(pad)
	return w, nil
}
