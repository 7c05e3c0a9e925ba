package daemon

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"gopkg.in/natefinch/lumberjack.v2"

	"pstsyncd/configs"
)

// NewLogger opens the log that c describes: stderr, or a file that is renamed when it has grown too large and begun
// anew, so that tail -F can follow it. Call close in the end.
func NewLogger(c configs.Log, stderr io.Writer) (log *slog.Logger, close func() error, err error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		return nil, nil, fmt.Errorf("open log: %w", err)
	}
	out, close := stderr, func() error { return nil }
	if c.File != "" {
		file, err := openLog(c)
		if err != nil {
			return nil, nil, err
		}
		out, close = file, file.Close
	}
	opt := &slog.HandlerOptions{Level: level, ReplaceAttr: readable}
	var h slog.Handler = slog.NewTextHandler(out, opt)
	if c.Format == "json" {
		h = slog.NewJSONHandler(out, opt)
	}
	return slog.New(h), close, nil
}

// openLog makes sure before the first line that the file can be written: later nobody would notice.
func openLog(c configs.Log) (*lumberjack.Logger, error) {
	if err := os.MkdirAll(filepath.Dir(c.File), 0o700); err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	f, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	return &lumberjack.Logger{Filename: c.File, MaxSize: c.MaxSizeMB, MaxBackups: c.Keep, LocalTime: true}, nil
}

// readable writes durations as "84ms" in JSON too, where they would be nanoseconds.
func readable(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindDuration {
		a.Value = slog.StringValue(a.Value.Duration().String())
	}
	return a
}
