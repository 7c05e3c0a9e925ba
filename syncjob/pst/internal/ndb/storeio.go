package ndb

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"pstsyncd/syncjob/pst/internal/disk"
)

// read fills b from offset off.
func (s *Store) read(b []byte, off int64) error {
	n, err := s.f.ReadAt(b, off)
	switch {
	case n == len(b):
		return nil
	case errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("read store at %#x: %w", off, err)
}

// write, sync and truncate are the only ways in which an open store is changed. The
// first one that fails ends all writing: what is durable after it is unknown. Only the
// writes of a transaction before its header can be taken back, with [Store.retract].

func (s *Store) write(b []byte, off int64) error {
	if err := s.writable(); err != nil {
		return err
	}
	_, err := s.f.WriteAt(b, off)
	return s.note(err, "write store at %#x", off)
}

func (s *Store) truncate(size int64) error {
	if err := s.writable(); err != nil {
		return err
	}
	return s.note(s.f.Truncate(size), "set store to %d bytes", size)
}

func (s *Store) sync() error {
	if err := s.writable(); err != nil {
		return err
	}
	if err := s.f.Sync(); err != nil {
		return s.fail(fmt.Errorf("sync store: %w", err))
	}
	return nil
}

// undisturbed fails when the header in the file is not the one that was read or written
// last: another program writes to the store, in spite of all locks, and its header is not
// to be overwritten. Nothing more is written then.
func (s *Store) undisturbed() error {
	want := s.current()
	have := make([]byte, want.format.HeaderSize())
	if err := s.read(have, 0); err != nil {
		return err
	}
	if !bytes.Equal(have, want.bytes[:len(have)]) {
		return s.fail(ErrChanged)
	}
	return nil
}

// writable returns why the store cannot be written.
func (s *Store) writable() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.opts.ReadOnly {
		return ErrReadOnly
	}
	if s.broken != nil {
		return fmt.Errorf("%w: %w", ErrBroken, s.broken)
	}
	return nil
}

// note ends all writing because of a write that failed, unless err is nil.
func (s *Store) note(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	err = fmt.Errorf(format+": %w", append(args, err)...)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = err
	return err
}

// fail ends all writing for good because of err.
func (s *Store) fail(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.doubtful = true
	if s.broken == nil {
		s.broken = err
	}
	return err
}

// retract allows writing again after a write that failed and that is going to be undone.
// After a sync that failed it does not.
func (s *Store) retract() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.doubtful {
		s.broken = nil
	}
}

// writeHeader writes h as one sector of a disk with large sectors, leaving alone
// what follows the header in it, and makes it the current one.
func (s *Store) writeHeader(h disk.Header) error {
	img, err := s.current().with(h)
	if err != nil {
		return err
	}
	if err := s.write(img.bytes, 0); err != nil {
		return err
	}
	s.setImage(img)
	return nil
}

// with returns the image with another header.
func (img headerImage) with(h disk.Header) (headerImage, error) {
	b := bytes.Clone(img.bytes)
	if err := h.Marshal(img.format, b); err != nil {
		return headerImage{}, fmt.Errorf("marshal header: %w", err)
	}
	return headerImage{bytes: b, format: img.format, header: h}, nil
}

// isCounted reports whether the header's free space is known to be right.
func (s *Store) isCounted() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counted
}

func (s *Store) setCounted(counted bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counted = counted
}
