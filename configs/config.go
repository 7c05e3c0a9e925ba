package configs

import "time"

// Config is every setting. The toml tags are the keys.
type Config struct {
	Common   string `toml:"common"`    // path of the office's store
	Local    string `toml:"local"`     // path of this desktop's store
	StateDir string `toml:"state_dir"` // empty: DefaultStateDir
	Map      []Map  `toml:"map"`       // empty: the Contacts and Calendar of both stores

	Watch    Watch    `toml:"watch"`
	Busy     Busy     `toml:"busy"`
	Sync     Sync     `toml:"sync"`
	Brake    Brake    `toml:"brake"`
	Password Password `toml:"password"`
	CodePage CodePage `toml:"codepage"`
	Log      Log      `toml:"log"`
}

// Map pairs two folders, as paths below the IPM subtree with "/" between names.
type Map struct {
	Common string `toml:"common"`
	Local  string `toml:"local"`
}

// Watch says when a change has settled.
type Watch struct {
	Mode    string        `toml:"mode"` // auto, events, poll
	Quiet   time.Duration `toml:"quiet"`
	Ceiling time.Duration `toml:"ceiling"`
	Poll    time.Duration `toml:"poll"`
	Safety  time.Duration `toml:"safety"`
}

// Busy says how to wait for a store that is in use.
type Busy struct {
	Initial time.Duration `toml:"initial"`
	Max     time.Duration `toml:"max"`
}

// Sync says how items are treated.
type Sync struct {
	Conflict string `toml:"conflict"` // newest, common, local
	Private  string `toml:"private"`  // skip, sync
	Readback string `toml:"readback"` // changed, off
}

// Brake halts a run that would delete more than Items items and more than Percent of a folder.
type Brake struct {
	Items   int `toml:"items"`
	Percent int `toml:"percent"`
}

// Password names the files that hold the stores' passwords.
type Password struct {
	CommonFile string `toml:"common_file"`
	LocalFile  string `toml:"local_file"`
}

// CodePage says what the texts of ANSI stores that name no code page are in; 0: the
// system's code page on Windows, else unknown.
type CodePage struct {
	Common int `toml:"common"`
	Local  int `toml:"local"`
}

// Log says what is logged where.
type Log struct {
	File      string `toml:"file"`        // empty: standard error
	Format    string `toml:"format"`      // text, json
	Level     string `toml:"level"`       // debug, info, warn, error
	MaxSizeMB int    `toml:"max_size_mb"` // a larger file is copied aside and emptied
	Keep      int    `toml:"keep"`        // how many old files are kept
}

// Default returns the settings that hold when nothing is said.
func Default() Config {
	return Config{
		Watch: Watch{Mode: "auto", Quiet: 2 * time.Second, Ceiling: 30 * time.Second, Poll: 2 * time.Second, Safety: 30 * time.Second},
		Busy:  Busy{Initial: 500 * time.Millisecond, Max: 5 * time.Second},
		Sync:  Sync{Conflict: "newest", Private: "skip", Readback: "changed"},
		Brake: Brake{Items: 10, Percent: 25},
		Log:   Log{Format: "text", Level: "info", MaxSizeMB: 10, Keep: 5},
	}
}
