package disk

// FillLevels is a map of 4-bit fill levels of the blocks of a heap, as HNHdr and
// HNBitmapHdr hold it ([MS-PST] 2.3.1.2): the low half of each byte comes first.
type FillLevels []byte

// Get returns the level of block i of the map, 0 (much space, or no such block) to
// 15 (full).
func (l FillLevels) Get(i int) uint8 { return l[i/2] >> (i % 2 * 4) & 0xF }

// Set changes the level of block i of the map.
func (l FillLevels) Set(i int, level uint8) {
	shift := i % 2 * 4
	l[i/2] = l[i/2]&^(0xF<<shift) | level&0xF<<shift
}

// fillLevelFree is how much a block of each level has free at least; the last,
// level 15, is a block with less than 8 bytes.
var fillLevelFree = [...]int{3584, 2560, 2048, 1792, 1536, 1280, 1024, 768, 512, 256, 128, 64, 32, 16, 8, 0}

// FillLevelOf returns the level of a block with so many free bytes.
func FillLevelOf(free int) uint8 {
	for level, atLeast := range fillLevelFree {
		if free >= atLeast {
			return uint8(level)
		}
	}
	return uint8(len(fillLevelFree) - 1)
}

// FillLevelFree returns how many bytes a block of that level has free at least.
func FillLevelFree(level uint8) int { return fillLevelFree[level&0xF] }
