package pst

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
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
	936:   windows{simplifiedchinese.GBK, in936},
	949:   korean.EUCKR,
	950:   windows{traditionalchinese.Big5, in950},
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
	20127: windows{charmap.Windows1252, inASCII},
	20866: charmap.KOI8R,
	20932: windows{japanese.EUCJP, in20932},
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
	51949: windows{korean.EUCKR, in51949},
	54936: simplifiedchinese.GB18030,
	65001: unicode.UTF8,
}

func codePage(cp int) (encoding.Encoding, error) {
	if enc, ok := codePages[cp]; ok {
		return enc, nil
	}
	return nil, fmt.Errorf("code page %d: %w", cp, ErrUnsupported)
}

// windows is an encoding in which only what Windows has in the code page is written.
// What the Web calls by the same name has more, and other characters in some places.
type windows struct {
	encoding.Encoding
	has func(b []byte) bool // the code of a character that is not ASCII
}

// NewEncoder fails at characters that Windows does not have.
func (w windows) NewEncoder() *encoding.Encoder {
	return &encoding.Encoder{Transformer: windowsEncoder{w.Encoding.NewEncoder(), w.has}}
}

// windowsEncoder encodes one character at a time, to look at the code of each.
type windowsEncoder struct {
	*encoding.Encoder
	has func(b []byte) bool
}

var errNotWindows = errors.New("not in the code page of windows")

// Transform encodes UTF-8, up to the first character that Windows does not have
// ([transform.Transformer]).
func (e windowsEncoder) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		if src[nSrc] < utf8.RuneSelf {
			if nDst == len(dst) {
				return nDst, nSrc, transform.ErrShortDst
			}
			dst[nDst] = src[nSrc]
			nDst++
			nSrc++
			continue
		}
		_, size := utf8.DecodeRune(src[nSrc:])
		if size == 1 && !atEOF && !utf8.FullRune(src[nSrc:]) {
			return nDst, nSrc, transform.ErrShortSrc
		}
		n, _, err := e.Encoder.Transform(dst[nDst:], src[nSrc:nSrc+size], true)
		if err != nil {
			return nDst, nSrc, err
		}
		if !e.has(dst[nDst : nDst+n]) {
			return nDst, nSrc, errNotWindows
		}
		nDst += n
		nSrc += size
	}
	return nDst, nSrc, nil
}

func inASCII([]byte) bool { return false }

// in936 leaves out what GB 18030 added to GBK.
func in936(b []byte) bool {
	c := code(b)
	return c != 0xA8BF && !within(c, 0xA989, 0xA995) && !within(c, 0xFE50, 0xFE9F)
}

// in950 leaves out the extensions of Hong Kong and of ETEN, and the second codes of box
// drawings.
func in950(b []byte) bool {
	c := code(b)
	return within(c, 0xA140, 0xF9FE) && !within(c, 0xA3C0, 0xA3E0) && !within(c, 0xC6A1, 0xC8FE) &&
		!within(c, 0xF9E9, 0xF9EB) && !within(c, 0xF9F9, 0xF9FE)
}

// in20932 leaves out JIS X 0212, whose codes have two bytes there and not three, and what
// NEC and IBM added to JIS X 0208.
func in20932(b []byte) bool {
	return len(b) == 2 && b[0] != 0xAD && b[0] < 0xF9
}

// in51949 leaves out what code page 949 has beside KS X 1001.
func in51949(b []byte) bool { return len(b) == 2 && b[0] >= 0xA1 && b[1] >= 0xA1 }

// code is a code of at most two bytes as one number.
func code(b []byte) (c int) {
	for _, x := range b {
		c = c<<8 | int(x)
	}
	return c
}

func within(c, first, last int) bool { return first <= c && c <= last }
