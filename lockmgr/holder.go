package lockmgr

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"time"
)

// Holder is a process that holds something. A zero field is not known.
type Holder struct {
	Host    string    `json:"host,omitempty"`
	PID     int       `json:"pid,omitempty"`
	User    string    `json:"user,omitempty"`
	Program string    `json:"program,omitempty"`
	Started time.Time `json:"started,omitzero"` // the process
	Locked  time.Time `json:"locked,omitzero"`  // the lock
}

// started is when this process began, near enough.
var started = time.Now()

// self describes this process at the moment of taking a lock.
func self() Holder {
	h := Holder{PID: os.Getpid(), Started: started.Truncate(time.Second), Locked: time.Now().Truncate(time.Second)}
	h.Host, _ = os.Hostname()
	if u, err := user.Current(); err == nil {
		h.User = u.Username
	}
	if exe, err := os.Executable(); err == nil {
		h.Program = strings.TrimSuffix(filepath.Base(exe), ".exe")
	}
	return h
}

// String names the holder for people, on one line.
func (h Holder) String() string {
	var b strings.Builder
	b.WriteString(h.Program)
	if h.Program == "" {
		b.WriteString("another program")
	}
	if h.User != "" {
		fmt.Fprintf(&b, " of %s", h.User)
	}
	if h.Host != "" {
		fmt.Fprintf(&b, " on %s", h.Host)
	}
	if h.PID != 0 {
		fmt.Fprintf(&b, " (pid %d)", h.PID)
	}
	return b.String()
}

// A holder is kept in a lock file as one JSON object, padded with spaces to recordSize bytes at recordOffset: byte 0 is
// the one that Windows locks, and what is locked there nobody else can read.
const (
	recordOffset = 1
	recordSize   = 1023
)

// writeHolder puts h into the lock file; the zero Holder wipes it.
func writeHolder(path string, h Holder) error {
	var text []byte
	if h != (Holder{}) {
		var err error
		if text, err = json.Marshal(h); err != nil {
			return fmt.Errorf("write holder: %w", err)
		}
	}
	if len(text) >= recordSize {
		return fmt.Errorf("write holder: %d bytes are too long", len(text))
	}
	record := bytes.Repeat([]byte{' '}, recordSize)
	copy(record, text)
	record[recordSize-1] = '\n'
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("write holder: %w", err)
	}
	_, err = f.WriteAt(record, recordOffset)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write holder: %w", err)
	}
	return nil
}

// readHolder reads a lock file. What cannot be read or understood gives the zero Holder: the text is for people only.
func readHolder(path string) Holder {
	f, err := os.Open(path)
	if err != nil {
		return Holder{}
	}
	defer f.Close()
	record := make([]byte, recordSize)
	n, _ := f.ReadAt(record, recordOffset)
	var h Holder
	if json.Unmarshal(bytes.Trim(record[:n], " \n\x00"), &h) != nil {
		return Holder{}
	}
	return h
}
