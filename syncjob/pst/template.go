package pst

import (
	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
)

// templateTable is a table without rows of an empty store: where Outlook puts
// each column in a row, and which bit says that it has a value. The order of the
// cells is not the order of the tags, and readers match columns by both.
type templateTable struct {
	nid  NID
	cols []templateColumn
}

type templateColumn struct {
	tag    Tag // in a Unicode store
	offset int
	bit    int
}

// columns are those of the table in a store of a format. They lie in the same
// places in both: a cell with a string is a reference to it.
func (t templateTable) columns(f Format) []ltp.Column {
	cols := make([]ltp.Column, len(t.cols))
	for i, c := range t.cols {
		cols[i] = ltp.Column{Tag: textTag(f, c.tag), Offset: c.offset, Size: columnSize(c.tag.Type()), Bit: c.bit}
	}
	return cols
}

// columnSize is the width of a cell: that of the value, or of a reference to it.
func columnSize(t PropType) int {
	if size, ok := t.Fixed(); ok && size <= 8 {
		return size
	}
	return 4
}

// Tables of an empty store whose ids have no name in [MS-PST].
const (
	nidReplTableA NID = 0x6B6
	nidReplTableB NID = 0x6D7
	nidReplTableC NID = 0x6F8
)

// templateTables are the tables that every store has, with the columns that
// Outlook gives them: those of [MS-PST] 2.4.4 to 2.4.6, some of other types than
// the document says, and some more.
var templateTables = []templateTable{
	{disk.NIDHierarchyTableTemplate, []templateColumn{
		{0x0E300102, 20, 6}, {0x0E330014, 24, 7}, {0x0E340102, 32, 8}, {0x0E380003, 36, 9},
		{0x3001001F, 8, 2}, {0x36020003, 12, 3}, {0x36030003, 16, 4}, {0x360A000B, 52, 5},
		{0x3613001F, 40, 10}, {0x66350003, 44, 11}, {0x66360003, 48, 12},
		{ltp.TagRowID, 0, 0}, {ltp.TagRowVer, 4, 1},
	}},
	{disk.NIDContentsTableTemplate, []templateColumn{
		{0x00170003, 20, 5}, {0x001A001F, 12, 3}, {0x00360003, 60, 15}, {0x0037001F, 28, 7},
		{0x00390040, 40, 9}, {0x0042001F, 24, 6}, {0x0057000B, 120, 13}, {0x0058000B, 121, 14},
		{0x0070001F, 68, 17}, {0x00710102, 72, 18}, {0x0E03001F, 56, 12}, {0x0E04001F, 52, 11},
		{0x0E060040, 32, 8}, {0x0E070003, 16, 4}, {0x0E080003, 48, 10}, {0x0E170003, 8, 2},
		{0x0E300102, 92, 22}, {0x0E330014, 96, 23}, {0x0E340102, 104, 24}, {0x0E380003, 116, 27},
		{0x0E3C0102, 112, 26}, {0x0E3D0102, 108, 25}, {0x10970003, 64, 16}, {0x30080040, 84, 21},
		{0x30130102, 76, 19}, {0x65C60003, 80, 20}, {ltp.TagRowID, 0, 0}, {ltp.TagRowVer, 4, 1},
	}},
	{disk.NIDAssocContentsTableTemplate, []templateColumn{
		{0x001A001F, 12, 3}, {0x0E070003, 16, 4}, {0x0E170003, 8, 2}, {0x3001001F, 20, 5},
		{ltp.TagRowID, 0, 0}, {ltp.TagRowVer, 4, 1}, {0x6800001F, 44, 11}, {0x6803000B, 56, 12},
		{0x68051003, 48, 13}, {0x682F001F, 52, 14}, {0x70030003, 24, 6}, {0x70040102, 28, 7},
		{0x70050102, 32, 8}, {0x7006001F, 36, 9}, {0x70070003, 40, 10},
	}},
	{disk.NIDSearchContentsTableTemplate, []templateColumn{
		{0x00170003, 28, 7}, {0x001A001F, 20, 5}, {0x00360003, 60, 16}, {0x0037001F, 36, 9},
		{0x0042001F, 32, 8}, {0x0057000B, 72, 14}, {0x0058000B, 73, 15}, {0x0E03001F, 56, 13},
		{0x0E04001F, 52, 12}, {0x0E05001F, 12, 3}, {0x0E060040, 40, 10}, {0x0E070003, 24, 6},
		{0x0E080003, 48, 11}, {0x0E170003, 16, 4}, {0x0E2A000B, 74, 17}, {0x30080040, 64, 18},
		{0x67F10003, 8, 2}, {ltp.TagRowID, 0, 0}, {ltp.TagRowVer, 4, 1},
	}},
	{disk.NIDReceiveFolderTable, []templateColumn{
		{0x001A001F, 12, 3}, {tagReceiveFolder, 8, 2}, {ltp.TagRowID, 0, 0}, {ltp.TagRowVer, 4, 1},
	}},
	{disk.NIDOutgoingQueueTable, []templateColumn{
		{0x00390040, 16, 4}, {0x0E100003, 12, 3}, {0x0E140003, 8, 2},
		{ltp.TagRowID, 0, 0}, {ltp.TagRowVer, 4, 1},
	}},
	{disk.NIDAttachmentTable, []templateColumn{
		{0x0E200003, 12, 3}, {0x3704001F, 20, 5}, {0x37050003, 16, 4}, {0x370B0003, 8, 2},
		{ltp.TagRowID, 0, 0}, {ltp.TagRowVer, 4, 1},
	}},
	{disk.NIDRecipientTable, []templateColumn{
		{0x0C150003, 24, 7}, {0x0E0F000B, 48, 2}, {0x0FF90102, 32, 9}, {0x0FFE0003, 36, 10},
		{0x0FFF0102, 16, 5}, {0x3001001F, 20, 6}, {0x3002001F, 8, 3}, {0x3003001F, 12, 4},
		{0x300B0102, 28, 8}, {0x39000003, 40, 11}, {0x39FF001F, 44, 13}, {0x3A40000B, 49, 12},
		{ltp.TagRowID, 0, 0}, {ltp.TagRowVer, 4, 1},
	}},
	{nidReplTableA, []templateColumn{
		{0x0E330014, 8, 2}, {0x0E370102, 16, 3}, {0x0E380003, 20, 4},
		{ltp.TagRowID, 0, 0}, {ltp.TagRowVer, 4, 1},
	}},
	{nidReplTableB, []templateColumn{
		{0x001A001F, 36, 8}, {0x0E300102, 16, 4}, {0x0E310102, 12, 3}, {0x0E330014, 28, 7},
		{0x0E340102, 24, 6}, {0x0E380003, 20, 5}, {0x0E3E0102, 8, 2},
		{ltp.TagRowID, 0, 0}, {ltp.TagRowVer, 4, 1},
	}},
	{nidReplTableC, []templateColumn{
		{0x0E330014, 16, 3}, {0x30070040, 8, 2}, {ltp.TagRowID, 0, 0}, {ltp.TagRowVer, 4, 1},
	}},
}

// Property sets of the names in an empty store, as they are stored.
var (
	psInternetHeaders = [16]byte{0x86, 0x03, 0x02, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46}
	psAppointment     = [16]byte{0x02, 0x20, 0x06, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46}
	psTask            = [16]byte{0x03, 0x20, 0x06, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46}
	psCommon          = [16]byte{0x08, 0x20, 0x06, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46}
	psSharedFolders   = [16]byte{0x14, 0x20, 0x06, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46}
	psMentions        = [16]byte{0x13, 0x8F, 0xF2, 0x41, 0xF4, 0x83, 0x14, 0x41, 0xA5, 0x84, 0xEE, 0xDB, 0x5A, 0x6B, 0x0B, 0xFF}
)

// templateNames are the named properties of an empty store, in the order of
// their ids.
var templateNames = []PropName{
	{GUID: psAppointment, ID: 0x8205},
	{GUID: psAppointment, ID: 0x8223},
	{GUID: psAppointment, ID: 0x8231},
	{GUID: psAppointment, ID: 0x8216},
	{GUID: psAppointment, ID: 0x820D},
	{GUID: psAppointment, ID: 0x820E},
	{GUID: psAppointment, ID: 0x8235},
	{GUID: psAppointment, ID: 0x8236},
	{GUID: psAppointment, ID: 0x8233},
	{GUID: psInternetHeaders, Name: "content-class"},
	{GUID: psPublicStrings, Name: "DRMLicense"},
	{GUID: psInternetHeaders, Name: "x-cr-hashedpuzzle"},
	{GUID: psInternetHeaders, Name: "x-cr-puzzleid"},
	{GUID: psCommon, ID: 0x8580},
	{GUID: psCommon, ID: 0x8581},
	{GUID: psPublicStrings, Name: "urn:schemas-microsoft-com:office:outlook#storetypeprivate"},
	{GUID: psCommon, ID: 0x8510},
	{GUID: psCommon, ID: 0x8578},
	{GUID: psMentions, Name: "IsMentioned"},
	{GUID: psPublicStrings, Name: "Keywords"},
	{GUID: psSharedFolders, ID: 0x8F05},
	{GUID: psCommon, ID: 0x8514},
	{GUID: psSharedFolders, ID: 0x8F07},
	{GUID: psCommon, ID: 0x8503},
	{GUID: psCommon, ID: 0x85A8},
	{GUID: psCommon, ID: 0x8502},
	{GUID: psTask, ID: 0x8104},
	{GUID: psTask, ID: 0x8105},
	{GUID: psTask, ID: 0x811C},
	{GUID: psInternetHeaders, Name: "x-ms-exchange-organization-authdomain"},
	{GUID: psPublicStrings, Name: "DoNotForward"},
	{GUID: psCommon, ID: 0x8570},
	{GUID: psTask, ID: 0x8101},
	{GUID: psCommon, ID: 0x85E0},
	{GUID: psCommon, ID: 0x8552},
}
