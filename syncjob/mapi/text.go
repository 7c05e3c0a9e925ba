package mapi

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"pstsyncd/syncjob/pst"
)

// UnknownCodePage stands for the code page of a store that does not name one:
// only ASCII is read from it and written to it. Any other text would be a guess.
const UnknownCodePage = 0

// CodePageError is a [pst.ErrCodePage] in the words of a person who has to do
// something about it. It has nothing of the text in it.
type CodePageError struct {
	CodePage int  // UnknownCodePage: the store names none
	Decoding bool // the bytes of the store are no text; else the text has no bytes
}

// Error says what is the matter and what to do.
func (e *CodePageError) Error() string {
	switch {
	case e.CodePage == UnknownCodePage:
		return "the ANSI store does not say in which code page its text is: name it, as codepage in the configuration"
	case e.Decoding:
		return fmt.Sprintf("the text has bytes that code page %d does not define: the store has another code page, or the text is damaged", e.CodePage)
	default:
		return fmt.Sprintf("the text has a character that code page %d of the ANSI store lacks: replace the character, or the store by a Unicode store", e.CodePage)
	}
}

// Is makes a CodePageError a [pst.ErrCodePage].
func (e *CodePageError) Is(target error) bool { return target == pst.ErrCodePage }

// codePage converts text between String8 and UTF-16LE, whole or not at all.
type codePage int

// known reports whether this program has a table of the code page.
func (cp codePage) known() bool {
	_, err := pst.DecodeString8(int(cp), nil)
	return err == nil
}

// decode makes UTF-16LE of String8 text.
func (cp codePage) decode(b []byte) ([]byte, error) {
	if cp == UnknownCodePage {
		return pst.EncodeUTF16(string(b)), cp.ascii(b)
	}
	s, err := pst.DecodeString8(int(cp), b)
	if err != nil {
		return nil, err
	}
	if strings.ContainsRune(s, utf8.RuneError) { // it stands for what is no character
		return nil, &CodePageError{CodePage: int(cp), Decoding: true}
	}
	return pst.EncodeUTF16(s), nil
}

// encode is the reverse of decode.
func (cp codePage) encode(b []byte) ([]byte, error) {
	if len(b)%2 != 0 {
		return nil, &CodePageError{CodePage: int(cp)}
	}
	s := pst.DecodeUTF16(b)
	if cp == UnknownCodePage {
		return []byte(s), cp.ascii([]byte(s))
	}
	out, err := pst.EncodeString8(int(cp), s)
	if errors.Is(err, pst.ErrCodePage) {
		return nil, &CodePageError{CodePage: int(cp)}
	}
	return out, err
}

// ascii refuses text beyond ASCII.
func (cp codePage) ascii(b []byte) error {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return &CodePageError{CodePage: int(cp)}
		}
	}
	return nil
}

// each converts every value of a multi-valued property. One whose values are not
// laid out one after the other would come back as another one.
func each(b []byte, convert func([]byte) ([]byte, error)) ([]byte, error) {
	if len(b) == 0 {
		return b, nil
	}
	texts, err := splitMulti(b)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(joinMulti(texts), b) {
		return nil, fmt.Errorf("%d values with something between them: %w", len(texts), pst.ErrInvalid)
	}
	for i, text := range texts {
		if texts[i], err = convert(text); err != nil {
			return nil, err
		}
	}
	return joinMulti(texts), nil
}
