package mapi

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"pstsyncd/syncjob/pst"
)

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
