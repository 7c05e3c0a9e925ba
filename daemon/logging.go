package daemon

import (
	"fmt"
	"io"
	"log/slog"

	"pstsyncd/configs"
)

// NewLogger opens the log that c describes: stderr, or a file that tail -f can follow for ever. Call close in the end.
func NewLogger(c configs.Log, stderr io.Writer) (log *slog.Logger, close func() error, err error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		return nil, nil, fmt.Errorf("open log: %w", err)
	}
	out, close := stderr, func() error { return nil }
	if c.File != "" {
		file, err := openLogFile(c.File, int64(c.MaxSizeMB)<<20, c.Keep)
		if err != nil {
			return nil, nil, fmt.Errorf("open log: %w", err)
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

// readable writes durations as "84ms" in JSON too, where they would be nanoseconds.
func readable(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindDuration {
		a.Value = slog.StringValue(a.Value.Duration().String())
	}
	return a
}
