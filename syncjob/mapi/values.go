package mapi

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/pst"
)

// maxText bounds the String8 text that is read into memory to be decoded.
const maxText = 256 << 20

// tagMessageCodepage is PidTagMessageCodepage, [MS-OXCMSG] 2.2.1.5.
const tagMessageCodepage pst.Tag = 0x3FFD0003

// messageCodePage is the code page that the message names for its strings, if
// it is one that can be decoded, else that of what it is in.
func messageCodePage(c pst.Content, outer int) int {
	i := slices.IndexFunc(c.Props, func(p pst.Property) bool { return p.Tag == tagMessageCodepage })
	if i < 0 || len(c.Props[i].Data) != 4 {
		return outer
	}
	own := int(binary.LittleEndian.Uint32(c.Props[i].Data))
	if _, err := pst.DecodeString8(own, nil); err != nil {
		return outer
	}
	return own
}

// value converts one value; only 8-bit strings change.
func (r reader) value(p pst.Property) (item.Value, error) {
	typ := item.Type(p.Tag.Type())
	switch p.Tag.Type() {
	case pst.TypeString8:
		b, err := inMemory(p)
		if err != nil {
			return item.Value{}, err
		}
		text, err := r.utf16(b)
		return item.Value{Type: item.TypeUnicode, Data: text}, err
	case pst.TypeString8 | pst.TypeMultiple:
		b, err := inMemory(p)
		if err != nil {
			return item.Value{}, err
		}
		texts, err := r.utf16s(b)
		return item.Value{Type: item.TypeUnicode | item.TypeMulti, Data: texts}, err
	}
	if p.Large != nil {
		return item.Value{Type: typ, Large: &item.Large{Size: p.Large.Size, Open: p.Large.Open}}, nil
	}
	return item.Value{Type: typ, Data: p.Data}, nil
}

func (r reader) utf16(b []byte) ([]byte, error) {
	s, err := pst.DecodeString8(r.codePage, b)
	if err != nil {
		return nil, err
	}
	return pst.EncodeUTF16(s), nil
}

func (r reader) utf16s(b []byte) ([]byte, error) {
	texts, err := splitMulti(b)
	if err != nil {
		return nil, err
	}
	for i, text := range texts {
		if texts[i], err = r.utf16(text); err != nil {
			return nil, err
		}
	}
	return joinMulti(texts), nil
}

func inMemory(p pst.Property) ([]byte, error) {
	if p.Large == nil {
		return p.Data, nil
	}
	return readLarge(p.Large.Size, p.Large.Open)
}

// readLarge reads a whole value that is not in memory.
func readLarge(size int64, open func() (io.ReadCloser, error)) ([]byte, error) {
	if size < 0 || size > maxText {
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

// splitMulti takes a multi-valued property of variable size apart: a count, as
// many offsets, the values one after the other. [MS-PST] 2.3.3.4.2.
func splitMulti(b []byte) ([][]byte, error) {
	if len(b) == 0 {
		return nil, nil
	}
	if len(b) < 4 {
		return nil, fmt.Errorf("multi-valued property of %d bytes: %w", len(b), pst.ErrCorrupt)
	}
	count := int64(binary.LittleEndian.Uint32(b))
	end := uint32(len(b))
	if 4+4*count > int64(end) {
		return nil, fmt.Errorf("multi-valued property of %d bytes with %d values: %w", end, count, pst.ErrCorrupt)
	}
	values := make([][]byte, count)
	for i := int(count) - 1; i >= 0; i-- {
		start := binary.LittleEndian.Uint32(b[4+4*i:])
		if start > end || int64(start) < 4+4*count {
			return nil, fmt.Errorf("multi-valued property, offset %d of value %d: %w", start, i, pst.ErrCorrupt)
		}
		values[i] = b[start:end]
		end = start
	}
	return values, nil
}

// joinMulti is the reverse of [splitMulti].
func joinMulti(values [][]byte) []byte {
	offset := 4 + 4*len(values)
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(values)))
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, uint32(offset))
		offset += len(v)
	}
	return slices.Concat(b, bytes.Join(values, nil))
}
