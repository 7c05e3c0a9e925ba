package daemon

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// logFile is a log that is cut when it has grown: its text is copied to name.1, after what was there has moved to
// name.2 and so on, and the file itself is emptied and goes on. It is never renamed: whoever follows it with tail -f
// follows it through, and on Windows may have it open. It is safe for concurrent use.
type logFile struct {
	mu   sync.Mutex
	file *os.File
	size int64 // bytes in file
	max  int64 // bytes; the line that would go over is the first after a cut
	keep int   // old files; 0 keeps all
}

func openLogFile(name string, max int64, keep int) (*logFile, error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &logFile{file: f, size: info.Size(), max: max, keep: keep}, nil
}

// Write appends one line. When the log cannot be cut it goes on growing: a long log is better than none.
func (l *logFile) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.size > 0 && l.size+int64(len(line)) > l.max && l.cut() == nil {
		l.size = 0
	}
	n, err := l.file.Write(line)
	l.size += int64(n)
	return n, err
}

// Close closes the file.
func (l *logFile) Close() error { return l.file.Close() }

func (l *logFile) cut() error {
	if err := l.shift(); err != nil {
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

// shift moves every old file up by one, and drops the last when there are enough.
func (l *logFile) shift() error {
	n := 0
	for ; l.keep == 0 || n < l.keep; n++ {
		if _, err := os.Stat(l.old(n + 1)); errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	if n > 0 && n == l.keep {
		if err := os.Remove(l.old(n)); err != nil {
			return err
		}
		n--
	}
	for ; n > 0; n-- {
		if err := os.Rename(l.old(n), l.old(n+1)); err != nil {
			return err
		}
	}
	return nil
}

func (l *logFile) old(i int) string { return fmt.Sprintf("%s.%d", l.file.Name(), i) }
