package pst

import (
	"errors"
	"fmt"
	"io"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// utf16le is UTF-16LE in which a byte order mark is a character like any other.
var utf16le = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)

// DecodeString8Stream reads the text of r as UTF-16LE, without holding it in
// memory. What the code page does not define becomes U+FFFD; ErrUnsupported is for
// an unknown code page.
func DecodeString8Stream(cp int, r io.Reader) (io.Reader, error) {
	enc, err := codePage(cp)
	if err != nil {
		return nil, err
	}
	return recodeStream(r, enc, utf16le), nil
}

// EncodeString8Stream reads the UTF-16LE text of r in the code page, without
// holding it in memory. Reading fails with ErrCodePage at a character that the
// code page lacks. Some code pages have a look-alike for one that they lack:
// who has to be sure decodes the result and compares.
func EncodeString8Stream(cp int, r io.Reader) (io.Reader, error) {
	enc, err := codePage(cp)
	if err != nil {
		return nil, err
	}
	source := &sourceReader{r: r}
	return &encodingReader{source: source, text: recodeStream(source, utf16le, enc), cp: cp}, nil
}

func recodeStream(r io.Reader, from, to encoding.Encoding) io.Reader {
	return transform.NewReader(r, transform.Chain(from.NewDecoder(), to.NewEncoder()))
}

// sourceReader remembers the error that ended it.
type sourceReader struct {
	r   io.Reader
	err error
}

func (s *sourceReader) Read(b []byte) (int, error) {
	n, err := s.r.Read(b)
	s.err = err
	return n, err
}

// encodingReader tells an error of the source from one of the code page, for which
// the encoders have no value of their own.
type encodingReader struct {
	source *sourceReader
	text   io.Reader
	cp     int
}

func (e *encodingReader) Read(b []byte) (int, error) {
	n, err := e.text.Read(b)
	if err == nil || errors.Is(err, io.EOF) || e.source.err != nil && errors.Is(err, e.source.err) {
		return n, err
	}
	return n, fmt.Errorf("encode to code page %d: %w", e.cp, ErrCodePage)
}
