package disk

import "fmt"

// NID is the id of a node, or of a subnode within its node ([MS-PST] 2.2.2.1): a
// type in the low 5 bits and an index above them.
type NID uint32

// nidTypeBits is the width of the type in a NID.
const nidTypeBits = 5

// MaxNIDIndex is the highest index that a NID holds.
const MaxNIDIndex = 1<<(32-nidTypeBits) - 1

// MakeNID returns the id with that type and index.
func MakeNID(t NIDType, index uint32) NID {
	return NID(index<<nidTypeBits | uint32(t)&(1<<nidTypeBits-1))
}

// Type returns what kind of node the id names.
func (n NID) Type() NIDType { return NIDType(n & (1<<nidTypeBits - 1)) }

// Index returns the id without its type.
func (n NID) Index() uint32 { return uint32(n >> nidTypeBits) }

// WithType returns the id with the same index and another type: from a folder to
// its tables.
func (n NID) WithType(t NIDType) NID { return MakeNID(t, n.Index()) }

// String returns the id in hexadecimal, as in "0x200024".
func (n NID) String() string { return fmt.Sprintf("%#x", uint32(n)) }

// NIDType is what kind of node a NID names.
type NIDType uint8

// Node types of [MS-PST] 2.2.2.1.
const (
	NIDTypeHID                 NIDType = 0x00 // not a node: a heap item
	NIDTypeInternal            NIDType = 0x01
	NIDTypeNormalFolder        NIDType = 0x02
	NIDTypeSearchFolder        NIDType = 0x03
	NIDTypeNormalMessage       NIDType = 0x04
	NIDTypeAttachment          NIDType = 0x05
	NIDTypeSearchUpdateQueue   NIDType = 0x06
	NIDTypeSearchCriteria      NIDType = 0x07
	NIDTypeAssocMessage        NIDType = 0x08
	NIDTypeContentsTableIndex  NIDType = 0x0A
	NIDTypeReceiveFolderTable  NIDType = 0x0B
	NIDTypeOutgoingQueueTable  NIDType = 0x0C
	NIDTypeHierarchyTable      NIDType = 0x0D
	NIDTypeContentsTable       NIDType = 0x0E
	NIDTypeAssocContentsTable  NIDType = 0x0F
	NIDTypeSearchContentsTable NIDType = 0x10
	NIDTypeAttachmentTable     NIDType = 0x11
	NIDTypeRecipientTable      NIDType = 0x12
	NIDTypeSearchTableIndex    NIDType = 0x13
	NIDTypeLTP                 NIDType = 0x1F
)

// Nodes with fixed ids ([MS-PST] 2.4.1, and the node set of an empty store as
// Outlook writes it).
const (
	NIDMessageStore              NID = 0x21
	NIDNameToIDMap               NID = 0x61
	NIDNormalFolderTemplate      NID = 0xA1
	NIDSearchFolderTemplate      NID = 0xC1
	NIDRootFolder                NID = 0x122
	NIDSearchManagementQueue     NID = 0x1E1
	NIDSearchActivityList        NID = 0x201
	NIDSearchDomainObject        NID = 0x261
	NIDSearchGathererQueue       NID = 0x281
	NIDSearchGathererDescriptor  NID = 0x2A1
	NIDSearchGathererFolderQueue NID = 0x321
	NIDIDMap                     NID = 0xC01 // GUID of a row to the NID it stands for; not in [MS-PST]

	NIDHierarchyTableTemplate      NID = 0x60D
	NIDContentsTableTemplate       NID = 0x60E
	NIDAssocContentsTableTemplate  NID = 0x60F
	NIDSearchContentsTableTemplate NID = 0x610
	NIDReceiveFolderTable          NID = 0x62B
	NIDOutgoingQueueTable          NID = 0x64C
	NIDAttachmentTable             NID = 0x671 // template, and the id of the table within a message
	NIDRecipientTable              NID = 0x692 // template, and the id of the table within a message
	NIDTemplate6B6                 NID = 0x6B6 // in every store, not in [MS-PST]
	NIDTemplate6D7                 NID = 0x6D7 // likewise
	NIDTemplate6F8                 NID = 0x6F8 // likewise
)
