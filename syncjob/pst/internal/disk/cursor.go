package disk

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// reader takes little-endian fields off the front of a buffer. The caller has
// checked the length.
type reader struct {
	f Format
	b []byte
}

func (r *reader) u8() uint8 {
	v := r.b[0]
	r.b = r.b[1:]
	return v
}

func (r *reader) u16() uint16 {
	v := binary.LittleEndian.Uint16(r.b)
	r.b = r.b[2:]
	return v
}

func (r *reader) u32() uint32 {
	v := binary.LittleEndian.Uint32(r.b)
	r.b = r.b[4:]
	return v
}

func (r *reader) u64() uint64 {
	v := binary.LittleEndian.Uint64(r.b)
	r.b = r.b[8:]
	return v
}

// id reads a field of 8 bytes in Unicode and 4 in ANSI files: a BID, an offset,
// a B-tree key, a byte count of the root record.
func (r *reader) id() uint64 {
	if r.f == ANSI {
		return uint64(r.u32())
	}
	return r.u64()
}

func (r *reader) bref() BREF { return BREF{BID: BID(r.id()), IB: r.id()} }

// nid reads a node id and, in Unicode files, the unused high half of its field.
func (r *reader) nid() (id NID, high uint32) {
	id = NID(r.u32())
	if r.f == Unicode {
		high = r.u32()
	}
	return id, high
}

// unicode32 reads a field of 4 bytes that only Unicode files have.
func (r *reader) unicode32() uint32 {
	if r.f == ANSI {
		return 0
	}
	return r.u32()
}

func (r *reader) copy(dst []byte) {
	copy(dst, r.b)
	r.b = r.b[len(dst):]
}

// writer puts little-endian fields at the front of a buffer and remembers the
// first value that did not fit. The caller has checked the length.
type writer struct {
	f   Format
	b   []byte
	err error
}

func (w *writer) u8(v uint8) {
	w.b[0] = v
	w.b = w.b[1:]
}

func (w *writer) u16(v uint16) {
	binary.LittleEndian.PutUint16(w.b, v)
	w.b = w.b[2:]
}

func (w *writer) u32(v uint32) {
	binary.LittleEndian.PutUint32(w.b, v)
	w.b = w.b[4:]
}

func (w *writer) u64(v uint64) {
	binary.LittleEndian.PutUint64(w.b, v)
	w.b = w.b[8:]
}

func (w *writer) id(v uint64) {
	if w.f == Unicode {
		w.u64(v)
		return
	}
	if v > math.MaxUint32 && w.err == nil {
		w.err = fmt.Errorf("%#x in 4 bytes: %w", v, ErrRange)
	}
	w.u32(uint32(v))
}

func (w *writer) bref(r BREF) {
	w.id(uint64(r.BID))
	w.id(r.IB)
}

func (w *writer) nid(id NID, high uint32) {
	w.u32(uint32(id))
	if w.f == Unicode {
		w.u32(high)
	}
}

func (w *writer) unicode32(v uint32) {
	if w.f == Unicode {
		w.u32(v)
	}
}

func (w *writer) copy(src []byte) {
	copy(w.b, src)
	w.b = w.b[len(src):]
}

// need returns an error that is both [io.ErrShortBuffer] and [ErrCorrupt] unless the
// n bytes of a structure can be read from b.
func need(structName string, b []byte, n int) error {
	if len(b) < n {
		return &CorruptError{
			Struct: structName, Offset: -1, Err: io.ErrShortBuffer,
			Detail: fmt.Sprintf("%d bytes in %d", n, len(b)),
		}
	}
	return nil
}

// room returns io.ErrShortBuffer unless the n bytes of a structure can be written
// to b.
func room(structName string, b []byte, n int) error {
	if len(b) < n {
		return fmt.Errorf("%s of %d bytes into %d: %w", structName, n, len(b), io.ErrShortBuffer)
	}
	return nil
}
