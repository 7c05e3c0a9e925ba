package configs

import "embed"

// Example is a configuration file with every key, its default and a comment.
//
//go:embed pstsyncd.example.toml
var Example string

// Units holds ready definitions that start pstsyncd when its user logs on.
//
//go:embed systemd launchd windows
var Units embed.FS
