package pst

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// DefaultCodePage is the code page of String8 values in a store that names none.
const DefaultCodePage = 1252

// codePages are the Windows code pages that a store may be written in, by their
// identifiers.
var codePages = map[int]encoding.Encoding{
	437:   charmap.CodePage437,
	850:   charmap.CodePage850,
	852:   charmap.CodePage852,
	855:   charmap.CodePage855,
	862:   charmap.CodePage862,
	866:   charmap.CodePage866,
	874:   charmap.Windows874,
	932:   japanese.ShiftJIS,
	936:   simplifiedchinese.GBK,
	949:   korean.EUCKR,
	950:   traditionalchinese.Big5,
	1250:  charmap.Windows1250,
	1251:  charmap.Windows1251,
	1252:  charmap.Windows1252,
	1253:  charmap.Windows1253,
	1254:  charmap.Windows1254,
	1255:  charmap.Windows1255,
	1256:  charmap.Windows1256,
	1257:  charmap.Windows1257,
	1258:  charmap.Windows1258,
	10000: charmap.Macintosh,
	20127: charmap.Windows1252, // US-ASCII
	20866: charmap.KOI8R,
	20932: japanese.EUCJP,
	21866: charmap.KOI8U,
	28591: charmap.ISO8859_1,
	28592: charmap.ISO8859_2,
	28593: charmap.ISO8859_3,
	28594: charmap.ISO8859_4,
	28595: charmap.ISO8859_5,
	28596: charmap.ISO8859_6,
	28597: charmap.ISO8859_7,
	28598: charmap.ISO8859_8,
	28599: charmap.ISO8859_9,
	28605: charmap.ISO8859_15,
	38598: charmap.ISO8859_8I,
	50220: japanese.ISO2022JP,
	50221: japanese.ISO2022JP,
	50222: japanese.ISO2022JP,
	51932: japanese.EUCJP,
	51949: korean.EUCKR,
	54936: simplifiedchinese.GB18030,
	65001: unicode.UTF8,
}

func codePage(cp int) (encoding.Encoding, error) {
	if enc, ok := codePages[cp]; ok {
		return enc, nil
	}
	return nil, fmt.Errorf("code page %d: %w", cp, ErrUnsupported)
}

// DecodeString8 converts the bytes of a String8 value. What the code page does
// not define becomes U+FFFD; ErrUnsupported is for an unknown code page.
func DecodeString8(cp int, b []byte) (string, error) {
	enc, err := codePage(cp)
	if err != nil {
		return "", err
	}
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return "", fmt.Errorf("decode code page %d: %w", cp, err)
	}
	return string(out), nil
}

// EncodeString8 is the opposite of [DecodeString8]: text that would not come back
// as it is, character by character, is refused with ErrCodePage. So is U+FFFD, which
// stands for what was lost before. The error names the character and not the text.
func EncodeString8(cp int, s string) ([]byte, error) {
	enc, err := codePage(cp)
	if err != nil {
		return nil, err
	}
	out, ok := encodeWhole(enc, s)
	if ok {
		return out, nil
	}
	for i, c := range []rune(s) {
		if _, ok := encodeWhole(enc, string(c)); !ok {
			return nil, fmt.Errorf("character %d, %U, in code page %d: %w", i+1, c, cp, ErrCodePage)
		}
	}
	return nil, fmt.Errorf("text in code page %d: %w", cp, ErrCodePage)
}

// encodeWhole encodes what decodes to the same. Encoders take some characters for
// others: U+E000 would come back from code page 54936 as U+F014.
func encodeWhole(enc encoding.Encoding, s string) ([]byte, bool) {
	if strings.ContainsRune(s, utf8.RuneError) {
		return nil, false
	}
	out, err := enc.NewEncoder().Bytes([]byte(s))
	if err != nil {
		return nil, false
	}
	back, err := enc.NewDecoder().Bytes(out)
	return out, err == nil && string(back) == s
}

// DecodeUTF16 converts UTF-16LE. A lone surrogate becomes U+FFFD, an odd last
// byte is dropped.
func DecodeUTF16(b []byte) string {
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(u))
}

// EncodeUTF16 converts to UTF-16LE without a terminator.
func EncodeUTF16(s string) []byte {
	u := utf16.Encode([]rune(s))
	b := make([]byte, 2*len(u))
	for i, c := range u {
		binary.LittleEndian.PutUint16(b[2*i:], c)
	}
	return b
}
