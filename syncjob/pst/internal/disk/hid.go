package disk

import "fmt"

// HID names an item of a heap ([MS-PST] 2.3.1.1): 5 bits of type, always 0, 11
// bits of index, counted from 1, and 16 bits of block index. 0 is no item.
type HID uint32

// Limits of a HID.
const (
	MaxHIDIndex = 1<<11 - 1 // items in one block of a heap
	MaxHIDBlock = 1<<16 - 1 // the highest index of a block of a heap
)

// MakeHID names item index, counted from 1, of the block'th block of a heap.
func MakeHID(block, index int) HID {
	return HID(uint32(block)<<16 | uint32(index&MaxHIDIndex)<<nidTypeBits)
}

// Index returns the item's number in its block, counted from 1.
func (h HID) Index() int { return int(h >> nidTypeBits & MaxHIDIndex) }

// Block returns the number of the block that holds the item, counted from 0.
func (h HID) Block() int { return int(h >> 16) }

// String returns the id in hexadecimal, as in "0x20".
func (h HID) String() string { return fmt.Sprintf("%#x", uint32(h)) }

// HNID names a heap item or a subnode ([MS-PST] 2.3.3.2). 0 is neither: an empty
// value.
type HNID uint32

// IsHID reports whether the id names a heap item. It does for 0.
func (h HNID) IsHID() bool { return NID(h).Type() == NIDTypeHID }

// HID returns the id as that of a heap item.
func (h HNID) HID() HID { return HID(h) }

// NID returns the id as that of a subnode.
func (h HNID) NID() NID { return NID(h) }

// String returns the id in hexadecimal, as in "0x83f".
func (h HNID) String() string { return fmt.Sprintf("%#x", uint32(h)) }
