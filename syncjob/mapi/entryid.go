package mapi

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"pstsyncd/syncjob/pst"
)

// ErrNotEntryID: the bytes are no entry id of the kind that was asked for.
var ErrNotEntryID = errors.New("not such an entry id")

// EntryID names a folder or a message of a PST. [MS-PST] 2.4.3.2.
type EntryID struct {
	Store [16]byte // record key of the store, PidTagRecordKey
	NID   pst.NID
}

// entryIDSize is the length of an entry id: 4 bytes of flags, the store, the node.
const entryIDSize = 24

// ParseEntryID reads the entry id of a folder or a message.
func ParseEntryID(b []byte) (EntryID, error) {
	if len(b) != entryIDSize || binary.LittleEndian.Uint32(b) != 0 {
		return EntryID{}, fmt.Errorf("%d bytes: %w", len(b), ErrNotEntryID)
	}
	return EntryID{Store: [16]byte(b[4:]), NID: pst.NID(binary.LittleEndian.Uint32(b[20:]))}, nil
}

// Bytes is the reverse of [ParseEntryID].
func (e EntryID) Bytes() []byte {
	b := append(make([]byte, 4, entryIDSize), e.Store[:]...)
	return binary.LittleEndian.AppendUint32(b, uint32(e.NID))
}

// Providers of entry ids that are not of a store, as stored.
var (
	oneOffProvider  = [16]byte{0x81, 0x2B, 0x1F, 0xA4, 0xBE, 0xA3, 0x10, 0x19, 0x9D, 0x6E, 0x00, 0xDD, 0x01, 0x0F, 0x54, 0x02}
	wrappedProvider = [16]byte{0xC0, 0x91, 0xAD, 0xD3, 0x51, 0x9D, 0xCF, 0x11, 0xA4, 0xA9, 0x00, 0xAA, 0x00, 0x47, 0xFA, 0xA4}
)

// OneOff is an address that is in no address book: the name and the address
// themselves. [MS-OXCDATA] 2.2.5.1.
type OneOff struct {
	Flags   uint16 // oneOffUnicode and how to encode mail to it
	Name    string
	Type    string // SMTP, EX, …
	Address string
}

const oneOffUnicode = 0x8000 // MAPI_ONE_OFF_UNICODE

// ParseOneOff reads a one-off entry id. Text that is not Unicode is decoded by
// codePage.
func ParseOneOff(b []byte, codePage int) (OneOff, error) {
	if len(b) < entryIDSize || [16]byte(b[4:20]) != oneOffProvider || binary.LittleEndian.Uint16(b[20:]) != 0 {
		return OneOff{}, fmt.Errorf("one-off of %d bytes: %w", len(b), ErrNotEntryID)
	}
	o := OneOff{Flags: binary.LittleEndian.Uint16(b[22:])}
	rest := b[24:]
	for _, text := range []*string{&o.Name, &o.Type, &o.Address} {
		var err error
		if *text, rest, err = cutText(rest, o.Flags&oneOffUnicode != 0, codePage); err != nil {
			return OneOff{}, fmt.Errorf("one-off: %w", err)
		}
	}
	return o, nil
}

// Bytes makes the entry id, in Unicode.
func (o OneOff) Bytes() []byte {
	b := append(make([]byte, 4), oneOffProvider[:]...)
	b = binary.LittleEndian.AppendUint16(b, 0)
	b = binary.LittleEndian.AppendUint16(b, o.Flags|oneOffUnicode)
	for _, text := range []string{o.Name, o.Type, o.Address} {
		b = append(append(b, pst.EncodeUTF16(text)...), 0, 0)
	}
	return b
}

// cutText takes a terminated text off the front.
func cutText(b []byte, unicode bool, codePage int) (text string, rest []byte, err error) {
	if !unicode {
		raw, rest, ended := bytes.Cut(b, []byte{0})
		if !ended {
			return "", nil, fmt.Errorf("text without an end: %w", ErrNotEntryID)
		}
		text, err = pst.DecodeString8(codePage, raw)
		return text, rest, err
	}
	for i := 0; i+1 < len(b); i += 2 {
		if b[i] == 0 && b[i+1] == 0 {
			return pst.DecodeUTF16(b[:i]), b[i+2:], nil
		}
	}
	return "", nil, fmt.Errorf("text without an end: %w", ErrNotEntryID)
}

// Wrapped is a member of a personal distribution list: what kind it is, and the
// entry id of a contact of the store, of an address book entry, or a one-off.
// [MS-OXOCNTC] 2.2.2.4.1.
type Wrapped struct {
	Kind  uint8  // low 4 bits: 3 contact, 4 distribution list, 5 and 6 address book, 0 one-off
	Inner []byte // the entry id inside
}

// ParseWrapped reads an entry id with another inside. The inner one is shared
// with b.
func ParseWrapped(b []byte) (Wrapped, error) {
	if len(b) < 21 || [16]byte(b[4:20]) != wrappedProvider {
		return Wrapped{}, fmt.Errorf("wrapped entry id of %d bytes: %w", len(b), ErrNotEntryID)
	}
	return Wrapped{Kind: b[20], Inner: b[21:]}, nil
}
