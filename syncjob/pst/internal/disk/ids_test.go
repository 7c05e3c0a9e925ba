package disk_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"pstsyncd/syncjob/pst/internal/disk"
)

func TestNID(t *testing.T) {
	first := disk.MakeNID(disk.NIDTypeNormalMessage, 0x10001)
	assert.Equal(t, disk.NID(0x200024), first)
	assert.Equal(t, disk.NIDTypeNormalMessage, first.Type())
	assert.EqualValues(t, 0x10001, first.Index())
	assert.Equal(t, "0x200024", first.String())

	assert.Equal(t, disk.NID(0x12D), disk.NIDRootFolder.WithType(disk.NIDTypeHierarchyTable))
	assert.Equal(t, disk.NID(0xFFFFFFFF), disk.MakeNID(disk.NIDTypeLTP, disk.MaxNIDIndex))
	assert.Equal(t, disk.NIDTypeHierarchyTable, disk.NIDHierarchyTableTemplate.Type())
	assert.Equal(t, disk.NIDTypeReceiveFolderTable, disk.NIDReceiveFolderTable.Type())
	assert.Equal(t, disk.NIDTypeOutgoingQueueTable, disk.NIDOutgoingQueueTable.Type())
	assert.Equal(t, disk.NIDTypeAttachmentTable, disk.NIDAttachmentTable.Type())
	assert.Equal(t, disk.NIDTypeRecipientTable, disk.NIDRecipientTable.Type())
}

func TestBID(t *testing.T) {
	assert.False(t, disk.BID(0x1F5).Internal())
	assert.True(t, disk.BID(0x1F6).Internal())
	assert.Equal(t, disk.BID(0x1F4), disk.BID(0x1F5).Lookup())
	assert.Equal(t, disk.BID(0x1F6), disk.BID(0x1F6).Lookup())
	assert.Equal(t, "0x1f4", disk.BID(0x1F4).String())
	assert.Equal(t, "0x1f4@0x4a00", disk.BREF{BID: 0x1F4, IB: 0x4A00}.String())
}

func TestHID(t *testing.T) {
	assert.Equal(t, disk.HID(0x20), disk.MakeHID(0, 1))
	last := disk.MakeHID(disk.MaxHIDBlock, disk.MaxHIDIndex)
	assert.Equal(t, disk.HID(0xFFFFFFE0), last)
	assert.Equal(t, disk.MaxHIDBlock, last.Block())
	assert.Equal(t, disk.MaxHIDIndex, last.Index())
	assert.Equal(t, "0x20", disk.MakeHID(0, 1).String())

	assert.True(t, disk.HNID(0).IsHID())
	assert.True(t, disk.HNID(0x20).IsHID())
	assert.Equal(t, disk.HID(0x20), disk.HNID(0x20).HID())
	assert.False(t, disk.HNID(0x83F).IsHID())
	assert.Equal(t, disk.NIDTypeLTP, disk.HNID(0x83F).NID().Type())
	assert.Equal(t, "0x83f", disk.HNID(0x83F).String())
}
