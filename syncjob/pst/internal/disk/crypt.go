package disk

// Encodings of data blocks, the bCryptMethod field of the header ([MS-PST]
// 2.2.2.6). They hide text from a casual look and protect nothing.
const (
	CryptNone    uint8 = 0x00
	CryptPermute uint8 = 0x01
	CryptCyclic  uint8 = 0x02
	CryptWIP     uint8 = 0x10 // Windows Information Protection: real encryption
)

// Permute encodes b in place with the permutation of [MS-PST] 5.1.
func Permute(b []byte) {
	for i, c := range b {
		b[i] = permuteEncode[c]
	}
}

// Unpermute decodes b in place.
func Unpermute(b []byte) {
	for i, c := range b {
		b[i] = permuteDecode[c]
	}
}

// Cyclic encodes or decodes b in place; the cipher of [MS-PST] 5.2 is its own
// inverse. The key of a block is the low half of its BID.
func Cyclic(b []byte, key uint32) {
	w := uint16(key ^ key>>16)
	for i, c := range b {
		lo, hi := byte(w), byte(w>>8)
		c = permuteEncode[c+lo]
		c = permuteMiddle[c+hi]
		c = permuteDecode[c-hi]
		b[i] = c - lo
		w++
	}
}

// Encode encodes the data of block bid in place, as the header's method says.
// Internal blocks are never encoded. It reports false for a method it does not
// know.
func Encode(method uint8, bid BID, b []byte) bool { return crypt(method, bid, b, Permute) }

// Decode is the inverse of [Encode].
func Decode(method uint8, bid BID, b []byte) bool { return crypt(method, bid, b, Unpermute) }

func crypt(method uint8, bid BID, b []byte, permute func([]byte)) bool {
	switch {
	case method > CryptCyclic:
		return false
	case bid.Internal() || method == CryptNone:
	case method == CryptPermute:
		permute(b)
	default:
		Cyclic(b, uint32(bid.Lookup()))
	}
	return true
}
