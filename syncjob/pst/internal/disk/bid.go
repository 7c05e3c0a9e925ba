package disk

import "fmt"

// BID is the id of a block ([MS-PST] 2.2.2.2) or of a page. Block ids count in
// steps of [BlockIDStep], page ids in steps of 1.
type BID uint64

const (
	bidReserved BID = 1 << 0
	bidInternal BID = 1 << 1

	// BlockIDStep is the distance between two consecutive block ids.
	BlockIDStep = 4
)

// Internal reports whether the block is an XBLOCK, XXBLOCK, SLBLOCK or SIBLOCK
// rather than a block of data. Internal blocks are not encoded.
func (b BID) Internal() bool { return b&bidInternal != 0 }

// Lookup returns the id under which the block B-tree and the block itself know
// the block: without bit 0, which some writers set in references.
func (b BID) Lookup() BID { return b &^ bidReserved }

// String returns the id in hexadecimal, as in "0x1f4".
func (b BID) String() string { return fmt.Sprintf("%#x", uint64(b)) }

// BREF says where a block or page is ([MS-PST] 2.2.2.4).
type BREF struct {
	BID BID
	IB  uint64 // offset in the file
}

// String returns the reference as in "0x1f4@0x4a00".
func (r BREF) String() string { return fmt.Sprintf("%#x@%#x", uint64(r.BID), r.IB) }
