package check

import "pstsyncd/syncjob/pst/internal/disk"

// required are the columns that the tables of each kind have in all stores of
// Outlook, from 97 on, whatever else views and versions have added ([MS-PST]
// 2.4.4 to 2.4.6 demand more, which old stores lack). In ANSI stores the strings
// are of type String8.
var required = map[disk.NIDType][]uint32{
	disk.NIDTypeHierarchyTable: {0x3001001F, 0x36020003, 0x36030003, 0x360A000B},
	disk.NIDTypeContentsTable: {
		0x00170003, 0x001A001F, 0x00360003, 0x0037001F, 0x0042001F, 0x0057000B, 0x0058000B,
		0x0E03001F, 0x0E04001F, 0x0E060040, 0x0E070003, 0x0E080003, 0x0E170003,
	},
	disk.NIDTypeAssocContentsTable: {
		0x001A001F, 0x0E070003, 0x0E170003, 0x3001001F, 0x6800001F, 0x6803000B, 0x68051003, 0x682F001F,
		0x70030003, 0x70040102, 0x70050102, 0x7006001F, 0x70070003,
	},
	disk.NIDTypeSearchContentsTable: {
		0x00170003, 0x001A001F, 0x00360003, 0x0037001F, 0x0042001F, 0x0057000B, 0x0E03001F, 0x0E04001F,
		0x0E05001F, 0x0E060040, 0x0E070003, 0x0E080003, 0x0E170003, 0x67F10003,
	},
	disk.NIDTypeAttachmentTable: {0x0E200003, 0x3704001F, 0x37050003, 0x370B0003},
	disk.NIDTypeRecipientTable: {
		0x0C150003, 0x0E0F000B, 0x0FF90102, 0x0FFE0003, 0x0FFF0102, 0x3001001F, 0x3002001F, 0x3003001F,
		0x300B0102, 0x39000003, 0x39FF001F, 0x3A40000B,
	},
	disk.NIDTypeReceiveFolderTable: {0x001A001F, 0x66050003},
	disk.NIDTypeOutgoingQueueTable: {0x00390040, 0x0E100003, 0x0E140003},
}

// requiredColumns checks that a table has the columns of its kind (rule 49).
func (t *table) requiredColumns() {
	for _, tag := range required[t.h.n.nid.Type()] {
		if t.h.c.f == disk.ANSI && uint16(tag) == typeUnicode {
			tag = tag&^0xFFFF | typeString8
		}
		if t.column(tag) == nil {
			t.h.c.warnf("column-missing", "2.4.4", t.h.n.where, "no column %#08x", tag)
		}
	}
}
