package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"pstsyncd/configs"
)

// newLogger makes the logger that the settings ask for. Closing it closes its file.
func newLogger(c configs.Log, stderr io.Writer) (*slog.Logger, io.Closer, error) {
	out, closer := stderr, io.Closer(io.NopCloser(nil))
	if c.File != "" {
		f, err := openLog(c.File, int64(c.MaxSizeMB)<<20, c.Keep)
		if err != nil {
			return nil, nil, err
		}
		out, closer = f, f
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		return nil, nil, errors.Join(err, closer.Close())
	}
	options := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(out, options)), closer, nil
	}
	return slog.New(slog.NewTextHandler(out, options)), closer, nil
}

// logFile is a log that is cut off when it has grown: its text is copied to
// name.1, what was there before to name.2 and so on, and the file itself is
// emptied and goes on. It is never renamed, so whoever follows it with tail -f
// follows it through, and on Windows may have it open.
type logFile struct {
	mu   sync.Mutex
	file *os.File
	size int64 // bytes in file
	max  int64 // bytes; a line that would go over starts a new file
	keep int   // old files; 0 keeps all
}

func openLog(name string, max int64, keep int) (*logFile, error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open log: %w", err), f.Close())
	}
	return &logFile{file: f, size: info.Size(), max: max, keep: keep}, nil
}

// Write appends one line. When the log cannot be cut off it goes on growing:
// a long log is better than none.
func (l *logFile) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.size > 0 && l.size+int64(len(line)) > l.max {
		if l.cut() == nil {
			l.size = 0
		}
	}
	n, err := l.file.Write(line)
	l.size += int64(n)
	return n, err
}

func (l *logFile) Close() error { return l.file.Close() }

func (l *logFile) cut() error {
	if err := l.shift(1); err != nil {
		return err
	}
	old, err := os.OpenFile(l.old(1), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(old, io.NewSectionReader(l.file, 0, l.size))
	if err := errors.Join(err, old.Close()); err != nil {
		return err
	}
	return l.file.Truncate(0)
}

// shift makes room for the old file i, by moving those behind it up.
func (l *logFile) shift(i int) error {
	if _, err := os.Stat(l.old(i)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if i == l.keep {
		return os.Remove(l.old(i))
	}
	if err := l.shift(i + 1); err != nil {
		return err
	}
	return os.Rename(l.old(i), l.old(i+1))
}

func (l *logFile) old(i int) string { return fmt.Sprintf("%s.%d", l.file.Name(), i) }
