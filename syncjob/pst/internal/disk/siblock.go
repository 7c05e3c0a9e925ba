package disk

// SIBlock is SIBLOCK, the root of a subnode tree of more than one SLBLOCK
// ([MS-PST] 2.2.2.8.3.3.2.2). Its bytes are the data of the block, without padding
// and trailer.
type SIBlock struct {
	Pad     uint32    // dwPadding, Unicode only
	Entries []SIEntry // rgentries, by ascending NID
	Slack   []byte    // what follows the entries, usually nothing
}

// SIEntry is SIENTRY, a reference to an SLBLOCK ([MS-PST] 2.2.2.8.3.3.2.1).
type SIEntry struct {
	NID  NID    // nid: the first id in the child
	High uint32 // high half of the 8 bytes of nid, Unicode only: no part of the key
	BID  BID    // bid: the child
}

func (e *SIEntry) unmarshal(r *reader) {
	e.NID, e.High = r.nid()
	e.BID = BID(r.id())
}

func (e *SIEntry) marshal(w *writer) {
	w.nid(e.NID, e.High)
	w.id(uint64(e.BID))
}

// Size returns the length of the block's data.
func (s *SIBlock) Size(f Format) int {
	return f.slHeaderSize() + len(s.Entries)*f.SIEntrySize() + len(s.Slack)
}

// Unmarshal decodes the data of a block, all of b.
func (s *SIBlock) Unmarshal(f Format, b []byte) error {
	*s = SIBlock{}
	n, pad, r, err := unmarshalSubnodeHeader(f, b, LevelSI, f.SIEntrySize())
	if err != nil {
		return err
	}
	s.Pad = pad
	s.Entries = make([]SIEntry, n)
	for i := range s.Entries {
		s.Entries[i].unmarshal(r)
	}
	s.Slack = append([]byte(nil), r.b...)
	return nil
}

// Marshal writes the block's data to the first Size bytes of b.
func (s *SIBlock) Marshal(f Format, b []byte) error {
	w, err := marshalSubnodeHeader(f, b, s.Size(f), LevelSI, len(s.Entries), s.Pad)
	if err != nil {
		return err
	}
	for i := range s.Entries {
		s.Entries[i].marshal(w)
	}
	w.copy(s.Slack)
	return w.err
}

// Validate checks that there are children and that their first ids ascend.
func (s *SIBlock) Validate() error {
	if len(s.Entries) == 0 {
		return Corruptf("siblock", -1, "no entries")
	}
	for i := 1; i < len(s.Entries); i++ {
		if s.Entries[i-1].NID >= s.Entries[i].NID {
			return Corruptf("siblock", -1, "child %v is followed by %v", s.Entries[i-1].NID, s.Entries[i].NID)
		}
	}
	return nil
}
