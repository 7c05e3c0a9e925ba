// Package configs holds the settings of pstsyncd: their defaults, the file they are read from, the environment that
// overrides the file, and the check of everything at once.
//
// Start with [Load]; set what the command line says on the [Config] that it returns; then call [Config.Validate].
// Later sources win: defaults, file, environment, flags. The file is TOML and read strictly: a key that means nothing
// is an error that names its line. Every key KEY, or KEY in a table TABLE, can be set by the environment variable
// PSTSYNCD_KEY or PSTSYNCD_TABLE_KEY in capitals, except the list of folder pairs.
//
// [Example] is a file with every key and its default; [Units] has ready definitions for systemd, launchd and the
// Windows task scheduler. Each says in its first lines how to install it.
//
// Passwords of stores are not settings: [Config.Secrets] takes them from the environment or from files, and a [Secret]
// shows itself in no log.
package configs
