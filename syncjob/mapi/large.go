package mapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"pstsyncd/syncjob/pst"
)

// maxWhole bounds, in bytes, the values that are read into memory to be converted:
// those that have no stream of their own.
const maxWhole = 256 << 20

// opener starts a new read of a value that is not in memory.
type opener func() (io.ReadCloser, error)

// readLarge reads a whole value that is not in memory.
func readLarge(size int64, open opener) ([]byte, error) {
	if size < 0 || size > maxWhole {
		return nil, fmt.Errorf("%d bytes: %w", size, pst.ErrTooLarge)
	}
	in, err := open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	b := make([]byte, size)
	if _, err := io.ReadFull(in, b); err != nil {
		return nil, fmt.Errorf("read value of %d bytes: %w", size, err)
	}
	return b, nil
}

// stream is a value that is not in memory.
type stream struct {
	size int64 // bytes
	open opener
}

// decodeLarge makes a stream of UTF-16LE of one of String8 text. It reads it once, to
// know how long it will be and that nothing of it gets lost.
func (cp codePage) decodeLarge(from stream) (stream, error) {
	to := stream{open: recoded(from.open, cp.decodeStream)}
	var text textMeter
	if err := readThrough(recoded(to.open, text.tee)); err != nil {
		return stream{}, err
	}
	to.size = text.size
	if text.replaced || cp == UnknownCodePage && to.size != 2*from.size {
		return stream{}, &CodePageError{CodePage: int(cp), Decoding: true}
	}
	return to, nil
}

// encodeLarge is the reverse of decodeLarge. It reads the text twice, once to compare.
func (cp codePage) encodeLarge(from stream) (stream, error) {
	to := stream{open: recoded(from.open, cp.encodeStream)}
	var narrow, back textMeter
	same, err := equalStreams(from.open, recoded(recoded(recoded(to.open, narrow.tee), cp.decodeStream), back.tee))
	if err != nil && !errors.Is(err, pst.ErrCodePage) {
		return stream{}, err
	}
	to.size = narrow.size
	if !same || back.replaced || cp == UnknownCodePage && 2*to.size != from.size {
		return stream{}, &CodePageError{CodePage: int(cp)}
	}
	return to, nil
}

func (cp codePage) decodeStream(r io.Reader) (io.Reader, error) {
	return pst.DecodeString8Stream(cp.table(), r)
}

func (cp codePage) encodeStream(r io.Reader) (io.Reader, error) {
	return pst.EncodeString8Stream(cp.table(), r)
}

// table is the code page to convert by. For unknown text it is UTF-8, in which only
// ASCII has a byte for every character.
func (cp codePage) table() int {
	if cp == UnknownCodePage {
		return 65001
	}
	return int(cp)
}

// recoded opens what open opens, converted.
func recoded(open opener, convert func(io.Reader) (io.Reader, error)) opener {
	return func() (io.ReadCloser, error) {
		in, err := open()
		if err != nil {
			return nil, err
		}
		r, err := convert(in)
		if err != nil {
			return nil, errors.Join(err, in.Close())
		}
		return struct {
			io.Reader
			io.Closer
		}{r, in}, nil
	}
}

// textMeter is written a text to: how many bytes it has and, of UTF-16LE, whether
// U+FFFD is in it, which stands for what is no character.
type textMeter struct {
	size     int64
	replaced bool
	half     byte // the last byte, of an odd number
}

// Write takes note of the bytes.
func (m *textMeter) Write(b []byte) (int, error) {
	for _, c := range b {
		m.replaced = m.replaced || m.size%2 == 1 && m.half == 0xFD && c == 0xFF
		m.half = c
		m.size++
	}
	return len(b), nil
}

// tee has the meter see what is read from r.
func (m *textMeter) tee(r io.Reader) (io.Reader, error) { return io.TeeReader(r, m), nil }

// readThrough reads a value to its end.
func readThrough(open opener) error {
	in, err := open()
	if err != nil {
		return err
	}
	defer in.Close()
	_, err = io.Copy(io.Discard, in)
	return err
}

// equalStreams reads two values until they differ or end. With an error they are
// not known to be equal.
func equalStreams(a, b opener) (bool, error) {
	x, err := a()
	if err != nil {
		return false, err
	}
	defer x.Close()
	y, err := b()
	if err != nil {
		return false, err
	}
	defer y.Close()
	p, q := make([]byte, 32<<10), make([]byte, 32<<10)
	for {
		n, errX := io.ReadFull(x, p)
		m, errY := io.ReadFull(y, q)
		ended := errors.Is(errX, io.EOF) || errors.Is(errX, io.ErrUnexpectedEOF)
		switch {
		case errX != nil && !ended:
			return false, errX
		case errY != nil && !errors.Is(errY, io.EOF) && !errors.Is(errY, io.ErrUnexpectedEOF):
			return false, errY
		case !bytes.Equal(p[:n], q[:m]):
			return false, nil
		case ended:
			return true, nil
		}
	}
}
