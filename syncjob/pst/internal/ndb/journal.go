package ndb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/vfs"
)

// The journal is a file beside the store that holds, while the header is replaced, the
// headers that take each other's place there: in a commit the one before, the one with
// the new roots, and that one with the AMaps valid. It serves a header whose first 512
// bytes were torn, and only one that begins as one of these and goes on as the one before
// it: a journal of another time or another store cannot be taken for the right one.
// Writes that change little of the header need none, see finishHeader.
//
// It is little-endian: the magic bytes, the number of headers, the size of each (4 bytes
// each), the headers, and the CRC of all that (4 bytes).
const (
	journalMagic      = "pstsyncd journal\n"
	journalPrefix     = len(journalMagic) + 8
	maxJournalHeaders = 3
	journalCRCSize    = 4
)

// writeJournal makes a journal of headers that follow each other durable.
func (s *Store) writeJournal(headers ...disk.Header) error {
	j := s.opts.Journal
	if j.FS == nil {
		return nil
	}
	b, err := s.marshalJournal(headers)
	if err != nil {
		return err
	}
	if err := j.writeFile(b); err != nil {
		return fmt.Errorf("journal %s: %w", j.Path, err)
	}
	return nil
}

func (s *Store) marshalJournal(headers []disk.Header) ([]byte, error) {
	f := s.Format()
	b := []byte(journalMagic)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(headers)))
	b = binary.LittleEndian.AppendUint32(b, uint32(f.HeaderSize()))
	for i := range headers {
		h := make([]byte, f.HeaderSize())
		if err := headers[i].Marshal(f, h); err != nil {
			return nil, fmt.Errorf("marshal header: %w", err)
		}
		b = append(b, h...)
	}
	return binary.LittleEndian.AppendUint32(b, disk.CRC(b)), nil
}

// writeFile writes the file of the journal, also over one that could not be removed, and
// makes it and its name durable.
func (j Journal) writeFile(b []byte) error {
	f, err := j.FS.Create(j.Path)
	if errors.Is(err, fs.ErrExist) {
		f, err = j.FS.OpenWrite(j.Path)
	}
	if err != nil {
		return err
	}
	if _, err = f.WriteAt(b, 0); err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return j.FS.SyncDir(filepath.Dir(j.Path))
}

// dropJournal removes the journal. One that stays does no harm.
func (s *Store) dropJournal() {
	j := s.opts.Journal
	if j.FS == nil {
		return
	}
	if err := j.FS.Remove(j.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.log.Warn("journal is left over", "path", j.Path, "err", err)
	}
}

// replayJournal returns, in place of a torn header, the one that was being written; false
// if no journal is of this header. It writes nothing.
func (s *Store) replayJournal(torn headerImage) (headerImage, bool, error) {
	headers, err := s.readJournal(torn.format.HeaderSize())
	if err != nil {
		return torn, false, fmt.Errorf("journal %s: %w", s.opts.Journal.Path, err)
	}
	for i := 1; i < len(headers); i++ {
		if !isTorn(torn.bytes[:tornSize], headers[i-1], headers[i]) {
			continue
		}
		img := headerImage{bytes: bytes.Clone(torn.bytes)}
		copy(img.bytes, headers[i])
		return img, true, nil
	}
	return torn, false, nil
}

// readJournal returns the headers in the journal, nil if there is no whole one.
func (s *Store) readJournal(headerSize int) ([][]byte, error) {
	j := s.opts.Journal
	if j.FS == nil {
		return nil, nil
	}
	f, err := j.FS.Open(j.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	b, err := readJournalFile(f, headerSize)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	return b, nil
}

func readJournalFile(f vfs.File, headerSize int) ([][]byte, error) {
	b := make([]byte, journalPrefix+maxJournalHeaders*headerSize+journalCRCSize)
	if _, err := f.ReadAt(b, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	head := b[len(journalMagic):]
	count := binary.LittleEndian.Uint32(head)
	if !bytes.HasPrefix(b, []byte(journalMagic)) || count > maxJournalHeaders ||
		binary.LittleEndian.Uint32(head[4:]) != uint32(headerSize) {
		return nil, nil
	}
	end := journalPrefix + int(count)*headerSize
	if binary.LittleEndian.Uint32(b[end:]) != disk.CRC(b[:end]) {
		return nil, nil
	}
	var headers [][]byte
	for at := journalPrefix; at < end; at += headerSize {
		headers = append(headers, b[at:][:headerSize])
	}
	return headers, nil
}
