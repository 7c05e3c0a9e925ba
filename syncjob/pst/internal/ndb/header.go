package ndb

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/vfs"
)

// headerImageSize is how many bytes are read and written as the header: one sector
// of a disk with large sectors. What follows the header in it stays as it is.
const headerImageSize = 4096

// headerImage is the beginning of a file and what it says.
type headerImage struct {
	bytes  []byte // headerImageSize of them, fewer if the file ends before
	format disk.Format
	header disk.Header

	// torn says that only the first 512 bytes can be trusted: the write of a header
	// got no further, or not even so far. The next block id may be that of the other
	// header.
	torn bool

	// tail says that the file is longer than the header says.
	tail bool
}

// cutOff reports whether whoever wrote last did not come to an end.
func (img *headerImage) cutOff() bool {
	return img.torn || img.tail || img.header.Root.AMapValid == disk.AMapInvalid
}

var errHeaderCRC = disk.Corruptf("header", 4, "wrong crc")

// readHeaderImage reads the header and refuses what is no usable store. A header
// that is damaged in its first 512 bytes gives errHeaderCRC and an image with only
// bytes and format.
func readHeaderImage(f vfs.File) (headerImage, error) {
	b := make([]byte, headerImageSize)
	n, err := f.ReadAt(b, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return headerImage{}, fmt.Errorf("read header: %w", err)
	}
	img := headerImage{bytes: b[:n]}
	return img, img.check(f)
}

// check decodes the image and compares it with the size of the file.
func (img *headerImage) check(f vfs.File) error {
	if err := img.decode(); err != nil {
		return err
	}
	size, err := f.Size()
	if err != nil {
		return fmt.Errorf("size of store: %w", err)
	}
	eof := img.header.Root.FileEOF
	if eof > uint64(size) {
		return disk.Corruptf("header", -1, "file has %d bytes and should have %d: it is truncated", size, eof)
	}
	img.tail = eof < uint64(size)
	return nil
}

func (img *headerImage) decode() error {
	if err := img.parse(); err != nil {
		return err
	}
	return img.header.Validate()
}

// parse is decode without a look at what the fields say.
func (img *headerImage) parse() error {
	if !bytes.HasPrefix(img.bytes, []byte(disk.HeaderMagic)) {
		return ErrNotPST
	}
	if len(img.bytes) < disk.Unicode.HeaderSize() {
		return disk.Corruptf("header", -1, "file has only %d bytes: it is truncated", len(img.bytes))
	}
	f, err := disk.DetectFormat(img.bytes)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	img.format = f
	if err := img.header.Unmarshal(f, img.bytes); err != nil {
		return err
	}
	if err := supportedKind(&img.header); err != nil {
		return err
	}
	partial, full, err := disk.CheckHeaderCRC(f, img.bytes)
	if err != nil {
		return err
	}
	if !partial {
		return errHeaderCRC
	}
	img.torn = !full
	return nil
}

// supportedKind refuses stores that cannot even be read.
func supportedKind(h *disk.Header) error {
	switch {
	case h.MagicClient == disk.MagicClientOST:
		return fmt.Errorf("offline store (ost): %w", ErrUnsupported)
	case h.MagicClient == disk.MagicClientPAB:
		return fmt.Errorf("personal address book (pab): %w", ErrUnsupported)
	case h.Version == disk.VersionOST4K:
		return fmt.Errorf("store of version 36, with pages of 4096 bytes: %w", ErrUnsupported)
	case h.Version == disk.VersionWIP, h.Crypt == disk.CryptWIP:
		return fmt.Errorf("store under windows information protection: %w", ErrUnsupported)
	}
	return nil
}

// writableKind refuses stores whose version has never been seen, and ANSI stores of a size
// that has not: they may hold what a writer would have to maintain.
func writableKind(h *disk.Header) error {
	if h.Version != disk.VersionUnicode && h.Root.FileEOF > disk.ANSIEnd {
		return fmt.Errorf("write an ansi store of %d bytes: %w", h.Root.FileEOF, ErrUnsupported)
	}
	switch h.Version {
	case disk.VersionANSI, disk.VersionANSI15, disk.VersionUnicode:
		return nil
	}
	return fmt.Errorf("write a store of version %d: %w", h.Version, ErrUnsupported)
}
