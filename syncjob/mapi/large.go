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

// decodeLarge makes a stream of UTF-16LE of one of String8 text. It reads it once,
// to know how long it will be and that nothing of it gets lost; twice more where it
// has characters that can stand for what the code page does not define.
func (cp codePage) decodeLarge(from stream) (stream, error) {
	to := stream{open: recoded(from.open, cp.decodeStream)}
	var doubtful bool
	var err error
	if to.size, doubtful, err = measureUTF16(to.open); err != nil {
		return stream{}, err
	}
	lost := cp == UnknownCodePage && (doubtful || to.size != 2*from.size)
	if doubtful && !lost {
		same, err := equalStreams(from.open, recoded(to.open, cp.encodeStream))
		if err != nil && !errors.Is(err, pst.ErrCodePage) {
			return stream{}, err
		}
		lost = !same
	}
	if lost {
		return stream{}, &CodePageError{CodePage: int(cp), Decoding: true}
	}
	return to, nil
}

// encodeLarge is the reverse of decodeLarge. It reads the text twice.
func (cp codePage) encodeLarge(from stream) (stream, error) {
	to := stream{open: recoded(from.open, cp.encodeStream)}
	counted := recoded(to.open, func(r io.Reader) (io.Reader, error) {
		return io.TeeReader(r, (*byteCount)(&to.size)), nil
	})
	same, err := equalStreams(from.open, recoded(counted, cp.decodeStream))
	if err != nil && !errors.Is(err, pst.ErrCodePage) {
		return stream{}, err
	}
	if !same || cp == UnknownCodePage && 2*to.size != from.size {
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

// byteCount counts what is written to it.
type byteCount int64

func (n *byteCount) Write(b []byte) (int, error) {
	*n += byteCount(len(b))
	return len(b), nil
}

// measureUTF16 is the length of a text in bytes, and whether U+FFFD is in it.
func measureUTF16(open opener) (size int64, replaced bool, err error) {
	in, err := open()
	if err != nil {
		return 0, false, err
	}
	defer in.Close()
	buf := make([]byte, 32<<10)
	for {
		n, err := io.ReadFull(in, buf)
		size += int64(n)
		for i := 0; i+1 < n && !replaced; i += 2 {
			replaced = buf[i] == 0xFD && buf[i+1] == 0xFF
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return size, replaced, nil
		case err != nil:
			return 0, false, err
		}
	}
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
