package disk

import "fmt"

// Block types, the btype field of internal blocks ([MS-PST] 2.2.2.8.3).
const (
	blockTypeX  uint8 = 0x01
	blockTypeSL uint8 = 0x02
)

// Levels of a data tree and of a subnode tree, the cLevel field.
const (
	LevelX  uint8 = 1 // an XBLOCK refers to blocks of data
	LevelXX uint8 = 2 // an XXBLOCK refers to XBLOCKs
	LevelSL uint8 = 0 // an SLBLOCK holds subnodes
	LevelSI uint8 = 1 // an SIBLOCK refers to SLBLOCKs
)

const xblockHeaderSize = 8

// XBlock is XBLOCK or XXBLOCK, an inner block of a data tree ([MS-PST]
// 2.2.2.8.3.2). Its bytes are the data of the block, without padding and trailer.
type XBlock struct {
	Level uint8  // cLevel: LevelX or LevelXX
	Total uint32 // lcbTotal: bytes of data below this block
	BIDs  []BID  // rgbid: the children in order; bit 0 may be set
	Slack []byte // what follows the references, usually nothing
}

// Size returns the length of the block's data.
func (x *XBlock) Size(f Format) int {
	return xblockHeaderSize + len(x.BIDs)*f.BIDSize() + len(x.Slack)
}

// Unmarshal decodes the data of a block, all of b.
func (x *XBlock) Unmarshal(f Format, b []byte) error {
	*x = XBlock{}
	if err := need("xblock", b, xblockHeaderSize); err != nil {
		return err
	}
	r := &reader{f: f, b: b}
	btype := r.u8()
	x.Level = r.u8()
	n := int(r.u16())
	x.Total = r.u32()
	if btype != blockTypeX || x.Level != LevelX && x.Level != LevelXX {
		return Corruptf("xblock", 0, "block of type %d, level %d", btype, x.Level)
	}
	if n*f.BIDSize() > len(r.b) {
		return Corruptf("xblock", 2, "%d references in %d bytes", n, len(r.b))
	}
	x.BIDs = make([]BID, n)
	for i := range x.BIDs {
		x.BIDs[i] = BID(r.id())
	}
	x.Slack = append([]byte(nil), r.b...)
	return nil
}

// Marshal writes the block's data to the first Size bytes of b.
func (x *XBlock) Marshal(f Format, b []byte) error {
	if x.Size(f) > f.MaxBlockData() {
		return fmt.Errorf("%d references in an xblock: %w", len(x.BIDs), ErrRange)
	}
	if err := room("xblock", b, x.Size(f)); err != nil {
		return err
	}
	w := &writer{f: f, b: b}
	w.u8(blockTypeX)
	w.u8(x.Level)
	w.u16(uint16(len(x.BIDs)))
	w.u32(x.Total)
	for _, bid := range x.BIDs {
		w.id(uint64(bid))
	}
	w.copy(x.Slack)
	return w.err
}

// Validate checks that the block refers to something, and to blocks of the kind
// that its level calls for.
func (x *XBlock) Validate() error {
	if len(x.BIDs) == 0 {
		return Corruptf("xblock", -1, "no references")
	}
	for i, bid := range x.BIDs {
		if bid.Internal() != (x.Level == LevelXX) {
			return Corruptf("xblock", -1, "reference %d of level %d is %v", i, x.Level, bid)
		}
	}
	return nil
}
