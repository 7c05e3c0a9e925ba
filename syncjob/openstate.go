package syncjob

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"pstsyncd/syncjob/state"
)

// OpenState opens the state file at path, and makes it and its folder if need
// be. A damaged file is set aside and a new one begun: the next job is a first
// contact then, which loses and doubles nothing. log (nil: nobody) is told.
func OpenState(path string, o state.Options, log *slog.Logger) (*state.DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("open state: %w", err)
	}
	db, err := state.Open(path, o)
	if !errors.Is(err, state.ErrCorrupt) {
		return db, err
	}
	aside, asideErr := state.SetAside(path, time.Now())
	if asideErr != nil {
		return nil, errors.Join(err, asideErr)
	}
	if log != nil {
		log.Warn("state was damaged, begun anew", "err", err, "kept", aside)
	}
	return state.Open(path, o)
}
