package configs

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/BurntSushi/toml"
)

// maxFile bounds a configuration file, in bytes.
const maxFile = 1 << 20

// Load returns the defaults, overridden by the file at path (none when path is empty), overridden by the environment
// as getenv tells it. Relative paths in the file count from the file's own folder. The result is not validated: flags
// may still come.
func Load(path string, getenv func(string) string) (Config, error) {
	c := Default()
	if path != "" {
		if err := c.readFile(path); err != nil {
			return Config{}, err
		}
	}
	if err := c.readEnv(getenv); err != nil {
		return Config{}, err
	}
	return c, nil
}

func (c *Config) readFile(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("read configuration: %w", err)
	}
	if info.Size() > maxFile {
		return fmt.Errorf("read configuration: %s: %d bytes are too many", path, info.Size())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read configuration: %w", err)
	}
	if err := c.decode(string(text)); err != nil {
		return fmt.Errorf("configuration %s: %w", path, err)
	}
	base, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("read configuration: %w", err)
	}
	return c.resolve(base)
}

// decode reads TOML into c, strictly.
func (c *Config) decode(text string) error {
	md, err := toml.Decode(text, c)
	if err != nil {
		return err
	}
	var errs []error
	for _, key := range md.Undecoded() {
		errs = append(errs, fmt.Errorf("line %d: there is no setting %s", lineOf(text, key), key))
	}
	return errors.Join(errs...)
}

// resolve makes the paths absolute: "~/" is the home folder, other relative ones count from base.
func (c *Config) resolve(base string) error {
	for _, p := range []*string{&c.Common, &c.Local, &c.StateDir, &c.Log.File, &c.Password.CommonFile, &c.Password.LocalFile} {
		rest, home := strings.CutPrefix(*p, "~/")
		switch {
		case *p == "" || filepath.IsAbs(*p):
		case home:
			dir, err := os.UserHomeDir()
			if err != nil {
				return fmt.Errorf("configuration: %s: %w", *p, err)
			}
			*p = filepath.Join(dir, rest)
		default:
			*p = filepath.Join(base, *p)
		}
	}
	return nil
}

// lineOf finds the line of a key, counting from 1. The TOML package knows it and does not tell. A key that is written
// in an unusual way counts as on the line of its table, or on line 1.
func lineOf(text string, key toml.Key) int {
	table, best := "", 1
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			table = strings.Trim(strings.SplitN(line, "#", 2)[0], "[] \t")
			if table == key.String() {
				return i + 1
			}
			if len(key) > 1 && table == key[:len(key)-1].String() {
				best = i + 1
			}
			continue
		}
		name, _, assigned := strings.Cut(line, "=")
		name = strings.Trim(name, " \t\"'")
		if table != "" {
			name = table + "." + name
		}
		if assigned && name == key.String() {
			return i + 1
		}
	}
	return best
}
