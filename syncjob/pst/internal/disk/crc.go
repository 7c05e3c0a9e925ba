package disk

import "hash/crc32"

// CRC returns the checksum of [MS-PST] 5.3: the CRC-32 of the IEEE polynomial
// with initial value 0 and no final complement, unlike that of package
// hash/crc32.
func CRC(b []byte) uint32 {
	const start = ^uint32(0) // Update complements before and after
	return ^crc32.Update(start, crc32.IEEETable, b)
}

// Signature returns the signature of the block or page bid at offset ib
// ([MS-PST] 5.5).
func Signature(ib uint64, bid BID) uint16 {
	x := uint32(ib ^ uint64(bid))
	return uint16(x>>16) ^ uint16(x)
}
