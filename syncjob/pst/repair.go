package pst

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"pstsyncd/syncjob/pst/internal/ndb"
	"pstsyncd/syncjob/vfs"
)

// RepairMaps copies the store in from, of that path, to the path to, and computes in the
// copy anew what a store says of its space: the allocation maps, the density list and the
// fields of the header that go with them ([MS-PST] 2.6.1.3.7). from is only read. The
// copy has its name only when it is whole and durable; report, if it is not nil, is told
// how much is copied.
//
// fs.ErrExist when there is something of the name to. ErrCorrupt when more is damaged
// than the maps: a B-tree, or the header as far as they depend on it; ErrNotPST and
// ErrUnsupported as of [Open].
func RepairMaps(ctx context.Context, fsys vfs.FS, from vfs.File, path, to string, report Progress) error {
	if err := repairMaps(ctx, fsys, from, path, to, report); err != nil {
		return fmt.Errorf("rebuild maps in copy %s: %w", to, err)
	}
	return nil
}

func repairMaps(ctx context.Context, fsys vfs.FS, from vfs.File, path, to string, report Progress) error {
	journal, err := journalOf(fsys, path)
	if err != nil {
		return err
	}
	return createWhole(fsys, to, func(temp string) error {
		f, err := fsys.Create(temp)
		if err != nil {
			return err
		}
		if err := copyFile(ctx, f, from, report); err != nil {
			_ = f.Close()
			return fmt.Errorf("copy %s: %w", path, err)
		}
		return ndb.RepairMaps(f, ndb.Options{Journal: journal})
	})
}

// copyStep is how many bytes are copied at a time.
const copyStep = 1 << 20

// copyFile copies what is in from; of what is zero it only keeps the place, as a sparse
// file may.
func copyFile(ctx context.Context, to, from vfs.File, report Progress) error {
	size, err := from.Size()
	if err != nil {
		return err
	}
	if err := to.Truncate(size); err != nil {
		return err
	}
	b, zeros := make([]byte, copyStep), make([]byte, copyStep)
	for off := int64(0); off < size; off += copyStep {
		if err := ctx.Err(); err != nil {
			return err
		}
		part := b[:min(copyStep, size-off)]
		if n, err := from.ReadAt(part, off); n < len(part) {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF // another program has cut it
			}
			return err
		}
		if !bytes.Equal(part, zeros[:len(part)]) {
			if _, err := to.WriteAt(part, off); err != nil {
				return err
			}
		}
		if report != nil {
			report(off+int64(len(part)), size)
		}
	}
	return nil
}
