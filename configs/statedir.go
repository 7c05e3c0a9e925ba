package configs

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// StateDirectory is where the last agreed state is kept: the setting, or DefaultStateDir.
func (c *Config) StateDirectory(getenv func(string) string) (string, error) {
	if c.StateDir != "" {
		return c.StateDir, nil
	}
	return DefaultStateDir(getenv)
}

// DefaultStateDir is the place this system has for the state of a user's program: $XDG_STATE_HOME/pstsyncd (Linux),
// Application Support (macOS), %LocalAppData% (Windows, never roaming: the state belongs to this desktop's store).
func DefaultStateDir(getenv func(string) string) (string, error) {
	base, sub := "", ""
	switch runtime.GOOS {
	case "windows":
		base = getenv("LocalAppData")
		sub = `AppData\Local`
	case "darwin":
		sub = "Library/Application Support"
	default:
		if base = getenv("XDG_STATE_HOME"); !filepath.IsAbs(base) {
			base = ""
		}
		sub = ".local/state"
	}
	if base == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("find a folder for the state, set state_dir: %w", err)
		}
		base = filepath.Join(home, sub)
	}
	return filepath.Join(base, "pstsyncd"), nil
}
