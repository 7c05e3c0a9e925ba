package pst

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
)

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
	text := make([]byte, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		c := rune(binary.LittleEndian.Uint16(b))
		if utf16.IsSurrogate(c) && len(b) >= 4 {
			if pair := utf16.DecodeRune(c, rune(binary.LittleEndian.Uint16(b[2:]))); pair != utf8.RuneError {
				c, b = pair, b[2:]
			}
		}
		text = utf8.AppendRune(text, c) // U+FFFD for a surrogate
	}
	return string(text)
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
